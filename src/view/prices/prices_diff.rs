//! The prices of a vendor that changed between two days.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::calculate::{PriceChange, PriceChanges};
use crate::model::{Fraction, Sku, StageEffect, Terms};
use crate::source::Sources;
use crate::view::View;
use crate::view::page::layout::{Block, Cell, Column, Grid, Page, Records};
use crate::view::page::number::{Number, percent, quotient};
use crate::view::page::screen::{fold, folded, footer, grid, several};
use crate::view::prices::effect::{self, EffectJson, effect_grid};
use crate::view::prices::price_json::TermsJson;
use crate::view::prices::price_terms::{amount_and_unit, choice, one_in_short};

/// The most prices and stages that a screen shows.
const PRICES: usize = 7;
const STAGES: usize = 3;
/// The most SKUs that a screen names.
const NAMED: usize = 3;

/// The prices that changed, and what they do to stages.
#[derive(Debug)]
pub struct PricesDiffView<'a> {
    vendor: &'a str,
    from: Date,
    to: Date,
    changes: &'a PriceChanges<'a>,
    stages: &'a [StageEffect],
    sources: &'a Sources,
    details: bool,
}

impl<'a> PricesDiffView<'a> {
    /// Shows what changed in the prices of a vendor from one day to another.
    pub fn new(
        vendor: &'a str,
        (from, to): (Date, Date),
        changes: &'a PriceChanges<'a>,
        stages: &'a [StageEffect],
        sources: &'a Sources,
    ) -> Self {
        Self { vendor, from, to, changes, stages, sources, details: false }
    }

    /// The same view; with details, a terminal shows every row.
    #[must_use]
    pub fn with_details(self, details: bool) -> Self {
        Self { details, ..self }
    }

    fn headline(&self) -> String {
        let PriceChanges { prices, same, .. } = self.changes;
        let all = several(prices.len() + same, "price");
        let changed = match prices.len() {
            0 => format!("none of {all} changed"),
            count => format!("{count} of {all} changed"),
        };
        format!("{}: {changed} from {} to {}", self.vendor, self.from, self.to)
    }

    /// The SKUs that are new or gone, in sentences.
    fn remarks(&self, most: usize) -> Vec<String> {
        let named = |skus: &[&Sku]| {
            let (shown, more) = folded(skus, most);
            let names: Vec<&str> = shown.iter().map(|sku| sku.name_in_sheet()).collect();
            let more = if more.is_empty() { String::new() } else { format!(" and {} more", more.len()) };
            format!("{}{more}", names.join(", "))
        };
        let said = [("New", &self.changes.new), ("No longer sold", &self.changes.gone)];
        said.into_iter()
            .filter(|(_, skus)| !skus.is_empty())
            .map(|(what, skus)| format!("{what}: {}", named(skus)))
            .collect()
    }

    /// The prices that changed, with all that they say.
    fn prices(&self) -> Grid {
        let columns = ["SKU", "Meter", "Before", "After"].into_iter().zip([10, 10, 14, 14]);
        let columns = columns.map(|(header, least)| Column::left(header).at_least(least));
        let mut grid = Grid::new(columns.chain([Column::right("Change")]).collect());
        for change in &self.changes.prices {
            let price = |terms: Option<&Terms>| match terms {
                Some(terms) => one_in_short(change.sku, change.charge, terms),
                None => "none".to_owned(),
            };
            let options =
                change.new.or(change.old).and_then(choice).map(|said| format!(", {said}")).unwrap_or_default();
            grid.cell(change.sku.name_in_sheet()).cell(format_args!("{}{options}", change.charge.meter));
            grid.cell(price(change.old)).cell(price(change.new)).cell(ratio(change.ratio().as_ref()));
        }
        grid
    }

    /// The prices that changed most, a line for each.
    fn largest(&self) -> Option<Grid> {
        let sorted = self.by_size();
        let (shown, more) = folded(&sorted, PRICES);
        let mut grid = grid(vec![
            Column::left("SKU").at_least(20),
            Column::left("Meter").at_least(10),
            Column::right("Before"),
            Column::right("After"),
            Column::left("").at_least(10),
            Column::right("Change"),
        ]);
        for change in shown {
            let price = |terms: Option<&Terms>| match terms {
                Some(terms) => amount_and_unit(change.charge, terms),
                None => ("none".to_owned(), String::new()),
            };
            let ((old, before), (new, after)) = (price(change.old), price(change.new));
            let options = change.new.or(change.old).into_iter().flat_map(|terms| &*terms.when);
            let options: String = options.map(|(_, value)| format!(", {value}")).collect();
            grid.cell(change.sku.name_in_sheet())
                .cell(format_args!("{}{options}", change.charge.meter))
                .cell(old)
                .cell(new);
            grid.cell(match (before == after, before.is_empty() || after.is_empty()) {
                (true, _) => after,
                (false, true) => before + &after,
                (false, false) => format!("{before}, {after}"),
            });
            grid.cell(ratio(change.ratio().as_ref()));
        }
        fold(&mut grid, more.len(), "--details");
        (!grid.is_empty()).then_some(grid)
    }

    /// The prices that changed; the largest changes first, and those without a ratio before them.
    fn by_size(&self) -> Vec<&PriceChange<'a>> {
        let mut sorted: Vec<&PriceChange<'a>> = self.changes.prices.iter().collect();
        let size =
            |change: &PriceChange<'_>| change.ratio().and_then(|ratio| ratio.round(6).ok()).map(|ratio| ratio.abs());
        sorted.sort_by_cached_key(|change| std::cmp::Reverse(size(change).unwrap_or(Decimal::MAX)));
        sorted
    }
}

/// `+12.5%`; nothing where the prices cannot be compared.
fn ratio(ratio: Option<&Fraction>) -> String {
    let Some(ratio) = ratio else { return "-".to_owned() };
    let sign = if ratio.is_negative() { "" } else { "+" };
    format!("{sign}{}", percent(ratio, 1))
}

impl View for PricesDiffView<'_> {
    fn page(&self) -> Page {
        let mut blocks = vec![Block::Title(self.headline())];
        blocks.extend(self.remarks(usize::MAX - 1).into_iter().map(Block::Text));
        if !self.changes.prices.is_empty() {
            blocks.push(Block::Grid(self.prices()));
        }
        blocks.extend(effect_grid(self.stages, usize::MAX));
        Page { blocks }
    }

    fn screen(&self) -> Page {
        if self.details {
            return self.page();
        }
        let mut blocks = vec![Block::Headline(self.headline())];
        blocks.extend(self.remarks(NAMED).into_iter().map(Block::Text));
        blocks.extend(self.largest().map(Block::Grid));
        if let Some(table) = effect_grid(self.stages, STAGES) {
            blocks.push(table);
            let is_compared = self.stages.iter().any(|effect| effect.totals.is_ok());
            blocks.extend(footer(is_compared.then(|| format!("Stages at the exchange rates of {}", self.to))));
        }
        Page { blocks }
    }

    fn records(&self) -> Records<'_> {
        let header =
            vec!["kind", "sku", "meter", "options", "currency", "old", "new", "change", "stage", "customers", "note"];
        let text = |text: Option<String>| text.map_or(Cell::Empty, Cell::text);
        let prices = self.changes.prices.iter().map(move |change| {
            let price = |terms: Option<&Terms>| terms.map(|terms| one_in_short(change.sku, change.charge, terms));
            let terms = change.new.or(change.old);
            vec![
                Cell::text("price"),
                Cell::text(&*change.sku.id),
                Cell::text(&*change.charge.meter),
                text(terms.and_then(choice)),
                text(terms.map(|terms| terms.currency.to_string())),
                text(price(change.old)),
                text(price(change.new)),
                Cell::number(change.ratio().as_ref().and_then(quotient).map(|ratio| ratio.0)),
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
            ]
        });
        let skus = [("new_sku", &self.changes.new), ("gone_sku", &self.changes.gone)];
        let skus = skus.into_iter().flat_map(|(kind, skus)| skus.iter().map(move |sku| (kind, *sku)));
        let skus = skus.map(|(kind, sku)| {
            let mut row = vec![Cell::text(kind), Cell::text(&*sku.id)];
            row.resize_with(11, || Cell::Empty);
            row
        });
        let stages = self.stages.iter().map(move |effect| {
            let total = |place: usize| Cell::number(effect.totals.as_ref().ok().map(|totals| totals[place]));
            vec![
                Cell::text("stage"),
                Cell::Empty,
                Cell::Empty,
                Cell::Empty,
                Cell::text(effect.currency.to_string()),
                total(0),
                total(1),
                Cell::number(effect::ratio(effect).as_ref().and_then(quotient).map(|ratio| ratio.0)),
                Cell::text(format!("{} {}", effect.id, effect.name)),
                Cell::Number(effect.customers.into()),
                text(effect.totals.as_ref().err().cloned()),
            ]
        });
        Records { header, rows: Box::new(prices.chain(skus).chain(stages)) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct PricesDiffJson<'a> {
    schema: &'static str,
    vendor: &'a str,
    from: String,
    to: String,
    unchanged: usize,
    changes: Vec<ChangeJson<'a>>,
    new_skus: Vec<SkuJson<'a>>,
    gone_skus: Vec<SkuJson<'a>>,
    stages: Vec<EffectJson<'a>>,
}

/// A price that changed; `old` or `new` is null where there is none on that day.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ChangeJson<'a> {
    sku: &'a str,
    meter: &'a str,
    unit: Option<&'a str>,
    old: Option<TermsJson>,
    new: Option<TermsJson>,
    change: Option<Number>,
    place: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SkuJson<'a> {
    sku: &'a str,
    name: Option<&'a str>,
    sold_until: Option<String>,
    successor: Option<&'a str>,
}

impl Serialize for PricesDiffView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let changes = self.changes.prices.iter().map(|change| {
            let json = |terms: Option<&Terms>| terms.map(|terms| TermsJson::new(change.charge, terms, self.sources));
            ChangeJson {
                sku: &change.sku.id,
                meter: &change.charge.meter,
                unit: change.charge.unit.as_ref().map(|unit| &*unit.label),
                old: json(change.old),
                new: json(change.new),
                change: change.ratio().as_ref().and_then(quotient),
                place: self.sources.origin(change.new.or(change.old).map_or(change.charge.span, |terms| terms.span)),
            }
        });
        PricesDiffJson {
            schema: "costplan.prices_diff.v1",
            vendor: self.vendor,
            from: self.from.to_string(),
            to: self.to.to_string(),
            unchanged: self.changes.same,
            changes: changes.collect(),
            new_skus: self.changes.new.iter().map(|sku| SkuJson::new(sku)).collect(),
            gone_skus: self.changes.gone.iter().map(|sku| SkuJson::new(sku)).collect(),
            stages: self.stages.iter().map(EffectJson::new).collect(),
        }
        .serialize(serializer)
    }
}

impl<'a> SkuJson<'a> {
    fn new(sku: &'a Sku) -> Self {
        Self {
            sku: &sku.id,
            name: sku.name.as_deref(),
            sold_until: sku.sale.sold_until.map(|day| day.to_string()),
            successor: sku.sale.successor.as_deref(),
        }
    }
}
