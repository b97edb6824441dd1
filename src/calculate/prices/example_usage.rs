//! An example usage of a SKU that makes every charge cost something.

use rust_decimal::Decimal;

use crate::calculate::charge::formula::evaluate;
use crate::model::{ArithmeticError, Charge, Fraction, PricingUnit, Sku, SkuLine, Terms, Usage, add, multiply};

/// An amount of usage, in the pricing unit of a meter or in the unit of an input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExampleUsage<'a> {
    /// The meter or the input.
    pub name: &'a str,
    /// The amount, in `unit`.
    pub amount: Decimal,
    /// The unit.
    pub unit: &'a PricingUnit,
}

/// For each meter whose usage is not given, a usage that costs something: the allowance of a quantity of 1, rounded up
/// to whole units, plus one block of units. A block is what a price or a billing increment counts in, at least 1. For
/// each input that is not given, one unit.
///
/// The inputs come first, then the meters in the order of the charges. An allowance that depends on other meters uses
/// their usage from here.
///
/// # Errors
/// A number that is too large or needs too many digits, or a division by zero.
pub fn example_usage(line: &SkuLine) -> Result<Vec<ExampleUsage<'_>>, ArithmeticError> {
    let seconds = multiply(line.hours_per_month.value, Decimal::from(3600))?;
    let mut values = vec![Some(Fraction::from(Decimal::ONE)), Some(seconds.into())];
    values.resize(line.sku.meter_slot(line.charges.len()), None);
    let mut given = Vec::new();
    for (place, (input, usage)) in line.sku.inputs.iter().zip(&line.inputs).enumerate() {
        values[Sku::FIRST_INPUT + place] = match usage {
            Usage::Default(formula) => evaluate(&formula.expression, &values)?,
            Usage::Flat | Usage::Given(_) | Usage::WithinAllowance(_) | Usage::Unknown => {
                given.push(ExampleUsage { name: &input.name, amount: Decimal::ONE, unit: &input.unit });
                Some(input.unit.factor.into())
            }
        };
    }
    for (place, charge) in line.charges.iter().enumerate() {
        values[line.sku.meter_slot(place)] = match &charge.usage {
            Usage::Flat => Some(Decimal::ONE.into()),
            Usage::Default(formula) => evaluate(&formula.expression, &values)?,
            Usage::Given(_) | Usage::WithinAllowance(_) | Usage::Unknown => None,
        };
    }
    let mut found = vec![None; line.charges.len()];
    // Each round resolves more meters; a meter in a circle of allowances is given its block in the last round.
    for round in 0..=line.charges.len() {
        for (place, of_line) in line.charges.iter().enumerate() {
            let charge = &*of_line.charge;
            let (Usage::Unknown, Some(unit), Some(terms)) = (&of_line.usage, &charge.unit, of_line.terms()) else {
                continue;
            };
            let included = match included(charge, terms, unit, &values)? {
                _ if found[place].is_some() => continue,
                None if round < line.charges.len() => continue,
                included => included.unwrap_or_default(),
            };
            let amount = add(included, block(charge, terms))?;
            values[line.sku.meter_slot(place)] = Some(multiply(amount, unit.factor)?.into());
            found[place] = Some(ExampleUsage { name: &charge.meter, amount, unit });
        }
    }
    given.extend(found.into_iter().flatten());
    Ok(given)
}

/// The allowance in whole pricing units, rounded up; `None` if it depends on a meter whose usage is unknown.
fn included(
    charge: &Charge,
    terms: &Terms,
    unit: &PricingUnit,
    values: &[Option<Fraction>],
) -> Result<Option<Decimal>, ArithmeticError> {
    if let Some(of_account) = charge.pool.as_ref().and_then(|pool| pool.included.as_ref()) {
        let Some(amount) = evaluate(&of_account.expression, &values[1..2])? else { return Ok(None) };
        return amount.divide(&unit.factor.into())?.ceil()?.to_decimal().map(Some);
    }
    let Some(included) = &terms.included else { return Ok(Some(Decimal::ZERO)) };
    let Some(amount) = evaluate(&included.expression, values)? else { return Ok(None) };
    let units = amount.divide(&unit.factor.into())?.ceil()?.to_decimal()?;
    Ok(Some(units.max(Decimal::ZERO)))
}

/// The block of units in which a price counts, at least one.
fn block(charge: &Charge, terms: &Terms) -> Decimal {
    let per = terms.pricing.per().unwrap_or(Decimal::ONE);
    let increment = charge.usage_rounding.map(|rounding| rounding.to);
    per.max(increment.unwrap_or_default()).max(Decimal::ONE)
}
