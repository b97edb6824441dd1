//! Whether the unknown part of a line item's cost changed, which no amount shows.

use std::collections::BTreeSet;

use crate::calculate::charge::formula::known;
use crate::calculate::cost::costing::{Completeness, LineCost};
use crate::calculate::cost::finding::Unknown;
use crate::calculate::history::between::is_same_product;
use crate::calculate::history::causes::Cause;
use crate::model::{Fraction, LineItem, LinePricing};

/// A line item of a frozen stage with its cost.
#[derive(Clone, Copy)]
pub(crate) struct UnknownRow<'r> {
    pub(crate) item: &'r LineItem,
    pub(crate) cost: &'r LineCost,
}

impl UnknownRow<'_> {
    fn is_complete(self) -> bool {
        self.cost.completeness() == Completeness::Full
    }
}

/// Why the unknown part of a line item's cost changed; `None` if it did not, or if nothing is unknown before and after.
pub(crate) fn unknown_change(before: Option<UnknownRow<'_>>, after: Option<UnknownRow<'_>>) -> Option<Cause> {
    let (before, after) = match (before, after) {
        (None, Some(after)) => return (!after.is_complete()).then_some(Cause::Added),
        (Some(before), None) => return (!before.is_complete()).then_some(Cause::Removed),
        (Some(before), Some(after)) if !before.is_complete() || !after.is_complete() => (before, after),
        _ => return None,
    };
    if !is_same_product(before.item, after.item) {
        return Some(Cause::Product);
    }
    let is_of_usage = [before, after].into_iter().flat_map(|row| depends(row)).any(|(is_by_quantity, meter)| {
        is_by_quantity && before.cost.quantity != after.cost.quantity
            || is_used_otherwise(before.item, after.item, meter)
    });
    if is_of_usage {
        return Some(Cause::Usage);
    }
    let (lacking_before, lacking_after) = (lacking(before), lacking(after));
    // Of several causes the first, in the order of the causes.
    lacking_before.symmetric_difference(&lacking_after).map(|(cause, _)| *cause).min()
}

/// The meters whose cost is unknown, each with whether that depends on the quantity.
fn depends(row: UnknownRow<'_>) -> Vec<(bool, &str)> {
    let LinePricing::Sku(line) = &row.item.pricing else { return Vec::new() };
    let charge = |place: u16| line.charges.get(usize::from(place));
    let of = |unknown: &Unknown| match *unknown {
        Unknown::Usage(slot) => {
            let name = line.sku.scope.name(slot);
            let is_each = line.charges.iter().any(|charge| charge.meter() == name && charge.charge.each);
            Some((is_each, name))
        }
        Unknown::Price(place) | Unknown::PriceBeyond(place) | Unknown::Base(place) | Unknown::Pool(place) => {
            Some((true, charge(place)?.meter()))
        }
        Unknown::Mrr | Unknown::Arpu => None,
    };
    row.cost.unknown.iter().filter_map(of).collect()
}

/// Whether the given usage of a meter differs.
fn is_used_otherwise(before: &LineItem, after: &LineItem, meter: &str) -> bool {
    match (given(before, meter), given(after, meter)) {
        (Some(before), Some(after)) => before != after,
        (before, after) => before.is_some() != after.is_some(),
    }
}

/// The usage of a meter, if the line item gives it.
fn given(item: &LineItem, meter: &str) -> Option<Fraction> {
    let LinePricing::Sku(line) = &item.pricing else { return None };
    let inputs = line.sku.inputs.iter().map(|input| &*input.name).zip(&line.inputs);
    let mut usages = inputs.chain(line.charges.iter().map(|charge| (charge.meter(), &charge.usage)));
    let formula = usages.find(|(name, _)| *name == meter)?.1.given()?;
    known(formula, &[]).ok()
}

/// What is not given for a line item, by meter.
fn lacking(row: UnknownRow<'_>) -> BTreeSet<(Cause, &str)> {
    let line = match &row.item.pricing {
        LinePricing::Sku(line) => Some(line),
        LinePricing::Cost(_) => None,
    };
    let meter =
        |place: u16| line.and_then(|line| line.charges.get(usize::from(place))).map_or("", |charge| charge.meter());
    let named = |unknown: &Unknown| match *unknown {
        Unknown::Usage(slot) => (Cause::Usage, line.map_or("", |line| line.sku.scope.name(slot))),
        Unknown::Mrr | Unknown::Arpu => (Cause::Usage, "revenue"),
        Unknown::Price(place) | Unknown::PriceBeyond(place) => (Cause::Price, meter(place)),
        Unknown::Base(place) | Unknown::Pool(place) => (Cause::Model, meter(place)),
    };
    row.cost.unknown.iter().map(named).collect()
}
