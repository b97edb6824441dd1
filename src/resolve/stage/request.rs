//! The user's request: settings that are not in the manifests.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::model::{Currency, MonthLength, ScenarioName};
use crate::parse::{AmountRaw, ConditionRaw, FormulaRaw, TaxRaw, YearlyPayersRaw};
use crate::source::Spanned;

/// The settings of one computation, from flags, environment, a scenario and `costplan.toml`.
#[derive(Clone, Debug)]
pub struct Request {
    /// The day whose prices and rates are used.
    pub as_of: Date,
    /// The day whose exchange rates are used; that of the prices unless given.
    pub rates_on: Option<Date>,
    /// The reporting currency; the manifest's unless given.
    pub currency: Option<Spanned<Currency>>,
    /// The buffer, as a ratio of the subtotal; overrides the manifest.
    pub buffer: Option<Spanned<Decimal>>,
    /// The hours of a month; overrides the manifest and the price sheets.
    pub hours_per_month: Option<Spanned<MonthLength>>,
    /// Drivers to set; they override the manifest.
    pub set: Vec<(Spanned<String>, FormulaRaw)>,
    /// The scenario under which stages are computed.
    pub scenario: Option<Arc<ScenarioName>>,
    /// Drivers that only the scenario sets: each stage takes those that it has.
    pub scenario_set: Vec<(Spanned<String>, FormulaRaw)>,
    /// The techniques to apply, by the stems of their files.
    pub apply: Vec<Spanned<String>>,
    /// Values of inputs and shares of techniques.
    pub technique_set: Vec<TechniqueSetRaw>,
    /// The conditions that a line item must match to count in the figures.
    pub conditions: Vec<ConditionRaw>,
    /// The revenue, if given: MRR or ARPU.
    pub revenue: Option<RevenueRaw>,
    /// The share of the customers who pay, as a ratio; overrides the manifest.
    pub paying: Option<Spanned<Decimal>>,
    /// Whether agreed prices are ignored.
    pub list_prices: bool,
    /// The rate of the tax on the total, as a ratio.
    pub tax: Option<Spanned<Decimal>>,
    /// Whether all vendors bill under the reverse charge.
    pub reverse_charge: bool,
    /// Values for settings that neither the request nor the manifest gives.
    pub fallbacks: Fallbacks,
}

impl Request {
    /// A request that sets only the day.
    pub fn on(as_of: Date) -> Self {
        Self {
            as_of,
            rates_on: None,
            currency: None,
            buffer: None,
            hours_per_month: None,
            set: Vec::new(),
            scenario: None,
            scenario_set: Vec::new(),
            apply: Vec::new(),
            technique_set: Vec::new(),
            conditions: Vec::new(),
            revenue: None,
            paying: None,
            list_prices: false,
            tax: None,
            reverse_charge: false,
            fallbacks: Fallbacks::default(),
        }
    }
}

/// A value for an input of a technique, `spot-gpu.spot_hours=200`, or for its share, `spot-gpu.share=40%`.
#[derive(Clone, Debug)]
pub struct TechniqueSetRaw {
    /// The stem of the technique's file.
    pub technique: Spanned<String>,
    /// The name of the input, or `share`.
    pub input: Spanned<String>,
    /// The value: a formula.
    pub value: FormulaRaw,
    /// Whether it was typed on the command line and so must have an effect; values of a scenario may be for other
    /// commands.
    pub is_typed: bool,
}

impl TechniqueSetRaw {
    /// Whether both set the same input of the same technique.
    pub fn is_same(&self, other: &Self) -> bool {
        self.technique.value == other.technique.value && self.input.value == other.input.value
    }
}

/// Separates drivers from inputs of techniques, whose names have a point.
pub fn split_set(
    set: Vec<(Spanned<String>, FormulaRaw)>,
    is_typed: bool,
) -> (Vec<(Spanned<String>, FormulaRaw)>, Vec<TechniqueSetRaw>) {
    let (of_techniques, drivers): (Vec<_>, Vec<_>) = set.into_iter().partition(|(name, _)| name.value.contains('.'));
    let of_technique = |(name, value): (Spanned<String>, FormulaRaw)| {
        let point = name.value.rfind('.').unwrap_or(0);
        let part = |from: usize, to: usize| Spanned::new(name.value[from..to].to_owned(), name.span);
        TechniqueSetRaw { technique: part(0, point), input: part(point + 1, name.value.len()), value, is_typed }
    };
    (drivers, of_techniques.into_iter().map(of_technique).collect())
}

/// Values for stages that do not set their own.
#[derive(Clone, Debug, Default)]
pub struct Fallbacks {
    /// The buffer, as a ratio of the subtotal.
    pub buffer: Option<Spanned<Decimal>>,
    /// The hours of a month, or the calendar's.
    pub hours_per_month: Option<Spanned<MonthLength>>,
    /// The share of the customers who pay, as a ratio.
    pub paying: Option<Spanned<Decimal>>,
    /// The paying customers who pay for a year at a time.
    pub yearly_payers: Option<YearlyPayersRaw>,
    /// The tax on what vendors bill. It may name vendors and categories that a stage does not have.
    pub tax: Option<TaxRaw>,
}

/// Revenue as written; an amount without a currency is in the reporting currency.
#[derive(Clone, Debug)]
pub enum RevenueRaw {
    /// Monthly recurring revenue.
    Mrr(AmountRaw),
    /// Average revenue per customer and month.
    Arpu(AmountRaw),
}
