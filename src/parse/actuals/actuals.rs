//! What a month really cost: `actuals/2026-10.yaml`.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::Problems;
use crate::model::{ChargeKind, Month};
use crate::parse::other_kind;
use crate::parse::syntax::amount::AmountRaw;
use crate::parse::syntax::node::{Mapping, table};
use crate::source::{FileId, Spanned};

table! {
    /// What a month really cost. `costplan actuals import` and `costplan actuals add` write it.
    pub struct ActualMonthRaw is "the actual costs of a month" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The month: `2026-10`.
        pub month: Spanned<Month>,
        /// The number of customers of the month.
        pub customers: Option<Spanned<u64>>,
        /// The monthly recurring revenue of the month: `6400 USD`.
        pub mrr: Option<AmountRaw>,
        /// The bills of which rows belong to the month.
        pub sources: Vec<BillSourceRaw>,
        /// The charges that were typed in.
        pub typed: Vec<BilledChargeRaw>,
    }
}

table! {
    /// The rows of one bill that belong to the month.
    pub struct BillSourceRaw is "a bill" {
        /// The name of the file.
        pub name: Spanned<String>,
        /// The format of the file: `focus`.
        pub format: Spanned<String>,
        /// The SHA-256 digest of the file.
        pub digest: Spanned<String>,
        /// How many rows belong to the month.
        pub rows: Spanned<u64>,
        /// What the rows add up to, one sum for each currency; the charges have to add up to the same.
        pub totals: Vec<ControlTotalRaw>,
        /// The last day that the rows cover.
        pub through: Option<Spanned<Date>>,
        /// What was bought.
        pub charges: Vec<BilledChargeRaw>,
    }
}

table! {
    /// What the rows of a bill add up to in one currency.
    pub struct ControlTotalRaw is "a control total" {
        /// The sum of what was billed, with its currency.
        pub billed: AmountRaw,
        /// The sum of the effective costs.
        pub effective: Option<AmountRaw>,
    }
}

table! {
    /// A charge: rows of a bill that are alike, or an amount that was typed in.
    pub struct BilledChargeRaw is "a charge of a bill" {
        /// The vendor, as the bill names it.
        pub vendor: Spanned<String>,
        /// The service.
        pub service: Option<Spanned<String>>,
        /// The vendor's id of what was bought.
        pub sku: Option<Spanned<String>>,
        /// What was counted.
        pub meter: Option<Spanned<String>>,
        /// The type of the resource.
        pub resource_type: Option<Spanned<String>>,
        /// The tags that the project keeps.
        pub tags: Option<Mapping<Spanned<String>>>,
        /// What it is for; `usage` unless given.
        pub kind: Option<Spanned<ChargeKind>>,
        /// Whether it corrects an earlier bill.
        pub correction: Option<bool>,
        /// Whether it is for the whole month, so that a month that is not over has all of it.
        pub monthly: Option<bool>,
        /// What was billed, with its currency.
        pub cost: AmountRaw,
        /// The billed quantity.
        pub quantity: Option<Spanned<Decimal>>,
        /// The unit of the quantity.
        pub unit: Option<Spanned<String>>,
        /// How many rows it was added up from.
        pub rows: Option<Spanned<u64>>,
    }
}

/// Reads the file of a month.
pub fn actual_month(file: FileId, text: &str, problems: &mut Problems) -> Option<ActualMonthRaw> {
    other_kind::of_yaml(file, text, "the actual costs of a month", problems)
}
