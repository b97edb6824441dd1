//! The sheet of the inputs that move the total the most, as costplan ranks them.

use super::book::{Book, PLAIN};
use super::inputs_sheet::decimals;
use super::parts::WorkbookStage;
use super::places::Place;
use super::sheet::{CellKind, CellLook, CellNumbers, ChartSort, SheetChart, SheetRows};
use crate::calculate::{InputEnd, InputSensitivity};
use crate::view::page::number::exact_percent;

const WIDTHS: [u16; 4] = [60, 18, 18, 50];
/// The most inputs of a stage that are listed.
const LISTED: usize = 15;

/// Adds the sheet.
pub(crate) fn write(book: &mut Book, stages: &[WorkbookStage<'_>]) {
    let sheet = book.sheet("Sensitivity", &WIDTHS);
    let at = |row: u32, column: u16| Place { sheet, row, column };
    book.text(at(0, 0), "Sensitivity", CellLook::of(CellKind::Title, CellNumbers::General));
    let remark = "How the exact total moves if one input is changed and all else is not, as costplan computed it. These numbers keep their values.";
    book.text(at(1, 0), remark, CellLook::of(CellKind::Remark, CellNumbers::General));
    let mut row = 3;
    for of in stages {
        row = stage(book, sheet, row, of) + 1;
    }
}

/// Writes the inputs of a stage from a row on, and returns the next free row.
fn stage(book: &mut Book, sheet: u16, row: u32, of: &WorkbookStage<'_>) -> u32 {
    let WorkbookStage { stage, costing, sensitivity } = of;
    let at = |row: u32, column: u16| Place { sheet, row, column };
    let by = exact_percent(sensitivity.by);
    let customers = costing.inputs.customers;
    let title = format!("Stage {} {}, {customers} customers, in {}", stage.id, stage.name, stage.currency);
    let heading = CellLook::of(CellKind::Heading, CellNumbers::General);
    for (column, text) in (0..).zip([title, format!("{by} less"), format!("{by} more")]) {
        book.text(at(row, column), &text, heading);
    }
    let moving: Vec<&InputSensitivity> = sensitivity.inputs.iter().filter(|input| input.moves()).take(LISTED).collect();
    let mut last = row;
    for input in &moving {
        last += 1;
        book.text(at(last, 0), &input.label, PLAIN);
        for (column, end) in [(1, &input.low), (2, &input.high)] {
            moved(book, at(last, column), end, decimals(stage.currency));
        }
    }
    if moving.is_empty() {
        book.text(at(row + 1, 0), "Nothing moves the total.", PLAIN);
        return row + 3;
    }
    let name = book.places.sheets[usize::from(sheet)].clone();
    let cells = |column: u16, rows: (u32, u32)| SheetRows { sheet: name.clone(), column, rows };
    let series = |column: u16| (cells(column, (row, row)), cells(column, (row + 1, last)));
    let height = 120 + 26 * (last - row);
    let chart = SheetChart {
        sort: ChartSort::Bars,
        title: format!("What moves the total of stage {}, {}", stage.id, stage.currency),
        corner: (row, 4),
        size: (760, height),
        names: cells(0, (row + 1, last)),
        series: vec![series(1), series(2)],
    };
    book.sheets[usize::from(sheet)].charts.push(chart);
    // A row has about 20 points; the next chart must not cover this one.
    last.max(row + height / 20) + 1
}

fn moved(book: &mut Book, at: Place, end: &InputEnd, decimals: u8) {
    match &end.outcome {
        Ok(outcome) => book.number(at, outcome.moved, CellLook::of(CellKind::Kept, CellNumbers::Money(decimals))),
        Err(why) => book.text(at, &format!("not computed: {why}"), PLAIN),
    }
}
