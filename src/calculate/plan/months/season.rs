//! The usage of a stage in a season.

use rust_decimal::Decimal;

use crate::model::{Expression, LinePricing, Operator, Slot, Stage, Usage};

/// The stage with the usage of a season: in the formulas of drivers, of usage and of loads, each customer counts as many
/// times as the factor says. Quantities and costs follow only through these.
pub(crate) fn in_season(stage: &Stage, factor: Decimal) -> Stage {
    let mut stage = stage.clone();
    for driver in &mut stage.drivers {
        scale(&mut driver.formula.expression, factor);
    }
    for item in &mut stage.line_items {
        let quantity = item.quantity.as_mut().filter(|quantity| quantity.autoscaling().is_some());
        if let Some(quantity) = quantity {
            scale(&mut quantity.expression, factor);
        }
        let LinePricing::Sku(line) = &mut item.pricing else { continue };
        let usages = line.inputs.iter_mut().chain(line.charges.iter_mut().map(|charge| &mut charge.usage));
        for formula in usages.filter_map(Usage::given_mut) {
            scale(&mut formula.expression, factor);
        }
    }
    stage
}

/// Multiplies the customers that an expression reads.
fn scale(expression: &mut Expression, factor: Decimal) {
    let counts = |slot: Slot| slot == Stage::CUSTOMERS || slot == Stage::PAYING_CUSTOMERS;
    match expression {
        Expression::Name(slot) if counts(*slot) => {
            let operands = (Expression::Name(*slot), Expression::Number(factor.into()));
            *expression = Expression::Binary(Operator::Multiply, Box::new(operands));
        }
        Expression::Number(_) | Expression::Name(_) => {}
        Expression::Negate(inner) => scale(inner, factor),
        Expression::Binary(_, operands) => {
            scale(&mut operands.0, factor);
            scale(&mut operands.1, factor);
        }
        Expression::Call(_, arguments) => arguments.iter_mut().for_each(|argument| scale(argument, factor)),
        Expression::If(_, parts) => parts.iter_mut().for_each(|part| scale(part, factor)),
        Expression::Replicas(scaling) => scale(&mut scaling.load.expression, factor),
    }
}
