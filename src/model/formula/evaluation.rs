//! The value of an expression for the values of its names.

use std::cmp::Ordering;

use crate::model::formula::autoscaled_week::{ScaledWeek, ScalingNumbers, scaled_week};
use crate::model::formula::formula::{Autoscaling, Expression, Function, Operator};
use crate::model::number::decimal::ArithmeticError;
use crate::model::number::fraction::Fraction;

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
            let branch = if comparison.holds(left.cmp(&right)) { &parts[2] } else { &parts[3] };
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
