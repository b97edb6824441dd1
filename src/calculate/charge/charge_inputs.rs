//! What a charge is computed from.

use crate::calculate::charge::regime::{RegimeKind, RegimeState};
use crate::calculate::charge::steps::Steps;
use crate::calculate::cost::lines::pools::Share;
use crate::calculate::cost::trace::Observer;
use crate::model::{ChargeLine, Formula, Fraction, LineItem, PricePoint, Scope};
use crate::source::Span;

/// The inputs of a charge, other than its terms.
pub(crate) struct ChargeInputs<'a> {
    pub(crate) item: &'a LineItem,
    pub(crate) line: &'a ChargeLine,
    /// The place of the charge in the SKU.
    pub(crate) place: usize,
    /// The names that formulas of the sheet may use.
    pub(crate) scope: &'a Scope,
    /// Their values; `None` for a meter whose usage is not given.
    pub(crate) values: &'a [Option<Fraction>],
    /// The usage, in canonical units.
    pub(crate) usage: Option<Fraction>,
    /// The formula that computes the usage.
    pub(crate) usage_from: Option<Evaluated<'a>>,
    /// Where the manifest states that usage that is not given stays within the allowance, if it does.
    pub(crate) assumed_within: Option<Span>,
    /// The values of the drivers.
    pub(crate) drivers: &'a [Option<Fraction>],
    /// The quantity of the line item.
    pub(crate) quantity: &'a Fraction,
    /// The base of a percentage, in the currency of the terms; `None` if it is unknown.
    pub(crate) base: Option<Fraction>,
    /// How much of a shared allowance the charge may use; `None` if it has none, or if the amount is unknown.
    pub(crate) share: Option<Share<'a>>,
    /// Which end of price ranges is used.
    pub(crate) point: PricePoint,
    /// Why the line item has agreed prices.
    pub(crate) reason: Option<&'a str>,
}

/// A formula with the names that it uses and their values.
#[derive(Clone, Copy)]
pub(crate) struct Evaluated<'a> {
    pub(crate) formula: &'a Formula,
    pub(crate) scope: &'a Scope,
    pub(crate) values: &'a [Option<Fraction>],
}

/// Reports whether a regime holds, and returns it.
pub(crate) fn holds<O: Observer>(kind: RegimeKind, holds: bool, steps: &mut Steps<'_, O>) -> bool {
    steps.regime(kind, RegimeState::Holds(holds));
    holds
}
