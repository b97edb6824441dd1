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
        let is_short = |addon: &Sku| {
            let short = sku.specification.with_fit(needed, Fit::Short);
            short.iter().any(|property| addon.specification.size(*property).is_some())
        };
        let addons = self.book.skus().filter(|addon| addon.is_addon_to(sku) && is_short(addon));
        Offer {
            closed_on: self.book.closed_on(sku.vendor()),
            sold_until: sku.sale.sold_until.filter(|_| is_ended),
            successor: successor(self.book, sku, ordered_on).filter(|_| is_ended).cloned(),
            addons: addons.cloned().collect(),
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
            sku.vendor() == vendor
                && needed.role.is_some()
                && offered.role == needed.role
                && sku.addon_to.is_empty()
                && sku.sale.is_open_on(self.request.as_of)
                && offered.with_fit(needed, Fit::Short).is_empty()
                && has_price(sku)
        };
        let closed_on = self.book.closed_on(vendor);
        let listed = self.book.skus().filter(is_listed).filter(|_| closed_on.is_none()).cloned().collect();
        Offer { closed_on, listed, ..Offer::default() }
    }
}

/// What is sold in place of a SKU on a day: its successor, or the successor of that one, and so on.
pub(crate) fn successor<'b>(book: &'b PriceBook, sku: &Sku, day: Date) -> Option<&'b Arc<Sku>> {
    let mut seen = vec![&*sku.id];
    let mut next = sku.sale.successor.as_deref();
    while let Some(found) = next.filter(|id| !seen.contains(id)).and_then(|id| book.sku(id)) {
        if found.sale.is_open_on(day) {
            return Some(found);
        }
        seen.push(&found.id);
        next = found.sale.successor.as_deref();
    }
    None
}
