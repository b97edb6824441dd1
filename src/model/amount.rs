//! A number with its unit, as formulas compute with it.

use crate::model::decimal::Fraction;
use crate::model::money::Currency;

/// What an amount is counted in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// Nothing.
    Plain,
    /// A ratio, shown in per cent.
    Ratio,
    /// Money.
    Money(Currency),
    /// A unit by its label.
    Unit(Box<str>),
}

/// A number of a step.
#[derive(Clone, Debug)]
pub struct Amount {
    /// The exact value, counted in `measure`.
    pub value: Fraction,
    /// What it is counted in.
    pub measure: Measure,
}

impl Amount {
    /// A number without a unit.
    pub fn plain(value: impl Into<Fraction>) -> Self {
        Self { value: value.into(), measure: Measure::Plain }
    }

    /// A ratio.
    pub fn ratio(value: impl Into<Fraction>) -> Self {
        Self { value: value.into(), measure: Measure::Ratio }
    }

    /// An amount of money.
    pub fn money(value: impl Into<Fraction>, currency: Currency) -> Self {
        Self { value: value.into(), measure: Measure::Money(currency) }
    }

    /// An amount in a unit.
    pub fn unit(value: impl Into<Fraction>, label: &str) -> Self {
        Self { value: value.into(), measure: Measure::Unit(label.into()) }
    }
}
