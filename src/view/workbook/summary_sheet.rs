//! The first sheet: what the stages cost, side by side, and by category, with charts.

use rust_decimal::Decimal;

use super::book::{Book, PLAIN};
use super::calc::Calc;
use super::columns::CATEGORY;
use super::inputs_sheet::decimals;
use super::places::{Place, Run};
use super::sheet::{CellKind, CellLook, CellNumbers, ChartSort, SheetChart, SheetRows};
use super::stage_sheet::StageOnSheet;
use crate::calculate::Costing;
use crate::model::{CategoryId, Currency, Stage};

const HEADER: [(&str, u16); 13] = [
    ("Stage", 34),
    ("Customers", 12),
    ("Subtotal", 14),
    ("Buffer", 13),
    ("Rounding", 12),
    ("Total", 14),
    ("To pay with tax", 15),
    ("Per customer", 14),
    ("Revenue a month", 16),
    ("Share of MRR", 13),
    ("Currency", 10),
    ("Unknown charges", 16),
    ("What follows the inputs", 64),
];
const NAME: u16 = 0;
const CUSTOMERS: u16 = 1;
const TOTAL: u16 = 5;
/// The row of the headings of columns.
const HEADINGS: u32 = 3;

/// A stage with its sheet.
pub(crate) struct Summarised<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) costing: &'a Costing,
    pub(crate) on_sheet: StageOnSheet,
    pub(crate) customers: Place,
    pub(crate) mrr: Place,
}

/// Adds the sheet, which is filled when the others are there.
pub(crate) fn add(book: &mut Book) -> u16 {
    book.sheet("Summary", &HEADER.map(|(_, width)| width))
}

/// Fills the sheet.
pub(crate) fn write(book: &mut Book, sheet: u16, title: &str, remarks: &[String], stages: &[Summarised<'_>]) {
    let at = |row: u32, column: u16| Place { sheet, row, column };
    book.text(at(0, NAME), title, CellLook::of(CellKind::Title, CellNumbers::General));
    for (row, remark) in (1..HEADINGS).zip(remarks) {
        book.text(at(row, NAME), remark, CellLook::of(CellKind::Remark, CellNumbers::General));
    }
    for (column, (text, _)) in (0..).zip(HEADER) {
        book.text(at(HEADINGS, column), text, CellLook::of(CellKind::Heading, CellNumbers::General));
    }
    let mut row = HEADINGS + 1;
    for stage in stages {
        line(book, sheet, row, stage);
        row += 1;
    }
    let last = row - 1;
    let categories = categories(book, sheet, row + 1, stages);
    if let Some(currency) = shared_currency(stages) {
        let charts = charts(book, sheet, (HEADINGS + 1, last), categories, (stages.len(), currency));
        book.sheets[usize::from(sheet)].charts = charts;
    }
}

/// The currency of all stages; `None` if they have several, whose amounts are not compared.
fn shared_currency(stages: &[Summarised<'_>]) -> Option<Currency> {
    let first = stages.first()?.stage.currency;
    stages.iter().all(|of| of.stage.currency == first).then_some(first)
}

/// Writes the row of a stage.
fn line(book: &mut Book, sheet: u16, row: u32, of: &Summarised<'_>) {
    let Summarised { stage, on_sheet, .. } = of;
    let at = |column: u16| Place { sheet, row, column };
    let money = CellNumbers::Money(decimals(stage.currency));
    let of_one = CellNumbers::Money(decimals(stage.currency).saturating_add(2));
    let sums = &on_sheet.sums;
    book.text(at(NAME), &format!("{} {}", stage.id, stage.name), PLAIN);
    let cells = [
        (CUSTOMERS, Some(of.customers), CellNumbers::General),
        (2, Some(sums.subtotal), money),
        (3, Some(sums.buffer), money),
        (4, sums.rounding, money),
        (TOTAL, Some(sums.total), money),
        (6, sums.to_pay, money),
        (7, Some(sums.per_customer), of_one),
        (8, Some(of.mrr), money),
        (9, Some(sums.share_of_mrr), CellNumbers::Percent),
        (11, Some(sums.unknown), CellNumbers::General),
    ];
    for (column, cell, numbers) in cells {
        let kind = if column == TOTAL { CellKind::Total } else { CellKind::Plain };
        if let Some(cell) = cell {
            book.calc(at(column), &Calc::Cell(cell), CellLook::of(kind, numbers));
        }
    }
    book.text(at(10), &stage.currency.to_string(), PLAIN);
    book.text(at(12), &follows(of), PLAIN);
}

/// How many rows follow the inputs.
fn follows(of: &Summarised<'_>) -> String {
    let rows = of.stage.rows(&of.costing.line_items).count();
    match of.on_sheet.kept {
        _ if rows == 0 => "no row is counted".to_owned(),
        0 if rows == 1 => "its row follows the inputs".to_owned(),
        0 => format!("all {rows} rows follow the inputs"),
        kept => format!("{kept} of {rows} rows keep a value of {} customers", of.costing.inputs.customers),
    }
}

/// Writes the costs by category, and returns the rows of the categories.
fn categories(book: &mut Book, sheet: u16, row: u32, stages: &[Summarised<'_>]) -> (u32, u32) {
    let at = |row: u32, column: u16| Place { sheet, row, column };
    let mut names: Vec<&str> = Vec::new();
    for stage in stages {
        for name in &stage.stage.categories {
            if !names.contains(&&**name) {
                names.push(name);
            }
        }
    }
    let heading = CellLook::of(CellKind::Heading, CellNumbers::General);
    book.text(at(row, NAME), "Category", heading);
    let is_shared = shared_currency(stages).is_some();
    for (column, Summarised { stage, .. }) in (1..).zip(stages) {
        let currency = if is_shared { String::new() } else { format!(", {}", stage.currency) };
        book.text(at(row, column), &format!("Stage {}{currency}", stage.id), heading);
    }
    let first = row + 1;
    let mut last = row;
    for name in names {
        last += 1;
        book.text(at(last, NAME), name, PLAIN);
        for (column, of) in (1..).zip(stages) {
            category(book, at(last, column), at(last, NAME), name, of);
        }
    }
    (first, last.max(first))
}

/// Writes what a category costs in a stage.
fn category(book: &mut Book, at: Place, key: Place, name: &str, of: &Summarised<'_>) {
    let StageOnSheet { sheet, rows, last, .. } = &of.on_sheet;
    let run = |column: u16| {
        let run = Run { sheet: *sheet, column, first: rows.0, last: rows.1 };
        book.places.run(run, at.sheet)
    };
    let (keys, costs) = (run(CATEGORY), run(last.monthly));
    let text = format!("SUMPRODUCT(EXACT({keys},{})*1,{costs})", book.places.written(key, at.sheet));
    let place = of.stage.categories.iter().position(|category| **category == *name);
    let id = place.and_then(|place| u32::try_from(place).ok()).map(CategoryId);
    let cost = id.filter(|id| of.stage.has_selected(*id)).and_then(|id| of.costing.categories.get(id.index()));
    let value = cost.map_or(Decimal::ZERO, |cost| cost.monthly);
    let money = CellNumbers::Money(decimals(of.stage.currency));
    book.formula(at, text, Ok(value), CellLook::of(CellKind::Plain, money));
}

/// The total of each stage, and its categories.
fn charts(
    book: &Book,
    sheet: u16,
    rows: (u32, u32),
    categories: (u32, u32),
    (stages, currency): (usize, Currency),
) -> Vec<SheetChart> {
    let name = book.places.sheets[usize::from(sheet)].clone();
    let cells = |column: u16, rows: (u32, u32)| SheetRows { sheet: name.clone(), column, rows };
    let top = categories.1 + 2;
    let totals = SheetChart {
        sort: ChartSort::Columns,
        title: format!("Monthly total by stage, {currency}"),
        corner: (top, 0),
        size: (520, 320),
        names: cells(NAME, rows),
        series: vec![(cells(TOTAL, (HEADINGS, HEADINGS)), cells(TOTAL, rows))],
    };
    let heading = categories.0 - 1;
    let last = u16::try_from(stages).unwrap_or(u16::MAX);
    let of_category = |column: u16| (cells(column, (heading, heading)), cells(column, categories));
    let by_category = SheetChart {
        sort: ChartSort::Columns,
        title: format!("Monthly cost by category, {currency}"),
        corner: (top, 5),
        size: (720, 320),
        names: cells(NAME, categories),
        series: (1..=last).map(of_category).collect(),
    };
    vec![totals, by_category]
}
