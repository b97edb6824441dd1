//! The other ways to buy the line items of a stage, beside what is planned.

use serde::Serialize;

use crate::calculate::AlternativeCost;
use crate::model::{LineItem, Stage};
use crate::view::page::layout::{Block, Column, Grid};
use crate::view::page::number::{Number, displayed};

/// The line item itself, or the alternative to it.
pub(crate) fn way<'a>(stage: &'a Stage, cost: &AlternativeCost) -> &'a LineItem {
    let item = &stage.line_items[cost.line_item];
    cost.alternative.and_then(|place| item.alternatives().get(place)).unwrap_or(item)
}

/// The note of a way.
pub(crate) fn note(item: &LineItem) -> Option<&str> {
    item.details.as_deref()?.note.as_deref()
}

/// A table of what each line item with alternatives would cost in each way, at each number of customers, and the notes of
/// the alternatives; nothing if there are none.
pub(crate) fn blocks(stage: &Stage, costs: &[AlternativeCost]) -> Vec<Block> {
    let mut customers: Vec<u64> = costs.iter().map(|cost| cost.customers).collect();
    customers.dedup();
    let Some((first, _)) = customers.split_first() else { return Vec::new() };
    let mut columns = vec![Column::left("Line item"), Column::left("Other ways to buy it")];
    columns.extend(customers.iter().map(|count| Column::right(format!("{} at {count}", stage.currency))));
    let mut grid = Grid::new(columns);
    let mut notes = Vec::new();
    for row in costs.iter().filter(|cost| cost.customers == *first) {
        let item = way(stage, row);
        if row.alternative.is_none() {
            grid.cell(&*item.name).cell("as planned");
        } else {
            grid.cell("").cell(&*item.name);
            notes.extend(note(item).map(|note| format!("{}: {note}", item.name)));
        }
        let is_same = |cost: &&AlternativeCost| (cost.line_item, cost.alternative) == (row.line_item, row.alternative);
        for cost in costs.iter().filter(is_same) {
            grid.cell(cost.cost.map_or_else(|| "?".to_owned(), |cost| displayed(cost, stage.currency).to_string()));
        }
    }
    let mut blocks = vec![Block::Grid(grid)];
    if !notes.is_empty() {
        blocks.push(Block::List(notes));
    }
    blocks
}

/// One way to buy a line item, in JSON.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct AlternativeJson<'a> {
    line_item: &'a str,
    /// Null for the line item as it is planned.
    alternative: Option<&'a str>,
    vendor: Option<&'a str>,
    sku: Option<&'a str>,
    customers: u64,
    monthly_cost_exact: Option<Number>,
    note: Option<&'a str>,
}

impl<'a> AlternativeJson<'a> {
    pub(crate) fn new(stage: &'a Stage, cost: &AlternativeCost) -> Self {
        let item = way(stage, cost);
        Self {
            line_item: &stage.line_items[cost.line_item].name,
            alternative: cost.alternative.map(|_| &*item.name),
            vendor: item.vendor(),
            sku: item.sku(),
            customers: cost.customers,
            monthly_cost_exact: cost.cost.map(Number),
            note: note(item),
        }
    }
}
