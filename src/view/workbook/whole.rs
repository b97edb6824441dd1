//! The whole workbook.

use super::adjustment_cells::MAX_COLUMNS;
use super::book::Book;
use super::forecast_sheet;
use super::inputs_sheet::InputsSheet;
use super::parts::{WorkbookForecast, WorkbookStage};
use super::prices_sheet::PricesSheet;
use super::sensitivity_sheet;
use super::sheet::Workbook;
use super::stage_sheet;
use super::summary_sheet::{self, Summarised};
use crate::view::cost::tags::part_words;
use crate::view::page::scenario::scenario_texts;

/// The most discounts and credits of a stage that a workbook has.
pub const MAX_ADJUSTMENTS: usize = MAX_COLUMNS;

/// Makes a workbook whose numbers follow when its inputs are changed.
///
/// `remark` is a sentence about the whole for the first sheet, or empty. A stage has at most [`MAX_ADJUSTMENTS`] discounts
/// and credits.
pub fn workbook(
    stages: &[WorkbookStage<'_>],
    forecast: Option<WorkbookForecast<'_>>,
    day: jiff::civil::Date,
    remark: &str,
) -> Workbook {
    let mut book = Book::default();
    let title = "What the infrastructure costs a month".to_owned();
    let summary = summary_sheet::add(&mut book);
    let mut inputs = InputsSheet::new(&mut book);
    let mut prices = PricesSheet::new(&mut book);
    let of_prices = book.sheets.len() - 1;
    let mut summarised = Vec::new();
    for WorkbookStage { stage, costing, .. } in stages {
        let of_stage = inputs.stage(&mut book, stage, costing);
        let (customers, mrr) = (of_stage.customers, of_stage.mrr);
        let on_sheet = stage_sheet::write(&mut book, &mut prices, stage, costing, of_stage);
        summarised.push(Summarised { stage, costing, on_sheet, customers, mrr });
    }
    let remarks = remarks(stages, day, remark);
    summary_sheet::write(&mut book, summary, &title, &remarks, &summarised);
    forecast_sheet::write(&mut book, forecast.as_ref());
    sensitivity_sheet::write(&mut book, stages);
    // The prices are behind the stages that use them.
    let behind = of_prices + stages.len();
    if let Some(part) = book.sheets.get_mut(of_prices..=behind) {
        part.rotate_left(1);
    }
    Workbook { title, day, sheets: book.sheets, names: book.names }
}

/// What is said of all numbers: the day of the prices, and what was requested.
fn remarks(stages: &[WorkbookStage<'_>], day: jiff::civil::Date, remark: &str) -> [String; 2] {
    let prices = format!("At the prices of {day}. {remark}");
    let requested = stages.first().into_iter().flat_map(|WorkbookStage { stage, .. }| {
        scenario_texts(stage).into_iter().chain(stage.part.as_deref().map(part_words))
    });
    let requested: Vec<String> = requested.map(|text| format!("{text}.")).collect();
    [prices.trim_end().to_owned(), requested.join(" ")]
}
