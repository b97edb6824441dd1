//! Which line item a charge of a bill belongs to.
//!
//! In this order: a tax is a tax; the first rule of the project that fits decides; then a line item of the same vendor whose
//! SKU or name the charge names; then the vendor itself, for a charge that names nothing closer. Any other charge is not in
//! the plan.

use std::collections::BTreeSet;

use crate::model::{ActualMonth, BilledCharge, BilledProduct, ChargeKind, LineItem, LinePricing, MatchRule, Stage};

/// Where a charge belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// A line item, by its place in the stage.
    LineItem(usize),
    /// All line items of a vendor, by its id.
    Vendor(String),
    /// No line item.
    NotInPlan,
    /// The taxes.
    Tax,
}

/// The charges of a month with where they belong, in the order of the month.
pub fn matched<'m>(stage: &Stage, month: &'m ActualMonth, rules: &[MatchRule]) -> Vec<(&'m BilledCharge, Target)> {
    let charges: Vec<&BilledCharge> = month.charges().collect();
    let found: Vec<Target> = charges.iter().map(|charge| target(stage, &charge.product, rules)).collect();
    // A charge that names only the vendor is for all its line items, so they are one row.
    let whole: BTreeSet<String> = found
        .iter()
        .filter_map(|target| match target {
            Target::Vendor(vendor) => Some(vendor.clone()),
            Target::LineItem(_) | Target::NotInPlan | Target::Tax => None,
        })
        .collect();
    let together = |target: Target| match target {
        Target::LineItem(place) => match stage.line_items[place].vendor().map(str::to_lowercase) {
            Some(vendor) if whole.contains(&vendor) => Target::Vendor(vendor),
            _ => Target::LineItem(place),
        },
        other => other,
    };
    charges.into_iter().zip(found.into_iter().map(together)).collect()
}

fn target(stage: &Stage, product: &BilledProduct, rules: &[MatchRule]) -> Target {
    if product.kind == ChargeKind::Tax {
        return Target::Tax;
    }
    let named = |name: &str| stage.line_items.iter().position(|item| *item.name == *name);
    if let Some(place) = rules.iter().filter(|rule| rule.fits(product)).find_map(|rule| named(&rule.line_item)) {
        return Target::LineItem(place);
    }
    let vendor = product.vendor_id();
    let of_vendor: Vec<usize> = (0..stage.line_items.len())
        .filter(|place| stage.line_items[*place].vendor().is_some_and(|own| own.eq_ignore_ascii_case(&vendor)))
        .collect();
    let says: Vec<&str> =
        [&product.sku, &product.service, &product.meter].into_iter().flatten().map(|text| &**text).collect();
    let mut fitting =
        of_vendor.iter().filter(|place| says.iter().any(|text| is_named(&stage.line_items[**place], text)));
    // What the plan names no vendor for is known by its own name.
    let is_own = |item: &LineItem| item.vendor().is_none() && says.iter().any(|text| is_same_name(&item.name, text));
    if let ([], Some(place)) = (&of_vendor[..], stage.line_items.iter().position(is_own)) {
        return Target::LineItem(place);
    }
    match (fitting.next(), fitting.next(), &of_vendor[..]) {
        // Several line items may buy the same SKU, and the bill does not say for which of them.
        (Some(_), Some(_), _) => Target::Vendor(vendor),
        (Some(place), None, _) => Target::LineItem(*place),
        (None, _, [one]) if says.is_empty() => Target::LineItem(*one),
        (None, _, [_, _, ..]) if says.is_empty() => Target::Vendor(vendor),
        _ => Target::NotInPlan,
    }
}

/// Whether a text of a bill names a line item: its SKU, the name of the SKU, or its own name.
fn is_named(item: &LineItem, text: &str) -> bool {
    let of_sku = match &item.pricing {
        LinePricing::Sku(line) => {
            let id = line.sku.id.split_once('/').map_or(&*line.sku.id, |(_, name)| name);
            let names = [Some(&*line.sku.id), Some(id), line.sku.name.as_deref()];
            names.into_iter().flatten().any(|known| is_same_name(known, text))
        }
        LinePricing::Cost(_) => false,
    };
    of_sku || is_same_name(&item.name, text)
}

/// Whether two names have the same letters and digits.
fn is_same_name(one: &str, other: &str) -> bool {
    fn letters(of: &str) -> impl Iterator<Item = char> + '_ {
        of.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase)
    }
    letters(one).eq(letters(other))
}
