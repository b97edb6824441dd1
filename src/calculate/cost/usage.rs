//! What a row of a costing was computed with: the usage of its charges.

use rust_decimal::Decimal;

use crate::calculate::charge::formula::readable;
use crate::calculate::charge::meters::meters;
use crate::calculate::cost::costing::Costing;
use crate::model::{
    Amount, ChargeLine, Driver, Formula, Fraction, LineItem, LinePricing, PricingUnit, Sku, Slot, Stage,
};

/// The unit of calls.
const CALL: &str = "call";

/// The usage of a charge that counts something.
#[derive(Clone, Debug)]
pub struct UsageOfCharge<'a> {
    /// The charge.
    pub charge: &'a ChargeLine,
    /// Its pricing unit.
    pub unit: &'a PricingUnit,
    /// The usage in that unit.
    pub amount: Fraction,
}

/// The known usage of a line item that is counted: by charge, in pricing units.
pub fn usage_of<'a>(stage: &Stage, costing: &Costing, item: &'a LineItem, line_item: usize) -> Vec<UsageOfCharge<'a>> {
    let LinePricing::Sku(line) = &item.pricing else { return Vec::new() };
    if !stage.is_selected(line_item) {
        return Vec::new();
    }
    let Some(quantity) = costing.line_items[line_item].quantity else { return Vec::new() };
    // The costing was computed from the same values, so they have no fault.
    let values = meters(item, line, &quantity.into(), &costing.drivers).unwrap_or_default();
    let first = Sku::FIRST_INPUT + line.inputs.len();
    let of_charge = |(place, charge): (usize, &'a ChargeLine)| {
        let unit = charge.charge.unit.as_ref().filter(|_| charge.usage.is_counted())?;
        let amount = values.get(first + place)?.as_ref()?.divide(&unit.factor.into()).ok()?;
        Some(UsageOfCharge { charge, unit, amount })
    };
    line.charges.iter().enumerate().filter_map(of_charge).collect()
}

/// How many calls a line item makes: the value of the first input or meter of its SKU that is counted in calls; `None` if
/// there is none, or if it is unknown.
pub(crate) fn calls_of(item: &LineItem, quantity: Option<Decimal>, drivers: &[Option<Fraction>]) -> Option<Fraction> {
    let LinePricing::Sku(line) = &item.pricing else { return None };
    let inputs = line.sku.inputs.iter().map(|input| Some(&input.unit));
    let charges = line.charges.iter().map(|charge| charge.charge.unit.as_ref());
    let place = inputs.chain(charges).position(|unit| unit.is_some_and(|unit| &*unit.label == CALL))?;
    let values = meters(item, line, &quantity?.into(), drivers).ok()?;
    values.get(Sku::FIRST_INPUT + place)?.clone()
}

/// Every driver of a stage with its value; `None` if that is unknown.
pub fn driver_values<'a>(stage: &'a Stage, costing: &Costing) -> Vec<(&'a Driver, Option<Amount>)> {
    let of_driver = |driver: &'a Driver| {
        let value = costing.drivers.get(driver.slot.index()).cloned().flatten();
        (driver, value.map(|value| readable(value, stage.scope.dimension(driver.slot))))
    };
    stage.drivers.iter().map(of_driver).collect()
}

/// The drivers that a plain cost and its quantity are computed from, in the order of their formulas, each with its value;
/// those that are unknown are left out.
pub fn drivers_of<'a>(stage: &'a Stage, costing: &Costing, item: &LineItem) -> Vec<(&'a str, Amount)> {
    let LinePricing::Cost(cost) = &item.pricing else { return Vec::new() };
    let is_driver = |slot: &Slot| stage.drivers.iter().any(|driver| driver.slot == *slot);
    let of_driver = |slot: Slot| {
        let value = costing.drivers.get(slot.index())?.clone()?;
        Some((stage.scope.name(slot), readable(value, stage.scope.dimension(slot))))
    };
    let of_quantity = item.quantity.iter().flat_map(Formula::slots);
    let mut slots: Vec<Slot> = of_quantity.chain(cost.amount.slots()).filter(is_driver).collect();
    slots.dedup();
    slots.into_iter().filter_map(of_driver).collect()
}
