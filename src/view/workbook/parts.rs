//! What a workbook is made of.

use crate::calculate::{Costing, Forecast, Sensitivity};
use crate::model::{Currency, Stage};

/// A stage of a workbook.
#[derive(Clone, Copy, Debug)]
pub struct WorkbookStage<'a> {
    /// The stage.
    pub stage: &'a Stage,
    /// What it costs at the customers with which the workbook begins.
    pub costing: &'a Costing,
    /// How the total moves with its inputs.
    pub sensitivity: &'a Sensitivity,
}

/// The months ahead in a workbook.
#[derive(Clone, Copy, Debug)]
pub struct WorkbookForecast<'a> {
    /// The months.
    pub forecast: &'a Forecast,
    /// The currency of their amounts.
    pub currency: Currency,
}
