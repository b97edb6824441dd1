//! Whether what is unknown of a line item's cost changed, which no amount shows.

use std::collections::BTreeSet;

use super::between::is_same_product;
use super::formula::known;
use crate::model::{Cause, Fraction, Knowledge, LineCost, LineItem, LinePricing, SkuLine, Unknown, Usage};

/// A line item of a frozen stage with what it costs.
#[derive(Clone, Copy)]
pub(super) struct Row<'r> {
    pub(super) item: &'r LineItem,
    pub(super) cost: &'r LineCost,
}

impl Row<'_> {
    fn is_complete(self) -> bool {
        self.cost.knowledge() == Knowledge::Full
    }
}

/// Why what is unknown of a line item's cost changed; `None` if it did not, or nothing is unknown before and after.
pub(super) fn unknown_change(before: Option<Row<'_>>, after: Option<Row<'_>>) -> Option<Cause> {
    let (before, after) = match (before, after) {
        (None, Some(after)) => return (!after.is_complete()).then_some(Cause::Added),
        (Some(before), None) => return (!before.is_complete()).then_some(Cause::Removed),
        (Some(before), Some(after)) if !before.is_complete() || !after.is_complete() => (before, after),
        _ => return None,
    };
    if !is_same_product(before.item, after.item) {
        return Some(Cause::Product);
    }
    if before.cost.quantity != after.cost.quantity || is_used_otherwise(before.item, after.item) {
        return Some(Cause::Usage);
    }
    let (lacking_before, lacking_after) = (lacking(before), lacking(after));
    // Of several the first one in the order of the causes.
    lacking_before.symmetric_difference(&lacking_after).map(|(cause, _)| *cause).min()
}

/// Whether the usage of any meter that is given is another one.
fn is_used_otherwise(before: &LineItem, after: &LineItem) -> bool {
    let (LinePricing::Sku(before), LinePricing::Sku(after)) = (&before.pricing, &after.pricing) else { return false };
    let is_other = |(name, usage): &(&str, &Usage)| {
        let other = usages(after).find(|(other, _)| other == name).map(|(_, usage)| usage);
        match (given(usage), other.and_then(given)) {
            (Some(before), Some(after)) => !before.compare(after).is_ok_and(std::cmp::Ordering::is_eq),
            (before, after) => before.is_some() != after.is_some(),
        }
    };
    usages(before).any(|usage| is_other(&usage))
}

fn usages(line: &SkuLine) -> impl Iterator<Item = (&str, &Usage)> {
    let inputs = line.sku.inputs.iter().map(|input| &*input.name).zip(&line.inputs);
    inputs.chain(line.charges.iter().map(|charge| (charge.meter(), &charge.usage)))
}

fn given(usage: &Usage) -> Option<Fraction> {
    match usage {
        Usage::Given(formula) => known(formula, &[]).ok(),
        _ => None,
    }
}

/// What nobody gives of a line item: what would have to be said, by the meter.
fn lacking(row: Row<'_>) -> BTreeSet<(Cause, &str)> {
    let LinePricing::Sku(line) = &row.item.pricing else { return BTreeSet::new() };
    let meter = |place: u16| line.charges.get(usize::from(place)).map_or("", |charge| charge.meter());
    let named = |unknown: &Unknown| match *unknown {
        Unknown::Usage(slot) => (Cause::Usage, line.sku.scope.name(slot)),
        Unknown::Price(place) => (Cause::Price, meter(place)),
        Unknown::Base(place) | Unknown::Pool(place) => (Cause::Model, meter(place)),
    };
    row.cost.unknown.iter().map(named).collect()
}
