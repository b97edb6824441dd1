//! A stage that was checked.

use crate::calculate::{BudgetCheck, TechniqueSaving};
use crate::model::Stage;

/// A stage at a number of customers, with its comparisons.
#[derive(Debug)]
pub struct CheckedStage {
    /// The stage, under its scenario.
    pub stage: Stage,
    /// The number of customers.
    pub customers: u64,
    /// Whether the stage costs the most at this number, more than at both ends of its range.
    pub is_peak: bool,
    /// The comparisons.
    pub checks: Vec<BudgetCheck>,
    /// The savings of the techniques that the alerts name.
    pub savings: Vec<TechniqueSaving>,
}

impl CheckedStage {
    /// The name of what causes a comparison: a line item, or what was billed.
    pub(crate) fn cause<'c>(&'c self, check: &'c BudgetCheck) -> Option<&'c str> {
        let line_item = check.cause.map(|place| &*self.stage.line_items[place].name);
        check.billed_cause.as_deref().or(line_item)
    }
}
