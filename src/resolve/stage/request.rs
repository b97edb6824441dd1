//! What the user asks for beside the files.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::model::{Currency, MonthLength, ScenarioName};
use crate::parse::{AmountRaw, ConditionRaw, FormulaRaw};
use crate::source::Spanned;

/// The settings of one computation, from flags, environment, a scenario and `costplan.toml`.
#[derive(Clone, Debug)]
pub struct Request {
    /// The day whose prices and rates hold.
    pub as_of: Date,
    /// The reporting currency; that of the manifest unless given.
    pub currency: Option<Spanned<Currency>>,
    /// The buffer, over that of the manifest.
    pub buffer: Option<Spanned<Decimal>>,
    /// The hours of a month, over those of manifest and sheets.
    pub hours_per_month: Option<Spanned<MonthLength>>,
    /// Drivers that are set over those of the manifest.
    pub set: Vec<(Spanned<String>, FormulaRaw)>,
    /// The scenario that the request is made under.
    pub scenario: Option<Arc<ScenarioName>>,
    /// Drivers that the scenario sets and `set` does not: each stage takes those that it knows.
    pub scenario_set: Vec<(Spanned<String>, FormulaRaw)>,
    /// The techniques that are used, by the stems of their files.
    pub apply: Vec<Spanned<String>>,
    /// Inputs of techniques that are set, and shares.
    pub technique_set: Vec<TechniqueSetRaw>,
    /// Which line items the figures count: those for which all of these hold.
    pub conditions: Vec<ConditionRaw>,
    /// The revenue.
    pub revenue: Option<RevenueRaw>,
    /// Whether agreed prices are left aside.
    pub list_prices: bool,
    /// The rate of the tax on the total.
    pub tax: Option<Spanned<Decimal>>,
    /// Whether all vendors bill under the reverse charge.
    pub reverse_charge: bool,
    /// What holds where neither the request nor the manifest says anything.
    pub fallbacks: Fallbacks,
}

impl Request {
    /// Asks for nothing but the prices of a day.
    pub fn on(as_of: Date) -> Self {
        Self {
            as_of,
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
            list_prices: false,
            tax: None,
            reverse_charge: false,
            fallbacks: Fallbacks::default(),
        }
    }
}

/// An input of a technique that is set: `spot-gpu.spot_hours=200`; or the share of what it lowers: `spot-gpu.share=40%`.
#[derive(Clone, Debug)]
pub struct TechniqueSetRaw {
    /// The stem of the technique's file.
    pub technique: Spanned<String>,
    /// The input.
    pub input: Spanned<String>,
    /// The value.
    pub value: FormulaRaw,
    /// Whether it was typed, and must change something; a scenario may be for other commands too.
    pub is_typed: bool,
}

impl TechniqueSetRaw {
    /// Whether both set the same input.
    pub fn is_same(&self, other: &Self) -> bool {
        self.technique.value == other.technique.value && self.input.value == other.input.value
    }
}

/// The drivers among values that are set, and the inputs of techniques: a name with a point is one of those.
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

/// Values for stages that set none.
#[derive(Clone, Copy, Debug, Default)]
pub struct Fallbacks {
    /// The buffer.
    pub buffer: Option<Spanned<Decimal>>,
    /// The hours of a month.
    pub hours_per_month: Option<Spanned<MonthLength>>,
    /// The rate of the tax.
    pub tax: Option<Spanned<Decimal>>,
}

/// Revenue as it is written; an amount without a currency is in the reporting currency.
#[derive(Clone, Debug)]
pub enum RevenueRaw {
    /// Monthly recurring revenue.
    Mrr(AmountRaw),
    /// Average revenue per customer and month.
    Arpu(AmountRaw),
}
