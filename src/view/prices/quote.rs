//! One SKU on its own: its cost, with the working.

use std::borrow::Cow;

use serde::Serialize;

use crate::calculate::{Costing, LineCost, Subject, Trace};
use crate::model::{LinePricing, Money, SkuLine, Stage};
use crate::source::Sources;
use crate::view::View;
use crate::view::page::finding::unknown_name;
use crate::view::page::layout::{Block, Cell, Column, Grid, Mark, Page, Records};
use crate::view::page::number::Number;
use crate::view::page::section::Section;

/// A SKU, priced for a quantity and a usage.
#[derive(Debug)]
pub struct QuoteView<'a> {
    stage: &'a Stage,
    line: &'a SkuLine,
    cost: &'a LineCost,
    costing: &'a Costing,
    sections: Vec<Section<'a>>,
}

impl<'a> QuoteView<'a> {
    /// Shows the one line item of a quote with the trace of its computation; `None` for any other stage.
    pub fn new(stage: &'a Stage, costing: &'a Costing, trace: &'a Trace, sources: &'a Sources) -> Option<Self> {
        let [item] = &stage.line_items[..] else { return None };
        let LinePricing::Sku(line) = &item.pricing else { return None };
        let sections = Section::new(Subject::LineItem(0), stage, costing, trace, sources);
        Some(Self { stage, line, cost: costing.line_items.first()?, costing, sections: sections.into_iter().collect() })
    }

    /// The known cost, if any is known.
    fn total(&self) -> Option<Money> {
        self.cost.is_known.then(|| Money::new(self.cost.exact, self.stage.currency))
    }

    /// The cost at the low and at the high prices, if prices are ranges.
    fn ends(&self) -> Option<(Money, Money)> {
        let money = |amount| Money::new(amount, self.stage.currency);
        crate::view::cost::stage::ends_of(self.costing, 0).map(|(low, high)| (money(low), money(high)))
    }

    /// The quantity, which a quote always has.
    fn quantity(&self) -> rust_decimal::Decimal {
        self.cost.quantity.unwrap_or_default()
    }

    fn depends_on(&self) -> Vec<Cow<'a, str>> {
        self.cost.unknown.iter().map(|unknown| unknown_name(&self.stage.line_items[0], *unknown)).collect()
    }
}

impl View for QuoteView<'_> {
    fn page(&self) -> Page {
        let sku = &self.line.sku;
        let name = sku.name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
        let mut blocks = vec![
            Block::Title(format!("{}{name}", sku.id)),
            Block::Text(format!(
                "quantity {}, {} a month, prices of {}",
                Number(self.quantity()),
                self.stage.currency,
                self.stage.as_of
            )),
        ];
        let mut shown = Vec::new();
        blocks.extend(self.sections.iter().map(|section| Block::Grid(section.grid(&mut shown))));
        let mut total = Grid::new(vec![Column::left(""), Column::left("")]);
        let label = if self.cost.unknown.is_empty() { "Total" } else { "Total without the unknown" };
        let exact = |total: Money| format!("{} {}", Number(total.amount), total.currency);
        let amount = self.total().map_or_else(|| "?".to_owned(), exact);
        total.mark(Mark::Rule).mark(Mark::Strong).row([label, &amount]);
        if let Some((low, high)) = self.ends() {
            total.row(["At low prices", &exact(low)]);
            total.row(["At high prices", &exact(high)]);
        }
        blocks.push(Block::Grid(total));
        Page { blocks }
    }

    fn records(&self) -> Records<'_> {
        let header = [&["subject"], Section::COLUMNS].concat();
        let total = vec![
            Cell::text(&*self.line.sku.id),
            Cell::text("total"),
            Cell::Empty,
            Cell::Empty,
            Cell::number(self.total().map(|total| total.amount)),
            Cell::text(self.stage.currency.to_string()),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
        ];
        let rows = self.sections.iter().flat_map(Section::records).chain(std::iter::once(total));
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct QuoteJson<'a> {
    schema: &'static str,
    sku: &'a str,
    name: Option<&'a str>,
    currency: String,
    as_of: String,
    quantity: Number,
    total: Option<Number>,
    total_low: Option<Number>,
    total_high: Option<Number>,
    native: Option<MoneyJson>,
    complete: bool,
    depends_on: Vec<Cow<'a, str>>,
    #[cfg_attr(test, schemars(with = "Vec<crate::view::page::section::SubjectJson<'a>>"))]
    working: &'a [Section<'a>],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MoneyJson {
    amount: Number,
    currency: String,
}

impl Serialize for QuoteView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let native = self.cost.native;
        QuoteJson {
            schema: "costplan.quote.v1",
            sku: &self.line.sku.id,
            name: self.line.sku.name.as_deref(),
            currency: self.stage.currency.to_string(),
            as_of: self.stage.as_of.to_string(),
            quantity: Number(self.quantity()),
            total: self.total().map(|total| Number(total.amount)),
            total_low: self.ends().map(|(low, _)| Number(low.amount)),
            total_high: self.ends().map(|(_, high)| Number(high.amount)),
            native: native
                .map(|native| MoneyJson { amount: Number(native.amount), currency: native.currency.to_string() }),
            complete: self.cost.unknown.is_empty(),
            depends_on: self.depends_on(),
            working: &self.sections,
        }
        .serialize(serializer)
    }
}
