//! What a runbook buys, against the price sheets and the stage that it deploys.

use std::sync::Arc;

use jiff::civil::Date;

use crate::model::{LineItem, PurchaseNote, Sku, Stage};
use crate::resolve::prices::book::PriceBook;
use crate::resolve::stage::offer::successor;

/// What is to be known about the SKUs that a runbook buys on a day: those without a price sheet, those that are no longer
/// sold, and those that no line item of the stage counts.
pub fn purchases(buys: &[Box<str>], book: &PriceBook, stage: Option<&Stage>, day: Date) -> Vec<PurchaseNote> {
    let mut notes = Vec::new();
    for id in buys {
        let Some(sku) = book.sku(id) else {
            notes.push(PurchaseNote::Unlisted(id.clone()));
            continue;
        };
        if !sku.sale.is_open_on(day) {
            let successor = successor(book, sku, day).cloned();
            notes.push(PurchaseNote::NotSold { sku: Arc::clone(sku), successor });
        }
        let is_left_out = stage.is_some_and(|stage| !stage.line_items.iter().any(|item| counts(item, sku)));
        notes.extend(is_left_out.then(|| PurchaseNote::NotCounted(Arc::clone(sku))));
    }
    notes
}

/// Whether a line item counts a SKU: it is of that SKU, or has its role.
fn counts(item: &LineItem, sku: &Sku) -> bool {
    let role = sku.specification.role.as_ref();
    item.sku() == Some(&*sku.id) || (role.is_some() && item.offered().role.as_ref() == role)
}
