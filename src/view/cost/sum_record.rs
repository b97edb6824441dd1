//! The sums of a costing as rows of a spreadsheet.
//!
//! Added to the rows of the line items, those that are no totals give the total to the last digit: buffer and rounding
//! the total, and the tax the total with tax.

use rust_decimal::Decimal;

use crate::calculate::{Costing, Totals, UnitEconomics};
use crate::model::{Fraction, Stage, subtract};
use crate::view::page::layout::Cell;
use crate::view::page::number::quotient;
use crate::view::page::words::rating;

/// One of the sums below the line items.
pub(crate) struct SumRecord {
    /// What it is; the kinds of totals begin with `total`.
    pub(crate) kind: &'static str,
    /// Its name in words.
    pub(crate) name: &'static str,
    /// The amount; `None` if no part of the cost is known.
    pub(crate) monthly: Option<Decimal>,
    /// The same without any rounding; `None` for what is computed from the rounded total.
    pub(crate) exact: Option<Decimal>,
    /// The amount at the low and at the high prices, where prices are ranges.
    pub(crate) ends: Option<(Decimal, Decimal)>,
}

impl SumRecord {
    /// The name of the rows that are added up.
    pub(crate) const LINE_ITEM: &'static str = "line_item";

    /// The sums of a costing, from the buffer to the last total.
    pub(crate) fn all(stage: &Stage, costing: &Costing) -> Vec<Self> {
        let totals = costing.known_totals();
        let sum = |kind, name, amount: fn(&Totals) -> Decimal, exact: fn(&Totals) -> Option<Decimal>| Self {
            kind,
            name,
            monthly: totals.map(amount),
            exact: totals.and_then(exact),
            ends: totals.and(costing.range.as_ref()).map(|range| (amount(&range.low), amount(&range.high))),
        };
        let exact_buffer = |totals: &Totals| subtract(totals.total_exact, totals.subtotal_exact).ok();
        let mut sums = vec![
            sum("buffer", "Buffer", |totals| totals.buffer, exact_buffer),
            sum("rounding", "Rounding", |totals| totals.rounding, |_| Some(Decimal::ZERO)),
            sum("total", "Total", |totals| totals.total, |totals| Some(totals.total_exact)),
        ];
        if let Some(tax) = &stage.tax {
            let taxed = totals.and(costing.taxed.as_ref());
            let plain = |kind, name, monthly| Self { kind, name, monthly, exact: None, ends: None };
            sums.push(plain("tax", "Tax", taxed.map(|taxed| taxed.tax)));
            sums.push(plain("total_with_tax", "Total with tax", taxed.map(|taxed| taxed.total)));
            if !tax.credits.is_empty() {
                let deducted = taxed.and_then(|taxed| subtract(taxed.to_pay, taxed.total).ok());
                sums.push(plain("credit_after_tax", "Credits after tax", deducted));
                sums.push(plain("total_to_pay", "To pay", taxed.map(|taxed| taxed.to_pay)));
            }
        }
        sums
    }

    /// Whether it is a total, so that it is not to be added to the other rows.
    pub(crate) fn is_total(&self) -> bool {
        self.kind.starts_with("total")
    }
}

/// The columns of [`economics`].
pub(crate) const ECONOMICS: [&str; 8] = [
    "cost_per_customer",
    "cost_per_customer_before_buffer",
    "marginal_cost",
    "mrr",
    "share_of_mrr",
    "rating",
    "gross_profit",
    "gross_margin",
];

/// The unit economics of a costing, as the row of its total has them.
pub(crate) fn economics(of: &UnitEconomics) -> [Cell<'static>; ECONOMICS.len()] {
    let quotient = |value: &Option<Fraction>| Cell::number(value.as_ref().and_then(quotient).map(|value| value.0));
    [
        quotient(&of.cost_per_customer),
        quotient(&of.cost_per_customer_before_buffer),
        Cell::number(of.marginal_cost),
        Cell::number(of.mrr),
        quotient(&of.share_of_mrr),
        of.rating.map_or(Cell::Empty, |found| Cell::text(rating(found).0)),
        Cell::number(of.gross_profit),
        quotient(&of.gross_margin),
    ]
}
