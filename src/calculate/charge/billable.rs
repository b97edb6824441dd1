//! From usage to billable usage.

use rust_decimal::Decimal;

use crate::calculate::charge::charge_inputs::{ChargeInputs, Evaluated, holds};
use crate::calculate::charge::formula::{self, evaluate};
use crate::calculate::charge::regime::{RegimeKind, RegimeState};
use crate::calculate::charge::steps::{From, Steps};
use crate::calculate::cost::technique_use::{Lowered, is_lowered, lower};
use crate::calculate::cost::trace::{Observer, Operand, Operation};
use crate::calculate::fault::Fault;
use crate::model::{Amount, Direction, Formula, Fraction, Lowers, PricingUnit, Terms};

/// The billable usage where no usage is given. It is zero if the price is free, if the manifest says that usage stays
/// within the allowance, or if more than the allowance has no published price; the latter two only for a charge that
/// includes something. The allowance may still be zero, such as for no units, and then so is the usage. `None` if it is
/// unknown.
pub(crate) fn without_usage<O: Observer>(
    inputs: &ChargeInputs<'_>,
    terms: &Terms,
    unit: &PricingUnit,
    steps: &mut Steps<'_, O>,
) -> Result<Option<Fraction>, Fault> {
    let included = match (&inputs.line.charge.pool, &terms.included) {
        (Some(_), _) => inputs.share.clone().map(|share| share.left(unit, steps)).transpose()?,
        (None, Some(included)) => evaluate(&included.expression, inputs.values)?,
        (None, None) => None,
    };
    if included.as_ref().is_some_and(Fraction::is_negative) {
        return Err(Fault::Negative);
    }
    let (label, origin) = match inputs.assumed_within.filter(|_| included.is_some() && inputs.line.has_allowance(terms))
    {
        _ if terms.is_free() => ("billable, free whatever the usage", From::Price(terms)),
        Some(rule) => ("billable, assumed within the allowance", From::Place(rule)),
        None if inputs.line.is_unchecked_limit() && included.is_some() => {
            ("billable, assumed within the allowance", From::Price(terms))
        }
        None => return Ok(None),
    };
    steps.tell_from(label, origin, || (Operation::Assumed, Amount::unit(Fraction::ZERO, &unit.label)));
    bounded_and_rounded(inputs, Fraction::ZERO, unit, steps)
}

/// Billable usage in pricing units: usage less the allowance, rounded up to the billing increment. `None` if the
/// allowance depends on usage that is not given.
pub(crate) fn billable<O: Observer>(
    inputs: &ChargeInputs<'_>,
    terms: &Terms,
    usage: &Fraction,
    unit: &PricingUnit,
    steps: &mut Steps<'_, O>,
) -> Result<Option<Fraction>, Fault> {
    let counted = |value: Fraction| Amount::unit(value, &unit.label);
    let Some(mut billable) = used(inputs, usage, unit, steps)? else { return Ok(None) };
    if inputs.line.charge.pool.is_some() || terms.included.is_some() {
        let Some(allowance) = allowance(inputs, terms, unit, steps)? else { return Ok(None) };
        let rest = billable.subtract(&allowance)?;
        let rest = if rest.is_negative() { Fraction::ZERO } else { rest };
        holds(RegimeKind::Allowance, !rest.is_zero(), steps);
        steps.tell("billable", || {
            let operands = (Operand::new("usage", counted(billable)), Operand::new("included", counted(allowance)));
            (Operation::Excess(operands.0, operands.1), counted(rest.clone()))
        });
        billable = rest;
    }
    bounded_and_rounded(inputs, billable, unit, steps)
}

/// Usage as it is billed, before the allowance, in pricing units. `None` if it depends on usage that is not given.
pub(crate) fn used<O: Observer>(
    inputs: &ChargeInputs<'_>,
    usage: &Fraction,
    unit: &PricingUnit,
    steps: &mut Steps<'_, O>,
) -> Result<Option<Fraction>, Fault> {
    let usage = usage.divide(&unit.factor.into())?;
    if let Some(from) = inputs.usage_from {
        tell_usage(inputs, from, usage.clone(), unit, steps)?;
    }
    match &inputs.line.charge.billed_usage {
        Some(billed) => amount(inputs, billed, (RegimeKind::BilledUsage, "billed usage"), unit, steps),
        None => Ok(Some(usage)),
    }
}

/// What is included, or left of what is shared, in pricing units. `None` if nothing is, or if it depends on usage that is
/// not given.
pub(crate) fn allowance<O: Observer>(
    inputs: &ChargeInputs<'_>,
    terms: &Terms,
    unit: &PricingUnit,
    steps: &mut Steps<'_, O>,
) -> Result<Option<Fraction>, Fault> {
    match (&inputs.line.charge.pool, &terms.included) {
        (Some(_), _) => inputs.share.clone().map(|share| share.left(unit, steps)).transpose(),
        (None, Some(included)) => amount(inputs, included, (RegimeKind::Included, "included"), unit, steps),
        (None, None) => Ok(None),
    }
}

/// Billable usage, kept within its bounds and rounded to the billing increment. `None` if a bound depends on usage that
/// is not given.
fn bounded_and_rounded<O: Observer>(
    inputs: &ChargeInputs<'_>,
    billable: Fraction,
    unit: &PricingUnit,
    steps: &mut Steps<'_, O>,
) -> Result<Option<Fraction>, Fault> {
    let counted = |value: Fraction| Amount::unit(value, &unit.label);
    let Some(mut billable) = usage_bounds(inputs, billable, unit, steps)? else { return Ok(None) };
    if let Some(rounding) = inputs.line.charge.usage_rounding {
        let rounded = Fraction::from(rounding.apply(billable.clone())?);
        if rounded.cmp(&billable).is_ne() {
            let label = match (rounding.to == Decimal::ONE, rounding.direction) {
                (true, Direction::Up) => "started units",
                (true, _) => "whole units",
                (false, _) => "billing increments",
            };
            steps.tell(label, || {
                (Operation::Round(Operand::new("billable", counted(billable)), rounding), counted(rounded.clone()))
            });
        }
        steps.regime(RegimeKind::Increments, RegimeState::Amount(rounded.clone()));
        billable = rounded;
    }
    Ok(Some(billable))
}

/// Billable usage within its bounds. The minimum does not apply where nothing is bought.
fn usage_bounds<O: Observer>(
    inputs: &ChargeInputs<'_>,
    billable: Fraction,
    unit: &PricingUnit,
    steps: &mut Steps<'_, O>,
) -> Result<Option<Fraction>, Fault> {
    let counted = |value: Fraction| Amount::unit(value, &unit.label);
    let mut bounded = billable;
    let charge = &inputs.line.charge;
    if let Some(least) = charge.minimum_usage.as_ref().filter(|_| !inputs.quantity.is_zero()) {
        let Some(least) = amount(inputs, least, (RegimeKind::MinimumUsageAmount, "minimum usage"), unit, steps)? else {
            return Ok(None);
        };
        if holds(RegimeKind::BelowMinimumUsage, bounded.cmp(&least).is_lt(), steps) {
            steps.tell("at least the minimum usage", || {
                let operands =
                    (Operand::new("billable", counted(bounded)), Operand::new("minimum usage", counted(least.clone())));
                (Operation::AtLeast(operands.0, operands.1), counted(least.clone()))
            });
            bounded = least;
        }
    }
    if let Some(most) = &charge.maximum_usage {
        let Some(most) = amount(inputs, most, (RegimeKind::MaximumUsageAmount, "maximum usage"), unit, steps)? else {
            return Ok(None);
        };
        if holds(RegimeKind::AboveMaximumUsage, bounded.cmp(&most).is_gt(), steps) {
            steps.tell("at most the maximum usage", || {
                let operands =
                    (Operand::new("billable", counted(bounded)), Operand::new("maximum usage", counted(most.clone())));
                (Operation::AtMost(operands.0, operands.1), counted(most.clone()))
            });
            bounded = most;
        }
    }
    Ok(Some(bounded))
}

/// The value of a bound or of the billed usage that the sheet computes, in pricing units; never below zero. `None` if
/// it depends on usage that is not given.
fn amount<O: Observer>(
    inputs: &ChargeInputs<'_>,
    formula: &Formula,
    (kind, label): (RegimeKind, &'static str),
    unit: &PricingUnit,
    steps: &mut Steps<'_, O>,
) -> Result<Option<Fraction>, Fault> {
    let Some(value) = evaluate(&formula.expression, inputs.values)? else { return Ok(None) };
    if value.is_negative() {
        return Err(Fault::Negative);
    }
    let value = value.divide(&unit.factor.into())?;
    if formula.literal().is_none() {
        steps.regime(kind, RegimeState::Amount(value.clone()));
    }
    tell_formula(label, Evaluated { formula, scope: inputs.scope, values: inputs.values }, value.clone(), unit, steps);
    Ok(Some(value))
}

/// The size that chooses the tier of a volume price, in pricing units; `None` if it is the usage. A size that is not given
/// chooses the first tier.
pub(crate) fn tier_size<O: Observer>(
    inputs: &ChargeInputs<'_>,
    unit: &PricingUnit,
    steps: &mut Steps<'_, O>,
) -> Result<Option<Fraction>, Fault> {
    let Some(formula) = &inputs.line.charge.tier_by else { return Ok(None) };
    let Some(size) = evaluate(&formula.expression, inputs.values)? else {
        steps.tell_from("size, not given: the first tier", From::Place(formula.span), || {
            (Operation::Assumed, Amount::unit(Fraction::ZERO, &unit.label))
        });
        return Ok(Some(Fraction::ZERO));
    };
    let size = size.divide(&unit.factor.into())?;
    let from = Evaluated { formula, scope: inputs.scope, values: inputs.values };
    tell_formula("size that chooses the tier", from, size.clone(), unit, steps);
    Ok(Some(size))
}

/// Reports the usage, and how techniques reduce it.
fn tell_usage<O: Observer>(
    inputs: &ChargeInputs<'_>,
    from: Evaluated<'_>,
    usage: Fraction,
    unit: &PricingUnit,
    steps: &mut Steps<'_, O>,
) -> Result<(), Fault> {
    let what = Lowers::Usage(inputs.place);
    if !is_lowered(inputs.item, what) {
        tell_formula("usage", from, usage, unit, steps);
        return Ok(());
    }
    let written = formula::known(from.formula, from.values)?.divide(&unit.factor.into())?;
    tell_formula("usage", from, written.clone(), unit, steps);
    let name = format!("{}: usage", steps.meter);
    let measure = |value| Amount::unit(value, &unit.label);
    let lowered = Lowered { what, name: &name, measure, quantity: inputs.quantity, drivers: inputs.drivers };
    lower(inputs.item, &lowered, written, steps.subject, steps.observer).map(|_| ())
}

/// Reports how a usage or an allowance is computed, in pricing units.
fn tell_formula<O: Observer>(
    label: &str,
    from: Evaluated<'_>,
    value: Fraction,
    unit: &PricingUnit,
    steps: &mut Steps<'_, O>,
) {
    steps.tell_from(label, From::Place(from.formula.span), || {
        (formula::operation(from.formula, from.scope, from.values), Amount::unit(value, &unit.label))
    });
}
