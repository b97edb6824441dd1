//! A workbook whose numbers follow when its inputs are changed: the costing of stages as formulas of a spreadsheet.
//!
//! A [`Workbook`] is plain values: texts, numbers, and formulas with the value that each has now. `render` writes it as a
//! file. Each formula is a [`Calc`](calc::Calc), from which both its text and its value are made, so that a cell shows
//! before it is computed again what it shows after that. `calc` knows what a spreadsheet computes with; `expression` and
//! `price_formula` translate the formulas of manifests and the price models into it.

mod adjustment_cells;
mod book;
mod calc;
mod charge_cells;
mod columns;
mod expression;
mod forecast_sheet;
mod inputs_sheet;
mod parts;
mod places;
mod pool_cells;
mod price_formula;
mod prices_sheet;
mod sensitivity_sheet;
mod share_cells;
mod sheet;
mod stage_rows;
mod stage_sheet;
mod stage_sums;
mod summary_sheet;
mod whole;

pub use parts::{WorkbookForecast, WorkbookStage};
pub use sheet::{
    CellKind, CellLook, CellNumbers, CellResult, CellValue, ChartSort, Sheet, SheetCell, SheetChart, SheetRows,
    Workbook,
};
pub use whole::{MAX_ADJUSTMENTS, workbook};
