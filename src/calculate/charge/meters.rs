//! How much of each meter a line item uses.

use rust_decimal::Decimal;

use crate::calculate::charge::formula::evaluate;
use crate::calculate::cost::technique_use::{Lowered, lower};
use crate::calculate::cost::trace::{Subject, Unobserved};
use crate::calculate::fault::Fault;
use crate::model::{Amount, Fraction, LineItem, Lowers, SkuLine, Usage, multiply};

/// The values of the SKU's scope in canonical units: the quantity, the hours of the month, the inputs, and the usage of
/// each meter.
pub(crate) fn meters(
    item: &LineItem,
    line: &SkuLine,
    quantity: &Fraction,
    drivers: &[Option<Fraction>],
) -> Result<Vec<Option<Fraction>>, Fault> {
    let seconds = multiply(line.hours_per_month.value, Decimal::from(3600)).map_err(Fault::from)?;
    let mut values = Vec::with_capacity(line.sku.scope.len());
    values.push(Some(quantity.clone()));
    values.push(Some(seconds.into()));
    for (place, usage) in line.inputs.iter().chain(line.charges.iter().map(|charge| &charge.usage)).enumerate() {
        let (formula, known): (_, &[Option<Fraction>]) = match usage {
            Usage::Flat => {
                values.push(Some(quantity.clone()));
                continue;
            }
            Usage::WithinAllowance(_) | Usage::Unknown => {
                // Nothing is used of what is not bought. An input is no usage: it may be a divisor.
                let is_unused = quantity.is_zero() && place >= line.inputs.len();
                values.push(is_unused.then_some(Fraction::ZERO));
                continue;
            }
            Usage::Given(formula) => (formula, drivers),
            Usage::Default(formula) => (formula, &values),
        };
        let usage = evaluate(&formula.expression, known)?;
        check(line, place, usage.as_ref())?;
        let charge = place.checked_sub(line.inputs.len()).filter(|_| !item.techniques.is_empty());
        let usage = match (usage, charge) {
            (Some(usage), Some(charge)) => {
                let what = Lowers::Usage(charge);
                let lowered = Lowered { what, name: "usage", measure: Amount::plain, quantity, drivers };
                // In the unit in which it is reported, since the remainder is stored in that unit.
                let factor = line.charges[charge].charge.unit.as_ref().map_or(Decimal::ONE, |unit| unit.factor);
                let in_units = usage.divide(&factor.into())?;
                Some(lower(item, &lowered, in_units, Subject::Subtotal, &mut Unobserved)?.multiply(&factor.into())?)
            }
            (usage, _) => usage,
        };
        values.push(usage);
    }
    Ok(values)
}

/// The unit of inputs that are parts of a whole.
const SHARE: &str = "share";

/// Checks the value of an input or a meter, by its place among these.
fn check(line: &SkuLine, place: usize, value: Option<&Fraction>) -> Result<(), Fault> {
    let Some(value) = value else { return Ok(()) };
    let at = u16::try_from(place).unwrap_or(u16::MAX);
    if value.is_negative() {
        return Err(Fault::NegativeUsage(at));
    }
    let is_share = line.sku.inputs.get(place).is_some_and(|input| &*input.unit.label == SHARE);
    if is_share && value.cmp(&Decimal::ONE.into()).is_gt() {
        return Err(Fault::ShareAboveAll(at));
    }
    Ok(())
}
