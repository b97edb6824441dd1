//! Allowances that charges share: how much of each is left for every charge, in their order.

use rust_decimal::Decimal;

use super::book::{Book, PLAIN};
use super::calc::Calc;
use super::columns::{BILLED, INCLUDED, ITEM, USAGE};
use super::expression::calc_of;
use super::places::Place;
use super::sheet::{CellKind, CellLook, CellNumbers};
use super::stage_rows::StageDraft;
use crate::model::{ChargeLine, LinePricing, Pool};

/// A charge that shares an allowance.
struct Member<'a> {
    item: usize,
    charge: usize,
    line: &'a ChargeLine,
    pool: &'a Pool,
}

/// Writes the sizes of the shared allowances from a row on, and what is left of them for each charge. Returns the next
/// free row.
pub(crate) fn write(book: &mut Book, draft: &StageDraft<'_>, mut row: u32) -> u32 {
    let mut pools: Vec<(&Pool, Vec<Member<'_>>)> = Vec::new();
    for member in members(draft) {
        match pools.iter_mut().find(|(pool, _)| pool.id == member.pool.id) {
            Some((_, members)) => members.push(member),
            None => pools.push((member.pool, vec![member])),
        }
    }
    for (pool, members) in pools {
        let at = draft.at(row, USAGE);
        book.text(draft.at(row, ITEM), &format!("Shared allowance {}", pool.name()), PLAIN);
        let size = size(book, draft, pool, &members);
        book.calc(at, &size, CellLook::of(CellKind::Plain, CellNumbers::Amount));
        let mut left = Calc::Cell(at);
        for member in &members {
            left = left_after(book, draft, member, left);
        }
        row += 1;
    }
    row
}

/// The charges that share allowances, in order.
fn members<'a>(draft: &'a StageDraft<'_>) -> Vec<Member<'a>> {
    let mut all = Vec::new();
    for (item, line_item) in draft.stage.line_items.iter().enumerate() {
        for (charge, line) in line_item.charges().iter().enumerate() {
            if let Some(pool) = line.charge.pool.as_deref() {
                all.push(Member { item, charge, line, pool });
            }
        }
    }
    all
}

/// The size of a pool, in canonical units.
fn size(book: &Book, draft: &StageDraft<'_>, pool: &Pool, members: &[Member<'_>]) -> Calc {
    let names = |member: &Member<'_>| &draft.items[member.item].names;
    if let (Some(included), Some(first)) = (&pool.included, members.first()) {
        let hours = names(first).get(1).cloned().unwrap_or(Calc::Unknown);
        return calc_of(&included.expression, &[hours], &book.places);
    }
    let brought = members.iter().filter_map(|member| {
        let included = member.line.terms()?.included.as_deref()?;
        Some(calc_of(&included.expression, names(member), &book.places))
    });
    brought.reduce(Calc::plus).unwrap_or_else(Calc::zero)
}

/// Writes what is left for a charge, and returns what it leaves for the next one, both in canonical units.
fn left_after(book: &mut Book, draft: &StageDraft<'_>, member: &Member<'_>, left: Calc) -> Calc {
    let factor = member.line.charge.unit.as_ref().map_or(Decimal::ONE, |unit| unit.factor);
    let rows = &draft.items[member.item];
    let row = rows.charges[member.charge];
    let at = draft.at(row, INCLUDED);
    book.calc(at, &left.over(factor.into()), CellLook::of(CellKind::Plain, CellNumbers::Amount));
    let used = used(draft, member, row).unwrap_or_else(|| meter(draft, member));
    Calc::Cell(at).times(factor.into()).minus(used).at_least_zero()
}

/// What a charge uses by the formula of the sheet for billed usage, in canonical units.
fn used(draft: &StageDraft<'_>, member: &Member<'_>, row: u32) -> Option<Calc> {
    member.line.charge.billed_usage.as_ref()?;
    let unit = member.line.charge.unit.as_ref()?;
    let billed: Place = draft.at(row, BILLED);
    Some(Calc::Cell(billed).times(unit.factor.into()))
}

/// What a charge uses, in canonical units.
fn meter(draft: &StageDraft<'_>, member: &Member<'_>) -> Calc {
    let LinePricing::Sku(line) = &draft.stage.line_items[member.item].pricing else { return Calc::Unknown };
    let slot = line.sku.meter_slot(member.charge);
    draft.items[member.item].names.get(slot).cloned().unwrap_or(Calc::Unknown)
}
