//! Stored data month by month.

use crate::calculate::cost::trace::Step;
use crate::model::{Currency, Fraction, RetentionPeriod};
use crate::source::Span;

/// The numbers of a [`Retention`](crate::model::Retention), for given inputs.
#[derive(Clone, Debug)]
pub struct RetentionPlan {
    /// The unit of ages.
    pub period: RetentionPeriod,
    /// How many periods a month has.
    pub month: Fraction,
    /// The monthly growth of the arriving data, as a ratio.
    pub growth: Fraction,
    /// The number of the month whose values effects use; `None` for that of the steady state.
    pub counted: Option<u32>,
    /// The currency of all costs.
    pub currency: Currency,
    /// The classes of data.
    pub classes: Vec<PlannedClass>,
}

/// The numbers of a [`RetentionClass`](crate::model::RetentionClass).
#[derive(Clone, Debug)]
pub struct PlannedClass {
    /// The name.
    pub name: Box<str>,
    /// The data that arrives in a period of the first month, in GB.
    pub arrives: Fraction,
    /// The age at which it is deleted.
    pub kept: Fraction,
    /// The share of the size that remains after compression.
    pub left: Fraction,
    /// The price of a GB and month without the technique.
    pub price: Fraction,
    /// The price of reading a GB without the technique.
    pub read_price: Fraction,
    /// The tiers in which it is stored.
    pub tiers: Vec<PlannedTier>,
    /// Where the arriving data is written.
    pub span: Span,
}

/// The numbers of a [`StorageTier`](crate::model::StorageTier).
#[derive(Clone, Debug)]
pub struct PlannedTier {
    /// The name.
    pub name: Box<str>,
    /// The age at which data enters.
    pub from: Fraction,
    /// The age at which data leaves; `from` where it is deleted before it enters.
    pub to: Fraction,
    /// The age up to which it is billed: above `to` where data leaves before the minimum time.
    pub billed_to: Fraction,
    /// The price of a GB and month.
    pub price: Fraction,
    /// The share of the stored data that is read in a month.
    pub read: Fraction,
    /// The price of reading a GB.
    pub read_price: Fraction,
    /// Where the price is written.
    pub span: Span,
}

/// What happens to the data of a technique, month by month.
#[derive(Clone, Debug)]
pub struct RetentionResult {
    /// The numbers that it is computed from.
    pub plan: RetentionPlan,
    /// The first month in which data has reached its maximum age. Without growth nothing changes after that.
    pub steady: RetentionMonth,
    /// The month whose values effects use.
    pub counted: RetentionMonth,
    /// The months from the first one.
    pub months: Vec<RetentionMonth>,
    /// The steps of the month whose values effects use; the last four give the values of [`Retention::NAMES`](crate::model::Retention::NAMES).
    pub steps: Vec<Step>,
}

/// A value without the technique and with it.
#[derive(Clone, Debug)]
pub struct BeforeAfter {
    /// Without the technique.
    pub before: Fraction,
    /// With the technique.
    pub after: Fraction,
}

impl BeforeAfter {
    /// Zero on both sides.
    pub const ZERO: Self = Self { before: Fraction::ZERO, after: Fraction::ZERO };
}

/// A month, as it is at its end.
#[derive(Clone, Debug)]
pub struct RetentionMonth {
    /// Its number, from 1.
    pub number: u32,
    /// The stored data, in GB.
    pub stored: BeforeAfter,
    /// The cost of the month.
    pub cost: BeforeAfter,
    /// The cost of all months up to this one.
    pub cumulative: BeforeAfter,
    /// The same by class, in the order of the plan.
    pub classes: Vec<ClassMonth>,
}

/// A month of a class.
#[derive(Clone, Debug)]
pub struct ClassMonth {
    /// The stored data, in GB.
    pub stored: BeforeAfter,
    /// The cost of the month.
    pub cost: BeforeAfter,
    /// The same by tier, with the technique.
    pub tiers: Vec<TierMonth>,
}

/// A month of a tier.
#[derive(Clone, Debug)]
pub struct TierMonth {
    /// The stored data, in GB.
    pub stored: Fraction,
    /// The billed data, in GB: more than the stored data where data left too early.
    pub billed: Fraction,
    /// The cost of storing.
    pub storage: Fraction,
    /// The cost of reading.
    pub reading: Fraction,
}
