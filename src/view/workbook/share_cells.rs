//! What an amount of a stage is of a customer, and of the revenue.

use super::book::Book;
use super::calc::Calc;
use super::inputs_sheet::decimals;
use super::places::Place;
use super::sheet::{CellKind, CellLook, CellNumbers};
use super::stage_rows::StageDraft;

/// Writes what an amount is of a customer and of the revenue.
pub(crate) fn shares(book: &mut Book, draft: &StageDraft<'_>, amount: Place, row: u32, (each, share): (u16, u16)) {
    let money = CellLook::of(CellKind::Plain, CellNumbers::Money(decimals(draft.stage.currency).saturating_add(2)));
    let of = |whole: Place| Calc::Cell(whole).if_above_zero(Calc::Cell(amount).over(Calc::Cell(whole)), Calc::Unknown);
    book.calc(draft.at(row, each), &of(draft.inputs.customers), money);
    book.calc(draft.at(row, share), &of(draft.inputs.mrr), CellLook::of(CellKind::Plain, CellNumbers::Percent));
}
