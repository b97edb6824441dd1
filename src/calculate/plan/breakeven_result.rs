//! At which customers and revenue a stage reaches each rating, and what a budget allows.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::Rating;
use crate::model::{CountRange, Setting};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BreakevenQuestion {
    /// The average revenue per customer and month for which customers are searched, in the reporting currency.
    pub arpu: Option<Setting<Decimal>>,
    /// The customers for which the revenue is worked out.
    pub customers: Option<u64>,
    /// The most that a month may cost, in the reporting currency.
    pub budget: Option<Decimal>,
    /// The customers that are searched, from the first to the last.
    pub searched: (u64, u64),
    /// Whether nothing beyond them is asked for.
    pub is_bounded: bool,
}

/// The answers.
#[derive(Clone, Debug, PartialEq)]
pub struct Breakeven {
    /// For each rating the customers at which the share of MRR is under its bound, from the best rating on.
    pub at_arpu: Option<Vec<RatingReach>>,
    /// What the stage costs at the customers that were asked for, and the revenue that each rating needs.
    pub at_customers: Option<RevenueNeeded>,
    /// The customers at which the total keeps to the budget.
    pub within_budget: Option<Reach>,
    /// The customers that were searched: the search ends before a number beyond the stage's range that cannot be computed,
    /// unless it was asked for.
    pub searched: (u64, u64),
    /// Whether the cost is the same for any number of customers, so that it was solved and not searched.
    pub is_constant: bool,
    /// Whether all costs are known; otherwise the runs are of what is certain.
    pub is_complete: bool,
}

/// The runs of customers at which something holds, in order. The last run has no end only where none exists.
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

    /// The part of it that lies in a range.
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

/// Where a rating is reached.
#[derive(Clone, Debug, PartialEq)]
pub struct RatingReach {
    /// The rating.
    pub rating: Rating,
    /// The ratio that the share of MRR is under.
    pub bound: Decimal,
    /// Where it is.
    pub reach: Reach,
}

/// The revenue that ratings need at a number of customers.
#[derive(Clone, Debug, PartialEq)]
pub struct RevenueNeeded {
    /// The customers.
    pub customers: u64,
    /// The total; `None` if not all of it is known.
    pub total: Option<Decimal>,
    /// What each rating needs, from the best rating on; empty if the total is unknown or there are no customers.
    pub ratings: Vec<ArpuNeeded>,
}

/// The revenue per customer that a rating needs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ArpuNeeded {
    /// The rating.
    pub rating: Rating,
    /// The ratio that the share of MRR is under.
    pub bound: Decimal,
    /// The share is the bound at this revenue per customer and month, to 12 decimals; a rating needs more.
    pub more_than: Decimal,
    /// The least revenue in hundredths of the currency that is enough.
    pub at_least: Decimal,
}
