//! Rows add up to sums, and sums to totals.

use costplan::calculate::{Costing, LineCost};
use costplan::model::Stage;
use rust_decimal::Decimal;

/// Asserts that the figures of a stage add up.
pub fn stage(stage: &Stage, costing: &Costing) {
    assert_eq!(stage.line_items.len(), costing.line_items.len(), "a row for each line item");
    let rows = || costing.line_items.iter().filter(|row| !row.is_left_out);
    let totals = &costing.totals;
    assert_eq!(sum(rows().map(|row| row.monthly)), Some(totals.subtotal), "rows and the subtotal");
    assert_eq!(sum(rows().map(|row| row.exact)), Some(totals.subtotal_exact), "exact rows and the exact subtotal");
    let of_categories = costing.categories.iter().map(|category| category.monthly);
    assert_eq!(sum(of_categories), Some(totals.subtotal), "categories and the subtotal");
    let total = sum([totals.subtotal, totals.buffer, totals.rounding]);
    assert_eq!(total, Some(totals.total), "subtotal, buffer, rounding and the total");
    assert!(rows().all(is_whole), "an unknown row that costs something, or a negative one");
    if let Some(range) = &costing.range {
        assert!(range.low.total <= range.high.total, "the low end is above the high end");
    }
    if let Some(taxed) = &costing.taxed {
        assert_eq!(sum(taxed.rates.iter().map(|rate| rate.tax)), Some(taxed.tax), "taxes at each rate");
        assert_eq!(sum([totals.total, taxed.tax]), Some(taxed.total), "the total and the tax");
        let credits = sum(taxed.credits.iter().copied());
        assert_eq!(credits.and_then(|credits| taxed.to_pay.checked_add(credits)), Some(taxed.total), "what is to pay");
    }
}

/// Whether what is unknown has no figure, and what is known is not negative.
fn is_whole(row: &LineCost) -> bool {
    row.monthly >= Decimal::ZERO && (row.is_known || (row.exact.is_zero() && row.monthly.is_zero()))
}

fn sum(amounts: impl IntoIterator<Item = Decimal>) -> Option<Decimal> {
    amounts.into_iter().try_fold(Decimal::ZERO, |sum, amount| sum.checked_add(amount))
}
