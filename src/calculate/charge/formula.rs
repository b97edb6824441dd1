//! The value of a formula.

use rust_decimal::Decimal;

use crate::calculate::cost::trace::{Operand, Operation};
use crate::calculate::fault::Fault;
pub use crate::model::evaluate;
use crate::model::{Amount, Dimension, Formula, Fraction, Measure, Scope, Slot};

/// The value of a formula, never below zero; `None` if a name that it needs has no value.
pub(crate) fn value(formula: &Formula, values: &[Option<Fraction>]) -> Result<Option<Fraction>, Fault> {
    let value = evaluate(&formula.expression, values)?;
    if value.as_ref().is_some_and(Fraction::is_negative) { Err(Fault::Negative) } else { Ok(value) }
}

/// As [`value()`], for a formula whose names are all known.
pub(crate) fn known(formula: &Formula, values: &[Option<Fraction>]) -> Result<Fraction, Fault> {
    Ok(value(formula, values)?.unwrap_or(Fraction::ZERO))
}

/// How a formula gets its value, for a trace: given, or computed from its names.
pub(crate) fn operation(formula: &Formula, scope: &Scope, values: &[Option<Fraction>]) -> Operation {
    operation_over(formula, |slot| {
        let value = values.get(slot.index()).cloned().flatten()?;
        Some(Operand::new(scope.name(slot).to_owned(), readable(value, scope.dimension(slot))))
    })
}

/// As [`operation`], with each name shown by `operand`.
pub(crate) fn operation_over(formula: &Formula, operand: impl Fn(Slot) -> Option<Operand>) -> Operation {
    if formula.literal().is_some() {
        return Operation::Given;
    }
    Operation::Formula(formula.span, formula.slots().into_iter().filter_map(operand).collect())
}

/// A value in canonical units as a reader would write it, with time in hours.
pub(crate) fn readable(value: Fraction, dimension: Dimension) -> Amount {
    if dimension == Dimension::TIME
        && let Ok(hours) = value.divide(&Decimal::from(3600).into())
    {
        return Amount::unit(hours, "hour");
    }
    if let Some((currency, 1)) = dimension.money
        && dimension == Dimension::money_per_time(currency)
        && let Ok(of_hour) = value.multiply(&Decimal::from(3600).into())
    {
        return Amount::unit(of_hour, &format!("{currency}/hour"));
    }
    Amount { value, measure: canonical(dimension) }
}

/// The name of the canonical unit of a dimension.
fn canonical(dimension: Dimension) -> Measure {
    match (dimension.data, dimension.time, dimension.money) {
        (0, 0, None) => Measure::Plain,
        (0, 0, Some((currency, 1))) => Measure::Money(currency),
        (1, 0, None) => Measure::Unit("GB".into()),
        (0, 1, None) => Measure::Unit("second".into()),
        (1, 1, None) => Measure::Unit("GB-second".into()),
        _ => Measure::Unit(dimension.to_string().into()),
    }
}
