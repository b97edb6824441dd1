//! The age of the prices that stages use.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde::Serialize;

use crate::calculate::{PriceAge, RateAge};
use crate::model::{LineItem, MaxAge, Stage};
use crate::source::Sources;
use crate::view::View;
use crate::view::cost::stage_json::{RateJson, StageReference};
use crate::view::page::layout::{Block, Cell, Column, Grid, Page, Records};
use crate::view::page::scenario::capitalised;
use crate::view::page::screen::{LINES, Tone, elided, folded, footer, grid};

/// The most prices of a screen that are too old, and the oldest ones where none is.
const ROWS: usize = LINES - 6;
const OLDEST: usize = 6;
/// The longest list of those who use a price.
const USERS: usize = 32;

/// Prices that stages use, with their age on a day.
#[derive(Debug)]
pub struct StaleView<'a> {
    prices: &'a [PriceAge<'a>],
    rates: &'a [RateAge<'a>],
    max_age: MaxAge,
    day: Date,
    sources: &'a Sources,
    shows_all: bool,
}

impl<'a> StaleView<'a> {
    /// Shows prices and exchange rates in the given order.
    pub fn new(
        prices: &'a [PriceAge<'a>],
        rates: &'a [RateAge<'a>],
        max_age: MaxAge,
        day: Date,
        sources: &'a Sources,
    ) -> Self {
        Self { prices, rates, max_age, day, sources, shows_all: false }
    }

    /// The same view, whose screen has every price or the oldest ones.
    #[must_use]
    pub fn listing(self, shows_all: bool) -> Self {
        Self { shows_all, ..self }
    }

    /// The number of prices that are older than the maximum age.
    pub fn stale(&self) -> usize {
        self.prices.iter().filter(|price| price.is_stale).count()
    }

    /// The number of exchange rates that are older than the maximum age.
    pub fn stale_rates(&self) -> usize {
        self.rates.iter().filter(|rate| rate.is_stale).count()
    }

    /// Whether no price and no exchange rate is older than the maximum age.
    pub fn passed(&self) -> bool {
        self.stale() == 0 && self.stale_rates() == 0
    }

    /// How many prices and exchange rates are stale, in a sentence without a full stop.
    pub fn summary(&self) -> String {
        let (stale, all) = (self.stale(), self.prices.len());
        let were = if stale == 1 { "was" } else { "were" };
        let prices = if all == 1 { "list price" } else { "list prices" };
        let prices = format!("{stale} of {all} {prices} {were} read more than {} before {}", self.max_age, self.day);
        match (self.stale_rates(), self.rates.len()) {
            (0, _) => prices,
            (stale, 1) => format!("{prices}, and {stale} of 1 exchange rate is older than that"),
            (1, all) => format!("{prices}, and 1 of {all} exchange rates is older than that"),
            (stale, all) => format!("{prices}, and {stale} of {all} exchange rates are older than that"),
        }
    }

    /// Prices of one SKU that were read on one day share a row.
    fn rows(&self) -> impl Iterator<Item = &'a [PriceAge<'a>]> {
        self.prices.chunk_by(|a, b| a.sku.id == b.sku.id && a.citation.retrieved_on == b.citation.retrieved_on)
    }
}

impl StaleView<'_> {
    /// The page for a terminal: how many are too old, and the oldest of each kind.
    fn screen_page(&self) -> Page {
        let summary = capitalised(&self.summary());
        let answer =
            if self.passed() { format!("No price and no rate in use is older than {}", self.max_age) } else { summary };
        let mut grid = grid(vec![
            Column::left("Read on").at_least(10),
            Column::right("Days"),
            Column::left("Price or rate").at_least(26),
            Column::left("Used by").at_least(USERS),
        ]);
        let mut rows: Vec<(i32, bool, [String; 3])> = Vec::new();
        for prices in self.rows() {
            let first = &prices[0];
            let of_line_items = prices.iter().flat_map(|price| &price.used_by).map(|(stage, _)| *stage);
            let used_by = stage_names(of_line_items);
            let cells = [first.citation.retrieved_on.to_string(), first.sku.id.to_string(), used_by];
            rows.push((first.days, first.is_stale, cells));
        }
        for age in self.rates {
            let (from, to) = age.rate.written(age.into);
            let used_by = stage_names(age.used_by.iter().copied());
            rows.push((age.days, age.is_stale, [age.rate.read_on.to_string(), format!("{from} to {to}"), used_by]));
        }
        rows.sort_by_key(|(days, is_stale, _)| std::cmp::Reverse((*is_stale, *days)));
        let stale = rows.iter().filter(|(_, is_stale, _)| *is_stale).count();
        let (shown, rest) = folded(&rows, if stale == 0 { OLDEST } else { stale.min(ROWS) });
        for (days, is_stale, [read_on, name, used_by]) in shown {
            if *is_stale { Tone::Bad } else { Tone::Plain }.mark(&mut grid);
            grid.cell(read_on).cell(days).cell(name).cell(used_by);
        }
        let more_stale = rest.iter().filter(|(_, is_stale, _)| *is_stale).count();
        let more = match more_stale {
            0 => format!("{} more are not too old (--all)", rest.len()),
            stale => format!("{} more, {stale} of them too old (--all)", rest.len()),
        };
        let blocks = [Block::Headline(answer), Block::Grid(grid)].into_iter();
        Page { blocks: blocks.chain(footer((!rest.is_empty()).then_some(more))).collect() }
    }
}

/// `1 Start, 2 Growth`, in the columns of a screen.
fn stage_names<'s>(stages: impl Iterator<Item = &'s Stage>) -> String {
    let mut names: Vec<(u32, String)> =
        stages.map(|stage| (stage.id, format!("{} {}", stage.id, stage.name))).collect();
    names.sort_unstable();
    names.dedup();
    let names: Vec<String> = names.into_iter().map(|(_, name)| name).collect();
    elided(&names.join(", "), USERS).into_owned()
}

fn verdict(is_stale: bool) -> &'static str {
    if is_stale { "stale" } else { "fresh" }
}

/// The verdict on an exchange rate for people: one that is assumed was read nowhere, however new it is.
fn verdict_on_rate(age: &RateAge<'_>) -> &'static str {
    if age.rate.is_assumed() && !age.is_stale { "assumed" } else { verdict(age.is_stale) }
}

/// The exchange rates, a row for each.
fn rate_grid(rates: &[RateAge<'_>]) -> Grid {
    let mut grid = Grid::new(vec![
        Column::left("Read on").at_least(10),
        Column::right("Days"),
        Column::left("Verdict").at_least(7),
        Column::left("Exchange rate").at_least(14),
        Column::left("Used by").at_least(24),
        Column::left("Source").at_least(24).optional(),
    ]);
    for age in rates {
        let stages: Vec<String> = age.used_by.iter().map(|stage| format!("{} {}", stage.id, stage.name)).collect();
        grid.cell(age.rate.read_on).cell(age.days).cell(verdict_on_rate(age));
        let (from, to) = age.rate.written(age.into);
        grid.cell(format_args!("{from} to {to}")).cell(stages.join(", ")).cell(&age.rate.source);
    }
    grid
}

/// `2 Growth: API servers, Workers; 3 Scale: API servers`.
fn users(prices: &[PriceAge<'_>]) -> String {
    let mut listed: Vec<(&Stage, &LineItem)> = prices.iter().flat_map(|price| &price.used_by).copied().collect();
    listed.sort_by_key(|(stage, item)| (stage.id, item.span));
    listed.dedup_by(|(_, next), (_, item)| std::ptr::eq(*next, *item));
    let mut text = String::new();
    for (index, (stage, item)) in listed.iter().enumerate() {
        let is_same = index > 0 && std::ptr::eq(listed[index - 1].0, *stage);
        let _ = match (is_same, index) {
            (true, _) => write!(text, ", {}", item.name),
            (false, 0) => write!(text, "{} {}: {}", stage.id, stage.name, item.name),
            (false, _) => write!(text, "; {} {}: {}", stage.id, stage.name, item.name),
        };
    }
    text
}

impl View for StaleView<'_> {
    fn page(&self) -> Page {
        let title = Block::Title("Age of the list prices and exchange rates in use".to_owned());
        if self.prices.is_empty() && self.rates.is_empty() {
            return Page { blocks: vec![title, Block::Text("No stage uses a list price.".to_owned())] };
        }
        let mut grid = Grid::new(vec![
            Column::left("Read on").at_least(10),
            Column::right("Days"),
            Column::left("Verdict").at_least(7),
            Column::left("SKU").at_least(26),
            Column::left("Used by").at_least(24),
            Column::left("Meters").at_least(20).optional(),
        ]);
        for prices in self.rows() {
            let first = &prices[0];
            let meters: Vec<&str> = prices.iter().map(|price| price.meter).collect();
            grid.cell(first.citation.retrieved_on).cell(first.days).cell(verdict(first.is_stale)).cell(&first.sku.id);
            grid.cell(users(prices)).cell(meters.join(", "));
        }
        let text = Block::Text(format!("{}.", self.summary()));
        let mut blocks = vec![title, text];
        blocks.extend((!grid.is_empty()).then_some(Block::Grid(grid)));
        blocks.extend((!self.rates.is_empty()).then(|| Block::Grid(rate_grid(self.rates))));
        Page { blocks }
    }

    fn screen(&self) -> Page {
        let is_empty = self.prices.is_empty() && self.rates.is_empty();
        if self.shows_all || is_empty { self.page() } else { self.screen_page() }
    }

    fn records(&self) -> Records<'_> {
        let header = vec![
            "sku",
            "meter",
            "retrieved_on",
            "age_days",
            "verdict",
            "stage",
            "line_item",
            "trust",
            "source",
            "place",
            "kind",
            "from",
            "to",
        ];
        let rows = self.prices.iter().flat_map(move |price| {
            price.used_by.iter().map(move |(stage, item)| {
                vec![
                    Cell::text(&*price.sku.id),
                    Cell::text(price.meter),
                    Cell::text(price.citation.retrieved_on.to_string()),
                    Cell::Number(price.days.into()),
                    Cell::text(verdict(price.is_stale)),
                    Cell::Number(stage.id.into()),
                    Cell::text(&*item.name),
                    Cell::text(price.citation.trust.as_str()),
                    Cell::text(&*price.citation.source),
                    Cell::text(self.sources.origin(price.terms.span)),
                    Cell::text("price"),
                    Cell::Empty,
                    Cell::Empty,
                ]
            })
        });
        let rates = self.rates.iter().flat_map(move |age| {
            let (from, to) = age.rate.written(age.into);
            age.used_by.iter().map(move |stage| {
                vec![
                    Cell::Empty,
                    Cell::Empty,
                    Cell::text(age.rate.read_on.to_string()),
                    Cell::Number(age.days.into()),
                    Cell::text(verdict(age.is_stale)),
                    Cell::Number(stage.id.into()),
                    Cell::Empty,
                    Cell::Empty,
                    Cell::text(&*age.rate.source),
                    Cell::text(self.sources.origin(age.rate.span)),
                    Cell::text("exchange_rate"),
                    Cell::text(from.to_string()),
                    Cell::text(to.to_string()),
                ]
            })
        });
        Records { header, rows: Box::new(rows.chain(rates)) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct StaleJson<'a> {
    schema: &'static str,
    as_of: String,
    max_age: String,
    passed: bool,
    stale: usize,
    prices: Vec<PriceJson<'a>>,
    stale_rates: usize,
    exchange_rates: Vec<RateAgeJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RateAgeJson<'a> {
    #[serde(flatten)]
    rate: RateJson<'a>,
    age_days: i32,
    verdict: &'static str,
    place: String,
    used_by: Vec<StageReference<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PriceJson<'a> {
    sku: &'a str,
    meter: &'a str,
    retrieved_on: String,
    age_days: i32,
    verdict: &'static str,
    trust: &'static str,
    source: &'a str,
    place: String,
    used_by: Vec<UserJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct UserJson<'a> {
    stage: StageReference<'a>,
    line_item: &'a str,
}

impl Serialize for StaleView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let prices = self.prices.iter().map(|price| PriceJson {
            sku: &price.sku.id,
            meter: price.meter,
            retrieved_on: price.citation.retrieved_on.to_string(),
            age_days: price.days,
            verdict: verdict(price.is_stale),
            trust: price.citation.trust.as_str(),
            source: &price.citation.source,
            place: self.sources.origin(price.terms.span),
            used_by: price
                .used_by
                .iter()
                .map(|(stage, item)| UserJson {
                    stage: StageReference { id: stage.id, name: &stage.name },
                    line_item: &item.name,
                })
                .collect(),
        });
        let rates = self.rates.iter().map(|age| RateAgeJson {
            rate: RateJson::new(age.rate, age.into),
            age_days: age.days,
            verdict: verdict(age.is_stale),
            place: self.sources.origin(age.rate.span),
            used_by: age.used_by.iter().map(|stage| StageReference { id: stage.id, name: &stage.name }).collect(),
        });
        StaleJson {
            schema: "costplan.stale.v1",
            as_of: self.day.to_string(),
            max_age: self.max_age.to_string(),
            passed: self.passed(),
            stale: self.stale(),
            prices: prices.collect(),
            stale_rates: self.stale_rates(),
            exchange_rates: rates.collect(),
        }
        .serialize(serializer)
    }
}
