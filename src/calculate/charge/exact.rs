//! Costs before they are rounded.

use crate::calculate::fault::Fault;
use crate::model::{Amount, Currency, Fraction, Money};

/// An exact amount of money that may be a quotient; it becomes a decimal where the line item's cost is kept.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ExactCost {
    pub(crate) value: Fraction,
    pub(crate) currency: Currency,
}

impl ExactCost {
    pub(crate) fn amount(self) -> Amount {
        Amount::money(self.value, self.currency)
    }

    /// The amount as it is kept: a quotient that does not end before to twelve decimals.
    pub(crate) fn kept(self) -> Result<Money, Fault> {
        Ok(Money::new(self.value.to_decimal()?, self.currency))
    }
}

/// What a charge costs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ChargeCost {
    /// For all units.
    pub(crate) all: ExactCost,
    /// For one unit, where the charge is worked out for one.
    pub(crate) one: Option<Fraction>,
}

/// The cost of one charge in the reporting currency; of a plain cost, all of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part {
    /// The place of the charge.
    pub(crate) charge: Option<usize>,
    /// The cost.
    pub(crate) cost: ExactCost,
}
