//! Costs before rounding.

use crate::calculate::fault::Fault;
use crate::model::{Amount, Currency, Fraction, Money};

/// An exact amount of money that may be a quotient; it becomes a decimal where the cost of the line item is stored.
#[derive(Clone, Debug)]
pub(crate) struct ExactCost {
    pub(crate) value: Fraction,
    pub(crate) currency: Currency,
}

impl ExactCost {
    pub(crate) fn amount(&self) -> Amount {
        Amount::money(self.value.clone(), self.currency)
    }

    /// The amount as it is stored; a quotient that does not end earlier is rounded to twelve decimals.
    pub(crate) fn kept(&self) -> Result<Money, Fault> {
        Ok(Money::new(self.value.to_decimal()?, self.currency))
    }
}

#[derive(Clone, Debug)]
pub(crate) struct ChargeCost {
    /// For the whole quantity.
    pub(crate) all: ExactCost,
    /// For one unit, where the charge is computed per unit.
    pub(crate) one: Option<Fraction>,
}

/// The cost of one charge in the reporting currency, or all of a plain cost.
#[derive(Clone, Debug)]
pub(crate) struct ChargePart {
    pub(crate) charge: Option<usize>,
    pub(crate) cost: ExactCost,
}
