//! The value of a formula.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::calculate::charge::autoscaling::{ScaledWeek, ScalingNumbers, scaled_week};
use crate::calculate::cost::trace::{Operand, Operation};
use crate::calculate::fault::Fault;
use crate::model::{
    Amount, ArithmeticError, Autoscaling, Comparison, Dimension, Expression, Formula, Fraction, Function, Measure,
    Operator, Scope, Slot,
};

/// How many arguments of a function fit without a heap allocation.
const MAX_ON_STACK: usize = 3;

/// The exact value of an expression for the values of its names, in canonical units; `None` if a name that it needs has
/// no value.
///
/// # Errors
/// A result that is too large or needs too many digits, or a division by zero.
#[inline]
pub fn evaluate(expression: &Expression, values: &[Option<Fraction>]) -> Result<Option<Fraction>, ArithmeticError> {
    match expression {
        Expression::Number(number) => Ok(Some(number.clone())),
        Expression::Name(slot) => Ok(values.get(slot.index()).cloned().flatten()),
        Expression::Negate(_)
        | Expression::Binary(..)
        | Expression::Call(..)
        | Expression::If(..)
        | Expression::Replicas(_) => computed(expression, values),
    }
}

/// The value of an expression other than a single number or name.
fn computed(expression: &Expression, values: &[Option<Fraction>]) -> Result<Option<Fraction>, ArithmeticError> {
    Ok(Some(match expression {
        Expression::Number(_) | Expression::Name(_) => return evaluate(expression, values),
        Expression::Negate(inner) => {
            let Some(value) = evaluate(inner, values)? else { return Ok(None) };
            value.negate()
        }
        Expression::Binary(operator, operands) => {
            let (left, right) = (evaluate(&operands.0, values)?, evaluate(&operands.1, values)?);
            let (Some(left), Some(right)) = (left, right) else { return Ok(None) };
            match operator {
                Operator::Add => left.add(&right)?,
                Operator::Subtract => left.subtract(&right)?,
                Operator::Multiply => left.multiply(&right)?,
                Operator::Divide => left.divide(&right)?,
            }
        }
        Expression::Call(function, arguments) => {
            let mut evaluated = [Fraction::ZERO; MAX_ON_STACK];
            let mut more = Vec::new();
            let known = if arguments.len() <= MAX_ON_STACK {
                &mut evaluated[..arguments.len()]
            } else {
                more.resize(arguments.len(), Fraction::ZERO);
                &mut more[..]
            };
            let mut is_known = true;
            for (place, argument) in known.iter_mut().zip(arguments) {
                match evaluate(argument, values)? {
                    Some(value) => *place = value,
                    None => is_known = false,
                }
            }
            if !is_known {
                return Ok(None);
            }
            call(*function, known)?
        }
        Expression::If(comparison, parts) => {
            let (left, right) = (evaluate(&parts[0], values)?, evaluate(&parts[1], values)?);
            let (Some(left), Some(right)) = (left, right) else { return Ok(None) };
            // Only the chosen branch is evaluated: `if(n > 0, 100 / n, 0)` never divides by zero.
            let branch = if holds(*comparison, left.cmp(&right)) { &parts[2] } else { &parts[3] };
            return evaluate(branch, values);
        }
        Expression::Replicas(scaling) => {
            let Some(week) = week_of(scaling, values)? else { return Ok(None) };
            week.average()?
        }
    }))
}

/// The replicas of an auto-scaling in each hour of a week; `None` if a name that it needs has no value.
pub(crate) fn week_of(
    scaling: &Autoscaling,
    values: &[Option<Fraction>],
) -> Result<Option<ScaledWeek>, ArithmeticError> {
    let mut numbers = Vec::with_capacity(scaling.formulas().len());
    for formula in scaling.formulas() {
        let Some(number) = evaluate(&formula.expression, values)? else { return Ok(None) };
        numbers.push(number);
    }
    let Ok([load, capacity, target, minimum, maximum, delay]) = <[Fraction; 6]>::try_from(numbers) else {
        return Ok(None);
    };
    scaled_week(ScalingNumbers { load, capacity, target, minimum, maximum, delay }, &scaling.profile).map(Some)
}

fn call(function: Function, arguments: &[Fraction]) -> Result<Fraction, ArithmeticError> {
    let extreme = |wanted: Ordering| {
        let mut best = arguments[0].clone();
        for candidate in &arguments[1..] {
            if candidate.cmp(&best) == wanted {
                best = candidate.clone();
            }
        }
        Ok(best)
    };
    match function {
        Function::Min => extreme(Ordering::Less),
        Function::Max => extreme(Ordering::Greater),
        Function::Ceil => Ok(arguments[0].ceil()?),
        Function::Floor => Ok(arguments[0].floor()?),
        Function::Round => {
            let decimals = arguments.get(1).and_then(|decimals| decimals.exact()?.try_into().ok()).unwrap_or(0);
            Ok(arguments[0].round(decimals)?.into())
        }
        Function::Clamp => {
            let [value, low, high] = [arguments[0].clone(), arguments[1].clone(), arguments[2].clone()];
            let capped = if value.cmp(&high).is_gt() { high } else { value };
            Ok(if capped.cmp(&low).is_lt() { low } else { capped })
        }
    }
}

fn holds(comparison: Comparison, ordering: Ordering) -> bool {
    match comparison {
        Comparison::Less => ordering.is_lt(),
        Comparison::LessOrEqual => ordering.is_le(),
        Comparison::Greater => ordering.is_gt(),
        Comparison::GreaterOrEqual => ordering.is_ge(),
        Comparison::Equal => ordering.is_eq(),
        Comparison::NotEqual => ordering.is_ne(),
    }
}

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
