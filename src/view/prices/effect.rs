//! What new prices do to the totals of stages.

use serde::Serialize;

use crate::model::{StageEffect, subtract};
use crate::view::page::layout::{Block, Column};
use crate::view::page::number::Number;
use crate::view::page::screen;

/// The rows of a screen for stages.
pub(crate) const STAGES: usize = 4;

/// The totals of stages before and after; nothing if there are none.
pub(crate) fn effect_grid(effects: &[StageEffect], most: usize) -> Option<Block> {
    let mut grid = screen::grid(vec![
        Column::left("Stage").at_least(12),
        Column::right("Customers"),
        Column::right("Before"),
        Column::right("After"),
        Column::right("Change"),
    ]);
    let (shown, more) = screen::folded(effects, most);
    for effect in shown {
        let change = subtract(effect.after, effect.before).unwrap_or_default();
        let sign = if change.is_sign_positive() && !change.is_zero() { "+" } else { "" };
        grid.cell(format_args!("{} {}", effect.id, effect.name)).cell(effect.customers);
        grid.cell(screen::money(effect.before, effect.currency)).cell(screen::money(effect.after, effect.currency));
        grid.cell(format_args!("{sign}{}", screen::amount(change, effect.currency)));
    }
    screen::fold(&mut grid, more.len(), "--details");
    (!grid.is_empty()).then_some(Block::Grid(grid))
}

/// The totals of a stage in JSON.
#[derive(Serialize)]
pub(crate) struct EffectJson<'a> {
    stage: u32,
    name: &'a str,
    customers: u64,
    currency: String,
    before: Number,
    after: Number,
}

impl<'a> EffectJson<'a> {
    pub(crate) fn new(effect: &'a StageEffect) -> Self {
        Self {
            stage: effect.id,
            name: &effect.name,
            customers: effect.customers,
            currency: effect.currency.to_string(),
            before: Number(effect.before),
            after: Number(effect.after),
        }
    }
}
