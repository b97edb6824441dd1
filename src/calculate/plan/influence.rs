//! Which rows of a stage can change the cost of others: through percentages, shared allowances, discounts and credits.

use std::collections::HashSet;

use crate::model::{Base, Deduction, LineItem, LinePricing, Stage};

/// The rows on which some rows depend, directly or through others: `rows` themselves, the bases of their percentages,
/// and rows that share an allowance, discount or credit with them.
pub(crate) fn influences(stage: &Stage, mut rows: Vec<bool>) -> Vec<bool> {
    loop {
        let before = count(&rows);
        add_bases(stage, &mut rows);
        add_pools(stage, &mut rows);
        add_amounts_off(stage, &mut rows);
        if count(&rows) == before {
            return rows;
        }
    }
}

fn count(rows: &[bool]) -> usize {
    rows.iter().filter(|row| **row).count()
}

/// The line items among `rows`.
fn among<'s>(stage: &'s Stage, rows: &[bool]) -> Vec<&'s LineItem> {
    stage.line_items.iter().zip(rows).filter(|(_, row)| **row).map(|(item, _)| item).collect()
}

/// Adds the matching line items.
fn add(stage: &Stage, rows: &mut [bool], mut fits: impl FnMut(usize, &LineItem) -> bool) {
    for (place, (item, row)) in stage.line_items.iter().zip(rows).enumerate() {
        *row = *row || fits(place, item);
    }
}

fn add_bases(stage: &Stage, rows: &mut [bool]) {
    let known = among(stage, rows);
    let of_subtotal = known.iter().any(|item| item.is_percentage_of(Base::Subtotal));
    let of_vendor = known.iter().filter(|item| item.is_percentage_of(Base::Vendor));
    let vendors: HashSet<Option<&str>> = of_vendor.map(|item| item.vendor()).collect();
    for item in known {
        if let LinePricing::Sku(line) = &item.pricing {
            line.of.iter().for_each(|place| rows[*place] = true);
        }
    }
    add(stage, rows, |_, item| {
        (of_subtotal && item.is_in(Base::Subtotal)) || (item.is_in(Base::Vendor) && vendors.contains(&item.vendor()))
    });
}

fn pools(item: &LineItem) -> impl Iterator<Item = &str> {
    item.charges().iter().filter_map(|charge| Some(&*charge.charge.pool.as_deref()?.id))
}

fn add_pools(stage: &Stage, rows: &mut [bool]) {
    let known: HashSet<&str> = among(stage, rows).into_iter().flat_map(pools).collect();
    if !known.is_empty() {
        add(stage, rows, |_, item| pools(item).any(|pool| known.contains(pool)));
    }
}

fn add_amounts_off(stage: &Stage, rows: &mut [bool]) {
    for adjustment in &stage.adjustments {
        let each = match adjustment.off {
            Deduction::Rate(_) => continue,
            Deduction::Amount { .. } => None,
            Deduction::AmountEach { line_item, .. } => Some(line_item),
        };
        let mut items = stage.line_items.iter().enumerate().zip(rows.iter());
        if items.any(|((place, item), row)| *row && adjustment.on.fits(place, item)) {
            add(stage, rows, |place, item| Some(place) == each || adjustment.on.fits(place, item));
        }
    }
}
