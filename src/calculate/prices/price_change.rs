//! Which prices of a vendor are others on another day, and what a stage would cost at the earlier ones.

use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::model::{Charge, Formula, Fraction, LinePricing, Pricing, Sku, Stage, Terms};

/// A price of a charge that is another on a later day: of one SKU, one charge and one choice of options.
#[derive(Clone, Copy, Debug)]
pub struct PriceChange<'a> {
    /// The SKU.
    pub sku: &'a Sku,
    /// The charge.
    pub charge: &'a Charge,
    /// The price that an order of the earlier day gets on it; `None` if there is none.
    pub old: Option<&'a Terms>,
    /// The price that an order of the later day gets on it; `None` if there is none.
    pub new: Option<&'a Terms>,
}

/// What two days have of a vendor: the prices that changed, in the order of the SKUs, and the SKUs that are new or gone.
#[derive(Clone, Debug, Default)]
pub struct PriceChanges<'a> {
    /// Prices of SKUs that can be ordered on both days.
    pub prices: Vec<PriceChange<'a>>,
    /// SKUs that can be ordered on the later day only.
    pub new: Vec<&'a Sku>,
    /// SKUs that can be ordered on the earlier day only.
    pub gone: Vec<&'a Sku>,
    /// How many prices are the same on both days.
    pub same: usize,
}

impl PriceChange<'_> {
    /// How much more the new price is, in relation to the old one; `None` if they are not prices of the same, if the old
    /// one is zero, or if only other terms changed.
    pub fn ratio(&self) -> Option<Fraction> {
        let (old, new) = (self.old?, self.new?);
        if old.currency != new.currency || old.includes_tax != new.includes_tax {
            return None;
        }
        let (before, after) = (unit_prices(&old.pricing)?, unit_prices(&new.pricing)?);
        let is_alike = old.pricing.model() == new.pricing.model() && before.len() == after.len();
        let bounds = |pricing: &Pricing| pricing.tiers().iter().map(|tier| tier.up_to).collect::<Vec<_>>();
        if !is_alike || bounds(&old.pricing) != bounds(&new.pricing) {
            return None;
        }
        let mut ratios = before.iter().zip(&after).map(|(before, after)| ratio(before, after));
        let first = ratios.next()??;
        let is_one = ratios.all(|other| other.as_ref() == Some(&first));
        Some(first).filter(|ratio| is_one && !ratio.is_zero())
    }
}

/// How much more an amount is than another, in relation to it.
pub(crate) fn ratio(before: &Fraction, after: &Fraction) -> Option<Fraction> {
    if before.is_zero() {
        return None;
    }
    after.subtract(before).ok()?.divide(before).ok()
}

/// The expected price of one unit or month; that of each tier where there are tiers. `None` if no price is published.
fn unit_prices(pricing: &Pricing) -> Option<Vec<Fraction>> {
    let of_one = |price: Decimal, per: Decimal| Fraction::new(price, per).ok();
    if let (Some(price), per) = (pricing.price(), pricing.per()) {
        let per = pricing.period().map_or(per.unwrap_or(Decimal::ONE), |period| Decimal::from(period.months));
        return Some(vec![of_one(price.expected, per)?]);
    }
    let per = pricing.per().unwrap_or(Decimal::ONE);
    // The fees of tiers count as prices of their own.
    let fees = pricing.tiers().iter().map(|tier| tier.flat).filter(|fee| !fee.is_zero()).map(|fee| Some(fee.into()));
    let prices = pricing.tiers().iter().map(|tier| of_one(tier.price, per)).chain(fees);
    prices.collect::<Option<Vec<_>>>().filter(|prices| !prices.is_empty())
}

/// What changed between two days in the SKUs of a vendor.
pub fn price_changes(skus: &[Arc<Sku>], from: Date, to: Date) -> PriceChanges<'_> {
    let mut changes = PriceChanges::default();
    for sku in skus {
        match (is_offered(sku, from), is_offered(sku, to)) {
            (true, true) => prices_of(sku, from, to, &mut changes),
            (false, true) => changes.new.push(sku),
            (true, false) => changes.gone.push(sku),
            (false, false) => {}
        }
    }
    changes
}

/// Whether a SKU can be ordered on a day, at a price.
fn is_offered(sku: &Sku, day: Date) -> bool {
    sku.sale.is_open_on(day) && sku.charges.iter().any(|charge| held(charge, day).next().is_some())
}

/// The prices that an order of a day gets on it.
fn held(charge: &Charge, day: Date) -> impl Iterator<Item = &Terms> {
    charge.prices.iter().map(|terms| &**terms).filter(move |terms| terms.holds_on(day) && terms.holds_for_order(day))
}

fn prices_of<'a>(sku: &'a Sku, from: Date, to: Date, changes: &mut PriceChanges<'a>) {
    for charge in sku.charges.iter().map(|charge| &**charge) {
        for new in held(charge, to) {
            let old = held(charge, from).find(|old| old.when == new.when);
            if old.is_some_and(|old| is_same(old, new)) {
                changes.same += 1;
            } else {
                changes.prices.push(PriceChange { sku, charge, old, new: Some(new) });
            }
        }
        let ended = held(charge, from).filter(|old| held(charge, to).all(|new| new.when != old.when));
        changes.prices.extend(ended.map(|old| PriceChange { sku, charge, old: Some(old), new: None }));
    }
}

/// Whether two prices charge the same, wherever and for whatever days they are written.
fn is_same(old: &Terms, new: &Terms) -> bool {
    let allowance = |terms: &Terms| terms.included.as_deref().map(|included: &Formula| included.expression.clone());
    let bounds = |terms: &Terms| (terms.minimum, terms.cap, terms.includes_tax, terms.commitment);
    old.currency == new.currency
        && old.pricing == new.pricing
        && bounds(old) == bounds(new)
        && allowance(old) == allowance(new)
}

/// A stage with the list prices that another day has of a vendor: those of the same stage, resolved for that day. Exchange
/// rates and everything else are its own.
pub fn with_prices_of(stage: &Stage, earlier: &Stage, vendor: &str) -> Stage {
    let mut other = stage.clone();
    for (item, before) in other.line_items.iter_mut().zip(&earlier.line_items) {
        let (LinePricing::Sku(line), LinePricing::Sku(before)) = (&mut item.pricing, &before.pricing) else { continue };
        if line.sku.vendor() != vendor || line.sku.id != before.sku.id {
            continue;
        }
        for (charge, before) in line.charges.iter_mut().zip(&before.charges) {
            charge.list.clone_from(&before.list);
            charge.chosen.clone_from(&before.chosen);
        }
    }
    let more = earlier.rates.iter().filter(|rate| stage.rates.iter().all(|known| known.from != rate.from));
    other.rates.extend(more.cloned());
    other
}
