//! Data retention of a technique: the block `retention` of `techniques/<name>.yaml`.

use crate::model::RetentionPeriod;
use crate::parse::stage::formula::FormulaRaw;
use crate::parse::syntax::node::table;
use crate::source::Spanned;

table! {
    /// Data that arrives, moves through tiers as it ages, and is deleted.
    pub struct RetentionRaw is "`retention`" {
        /// The unit of time of `arrives`, `kept`, `for` and `minimum`: `day` or `month`.
        pub period: Spanned<RetentionPeriod>,
        /// The days of a month, if `period` is `day`: `365 / 12` unless given.
        pub days_per_month: Option<FormulaRaw>,
        /// The monthly growth of arriving data: `2%`.
        pub growth: Option<FormulaRaw>,
        /// The month whose values effects use, counted from the first: unless given or zero, that in which data reaches its maximum
        /// age.
        pub month: Option<FormulaRaw>,
        /// The classes of data, each kept for its own time.
        pub classes: Vec<RetentionClassRaw>,
    }
}

table! {
    /// A class of data that is kept in the same way.
    pub struct RetentionClassRaw is "a class" {
        /// The name: `records`, `errors`.
        pub name: Spanned<String>,
        /// The data that arrives per period: `5 GB`.
        pub arrives: FormulaRaw,
        /// The number of periods for which it is kept.
        pub kept: FormulaRaw,
        /// The share of the size that compression saves: `80%`.
        pub compressed_by: Option<FormulaRaw>,
        /// The prices without the technique; those of the first tier unless given.
        pub baseline: Option<BaselineRaw>,
        /// The storage tiers, from the newest data to the oldest; the last tier takes the rest.
        pub tiers: Vec<StorageTierRaw>,
    }
}

table! {
    /// The prices of storage without a technique.
    pub struct BaselineRaw is "`baseline`" {
        /// The price per GB and month.
        pub price: FormulaRaw,
        /// The price per GB read; reading is free unless given.
        pub read_price: Option<FormulaRaw>,
    }
}

table! {
    /// Storage for data of a range of ages.
    pub struct StorageTierRaw is "a tier" {
        /// The name: `hot`.
        pub name: Spanned<String>,
        /// The number of periods for which data stays; not for the last tier.
        pub r#for: Option<FormulaRaw>,
        /// The price per GB and month.
        pub price: FormulaRaw,
        /// The share of the stored data that is read each month.
        pub read: Option<FormulaRaw>,
        /// The price per GB read.
        pub read_price: Option<FormulaRaw>,
        /// The minimum number of periods that are billed, even if data leaves earlier.
        pub minimum: Option<FormulaRaw>,
    }
}
