//! Kept data month by month.

use crate::calculate::cost::trace::Step;
use crate::model::{Currency, Fraction, RetentionPeriod};
use crate::source::Span;

/// The numbers of a [`Retention`], for given inputs.
#[derive(Clone, Debug)]
pub struct RetentionPlan {
    /// What time is counted in.
    pub period: RetentionPeriod,
    /// How many periods a month has.
    pub month: Fraction,
    /// The rate by which what arrives grows each month.
    pub growth: Fraction,
    /// The currency of all costs.
    pub currency: Currency,
    /// What is kept.
    pub classes: Vec<PlannedClass>,
}

/// The numbers of a [`RetentionClass`].
#[derive(Clone, Debug)]
pub struct PlannedClass {
    /// What it is called.
    pub name: Box<str>,
    /// The data that arrives in a period of the first month, in GB.
    pub arrives: Fraction,
    /// The age at which it is deleted.
    pub kept: Fraction,
    /// The share of its size that compression leaves.
    pub left: Fraction,
    /// The price of a GB and month without the technique.
    pub price: Fraction,
    /// The price of a GB that is read without the technique.
    pub read_price: Fraction,
    /// Where it stands.
    pub tiers: Vec<PlannedTier>,
    /// Where what arrives is written.
    pub span: Span,
}

/// The numbers of a [`StorageTier`].
#[derive(Clone, Debug)]
pub struct PlannedTier {
    /// What it is called.
    pub name: Box<str>,
    /// The age at which data comes.
    pub from: Fraction,
    /// The age at which it leaves; `from` where it is deleted before it comes.
    pub to: Fraction,
    /// The age up to which it is billed: above `to` where data leaves earlier than the minimum.
    pub billed_to: Fraction,
    /// The price of a GB and month.
    pub price: Fraction,
    /// The share of what is stored that is read in a month.
    pub read: Fraction,
    /// The price of a GB that is read.
    pub read_price: Fraction,
    /// Where the price is written.
    pub span: Span,
}

/// What becomes of the data of a technique, month by month.
#[derive(Clone, Debug)]
pub struct RetentionResult {
    /// What it is computed from.
    pub plan: RetentionPlan,
    /// The first month in which data is as old as it gets. Without growth nothing changes from then on.
    pub steady: RetentionMonth,
    /// The months from the first one.
    pub months: Vec<RetentionMonth>,
    /// How the values of the steady state come about; the last four are those of [`Retention::NAMES`].
    pub steps: Vec<Step>,
}

/// Something without the technique and with it.
#[derive(Clone, Copy, Debug)]
pub struct BeforeAfter {
    /// Without it.
    pub before: Fraction,
    /// With it.
    pub after: Fraction,
}

impl BeforeAfter {
    /// Nothing.
    pub const ZERO: Self = Self { before: Fraction::ZERO, after: Fraction::ZERO };
}

/// A month, as it is at its end.
#[derive(Clone, Debug)]
pub struct RetentionMonth {
    /// Its number, from 1.
    pub number: u32,
    /// The data that is stored, in GB.
    pub stored: BeforeAfter,
    /// What the month costs.
    pub cost: BeforeAfter,
    /// What all months up to this one cost.
    pub cumulative: BeforeAfter,
    /// The same by class, in the order of the plan.
    pub classes: Vec<ClassMonth>,
}

/// A month of a class.
#[derive(Clone, Debug)]
pub struct ClassMonth {
    /// The data that is stored, in GB.
    pub stored: BeforeAfter,
    /// What it costs.
    pub cost: BeforeAfter,
    /// The same by tier, with the technique.
    pub tiers: Vec<TierMonth>,
}

/// A month of a tier.
#[derive(Clone, Copy, Debug)]
pub struct TierMonth {
    /// The data that is stored, in GB.
    pub stored: Fraction,
    /// The data that is billed, in GB: more where data left too early.
    pub billed: Fraction,
    /// What storing costs.
    pub storage: Fraction,
    /// What reading costs.
    pub reading: Fraction,
}
