//! What a change does to the figures that a stage is judged by.

use super::diff_stage::ComparedStage;
use super::diff_words::unknown;
use super::number::percent;
use crate::model::{CostedStage, Fraction, subtract};

/// Something that the change has an effect on.
#[derive(Debug)]
pub(super) struct Effect {
    pub(super) what: &'static str,
    pub(super) code: &'static str,
    /// Before and after; `None` where there is no such thing, and where a part of the cost is unknown.
    pub(super) values: [Option<Fraction>; 2],
    /// Whether a part of the cost is unknown, before and after.
    is_unknown: [bool; 2],
    /// Whether the values are ratios, and not money.
    pub(super) is_ratio: bool,
}

impl Effect {
    /// By how much it grows.
    pub(super) fn difference(&self) -> Option<Fraction> {
        let [before, after] = self.values;
        after?.subtract(before?).ok()
    }

    /// Before, after, and the difference, as a table shows them: with so many decimals that the shown difference is that of
    /// the shown values.
    pub(super) fn shown(&self) -> [String; 3] {
        let decimals = self.decimals();
        let shown = |value: Option<Fraction>, is_unknown: bool| {
            value.and_then(|value| self.words(value, decimals)).unwrap_or_else(|| none(is_unknown))
        };
        let [before, after] = self.is_unknown;
        let difference = self.difference();
        let sign = if difference.is_some_and(|of| !of.is_negative() && !of.is_zero()) { "+" } else { "" };
        [
            shown(self.values[0], before),
            shown(self.values[1], after),
            format!("{sign}{}", shown(difference, before || after)),
        ]
    }

    /// How many decimals tell the values, as they are stored, apart by as much as they differ.
    fn decimals(&self) -> u32 {
        let usual = if self.is_ratio { 4 } else { 2 };
        let ([Some(before), Some(after)], Some(difference)) = (self.values, self.difference()) else { return usual };
        let foots = |decimals: &u32| {
            let round = |value: Fraction| value.round(*decimals).ok();
            let shown = round(after).zip(round(before)).and_then(|(after, before)| subtract(after, before).ok());
            shown.is_some() && shown == round(difference)
        };
        (usual..=MOST_DECIMALS).find(foots).unwrap_or(MOST_DECIMALS)
    }

    fn words(&self, value: Fraction, decimals: u32) -> Option<String> {
        if self.is_ratio {
            return Some(percent(value, decimals - 2));
        }
        let mut rounded = value.round(decimals).ok()?;
        rounded.rescale(decimals);
        Some(rounded.to_string())
    }
}

/// The most decimals that are shown of a value.
const MOST_DECIMALS: u32 = 8;

/// What stands in place of a value: that it is unknown, or that there is no such thing.
fn none(is_unknown: bool) -> String {
    if is_unknown { unknown() } else { "-".to_owned() }
}

/// What the change does to the cost per customer, to the share of MRR and to the margin of the budget.
pub(super) fn effects(stage: &ComparedStage<'_>) -> Vec<Effect> {
    let sides = [stage.base, stage.head];
    let is_unknown = sides.map(|side| side.is_some_and(|side| !side.costing.is_complete()));
    let complete = sides.map(|side| side.filter(|side| side.costing.is_complete()));
    let of = |value: &dyn Fn(&CostedStage) -> Option<Fraction>| complete.map(|side| value(side?));
    let margin =
        |side: &CostedStage| subtract(side.monthly_budget()?, side.costing.totals.total).ok().map(Fraction::from);
    let all = [
        ("Cost per customer", "cost_per_customer", of(&|side| side.costing.economics.cost_per_customer), false),
        ("Share of MRR", "share_of_mrr", of(&|side| side.costing.economics.share_of_mrr), true),
        ("Margin to the budget", "budget_margin", of(&margin), false),
    ];
    let effects =
        all.into_iter().map(|(what, code, values, is_ratio)| Effect { what, code, values, is_unknown, is_ratio });
    effects.filter(|effect| effect.values.iter().any(Option::is_some)).collect()
}
