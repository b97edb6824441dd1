//! A stage with what it costs, as snapshots keep it and differences compare it.

use rust_decimal::Decimal;

use super::costing::Costing;
use super::stage::Stage;
use crate::source::Span;

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

/// Which number of customers a stage is computed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangePoint {
    /// A number that somebody gives.
    Given,
    /// The least that the stage is meant for.
    Low,
    /// The most that the stage is meant for.
    High,
}

impl RangePoint {
    /// What a number of customers is of a stage, where `given` is the one that somebody gives.
    pub fn of(stage: &Stage, given: Option<u64>, customers: u64) -> Self {
        match given {
            Some(_) => Self::Given,
            None if customers == stage.customers.value.low => Self::Low,
            None => Self::High,
        }
    }
}

/// What a snapshot says that a stage costs.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The line items, by name.
    pub line_items: Vec<(Box<str>, RecordedCost)>,
    /// The total, as far as it is known.
    pub total: RecordedCost,
}

/// A recorded number.
#[derive(Clone, Copy, Debug)]
pub struct RecordedCost {
    /// The cost, as far as it is known; `None` if nothing is.
    pub cost: Option<Decimal>,
    /// Where it is written.
    pub span: Span,
}
