//! A stage that was checked.

use crate::calculate::{BudgetCheck, TechniqueSaving};
use crate::model::Stage;

/// A stage at a number of customers, with what is compared.
#[derive(Debug)]
pub struct CheckedStage {
    /// The stage, under its scenario.
    pub stage: Stage,
    /// The number of customers.
    pub customers: u64,
    /// Whether it costs the most there, more than at both ends of its range.
    pub is_peak: bool,
    /// The comparisons.
    pub checks: Vec<BudgetCheck>,
    /// What the techniques save that the alerts name.
    pub savings: Vec<TechniqueSaving>,
}
