//! Mappings: how a vendor's own answer becomes prices of a price sheet, `imports/<name>.toml`.
//!
//! A text of a mapping is a template: `{path}` in it is the value at a path of the answer. A path is looked up in the
//! record, then in what is around it; `a.b` is the key `b` of the table `a`, `a.0` the first element of a list, `@1` the
//! key of the first `*` of `at`, and `a | b` is `a`, or `b` where that is not there.

use rust_decimal::Decimal;

use crate::diagnostic::Problems;
use crate::model::words::words;
use crate::model::{PriceModel, Trust};
use crate::parse::other_kind;
use crate::parse::syntax::node::{Mapping, Paragraph, ScalarOr, table};
use crate::source::{FileId, Spanned};

words! {
    /// The format of an answer.
    pub enum AnswerFormat is "a format of an answer" {
        /// JSON.
        Json = "json",
        /// CSV, whose first line has the names of the columns.
        Csv = "csv",
        /// YAML.
        Yaml = "yaml",
        /// TOML.
        Toml = "toml",
    }
}

table! {
    /// How the answers of a vendor become prices.
    pub struct PriceMappingRaw is "a mapping of prices" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// What is read, in words.
        pub description: Option<Spanned<String>>,
        /// The vendor's id, where the answer names it: `{provider}`; the name of the mapping or the requested one unless given.
        pub vendor: Option<Spanned<String>>,
        /// Vendors as the answers name them, with the ids of their price sheets: `fireworks_ai = "fireworks"`. Any other name becomes an id as it is.
        pub vendors: Option<Mapping<Spanned<String>>>,
        /// The vendor's name for display, in a new price sheet.
        pub vendor_name: Option<Spanned<String>>,
        /// The format of the answers.
        pub format: Spanned<AnswerFormat>,
        /// The currency of the prices: `EUR`, or `{currencyCode}`.
        pub currency: Spanned<String>,
        /// The source of the prices.
        pub source: Spanned<String>,
        /// How far the prices can be trusted.
        pub trust: Spanned<Trust>,
        /// The day on which the prices were read, where the answer says it: a path.
        pub retrieved_on: Option<Spanned<String>>,
        /// A path that has a value if the answer has further pages.
        pub further_pages: Option<Spanned<String>>,
        /// Words of the answer for units, with those of price sheets: `h = "hour"`.
        pub units: Option<Mapping<Spanned<String>>>,
        /// The kinds of records of the answer.
        pub records: Vec<MappedRecordRaw>,
        /// Small answers, and the prices that have to come out of each.
        pub examples: Vec<MappingExampleRaw>,
    }
}

table! {
    /// An answer, and what has to come out of it.
    pub struct MappingExampleRaw is "an example of a mapping" {
        /// The answer.
        pub answer: Paragraph,
        /// The prices in words, by SKU and meter: `"cx23 server"` = `"0.0088/hour, cap 5.49"`.
        pub prices: Mapping<Spanned<String>>,
    }
}

table! {
    /// One kind of record of an answer.
    pub struct MappedRecordRaw is "a kind of record" {
        /// Where the records are: paths, in which `*` is each element of a list or each value of a table.
        pub at: Vec<Spanned<String>>,
        /// What has to hold of a record, by path: a pattern with `*`, several with `|` between them, and `!` in front of what
        /// must not hold.
        pub r#where: Option<Mapping<Spanned<String>>>,
        /// The name of the SKU.
        pub sku: Spanned<String>,
        /// Beginnings that are not part of the name of the SKU.
        pub strip: Vec<Spanned<String>>,
        /// The region: appended to the name of the SKU, unless it is `home`.
        pub region: Option<Spanned<String>>,
        /// The region that SKUs without a region are in.
        pub home: Option<Spanned<String>>,
        /// Regions that count as one: `fsn1 = "eu"`.
        pub regions: Option<Mapping<Spanned<String>>>,
        /// The name of the SKU for people.
        pub name: Option<Spanned<String>>,
        /// The category.
        pub category: Option<Spanned<String>>,
        /// The description.
        pub description: Option<Spanned<String>>,
        /// Whether different prices of a SKU are those of a market, whose range is its price.
        pub market: Option<bool>,
        /// A note.
        pub note: Option<Spanned<String>>,
        /// The specification. What the answer lacks is left out.
        pub specification: Option<Mapping<Spanned<String>>>,
        /// The last day on which it is sold: a path.
        pub sold_until: Option<Spanned<String>>,
        /// The first day of the price: a path.
        pub effective_from: Option<Spanned<String>>,
        /// The rate of the tax that the prices include.
        pub includes_tax: Option<Spanned<Decimal>>,
        /// The currency, if it is another than that of the mapping.
        pub currency: Option<Spanned<String>>,
        /// The charges.
        pub charges: Vec<MappedChargeRaw>,
    }
}

table! {
    /// A charge of a SKU.
    pub struct MappedChargeRaw is "a charge of a mapping" {
        /// The meter.
        pub meter: Spanned<String>,
        /// How to obtain the usage.
        pub description: Option<Spanned<String>>,
        /// The pricing unit.
        pub unit: Option<Spanned<String>>,
        /// The price model; `per_unit` with a unit, and `flat` without one.
        pub model: Option<Spanned<PriceModel>>,
        /// Whether it is charged for each unit of the SKU.
        pub each: Option<bool>,
        /// The usage unless the line item gives one.
        pub usage: Option<Spanned<String>>,
        /// The allowance.
        pub included: Option<Spanned<String>>,
        /// The step to which usage is rounded up.
        pub round_usage_up_to: Option<Spanned<Decimal>>,
        /// The price. A record without it does not have the charge.
        pub price: ScalarOr<Spanned<String>, MappedAmountRaw>,
        /// How many units the price buys.
        pub per: Option<Spanned<String>>,
        /// The most that a month costs.
        pub cap: Option<ScalarOr<Spanned<String>, MappedAmountRaw>>,
        /// The least that a month costs.
        pub minimum: Option<ScalarOr<Spanned<String>, MappedAmountRaw>>,
        /// The first unit of the tier of the price: a path. The records of a SKU are then tiers of one price.
        pub tier_from: Option<Spanned<String>>,
        /// A path with a unit in words, as `100 GB/Month`: the unit, and how many of it the price buys.
        pub measure: Option<Spanned<String>>,
    }
}

table! {
    /// An amount of money of an answer.
    pub struct MappedAmountRaw is "an amount of a mapping" {
        /// A path.
        pub from: Spanned<String>,
        /// A path with billionths to be added.
        pub nanos: Option<Spanned<String>>,
        /// What it is multiplied by: `0.01` for cents.
        pub times: Option<Spanned<Decimal>>,
        /// The decimals to which it is rounded, half away from zero, where the answer has the noise of floating point.
        pub decimals: Option<Spanned<u64>>,
    }
}

/// Reads a mapping.
pub fn price_mapping(file: FileId, text: &str, problems: &mut Problems) -> Option<PriceMappingRaw> {
    other_kind::of_toml(file, text, "a mapping of prices", problems)
}
