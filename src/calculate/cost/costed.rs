//! Stages with their cost at a number of customers.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::Costing;
use crate::model::{RangePoint, Stage};

/// What a stage with its cost is about: the number of the stage, the stem of its scenario, and the point of its range.
pub type PointOfStage<'c> = (u32, Option<&'c str>, RangePoint);

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
    /// The number of the stage, its scenario and the point: those that have the same can be compared.
    pub fn subject(&self) -> PointOfStage<'_> {
        (self.stage.id, self.scenario(), self.point)
    }

    /// Whether both have the same stage and scenario.
    pub fn is_under_same_scenario(&self, other: &Self) -> bool {
        self.stage.id == other.stage.id && self.scenario() == other.scenario()
    }

    /// The stem of the scenario's file.
    fn scenario(&self) -> Option<&str> {
        self.stage.scenario.as_deref().map(|scenario| &*scenario.id)
    }

    /// The monthly budget of the project, otherwise of the stage.
    pub fn monthly_budget(&self) -> Option<Decimal> {
        self.project_budget.or(self.stage.monthly_budget.and_then(|band| band.value.high))
    }
}
