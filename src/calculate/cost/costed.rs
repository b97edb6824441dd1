//! A stage with what it costs over its range.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::Costing;
use crate::model::{RangePoint, Stage};

/// A stage at a number of customers, with what it costs there.
#[derive(Clone, Debug)]
pub struct CostedStage {
    /// The stage, under its scenario.
    pub stage: Stage,
    /// What it costs.
    pub costing: Costing,
    /// Which number of customers that is.
    pub point: RangePoint,
    /// The monthly budget of the project, in the reporting currency.
    pub project_budget: Option<Decimal>,
}

impl CostedStage {
    /// Whether both are of the same stage, scenario and point, so that one can be compared with the other.
    pub fn is_same_subject(&self, other: &Self) -> bool {
        self.point == other.point && self.is_under_same_scenario(other)
    }

    /// Whether both are of the same stage and scenario.
    pub fn is_under_same_scenario(&self, other: &Self) -> bool {
        let scenario = |of: &Self| of.stage.scenario.as_deref().map(|scenario| scenario.id.clone());
        self.stage.id == other.stage.id && scenario(self) == scenario(other)
    }

    /// The monthly budget: that of the project, otherwise of the stage.
    pub fn monthly_budget(&self) -> Option<Decimal> {
        self.project_budget.or(self.stage.monthly_budget.and_then(|band| band.value.high))
    }
}
