//! The age of the prices that stages use.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde::Serialize;

use crate::calculate::PriceAge;
use crate::model::{LineItem, MaxAge, Stage};
use crate::source::Sources;
use crate::view::View;
use crate::view::cost::stage_json::StageReference;
use crate::view::page::layout::{Block, Cell, Column, Grid, Page, Records};

/// Prices that stages use, with their age on a day.
#[derive(Debug)]
pub struct StaleView<'a> {
    prices: &'a [PriceAge<'a>],
    max_age: MaxAge,
    day: Date,
    sources: &'a Sources,
}

impl<'a> StaleView<'a> {
    /// Shows prices in the given order.
    pub fn new(prices: &'a [PriceAge<'a>], max_age: MaxAge, day: Date, sources: &'a Sources) -> Self {
        Self { prices, max_age, day, sources }
    }

    /// The number of prices that are older than the maximum age.
    pub fn stale(&self) -> usize {
        self.prices.iter().filter(|price| price.is_stale).count()
    }

    /// How many prices are stale, in a sentence without a full stop.
    pub fn summary(&self) -> String {
        let (stale, all) = (self.stale(), self.prices.len());
        let were = if stale == 1 { "was" } else { "were" };
        let prices = if all == 1 { "list price" } else { "list prices" };
        format!("{stale} of {all} {prices} {were} read more than {} before {}", self.max_age, self.day)
    }

    /// Prices of one SKU that were read on one day share a row.
    fn rows(&self) -> impl Iterator<Item = &'a [PriceAge<'a>]> {
        self.prices.chunk_by(|a, b| a.sku.id == b.sku.id && a.citation.retrieved_on == b.citation.retrieved_on)
    }
}

fn verdict(price: &PriceAge<'_>) -> &'static str {
    if price.is_stale { "stale" } else { "fresh" }
}

/// `2 Growth: API servers, Workers; 3 Scale: API servers`.
fn users(prices: &[PriceAge<'_>]) -> String {
    let mut listed: Vec<(&Stage, &LineItem)> = Vec::new();
    for (stage, item) in prices.iter().flat_map(|price| &price.used_by) {
        if !listed.iter().any(|(_, known)| std::ptr::eq(*known, *item)) {
            listed.push((stage, item));
        }
    }
    listed.sort_by_key(|(stage, item)| (stage.id, item.span));
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
        let title = Block::Title("Age of the list prices in use".to_owned());
        if self.prices.is_empty() {
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
            grid.cell(first.citation.retrieved_on).cell(first.days).cell(verdict(first)).cell(&first.sku.id);
            grid.cell(users(prices)).cell(meters.join(", "));
        }
        let text = Block::Text(format!("{}.", self.summary()));
        Page { blocks: vec![title, text, Block::Grid(grid)] }
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
        ];
        let rows = self.prices.iter().flat_map(move |price| {
            price.used_by.iter().map(move |(stage, item)| {
                vec![
                    Cell::text(&*price.sku.id),
                    Cell::text(price.meter),
                    Cell::text(price.citation.retrieved_on.to_string()),
                    Cell::Number(price.days.into()),
                    Cell::text(verdict(price)),
                    Cell::Number(stage.id.into()),
                    Cell::text(&*item.name),
                    Cell::text(price.citation.trust.as_str()),
                    Cell::text(&*price.citation.source),
                    Cell::text(self.sources.origin(price.terms.span)),
                ]
            })
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
struct StaleJson<'a> {
    schema: &'static str,
    as_of: String,
    max_age: String,
    passed: bool,
    stale: usize,
    prices: Vec<PriceJson<'a>>,
}

#[derive(Serialize)]
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
            verdict: verdict(price),
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
        StaleJson {
            schema: "costplan.stale.v1",
            as_of: self.day.to_string(),
            max_age: self.max_age.to_string(),
            passed: self.stale() == 0,
            stale: self.stale(),
            prices: prices.collect(),
        }
        .serialize(serializer)
    }
}
