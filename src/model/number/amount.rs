//! Numbers with units, for explanations and findings.

use crate::model::number::fraction::Fraction;
use crate::model::number::money::Currency;

/// The unit of an amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Measure {
    /// No unit.
    Plain,
    /// A ratio, shown as a percentage.
    Ratio,
    /// Money in this currency.
    Money(Currency),
    /// A unit, by its label: `GB`.
    Unit(Box<str>),
}

/// A number with its unit.
#[derive(Clone, Debug)]
pub struct Amount {
    /// The exact value, in the unit `measure`.
    pub value: Fraction,
    /// The unit of the value.
    pub measure: Measure,
}

impl Amount {
    /// A number without a unit.
    pub fn plain(value: impl Into<Fraction>) -> Self {
        Self { value: value.into(), measure: Measure::Plain }
    }

    /// A ratio, shown as a percentage.
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
