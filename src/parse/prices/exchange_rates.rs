//! Exchange rates: `pricing/fx.toml`.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::Problems;
use crate::model::Currency;
use crate::parse::other_kind;
use crate::parse::syntax::node::table;
use crate::source::{FileId, Spanned};

table! {
    /// Dated exchange rates.
    pub struct ExchangeRatesRaw is "a file of exchange rates" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The dated rates.
        pub rates: Vec<RateRaw>,
    }
}

table! {
    /// One rate: from its first day on, one unit of `from` buys `rate` units of `to`.
    pub struct RateRaw is "an exchange rate" {
        /// The currency that is sold.
        pub from: Spanned<Currency>,
        /// The currency that is bought.
        pub to: Spanned<Currency>,
        /// The units of `to` that one unit of `from` buys.
        pub rate: Spanned<Decimal>,
        /// The first day on which the rate applies.
        pub effective_from: Spanned<Date>,
        /// The day on which the rate was read, from which its age counts; its first day unless given.
        pub retrieved_on: Option<Spanned<Date>>,
        /// The source of the rate.
        pub source: Spanned<String>,
    }
}

/// Reads a file of exchange rates.
pub fn exchange_rates(file: FileId, text: &str, problems: &mut Problems) -> Option<ExchangeRatesRaw> {
    other_kind::of_toml(file, text, "a file of exchange rates", problems)
}
