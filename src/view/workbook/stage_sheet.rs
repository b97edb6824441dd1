//! The sheet of a stage.

use super::adjustment_cells;
use super::book::{Book, PLAIN};
use super::calc::Calc;
use super::charge_cells;
use super::columns::{ADJUSTED, CHARGE, EXACT, FIRST, ITEM, Last};
use super::inputs_sheet::{StageInputs, decimals};
use super::places::Run;
use super::pool_cells;
use super::prices_sheet::PricesSheet;
use super::share_cells::shares;
use super::sheet::{CellKind, CellLook, CellNumbers};
use super::stage_rows::{self, StageDraft};
use super::stage_sums::{self, StageSums};
use crate::calculate::Costing;
use crate::model::{LinePricing, Stage};
use crate::view::page::finding::unknown_names;

/// The row of the headings of columns.
const HEADER: u32 = 2;

/// What other sheets read of the sheet of a stage.
#[derive(Debug)]
pub(crate) struct StageOnSheet {
    pub(crate) sheet: u16,
    pub(crate) sums: StageSums,
    /// The rows of line items and charges.
    pub(crate) rows: (u32, u32),
    pub(crate) last: Last,
    /// How many line items keep a value.
    pub(crate) kept: usize,
}

/// Writes the sheet of a stage.
pub(crate) fn write(
    book: &mut Book,
    prices: &mut PricesSheet,
    stage: &Stage,
    costing: &Costing,
    inputs: StageInputs,
) -> StageOnSheet {
    let adjustments = u16::try_from(stage.adjustments.len()).unwrap_or(u16::MAX);
    let last = Last::behind(adjustments);
    let sheet = sheet(book, stage, adjustments);
    let mut draft = StageDraft { stage, costing, sheet, inputs, items: Vec::new() };
    heading(book, &draft, last);
    let mut row = HEADER + 1;
    for index in 0..stage.line_items.len() {
        let rows = stage_rows::write(book, &draft, index, row);
        row = rows.last + 1;
        draft.items.push(rows);
    }
    let rows = (HEADER + 1, row.saturating_sub(1).max(HEADER + 1));
    let next = pool_cells::write(book, &draft, row + 1);
    let in_order: Vec<usize> = stage.order.clone().unwrap_or_else(|| (0..stage.line_items.len()).collect());
    for index in in_order {
        let is_kept = charge_cells::write(book, &draft, prices, index);
        draft.items[index].is_kept |= is_kept;
    }
    adjustment_cells::write(book, &draft, HEADER);
    for index in 0..stage.line_items.len() {
        costs(book, &draft, index, last);
    }
    let sums = stage_sums::write(book, &draft, (rows, last), next + 1);
    let kept = draft.items.iter().enumerate().filter(|(index, item)| item.is_kept && stage.is_selected(*index)).count();
    StageOnSheet { sheet, sums, rows, last, kept }
}

fn sheet(book: &mut Book, stage: &Stage, adjustments: u16) -> u16 {
    let of_adjustments = (0..adjustments).map(|_| 16);
    let widths = FIRST.iter().map(|(_, width)| *width).chain(of_adjustments);
    let widths: Vec<u16> = widths.chain(Last::HEADER.iter().map(|(_, width)| *width)).collect();
    let sheet = book.sheet(&format!("{} {}", stage.id, stage.name), &widths);
    book.sheets[usize::from(sheet)].frozen = (HEADER + 1, 1);
    sheet
}

fn heading(book: &mut Book, draft: &StageDraft<'_>, last: Last) {
    let StageDraft { stage, costing, .. } = draft;
    let title = format!("Stage {}: {}", stage.id, stage.name);
    book.text(draft.at(0, ITEM), &title, CellLook::of(CellKind::Title, CellNumbers::General));
    let remark = format!(
        "Monthly costs in {}, at the prices of {}. Written for {} customers; change that on the sheet Inputs.",
        stage.currency, stage.as_of, costing.inputs.customers
    );
    book.text(draft.at(1, ITEM), &remark, CellLook::of(CellKind::Remark, CellNumbers::General));
    let heading = CellLook::of(CellKind::Heading, CellNumbers::General);
    for (column, (text, _)) in (0..).zip(FIRST) {
        book.text(draft.at(HEADER, column), text, heading);
    }
    for (column, (text, _)) in (last.exact..).zip(Last::HEADER) {
        if column != last.tax || stage.tax.is_some() {
            book.text(draft.at(HEADER, column), text, heading);
        }
    }
}

/// Writes what a line item costs, and what that is of a customer and of the revenue.
fn costs(book: &mut Book, draft: &StageDraft<'_>, index: usize, last: Last) {
    let (stage, rows) = (draft.stage, &draft.items[index]);
    let money = CellNumbers::Money(decimals(stage.currency));
    let run = |column: u16| Run { sheet: draft.sheet, column, first: rows.first, last: rows.last };
    let deducted: Vec<Run> =
        (ADJUSTED..last.exact).map(run).filter(|run| run.places().any(|place| book.places.is_filled(place))).collect();
    let cost = Calc::SumOfKnown(vec![run(CHARGE)]);
    let cost = if deducted.is_empty() { cost } else { cost.minus(Calc::Sum(deducted)) };
    let exact = draft.at(rows.first, last.exact);
    book.calc(exact, &cost, CellLook::of(CellKind::Plain, EXACT));
    if stage.is_selected(index) {
        let exact = Calc::Cell(exact);
        let cost = match stage.rounding.line_items {
            Some(rounding) => Calc::RoundTo(Box::new(exact), rounding.value),
            None => exact,
        };
        let monthly = draft.at(rows.first, last.monthly);
        book.calc(monthly, &cost, CellLook::of(CellKind::Plain, money));
        shares(book, draft, monthly, rows.first, (last.per_customer, last.share_of_mrr));
    }
    if let Some(tax) = &stage.tax {
        let rate = tax.rate_on(&stage.line_items[index]);
        let place = rate.and_then(|rate| draft.inputs.taxes.iter().position(|(known, _)| *known == rate.value));
        book.text(draft.at(rows.first, last.tax), &stage_sums::tax_key(place), PLAIN);
    }
    book.text(draft.at(rows.first, last.remark), &remark(draft, index), PLAIN);
}

/// What has to be said of a line item.
fn remark(draft: &StageDraft<'_>, index: usize) -> String {
    let (stage, item, cost) = (draft.stage, &draft.stage.line_items[index], &draft.costing.line_items[index]);
    let mut said = Vec::new();
    if !stage.is_selected(index) {
        said.push("not counted".to_owned());
    }
    if draft.items[index].is_kept {
        let why =
            if item.autoscaling().is_some() { ": its replicas follow the load of each hour of a week" } else { "" };
        said.push(format!("keeps a value of {} customers{why}", draft.costing.inputs.customers));
    }
    if !cost.unknown.is_empty() {
        said.push(format!("unknown: {}", unknown_names(item, &cost.unknown)));
    }
    let used: Vec<&str> = item.techniques.iter().map(|used| &*used.technique.id).collect();
    if !used.is_empty() {
        said.push(format!("with {}", used.join(", ")));
    }
    if let LinePricing::Sku(line) = &item.pricing {
        said.extend(line.reason.as_deref().map(|reason| format!("agreed: {reason}")));
    }
    said.extend(item.details.as_deref().and_then(|details| details.note.as_deref()).map(str::to_owned));
    said.join("; ")
}
