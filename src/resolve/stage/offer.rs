//! What the price sheet of a vendor has for a line item besides its price.

use std::sync::Arc;

use jiff::civil::Date;

use crate::model::{Fit, LinePricing, Offer, Pricing, Sku, SkuLine, Specification};
use crate::resolve::prices::book::PriceBook;
use crate::resolve::stage::line_item::LineContext;

impl LineContext<'_, '_> {
    /// What the price sheet has for a line item that needs `needed`, ordered on a day.
    pub(crate) fn offer(&self, pricing: &LinePricing, needed: &Specification, ordered_on: Date) -> Offer {
        match pricing {
            LinePricing::Sku(line) => self.offer_of_sku(line, needed, ordered_on),
            LinePricing::Cost(cost) => {
                cost.vendor.as_deref().map(|vendor| self.offer_of_vendor(vendor, needed)).unwrap_or_default()
            }
        }
    }

    fn offer_of_sku(&self, line: &SkuLine, needed: &Specification, ordered_on: Date) -> Offer {
        let sku = &line.sku;
        let is_ended = !sku.sale.is_open_on(ordered_on);
        let short = sku.specification.with_fit(needed, Fit::Short);
        let is_short = |addon: &Sku| short.iter().any(|property| addon.specification.size(*property).is_some());
        let addons = self.book.addons_of(sku.vendor()).filter(|_| !short.is_empty());
        Offer {
            closed_on: self.book.closed_on(sku.vendor()),
            sold_until: sku.sale.sold_until.filter(|_| is_ended),
            successor: if is_ended { successor(self.book, sku, ordered_on).cloned() } else { None },
            addons: addons.filter(|addon| addon.is_addon_to(sku) && is_short(addon)).cloned().collect(),
            listed: Vec::new(),
        }
    }

    /// The SKUs of a vendor that have the needed role and a price, and that are not known to be too small.
    fn offer_of_vendor(&self, vendor: &str, needed: &Specification) -> Offer {
        let has_price = |sku: &Sku| {
            let prices = || sku.charges.iter().flat_map(|charge| &charge.prices);
            !sku.charges.is_empty() && !prices().any(|terms| matches!(terms.pricing, Pricing::Quote))
        };
        let is_listed = |sku: &&Arc<Sku>| {
            let offered = &sku.specification;
            sku.addon_to.is_empty()
                && sku.sale.is_open_on(self.request.as_of)
                && offered.with_fit(needed, Fit::Short).is_empty()
                && has_price(sku)
        };
        let closed_on = self.book.closed_on(vendor);
        let role = needed.role.as_deref().filter(|_| closed_on.is_none());
        let listed = role.into_iter().flat_map(|role| self.book.of_role(vendor, role));
        let listed = listed.filter(is_listed).cloned().collect();
        Offer { closed_on, listed, ..Offer::default() }
    }
}

/// How many successors are followed.
const MAX_SUCCESSORS: usize = 100;

/// What is sold in place of a SKU on a day: its successor, or the successor of that one, and so on.
pub(crate) fn successor<'b>(book: &'b PriceBook, sku: &Sku, day: Date) -> Option<&'b Arc<Sku>> {
    let named = |sku: &Sku| book.sku(sku.sale.successor.as_deref()?);
    let others = std::iter::successors(named(sku), |found| named(found));
    // SKUs that name each other have no end.
    others.take(MAX_SUCCESSORS).find(|found| found.sale.is_open_on(day) && found.id != sku.id)
}
