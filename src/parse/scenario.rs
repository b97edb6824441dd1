//! Scenarios: `scenarios/<name>.yaml`.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::Problems;
use crate::model::{Currency, MonthLength};
use crate::parse::forecast::ForecastRaw;
use crate::parse::formula::FormulaRaw;
use crate::parse::syntax::node::{FromNode, Mapping, Reader, table};
use crate::parse::syntax::scalar::AmountRaw;
use crate::parse::syntax::yaml;
use crate::source::{FileId, Spanned};

table! {
    /// A named set of inputs and settings under which stages are computed.
    pub struct ScenarioRaw is "a scenario" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The name that is shown; the stem of the file unless given.
        pub name: Option<Spanned<String>>,
        /// A sentence about the scenario.
        pub summary: Option<Spanned<String>>,
        /// The number of customers.
        pub customers: Option<Spanned<u64>>,
        /// Monthly recurring revenue.
        pub mrr: Option<AmountRaw>,
        /// Average revenue per customer and month.
        pub arpu: Option<AmountRaw>,
        /// The reporting currency, over that of the manifest.
        pub currency: Option<Spanned<Currency>>,
        /// The day whose prices and rates hold.
        pub as_of: Option<Spanned<Date>>,
        /// The contingency over the subtotal, over that of the manifest.
        pub buffer: Option<Spanned<Decimal>>,
        /// The hours of a month, or `calendar`, over those of the manifest.
        pub hours_per_month: Option<Spanned<MonthLength>>,
        /// The rate of the tax on the total, over that of the manifest.
        pub tax: Option<Spanned<Decimal>>,
        /// Whether agreed prices are left aside.
        pub list_prices: Option<bool>,
        /// The techniques that are in use, beside those of the manifests.
        pub techniques: Vec<Spanned<String>>,
        /// Drivers with another value or formula: `{ requests: customers * 20_000 }`; and inputs of techniques:
        /// `{ spot-gpu.spot_hours: 200 }`.
        pub set: Option<Mapping<FormulaRaw>>,
        /// What `costplan forecast` assumes.
        pub forecast: Option<ForecastRaw>,
    }
}

impl ScenarioRaw {
    /// What it assumes of the months ahead: its customers are those of the first month, unless it says others.
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
    let node = yaml::parse(file, text, problems)?;
    ScenarioRaw::from_node(node, &mut Reader { file, text, problems })
}
