//! The load above which a line item costs more with another SKU than as it is.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::Completeness;
use crate::calculate::cost::sums::sums;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::plan::alternatives::apart;
use crate::diagnostic::Diagnostic;
use crate::model::{Formula, Inputs, LineItem, LinePricing, MovedLine, Stage, Usage};

/// The largest load that is tried, in pricing units: more than any bill has.
const MOST: u64 = 1 << 50;

/// The largest load, in whole pricing units of a month, at which a line item that costs `own` costs no more with its other
/// SKU: at one unit more it costs more. `None` if no load is given, if there is no such point, or if a cost is unknown.
///
/// It is found by doubling and halving the load, so of several such points it is one.
///
/// # Errors
/// As [`stage`](crate::calculate::cost::stage::stage()).
pub(crate) fn breakeven_load(
    stage: &Stage,
    inputs: Inputs,
    item: &LineItem,
    own: Decimal,
    moved: &MovedLine,
) -> Result<Option<u64>, Vec<Diagnostic>> {
    let (Some(load), LinePricing::Sku(line)) = (moved.load, &moved.pricing) else { return Ok(None) };
    let Some(unit) = line.charges[load].charge.unit.clone() else { return Ok(None) };
    let mut alone = apart(
        stage,
        vec![LineItem { pricing: moved.pricing.clone(), quantity: moved.quantity.clone(), ..item.clone() }],
    );
    let mut costs_no_more = |units: u64| -> Result<Option<bool>, Vec<Diagnostic>> {
        let Ok(usage) = crate::model::multiply(units.into(), unit.factor) else { return Ok(None) };
        if let LinePricing::Sku(line) = &mut alone.line_items[0].pricing {
            line.charges[load].usage = Usage::Given(Formula::constant(usage.into(), unit.dimension, item.span));
        }
        let line = sums(&alone, inputs, None, &mut Unobserved)?.lines.swap_remove(0);
        Ok((line.completeness() == Completeness::Full).then_some(line.exact <= own))
    };
    let (mut least, mut most) = (0, 1);
    if costs_no_more(least)? != Some(true) {
        return Ok(None);
    }
    while costs_no_more(most)? == Some(true) {
        if most >= MOST {
            return Ok(None);
        }
        (least, most) = (most, most * 2);
    }
    while most - least > 1 {
        let middle = least + (most - least) / 2;
        if costs_no_more(middle)? == Some(true) { least = middle } else { most = middle }
    }
    Ok(Some(least))
}
