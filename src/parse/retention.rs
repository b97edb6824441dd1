//! What a technique keeps: the block `retention` of `techniques/<name>.yaml`.

use crate::model::RetentionPeriod;
use crate::parse::formula::FormulaRaw;
use crate::parse::syntax::node::table;
use crate::source::Spanned;

table! {
    /// Data that arrives, moves through tiers as it ages, and is deleted.
    pub struct RetentionRaw is "`retention`" {
        /// What `arrives`, `kept`, `for` and `minimum` count: `day` or `month`.
        pub period: Spanned<RetentionPeriod>,
        /// How many days a month has, if these are counted in days: `365 / 12` unless given.
        pub days_per_month: Option<FormulaRaw>,
        /// The rate by which what arrives grows each month.
        pub growth: Option<FormulaRaw>,
        /// What is kept, each for its own time.
        pub classes: Vec<RetentionClassRaw>,
    }
}

table! {
    /// Data that is kept in one way.
    pub struct RetentionClassRaw is "a class" {
        /// What it is called: `records`, `errors`.
        pub name: Spanned<String>,
        /// The data that arrives in a period.
        pub arrives: FormulaRaw,
        /// How many periods it is kept.
        pub kept: FormulaRaw,
        /// The share of its size that compression saves.
        pub compressed_by: Option<FormulaRaw>,
        /// What it costs without the technique; as in the first tier unless given.
        pub baseline: Option<BaselineRaw>,
        /// Where it stands, from the youngest data to the oldest; the last tier takes the rest.
        pub tiers: Vec<StorageTierRaw>,
    }
}

table! {
    /// What storage costs without a technique.
    pub struct BaselineRaw is "`baseline`" {
        /// The price of a GB and month.
        pub price: FormulaRaw,
        /// The price of a GB that is read; reading costs nothing unless given.
        pub read_price: Option<FormulaRaw>,
    }
}

table! {
    /// Storage for data of some ages.
    pub struct StorageTierRaw is "a tier" {
        /// What it is called: `hot`.
        pub name: Spanned<String>,
        /// How many periods data stays; not of the last tier.
        pub r#for: Option<FormulaRaw>,
        /// The price of a GB and month.
        pub price: FormulaRaw,
        /// The share of what is stored in it that is read in a month.
        pub read: Option<FormulaRaw>,
        /// The price of a GB that is read.
        pub read_price: Option<FormulaRaw>,
        /// For how many periods data is billed at least, also if it leaves earlier.
        pub minimum: Option<FormulaRaw>,
    }
}
