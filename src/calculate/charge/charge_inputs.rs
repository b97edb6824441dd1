//! What a charge is computed from.

use crate::calculate::charge::regime::{RegimeKind, RegimeState};
use crate::calculate::charge::steps::Steps;
use crate::calculate::cost::pools::Share;
use crate::calculate::cost::trace::Observer;
use crate::model::{ChargeLine, Formula, Fraction, LineItem, PricePoint, Scope};
use crate::source::Span;

/// What a charge is computed from, beside its terms.
pub(crate) struct ChargeInputs<'a> {
    /// The line item.
    pub(crate) item: &'a LineItem,
    /// The charge.
    pub(crate) line: &'a ChargeLine,
    /// Its place in the SKU.
    pub(crate) place: usize,
    /// The names that formulas of the sheet may use.
    pub(crate) scope: &'a Scope,
    /// Their values; `None` for the usage of a meter that nobody gives.
    pub(crate) values: &'a [Option<Fraction>],
    /// The usage, in canonical units.
    pub(crate) usage: Option<Fraction>,
    /// The formula behind the usage.
    pub(crate) usage_from: Option<Evaluated<'a>>,
    /// Where the manifest says that usage that nobody gives stays within what is included, if it does.
    pub(crate) assumed_within: Option<Span>,
    /// How many units the line item has.
    pub(crate) quantity: Fraction,
    /// What a percentage is taken of, in the currency of the terms; `None` if it is unknown.
    pub(crate) base: Option<Fraction>,
    /// What the charge may use of an allowance that it shares; `None` if there is none, or if it is unknown.
    pub(crate) share: Option<Share<'a>>,
    /// Which end of the ranges of prices is computed with.
    pub(crate) point: PricePoint,
    /// Why prices of the line are agreed.
    pub(crate) reason: Option<&'a str>,
}

/// A formula with the names that it uses and their values.
#[derive(Clone, Copy)]
pub(crate) struct Evaluated<'a> {
    pub(crate) formula: &'a Formula,
    pub(crate) scope: &'a Scope,
    pub(crate) values: &'a [Option<Fraction>],
}

/// Tells whether a bound holds, and gives it back.
pub(crate) fn holds<O: Observer>(kind: RegimeKind, holds: bool, steps: &mut Steps<'_, O>) -> bool {
    steps.regime(kind, RegimeState::Holds(holds));
    holds
}
