//! What new prices do to the totals of stages.

use serde::Serialize;

use crate::model::{Fraction, StageEffect, subtract};
use crate::view::cost::stage_json::StageReference;
use crate::view::page::layout::{Block, Column};
use crate::view::page::number::{Number, quotient, signed};
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
        let currency = effect.currency;
        grid.cell(format_args!("{} {}", effect.id, effect.name)).cell(effect.customers);
        match &effect.totals {
            Ok([before, after]) => {
                let change = subtract(*after, *before).ok();
                grid.cell(screen::money(*before, currency)).cell(screen::money(*after, currency));
                grid.cell(change.map_or_else(|| "?".to_owned(), |more| signed(more, currency)));
            }
            Err(reason) => {
                grid.cell("?").cell("?").cell(reason);
            }
        }
    }
    screen::fold(&mut grid, more.len(), "--details");
    (!grid.is_empty()).then_some(Block::Grid(grid))
}

/// How much more the later total is, in relation to the earlier one.
pub(crate) fn ratio(effect: &StageEffect) -> Option<Fraction> {
    let [before, after] = effect.totals.as_ref().ok()?;
    Fraction::new(subtract(*after, *before).ok()?, *before).ok()
}

/// The totals of a stage in JSON; null where they cannot be compared.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct EffectJson<'a> {
    stage: StageReference<'a>,
    customers: u64,
    currency: String,
    total_before: Option<Number>,
    total_after: Option<Number>,
    difference: Option<Number>,
    change: Option<Number>,
    not_compared_because: Option<&'a str>,
}

impl<'a> EffectJson<'a> {
    pub(crate) fn new(effect: &'a StageEffect) -> Self {
        let totals = effect.totals.as_ref();
        let total = |place: usize| totals.ok().map(|totals| Number(totals[place]));
        Self {
            stage: StageReference { id: effect.id, name: &effect.name },
            customers: effect.customers,
            currency: effect.currency.to_string(),
            total_before: total(0),
            total_after: total(1),
            difference: totals.ok().and_then(|[before, after]| subtract(*after, *before).ok()).map(Number),
            change: ratio(effect).as_ref().and_then(quotient),
            not_compared_because: totals.err().map(String::as_str),
        }
    }
}
