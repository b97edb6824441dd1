//! Data that arrives, moves through tiers as it ages, and is deleted: what a technique says of it, and what it costs.

use super::decimal::Fraction;
use super::formula::Formula;
use super::money::Currency;
use super::trace::Step;
use crate::source::Span;

/// What a technique keeps, for how long, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// What time is counted in.
    pub period: RetentionPeriod,
    /// How many days a month has; `None` for what is counted in months, and for a twelfth of 365 days.
    pub days_per_month: Option<Formula>,
    /// The rate by which what arrives grows each month.
    pub growth: Option<Formula>,
    /// The currency of all prices.
    pub currency: Currency,
    /// What is kept, each for its own time.
    pub classes: Vec<RetentionClass>,
}

impl Retention {
    /// The names that effects may use, in the order of their slots behind the inputs: values of the steady state.
    pub const NAMES: [&'static str; 4] = ["stored_before", "stored_after", "cost_before", "cost_after"];
}

/// What arrivals, ages and durations are counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetentionPeriod {
    /// Days.
    Day,
    /// Months.
    Month,
}

impl RetentionPeriod {
    /// Every period with its name in files.
    pub const NAMES: [(&'static str, Self); 2] = [("day", Self::Day), ("month", Self::Month)];

    /// The name in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Month => "month",
        }
    }

    /// The most periods that anything is kept: about a century.
    pub fn most(self) -> u32 {
        match self {
            Self::Day => 40_000,
            Self::Month => 1_200,
        }
    }
}

/// Data that is kept in one way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetentionClass {
    /// What it is called: `records`, `errors`.
    pub name: Box<str>,
    /// The data that arrives in a period, in GB.
    pub arrives: Formula,
    /// How many periods it is kept.
    pub kept: Formula,
    /// The share of its size that compression saves.
    pub compressed_by: Option<Formula>,
    /// What it costs without the technique; as in the first tier where this is missing.
    pub baseline: Option<StoragePrice>,
    /// Where it stands, from the youngest data to the oldest; there is at least one.
    pub tiers: Vec<StorageTier>,
}

/// What storage costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoragePrice {
    /// The price of a GB and month.
    pub price: Formula,
    /// The price of a GB that is read; `None` where reading costs nothing.
    pub read_price: Option<Formula>,
}

/// Storage for data of some ages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageTier {
    /// What it is called: `hot`.
    pub name: Box<str>,
    /// How many periods data stays; the last tier, which has none, takes the rest.
    pub stays: Option<Formula>,
    /// What it costs.
    pub price: StoragePrice,
    /// The share of what is stored in it that is read in a month.
    pub read: Option<Formula>,
    /// For how many periods data is billed at least.
    pub minimum: Option<Formula>,
}

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
