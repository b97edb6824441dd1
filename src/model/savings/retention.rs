//! Data that arrives, moves through tiers as it ages, and is deleted.

use crate::model::formula::formula::Formula;
use crate::model::number::money::Currency;
use crate::model::words::words;

/// The data that a technique keeps, for how long, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention {
    /// The unit of time.
    pub period: RetentionPeriod,
    /// The days of a month; `None` if time is counted in months, or for a twelfth of 365 days.
    pub days_per_month: Option<Formula>,
    /// The monthly growth of arriving data, as a ratio.
    pub growth: Option<Formula>,
    /// The month whose values effects use; `None` or zero for the one in which data reaches its maximum age.
    pub month: Option<Formula>,
    /// The currency of all prices.
    pub currency: Currency,
    /// The classes of data, each kept for its own time.
    pub classes: Vec<RetentionClass>,
}

impl Retention {
    /// The names that effects may use, in the order of their slots after the inputs: values of the steady state.
    pub const NAMES: [&'static str; 4] = ["stored_before", "stored_after", "cost_before", "cost_after"];
}

impl Retention {
    /// Every formula of it.
    pub fn formulas(&self) -> impl Iterator<Item = &Formula> {
        self.classes
            .iter()
            .flat_map(move |class| {
                let of_class = [Some(&class.arrives), Some(&class.kept), class.compressed_by.as_ref()];
                let prices = class
                    .baseline
                    .iter()
                    .chain(class.tiers.iter().map(|tier| &tier.price))
                    .flat_map(StoragePrice::formulas);
                of_class
                    .into_iter()
                    .chain(prices)
                    .chain(class.tiers.iter().flat_map(StorageTier::formulas))
                    .collect::<Vec<_>>()
            })
            .chain([self.days_per_month.as_ref(), self.growth.as_ref(), self.month.as_ref()])
            .flatten()
    }
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

/// A class of data that is kept in the same way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RetentionClass {
    /// The name: `records`, `errors`.
    pub name: Box<str>,
    /// The data that arrives per period, in GB.
    pub arrives: Formula,
    /// The number of periods for which it is kept.
    pub kept: Formula,
    /// The share of the size that compression saves, as a ratio.
    pub compressed_by: Option<Formula>,
    /// The prices without the technique; `None` for those of the first tier.
    pub baseline: Option<StoragePrice>,
    /// The storage tiers, from the newest data to the oldest; at least one.
    pub tiers: Vec<StorageTier>,
}

/// The prices of storage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoragePrice {
    /// The price per GB and month.
    pub price: Formula,
    /// The price per GB read; `None` if reading is free.
    pub read_price: Option<Formula>,
}

impl StoragePrice {
    fn formulas(&self) -> [Option<&Formula>; 2] {
        [Some(&self.price), self.read_price.as_ref()]
    }
}

impl StorageTier {
    /// Its formulas besides those of its price.
    fn formulas(&self) -> [Option<&Formula>; 3] {
        [self.stays.as_ref(), self.read.as_ref(), self.minimum.as_ref()]
    }
}

/// Storage for data of a range of ages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StorageTier {
    /// The name: `hot`.
    pub name: Box<str>,
    /// The number of periods for which data stays; `None` for the last tier, which takes the rest.
    pub stays: Option<Formula>,
    /// The prices of the tier.
    pub price: StoragePrice,
    /// The share of the stored data that is read each month, as a ratio.
    pub read: Option<Formula>,
    /// The minimum number of periods that are billed.
    pub minimum: Option<Formula>,
}
