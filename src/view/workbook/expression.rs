//! The formulas of manifests and price sheets as computations of cells.

use super::calc::Calc;
use super::places::Places;
use crate::calculate::evaluate;
use crate::model::{Expression, Function};

/// A formula over names, each of which is a computation.
pub(crate) fn calc_of(expression: &Expression, names: &[Calc], places: &Places) -> Calc {
    let of = |part: &Expression| calc_of(part, names, places);
    match expression {
        Expression::Number(number) => Calc::Number(number.clone()),
        Expression::Name(slot) => names.get(slot.index()).cloned().unwrap_or(Calc::Unknown),
        Expression::Negate(inner) => Calc::Negate(Box::new(of(inner))),
        Expression::Binary(operator, operands) => Calc::Binary(*operator, Box::new((of(&operands.0), of(&operands.1)))),
        Expression::Call(function, arguments) => call(*function, arguments.iter().map(of).collect()),
        Expression::If(comparison, parts) => {
            let [left, right, then, otherwise] = &**parts;
            Calc::If(*comparison, Box::new([of(left), of(right), of(then), of(otherwise)]))
        }
        // The replicas of each hour of a week depend on those of the hours before.
        Expression::Replicas(_) => {
            let values: Vec<_> = names.iter().map(|name| name.value(places)).collect();
            evaluate(expression, &values).ok().flatten().map_or(Calc::Unknown, Calc::Kept)
        }
    }
}

fn call(function: Function, mut arguments: Vec<Calc>) -> Calc {
    match function {
        Function::Min => Calc::Least(arguments),
        Function::Max => Calc::Most(arguments),
        Function::Clamp => {
            let mut parts = arguments.into_iter();
            let (value, low, high) = (parts.next(), parts.next(), parts.next());
            let capped = Calc::Least(value.into_iter().chain(high).collect());
            Calc::Most(std::iter::once(capped).chain(low).collect())
        }
        Function::Ceil | Function::Floor | Function::Round => {
            let decimals = arguments.get(1).and_then(|of| of.constant()?.exact()?.try_into().ok()).unwrap_or(0);
            let first = Box::new(if arguments.is_empty() { Calc::Unknown } else { arguments.swap_remove(0) });
            match function {
                Function::Ceil => Calc::Ceil(first),
                Function::Floor => Calc::Floor(first),
                Function::Round | Function::Min | Function::Max | Function::Clamp => Calc::Round(first, decimals),
            }
        }
    }
}
