//! Data that arrives, moves through tiers as it ages, and is deleted: what a technique says of it, and what it costs.

use crate::model::formula::Formula;
use crate::model::money::Currency;
use crate::model::words::words;

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

words! {
    /// What arrivals, ages and durations are counted in.
    pub enum RetentionPeriod is "a period" {
        /// Days.
        Day = "day",
        /// Months.
        Month = "month",
    }
}

impl RetentionPeriod {
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
