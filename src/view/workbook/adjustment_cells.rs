//! The columns of discounts and credits: what each deducts from every charge.

use super::book::Book;
use super::calc::Calc;
use super::columns::{ADJUSTED, CHARGE, EXACT};
use super::places::Run;
use super::sheet::{CellKind, CellLook, CellNumbers};
use super::stage_rows::StageDraft;
use crate::model::{Adjustment, Deduction, LinePricing};

/// The most discounts and credits that have a column.
pub(crate) const MAX_COLUMNS: usize = 200;

/// Writes what each discount and credit deducts. An amount is used up by one charge after another.
pub(crate) fn write(book: &mut Book, draft: &StageDraft<'_>, header: u32) {
    for (column, adjustment) in (ADJUSTED..).zip(&draft.stage.adjustments) {
        let title = format!("{}: {}", adjustment.kind(), adjustment.reason);
        book.text(draft.at(header, column), &title, CellLook::of(CellKind::Heading, CellNumbers::General));
        let amount = amount(draft, adjustment);
        for row in rows(draft, adjustment) {
            let left = left(book, draft, row, column);
            let off = match (&adjustment.off, &amount) {
                (Deduction::Rate(rate), _) => left.times((*rate).into()),
                (_, Some(amount)) => {
                    let above = Run { sheet: draft.sheet, column, first: header + 1, last: row - 1 };
                    let rest = if above.first <= above.last {
                        amount.clone().minus(Calc::Sum(vec![above])).at_least_zero()
                    } else {
                        amount.clone()
                    };
                    Calc::Least(vec![left, rest])
                }
                (_, None) => Calc::zero(),
            };
            book.calc(draft.at(row, column), &off, CellLook::of(CellKind::Plain, EXACT));
        }
    }
}

/// The rows of the charges to which a discount or credit applies.
fn rows(draft: &StageDraft<'_>, adjustment: &Adjustment) -> Vec<u32> {
    let mut found = Vec::new();
    for (index, item) in draft.stage.line_items.iter().enumerate() {
        if !adjustment.on.fits(index, item) {
            continue;
        }
        let rows = &draft.items[index].charges;
        match &item.pricing {
            LinePricing::Cost(_) if adjustment.on.fits_meter(None) => found.extend(rows),
            LinePricing::Cost(_) => {}
            LinePricing::Sku(line) => {
                let charges = rows.iter().zip(&line.charges);
                let fitting = charges.filter(|(_, charge)| adjustment.on.fits_meter(Some(charge.meter())));
                found.extend(fitting.map(|(row, _)| *row));
            }
        }
    }
    found
}

/// What earlier discounts and credits leave of a charge.
fn left(book: &Book, draft: &StageDraft<'_>, row: u32, column: u16) -> Calc {
    let earlier = (ADJUSTED..column).map(|column| draft.at(row, column)).filter(|place| book.places.is_filled(*place));
    earlier.fold(Calc::Cell(draft.at(row, CHARGE)), |left, off| left.minus(Calc::Cell(off)))
}

/// The most that is deducted, in the reporting currency; `None` for a rate.
fn amount(draft: &StageDraft<'_>, adjustment: &Adjustment) -> Option<Calc> {
    match adjustment.off {
        Deduction::Rate(_) => None,
        Deduction::Amount { amount, currency } => Some(draft.inputs.converted(amount.into(), currency)),
        Deduction::AmountEach { amount, currency, line_item } => {
            let all = draft.items[line_item].quantity.clone().times(amount.into());
            Some(draft.inputs.converted(all, currency))
        }
    }
}
