//! How the cost of stages changes with one number: the points of a sweep, and the break-points of a curve.

use rust_decimal::Decimal;

use crate::calculate::charge::regime::{RegimeKey, RegimeState};
use crate::calculate::cost::costing::{Completeness, Rating, Totals, UnitEconomics};
use crate::model::{Fraction, Verdict};

/// How a stage serves the required customers and usage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// How the customers compare with the stage's range.
    pub range: Verdict,
    /// The capacities that are exceeded, by their places in the stage.
    pub exceeded: Vec<usize>,
    /// The capacities whose driver has no value, by their places.
    pub unchecked: Vec<usize>,
    /// The auto-scaled line items with more load than all their replicas can handle, by their places.
    pub overloaded: Vec<usize>,
}

impl Fit {
    /// Whether the stage serves: the customers are in its range, and it can handle them.
    pub fn serves(&self) -> bool {
        self.range == Verdict::Within && self.can_handle()
    }

    /// Whether no capacity is known to be exceeded, and no line item has more load than it can handle.
    pub fn can_handle(&self) -> bool {
        self.exceeded.is_empty() && self.overloaded.is_empty()
    }
}

/// The cost of a stage at one point of a sweep.
#[derive(Clone, Debug)]
pub struct StagePoint {
    /// The totals of the known costs; `None` if there are none.
    pub totals: Option<Totals>,
    /// How much of the cost is known.
    pub completeness: Completeness,
    /// The unit economics; the marginal cost is that of one more unit of the swept number.
    pub economics: UnitEconomics,
    /// How the stage serves.
    pub fit: Fit,
    /// The subtotal as a share of the whole stage's subtotal, where only a part is requested; `None` if that is zero or
    /// not fully known.
    pub share_of_stage: Option<Fraction>,
}

/// A point of a sweep.
#[derive(Clone, Debug)]
pub struct SweepPoint {
    /// The value of the swept number.
    pub at: u64,
    /// The customers.
    pub customers: u64,
    /// Whether the point was requested; otherwise it is included because of a break-point.
    pub is_on_grid: bool,
    /// The cost of each stage.
    pub stages: Vec<StagePoint>,
    /// The place of the cheapest stage that serves, if several stages are swept.
    pub cheapest: Option<usize>,
    /// The break-points at this value.
    pub breaks: Vec<BreakPoint>,
}

/// A break-point: something changes from one value of the swept number on.
#[derive(Clone, Debug)]
pub struct BreakPoint {
    /// The first value after the change.
    pub at: u64,
    /// The place of the stage among those that are swept; `None` if the change concerns all of them.
    pub stage: Option<usize>,
    /// The total one unit before and here; `None` where none of it is known.
    pub totals: [Option<Decimal>; 2],
    /// What changes.
    pub change: Change,
}

/// What changes at a break-point.
#[derive(Clone, Debug)]
pub enum Change {
    /// A row enters another part of its price model, or one of its amounts stops growing linearly.
    Row {
        /// The regime that changes.
        key: RegimeKey,
        /// The state one unit before.
        from: RegimeState,
        /// The state here.
        to: RegimeState,
        /// By how much an amount grew with the unit before, if that is known.
        growth_before: Option<Fraction>,
        /// Whether this is the first of several allowances of the line item to be used up.
        is_first: bool,
    },
    /// The customers enter or leave the range of the stage.
    Range(Verdict),
    /// A capacity of the stage, by its place, becomes exceeded or no longer is.
    Capacity {
        /// The capacity.
        place: usize,
        /// Whether it is exceeded.
        is_exceeded: bool,
    },
    /// The total enters or leaves the budget.
    Budget(Verdict),
    /// The cost per customer before the buffer enters or leaves its target.
    CostPerCustomer(Verdict),
    /// The share of MRR meets its target or no longer does.
    ShareOfMrr {
        /// Whether it is met.
        is_met: bool,
    },
    /// The rating of the share of MRR changes.
    Rating(Rating),
    /// More or less of the cost is known.
    Completeness(Completeness),
    /// Another way to buy what a line item provides becomes the cheapest.
    CheapestSku {
        /// The place of the line item.
        line_item: usize,
        /// The place of the alternative; `None` for the line item as planned.
        alternative: Option<usize>,
        /// By how much it is cheaper than the line item here.
        saved: Decimal,
    },
    /// A different stage becomes the cheapest that serves; `None` if none serves.
    Cheapest(Option<usize>),
}

impl Change {
    /// What it is about, if it is a change of a row.
    pub fn of_row(&self) -> Option<RegimeKey> {
        match self {
            Self::Row { key, .. } => Some(*key),
            Self::Range(..)
            | Self::Capacity { .. }
            | Self::Budget(..)
            | Self::CostPerCustomer(..)
            | Self::ShareOfMrr { .. }
            | Self::Rating(..)
            | Self::Completeness(..)
            | Self::CheapestSku { .. }
            | Self::Cheapest(..) => None,
        }
    }
}
