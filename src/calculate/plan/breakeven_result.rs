//! At which customers and revenue a stage reaches each rating, and what a budget allows.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::Rating;
use crate::calculate::fault::Fault;
use crate::model::{CountRange, Fraction, Setting, Stage};

/// A question about the break-even of a stage.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakevenQuestion {
    /// The average revenue per customer and month for which customers are searched, in the reporting currency.
    pub arpu: Option<Setting<Decimal>>,
    /// The customers for which the needed revenue is computed.
    pub customers: Option<u64>,
    /// The monthly costs other than the infrastructure, in the reporting currency.
    pub other_costs: Option<Decimal>,
    /// The highest monthly cost, in the reporting currency.
    pub budget: Option<Decimal>,
    /// The range of customers that is searched.
    pub searched: (u64, u64),
    /// Whether the search ends at that range.
    pub is_bounded: bool,
}

/// The answers to a [`BreakevenQuestion`].
#[derive(Clone, Debug, PartialEq)]
pub struct Breakeven {
    /// For each goal the customers at which it is met.
    pub goals_at_arpu: Option<Vec<GoalReach>>,
    /// For each rating the customers at which the share of MRR is under its bound, from the best rating on.
    pub at_arpu: Option<Vec<RatingReach>>,
    /// The cost of the stage at the requested customers, and the revenue that each rating needs.
    pub at_customers: Option<RevenueNeeded>,
    /// The customers at which the total is within the budget.
    pub within_budget: Option<Reach>,
    /// The customers that were searched. The search ends before a number outside the stage's range that cannot be
    /// computed, unless that number was requested.
    pub searched: (u64, u64),
    /// Whether the cost is the same for any number of customers, so that it was solved instead of searched.
    pub is_constant: bool,
    /// Whether all costs are known; otherwise the runs contain only what is certain.
    pub is_complete: bool,
}

/// The runs of customers at which something holds, in order. Only a run that continues without limit has no end.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// The runs.
    pub runs: Vec<CountRange>,
}

impl Reach {
    /// Adds the next number at which it holds.
    pub fn extend(&mut self, count: u64) {
        match self.runs.last_mut() {
            Some(run) if run.high.and_then(|high| high.checked_add(1)) == Some(count) => run.high = Some(count),
            _ => self.runs.push(CountRange { low: count, high: Some(count) }),
        }
    }

    /// The part that lies in a range.
    pub fn within(&self, range: CountRange) -> Vec<CountRange> {
        let cut = |run: &CountRange| {
            let low = run.low.max(range.low);
            let high = match (run.high, range.high) {
                (Some(run), Some(range)) => Some(run.min(range)),
                (run, range) => run.or(range),
            };
            high.is_none_or(|high| low <= high).then_some(CountRange { low, high })
        };
        self.runs.iter().filter_map(cut).collect()
    }
}

/// What revenue should be enough for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BreakevenGoal {
    /// It covers the total of the stage.
    Infrastructure,
    /// It covers the total and the other costs.
    Everything,
    /// The share of MRR is under the target of the manifest.
    Target,
}

/// What revenue has to be: the total and `added` are at most, or less than, `share` of it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hurdle {
    /// The ratio of MRR.
    pub share: Decimal,
    /// The monthly costs in addition to the total.
    pub added: Decimal,
    /// Whether the costs must be less than the share, and not only at most as much.
    pub is_strict: bool,
}

impl Hurdle {
    /// Whether a total meets it at an MRR. With converted amounts, values that differ only by rounding are equal.
    pub(crate) fn is_met(&self, stage: &Stage, total: Decimal, mrr: &Fraction) -> Result<bool, Fault> {
        let costs = Fraction::from(total).add(&self.added.into())?;
        let order = stage.compare(&costs, &mrr.multiply(&self.share.into())?)?;
        Ok(if self.is_strict { order.is_lt() } else { order.is_le() })
    }
}

/// The customers at which a goal is met.
#[derive(Clone, Debug, PartialEq)]
pub struct GoalReach {
    /// The goal.
    pub goal: BreakevenGoal,
    /// What it takes.
    pub hurdle: Hurdle,
    /// The customers.
    pub reach: Reach,
}

/// The revenue per customer that a goal needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GoalNeeded {
    /// The goal.
    pub goal: BreakevenGoal,
    /// What it takes.
    pub hurdle: Hurdle,
    /// The lowest sufficient revenue per customer and month, in hundredths of the currency.
    pub at_least: Decimal,
}

/// The customers at which a rating is reached.
#[derive(Clone, Debug, PartialEq)]
pub struct RatingReach {
    /// The rating.
    pub rating: Rating,
    /// The ratio that the share of MRR must be under.
    pub bound: Decimal,
    /// The customers at which it is.
    pub reach: Reach,
}

/// The revenue that ratings need at a number of customers.
#[derive(Clone, Debug, PartialEq)]
pub struct RevenueNeeded {
    /// The customers.
    pub customers: u64,
    /// The total; `None` if it is not fully known.
    pub total: Option<Decimal>,
    /// What each goal needs; empty if the total is unknown or there are no customers.
    pub goals: Vec<GoalNeeded>,
    /// What each rating needs, from the best rating on; empty if the total is unknown or there are no customers.
    pub ratings: Vec<ArpuNeeded>,
}

/// The revenue per customer that a rating needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArpuNeeded {
    /// The rating.
    pub rating: Rating,
    /// The ratio that the share of MRR must be under.
    pub bound: Decimal,
    /// The revenue per customer and month at which the share equals the bound, to 12 decimals; a rating needs more.
    pub more_than: Decimal,
    /// The lowest sufficient revenue in whole minor units of the currency, such as cents.
    pub at_least: Decimal,
}
