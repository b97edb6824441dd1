//! Scenarios: `scenarios/<name>.yaml`.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::Problems;
use crate::model::{Currency, MonthLength};
use crate::parse::forecast::ForecastRaw;
use crate::parse::other_kind;
use crate::parse::stage::formula::FormulaRaw;
use crate::parse::syntax::amount::AmountRaw;
use crate::parse::syntax::node::{Mapping, table};
use crate::source::{FileId, Spanned};

table! {
    /// A named set of inputs and settings under which stages are computed.
    pub struct ScenarioRaw is "a scenario" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The name for display; the stem of the file unless given.
        pub name: Option<Spanned<String>>,
        /// A sentence about the scenario.
        pub summary: Option<Spanned<String>>,
        /// The number of customers.
        pub customers: Option<Spanned<u64>>,
        /// Monthly recurring revenue: `5000 USD`.
        pub mrr: Option<AmountRaw>,
        /// Average revenue per customer and month: `20 USD`.
        pub arpu: Option<AmountRaw>,
        /// The share of the customers who pay: `5%`; overrides the manifest.
        pub paying: Option<Spanned<Decimal>>,
        /// The reporting currency; overrides the manifest.
        pub currency: Option<Spanned<Currency>>,
        /// The day whose prices and rates are used.
        pub as_of: Option<Spanned<Date>>,
        /// The buffer on top of the subtotal; overrides the manifest.
        pub buffer: Option<Spanned<Decimal>>,
        /// The hours of a month, or `calendar`; overrides the manifest.
        pub hours_per_month: Option<Spanned<MonthLength>>,
        /// The rate of the tax on the total; overrides the manifest.
        pub tax: Option<Spanned<Decimal>>,
        /// Whether to ignore agreed prices.
        pub list_prices: Option<bool>,
        /// The techniques to apply, in addition to those in use in the manifests.
        pub techniques: Vec<Spanned<String>>,
        /// Values or formulas that override drivers, `{ requests: customers * 20_000 }`, and inputs of techniques,
        /// `{ spot-gpu.spot_hours: 200 }`.
        pub set: Option<Mapping<FormulaRaw>>,
        /// The assumptions of `costplan forecast`.
        pub forecast: Option<ForecastRaw>,
    }
}

impl ScenarioRaw {
    /// The forecast of the scenario: `customers` of the scenario is the number of the first month unless the forecast
    /// gives its own.
    pub fn into_forecast(self) -> Option<ForecastRaw> {
        if self.forecast.is_none() && self.customers.is_none() {
            return None;
        }
        let mut forecast = self.forecast.unwrap_or_else(|| ForecastRaw::nothing(self.span));
        if !forecast.lists_customers() {
            forecast.from = forecast.from.or(self.customers);
        }
        Some(forecast)
    }
}

/// Reads a scenario.
pub fn scenario(file: FileId, text: &str, problems: &mut Problems) -> Option<ScenarioRaw> {
    other_kind::of_yaml(file, text, "a scenario", problems)
}
