//! Stages with their cost at a number of customers.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::Costing;
use crate::model::{RangePoint, Stage};

/// A stage with its cost at a number of customers.
#[derive(Clone, Debug)]
pub struct CostedStage {
    /// The stage, under its scenario.
    pub stage: Stage,
    /// What it costs.
    pub costing: Costing,
    /// Which number of customers it is, such as the low end of the range.
    pub point: RangePoint,
    /// The monthly budget of the project, in the reporting currency.
    pub project_budget: Option<Decimal>,
}

impl CostedStage {
    /// Whether both have the same stage, scenario and point, so that they can be compared.
    pub fn is_same_subject(&self, other: &Self) -> bool {
        self.point == other.point && self.is_under_same_scenario(other)
    }

    /// Whether both have the same stage and scenario.
    pub fn is_under_same_scenario(&self, other: &Self) -> bool {
        let scenario = |of: &Self| of.stage.scenario.as_deref().map(|scenario| scenario.id.clone());
        self.stage.id == other.stage.id && scenario(self) == scenario(other)
    }

    /// The monthly budget of the project, otherwise of the stage.
    pub fn monthly_budget(&self) -> Option<Decimal> {
        self.project_budget.or(self.stage.monthly_budget.and_then(|band| band.value.high))
    }
}
