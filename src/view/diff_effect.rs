//! What a change does to the figures that a stage is judged by.

use rust_decimal::Decimal;

use super::diff::ComparedStage;
use super::number::{percent, quotient_cents};
use crate::model::{CostedStage, Fraction, subtract};

/// Something that the change has an effect on.
#[derive(Debug)]
pub(super) struct Effect {
    pub(super) what: &'static str,
    pub(super) code: &'static str,
    /// Before and after; `None` where there is no such thing.
    pub(super) values: [Option<Fraction>; 2],
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
        self.values[side].map_or_else(|| "-".to_owned(), |value| self.words(value))
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
            || "-".to_owned(),
            |difference| {
                let words = self.words(difference.into());
                if difference > Decimal::ZERO { format!("+{words}") } else { words }
            },
        )
    }
}

/// What the change does to the cost per customer, to the share of MRR and to the margin of the budget.
pub(super) fn effects(stage: &ComparedStage<'_>) -> Vec<Effect> {
    let of =
        |value: &dyn Fn(&CostedStage) -> Option<Fraction>| [stage.base.and_then(value), stage.head.and_then(value)];
    let margin = |side: &CostedStage| {
        let total = side.costing.known_totals()?.total;
        subtract(side.monthly_budget()?, total).ok().map(Fraction::from)
    };
    let all = [
        ("Cost per customer", "cost_per_customer", of(&|side| side.costing.economics.cost_per_customer), false),
        ("Share of MRR", "share_of_mrr", of(&|side| side.costing.economics.share_of_mrr), true),
        ("Margin to the budget", "budget_margin", of(&margin), false),
    ];
    let effects = all.into_iter().map(|(what, code, values, is_ratio)| Effect { what, code, values, is_ratio });
    effects.filter(|effect| effect.values.iter().any(Option::is_some)).collect()
}
