//! How the cost of stages moves with one number: the points of a sweep, and where a curve breaks.

use rust_decimal::Decimal;

use crate::calculate::charge::regime::{RegimeKey, RegimeState};
use crate::calculate::cost::costing::{Knowledge, Rating, Totals, UnitEconomics};
use crate::model::{Fraction, Verdict};

/// How a stage serves what is asked of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fit {
    /// Where the customers lie against the stage's range.
    pub range: Verdict,
    /// The capacities that are exceeded, by their place in the stage.
    pub exceeded: Vec<usize>,
    /// The capacities whose driver nothing gives a value, by their place.
    pub unchecked: Vec<usize>,
}

impl Fit {
    /// Whether the stage serves: the customers are in its range, and no capacity is known to be exceeded.
    pub fn serves(&self) -> bool {
        self.range == Verdict::Within && self.exceeded.is_empty()
    }
}

/// What a stage costs at one point of a sweep.
#[derive(Clone, Debug)]
pub struct StagePoint {
    /// The totals, of what is known; `None` if nothing is.
    pub totals: Option<Totals>,
    /// How much of the cost is known.
    pub knowledge: Knowledge,
    /// What the totals mean; the marginal cost is that of one unit more of the number that is swept.
    pub economics: UnitEconomics,
    /// Whether the stage serves.
    pub fit: Fit,
    /// The subtotal as a share of that of the whole stage, where only a part of it is asked for; `None` if that is zero, or
    /// not known in full.
    pub share_of_stage: Option<Fraction>,
}

/// A point of a sweep.
#[derive(Clone, Debug)]
pub struct SweepPoint {
    /// The value of the number that is swept.
    pub at: u64,
    /// The customers.
    pub customers: u64,
    /// Whether it is one of those that were asked for; otherwise it is there since something breaks.
    pub is_on_grid: bool,
    /// What each stage costs.
    pub stages: Vec<StagePoint>,
    /// The place of the cheapest stage that serves, where several stages are swept.
    pub cheapest: Option<usize>,
    /// What breaks here.
    pub breaks: Vec<BreakPoint>,
}

/// Something that is different from one point of a curve on.
#[derive(Clone, Debug)]
pub struct BreakPoint {
    /// The first value for which it holds.
    pub at: u64,
    /// The place of the stage among those that are swept; `None` if it is about all of them.
    pub stage: Option<usize>,
    /// The total one unit before, and here; `None` where nothing of it is known.
    pub totals: [Option<Decimal>; 2],
    /// What is different.
    pub change: Change,
}

/// What is different from a point of a curve on.
#[derive(Clone, Debug)]
pub enum Change {
    /// A row enters another part of its price model, or one of its numbers leaves the line on which it grew.
    Row {
        /// What it is about.
        key: RegimeKey,
        /// The state one unit before.
        from: RegimeState,
        /// The state here.
        to: RegimeState,
        /// By how much an amount grew with the unit before, where that is known.
        growth_before: Option<Fraction>,
        /// Whether this is the first of several allowances of the line item to be used up.
        is_first: bool,
    },
    /// The customers enter or leave the range of the stage.
    Range(Verdict),
    /// A capacity of the stage, by its place, is exceeded or no longer is.
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
    /// The share of MRR gets another rating.
    Rating(Rating),
    /// More or less of the cost is known.
    Knowledge(Knowledge),
    /// Another way to buy what a line item brings is the cheapest.
    CheapestSku {
        /// The place of the line item.
        line_item: usize,
        /// The place of the alternative; `None` is the line item as it is planned.
        alternative: Option<usize>,
        /// How much it costs less than the line item here.
        saved: Decimal,
    },
    /// Another stage is the cheapest that serves; `None` if none serves.
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
            | Self::Knowledge(..)
            | Self::CheapestSku { .. }
            | Self::Cheapest(..) => None,
        }
    }
}
