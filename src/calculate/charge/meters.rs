//! How much of each meter a line item uses.

use rust_decimal::Decimal;

use crate::calculate::charge::formula::evaluate;
use crate::calculate::cost::technique_use::{Lowered, lower};
use crate::calculate::cost::trace::{Subject, Unobserved};
use crate::calculate::fault::Fault;
use crate::model::{Amount, Fraction, LineItem, Lowers, SkuInput, SkuLine, Usage, multiply};

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
    let mut shares = Fraction::ZERO;
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
        check(line, place, usage.as_ref(), &mut shares)?;
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

/// Checks the value of an input or a meter, by its place among these. `shares` is the sum of the shares before it, which are
/// parts of one whole.
fn check(line: &SkuLine, place: usize, value: Option<&Fraction>, shares: &mut Fraction) -> Result<(), Fault> {
    let Some(value) = value else { return Ok(()) };
    let at = u16::try_from(place).unwrap_or(u16::MAX);
    if value.is_negative() {
        return Err(Fault::NegativeUsage(at));
    }
    if !line.sku.inputs.get(place).is_some_and(SkuInput::is_share) {
        return Ok(());
    }
    let is_above_all = |share: &Fraction| share.cmp(&Decimal::ONE.into()).is_gt();
    if is_above_all(value) {
        return Err(Fault::ShareAboveAll(at));
    }
    *shares = shares.add(value)?;
    if is_above_all(shares) { Err(Fault::SharesAboveAll(at)) } else { Ok(()) }
}
