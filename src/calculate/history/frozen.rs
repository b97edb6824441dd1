//! A stage with values in place of its formulas over drivers.

use rust_decimal::Decimal;

use crate::calculate::charge::exact::ChargePart;
use crate::calculate::charge::formula::{known, value};
use crate::calculate::cost::inputs::Rows;
use crate::calculate::cost::lines::rows::rows_with_parts;
use crate::calculate::cost::revenue::mrr;
use crate::calculate::cost::sums::drivers;
use crate::calculate::cost::technique_use::left_by;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::fault::Fault;
use crate::diagnostic::Diagnostic;
use crate::model::{
    Formula, Fraction, Inputs, LineItem, LinePricing, Lowers, PricePoint, Revenue, Setting, Stage, Usage, UsedTechnique,
};

/// A stage whose drivers, quantities, plain costs, given usages and revenue are replaced by their values for given inputs.
/// Its cost is the same. Formulas of price sheets are kept, since they are part of the price, and so is a formula whose
/// value is unknown.
///
/// # Errors
/// As [`stage`](crate::calculate::cost::stage::stage()).
pub fn frozen(stage: &Stage, inputs: Inputs) -> Result<Stage, Vec<Diagnostic>> {
    let values = drivers(stage, inputs, &mut Unobserved)?;
    let mrr = mrr(stage, inputs).and_then(|mrr| Ok(mrr.as_ref().map(Fraction::to_decimal).transpose()?));
    let mrr = mrr.map_err(|fault| vec![fault.at(&format!("the revenue of stage {}", stage.id), None)])?;
    let mut wrong = Vec::new();
    let mut freeze = |formula: &mut Formula, what: &str| match value(formula, &values) {
        Ok(Some(value)) => *formula = Formula::constant(value, formula.dimension, formula.span),
        Ok(None) => {}
        Err(fault) => wrong.push(fault.at(what, Some(formula.span))),
    };
    let mut stage = stage.clone();
    stage.revenue = mrr.map_or(Revenue::Unknown, |mrr| Revenue::Mrr(Setting::default_value(mrr)));
    for driver in &mut stage.drivers {
        let name = format!("the driver `{}`", stage.scope.name(driver.slot));
        freeze(&mut driver.formula, &name);
    }
    for item in &mut stage.line_items {
        let LineItem { name, quantity, pricing, techniques, .. } = item;
        let cost = format!("the cost of `{name}`");
        if let Some(quantity) = quantity {
            freeze(quantity, &cost);
        }
        for (_, input) in techniques.iter_mut().flat_map(|used| used.driven.iter_mut()) {
            freeze(input, &cost);
        }
        match pricing {
            LinePricing::Cost(plain) => freeze(&mut plain.amount, &cost),
            LinePricing::Sku(line) => {
                let usages = line.inputs.iter_mut().chain(line.charges.iter_mut().map(|charge| &mut charge.usage));
                for usage in usages {
                    if let Usage::Given(formula) = usage {
                        freeze(formula, &cost);
                    }
                }
            }
        }
    }
    if wrong.is_empty() { Ok(stage) } else { Err(wrong) }
}

/// The cost of each charge of each line item, by the place of the charge, after discounts and credits and in the
/// reporting currency. A plain cost has no charge.
///
/// # Errors
/// As [`stage`](crate::calculate::cost::stage::stage()).
pub fn charge_costs(stage: &Stage, inputs: Inputs) -> Result<Vec<Vec<(usize, Decimal)>>, Vec<Diagnostic>> {
    let drivers = drivers(stage, inputs, &mut Unobserved)?;
    let rows = Rows { stage, inputs, drivers: &drivers, point: PricePoint::Expected, memory: None };
    let (_, parts) = rows_with_parts(rows)?;
    let cost = |part: &ChargePart| Some((part.charge?, part.cost.kept()));
    let of_row = |(parts, item): (Vec<ChargePart>, &LineItem)| {
        let costs = parts.iter().filter_map(cost).map(|(place, cost)| Ok((place, cost?.amount)));
        let costs: Result<Vec<_>, Fault> = costs.collect();
        costs.map_err(|fault| vec![fault.at(&format!("the cost of `{}`", item.name), Some(item.span))])
    };
    parts.into_iter().zip(&stage.line_items).map(of_row).collect()
}

/// The quantity of a line item of a frozen stage, before techniques.
pub fn frozen_quantity(item: &LineItem) -> Fraction {
    let known = item.quantity.as_ref().map(|quantity| known(quantity, &[]));
    known.and_then(Result::ok).unwrap_or(Decimal::ONE.into())
}

/// The ratio that a technique leaves of the value that it reduces, for a line item of this quantity.
///
/// # Errors
/// As [`stage`](crate::calculate::cost::stage::stage()).
pub fn technique_leaves(used: &UsedTechnique, quantity: &Fraction) -> Result<Decimal, Vec<Diagnostic>> {
    if used.lowers == Lowers::Sku {
        return Ok(Decimal::ONE);
    }
    let left = left_by(used, quantity).and_then(|left| Ok(left.to_decimal()?));
    left.map_err(|fault| vec![fault.at(&format!("the technique `{}`", used.technique.id), used.share_at)])
}
