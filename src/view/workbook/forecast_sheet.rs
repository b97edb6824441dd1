//! The sheet of the months ahead, as costplan computes them.

use super::book::{Book, PLAIN};
use super::inputs_sheet::decimals;
use super::parts::WorkbookForecast;
use super::places::Place;
use super::sheet::{CellKind, CellLook, CellNumbers, ChartSort, SheetChart, SheetRows};
use crate::calculate::{Completeness, ForecastMonth};
use crate::model::Currency;

const HEADER: [(&str, u16); 9] = [
    ("Month", 12),
    ("Customers", 12),
    ("Stage", 26),
    ("Cost of the stage", 17),
    ("Other costs of the month", 23),
    ("Revenue a month", 16),
    ("Share of MRR", 13),
    ("To pay", 14),
    ("Known", 14),
];
const COST: u16 = 3;
const REVENUE: u16 = 5;
const HEADINGS: u32 = 3;

/// Adds the sheet; without a forecast it says how to get one.
pub(crate) fn write(book: &mut Book, forecast: Option<&WorkbookForecast<'_>>) {
    let sheet = book.sheet("Forecast", &HEADER.map(|(_, width)| width));
    let at = |row: u32, column: u16| Place { sheet, row, column };
    book.text(at(0, 0), "Forecast", CellLook::of(CellKind::Title, CellNumbers::General));
    let remark = CellLook::of(CellKind::Remark, CellNumbers::General);
    let Some(forecast) = forecast.filter(|forecast| !forecast.forecast.months.is_empty()) else {
        let missing = "The project does not say how the customers grow. Write it under [forecast] in costplan.toml, or export with `--forecast --from 5 --growth 15%/month`.";
        book.text(at(1, 0), missing, remark);
        return;
    };
    let said = format!(
        "As costplan computed it, in {}. These numbers keep their values: each month has prices and a stage of its own.",
        forecast.currency
    );
    book.text(at(1, 0), &said, remark);
    for (column, (text, _)) in (0..).zip(HEADER) {
        book.text(at(HEADINGS, column), text, CellLook::of(CellKind::Heading, CellNumbers::General));
    }
    let mut row = HEADINGS;
    for of in &forecast.forecast.months {
        row += 1;
        month(book, sheet, row, of, forecast.currency);
    }
    book.sheets[usize::from(sheet)].frozen = (HEADINGS + 1, 1);
    let chart = chart(book, sheet, (HEADINGS + 1, row), forecast.currency);
    book.sheets[usize::from(sheet)].charts.push(chart);
}

fn month(book: &mut Book, sheet: u16, row: u32, month: &ForecastMonth, currency: Currency) {
    let at = |column: u16| Place { sheet, row, column };
    let money = CellLook::of(CellKind::Kept, CellNumbers::Money(decimals(currency)));
    book.text(at(0), &month.month.to_string(), PLAIN);
    let count = rust_decimal::Decimal::from(month.customers);
    book.number(at(1), count, CellLook::of(CellKind::Kept, CellNumbers::General));
    let stage = month.stage.as_ref().map(|stage| format!("{} {}", stage.id, stage.name));
    book.text(at(2), stage.as_deref().unwrap_or("none serves them"), PLAIN);
    let amounts =
        [(COST, month.total), (4, Some(month.extra)), (REVENUE, month.economics.mrr), (7, Some(month.to_pay))];
    for (column, amount) in amounts {
        if let Some(amount) = amount {
            book.number(at(column), amount, money);
        }
    }
    if let Some(share) = &month.economics.share_of_mrr {
        book.number(at(6), share.clone(), CellLook::of(CellKind::Kept, CellNumbers::Percent));
    }
    let known = match month.completeness {
        Completeness::Full => "all of it",
        Completeness::Part => "a lower bound",
        Completeness::Nothing => "nothing",
    };
    book.text(at(8), known, PLAIN);
}

fn chart(book: &Book, sheet: u16, rows: (u32, u32), currency: Currency) -> SheetChart {
    let name = book.places.sheets[usize::from(sheet)].clone();
    let cells = |column: u16, rows: (u32, u32)| SheetRows { sheet: name.clone(), column, rows };
    let series = |column: u16| (cells(column, (HEADINGS, HEADINGS)), cells(column, rows));
    SheetChart {
        sort: ChartSort::Line,
        title: format!("Cost and revenue by month, {currency}"),
        corner: (HEADINGS, 10),
        size: (720, 360),
        names: cells(0, rows),
        series: vec![series(COST), series(REVENUE)],
    }
}
