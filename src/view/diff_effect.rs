//! What a change does to the figures that a stage is judged by.

use rust_decimal::Decimal;

use super::diff_stage::ComparedStage;
use super::diff_words::unknown;
use super::number::{percent, quotient_cents};
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

    /// The value of a side as a table shows it.
    pub(super) fn shown(&self, side: usize) -> String {
        self.values[side].map_or_else(|| none(self.is_unknown[side]), |value| self.words(value))
    }

    fn words(&self, value: Fraction) -> String {
        if self.is_ratio { percent(value, 2) } else { quotient_cents(value) }
    }

    /// The difference as a table shows it.
    pub(super) fn shown_difference(&self) -> String {
        // Of what is shown, so that it can be checked by eye.
        let decimals = if self.is_ratio { 4 } else { 2 };
        let shown = |value: Option<Fraction>| value.and_then(|value| value.round(decimals).ok());
        let difference = shown(self.values[1]).zip(shown(self.values[0]));
        let difference = difference.and_then(|(after, before)| subtract(after, before).ok());
        difference.map_or_else(
            || none(self.is_unknown.contains(&true)),
            |difference| {
                let words = self.words(difference.into());
                if difference > Decimal::ZERO { format!("+{words}") } else { words }
            },
        )
    }
}

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
