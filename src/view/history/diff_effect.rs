//! The effect of a change on the figures by which a stage is judged.

use rust_decimal::Decimal;

use crate::calculate::CostedStage;
use crate::model::{Currency, Fraction, subtract};
use crate::view::history::diff_stage::ComparedStage;
use crate::view::history::diff_words::unknown;
use crate::view::page::number::{decimals_of_both, percent};

/// A figure that the change affects.
#[derive(Debug)]
pub(crate) struct Effect {
    pub(crate) what: &'static str,
    pub(crate) code: &'static str,
    /// Before and after; `None` where the figure does not exist or part of the cost is unknown.
    pub(crate) values: [Option<Fraction>; 2],
    /// Whether part of the cost is unknown, before and after.
    is_unknown: [bool; 2],
    kind: EffectKind,
    currency: Currency,
}

/// The kind of figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EffectKind {
    Money,
    /// Money per unit of something.
    Quotient,
    Ratio,
}

impl Effect {
    /// By how much it grows.
    pub(crate) fn difference(&self) -> Option<Fraction> {
        let [before, after] = &self.values;
        after.as_ref()?.subtract(before.as_ref()?).ok()
    }

    /// Before, after, and the difference of the shown values, as a table shows them.
    pub(crate) fn shown(&self) -> [String; 3] {
        let decimals = self.decimals();
        let rounded = self.values.clone().map(|value| value?.round(decimals).ok());
        let difference = Self::between(rounded);
        let sign = if difference.is_some_and(|of| of > Decimal::ZERO) { "+" } else { "" };
        let shown = |value: Option<Decimal>, is_unknown: bool| {
            value.map_or_else(|| none(is_unknown), |value| self.words(value, decimals))
        };
        let [before, after] = self.is_unknown;
        [shown(rounded[0], before), shown(rounded[1], after), format!("{sign}{}", shown(difference, before || after))]
    }

    fn between([before, after]: [Option<Decimal>; 2]) -> Option<Decimal> {
        subtract(after?, before?).ok()
    }

    /// The number of decimals to show: those of the currency for money, and for quotients as many as it takes to show that they differ.
    fn decimals(&self) -> u32 {
        let usual = if self.kind == EffectKind::Ratio { 4 } else { self.currency.decimals() };
        let usual = decimals_of_both(self.values.each_ref().map(Option::as_ref), usual);
        let Some(difference) = self.difference().filter(|_| self.kind != EffectKind::Money) else { return usual };
        let foots = |decimals: &u32| {
            let shown = Self::between(self.values.each_ref().map(|value| value.as_ref()?.round(*decimals).ok()));
            shown.is_some() && shown == difference.round(*decimals).ok()
        };
        (usual..=MOST_DECIMALS).find(foots).unwrap_or(MOST_DECIMALS.max(usual))
    }

    fn words(&self, mut rounded: Decimal, decimals: u32) -> String {
        if self.kind == EffectKind::Ratio {
            return percent(&rounded.into(), decimals - 2);
        }
        rounded.rescale(decimals);
        rounded.to_string()
    }
}

/// The maximum number of decimals to show.
const MOST_DECIMALS: u32 = 8;

/// The text in place of a value: unknown, or none.
fn none(is_unknown: bool) -> String {
    if is_unknown { unknown() } else { "-".to_owned() }
}

/// The effect on the cost per customer, the share of MRR and the budget margin.
pub(crate) fn effects(stage: &ComparedStage<'_>) -> Vec<Effect> {
    let Some(subject) = stage.subject() else { return Vec::new() };
    let sides = [stage.base, stage.head];
    let is_unknown = sides.map(|side| side.is_some_and(|side| !side.costing.is_complete()));
    let complete = sides.map(|side| side.filter(|side| side.costing.is_complete()));
    let of = |value: &dyn Fn(&CostedStage) -> Option<Fraction>| complete.map(|side| value(side?));
    let margin =
        |side: &CostedStage| subtract(side.monthly_budget()?, side.costing.totals.total).ok().map(Fraction::from);
    let all = [
        (
            "Cost per customer",
            "cost_per_customer",
            of(&|side| side.costing.economics.cost_per_customer.clone()),
            EffectKind::Quotient,
        ),
        ("Share of MRR", "share_of_mrr", of(&|side| side.costing.economics.share_of_mrr.clone()), EffectKind::Ratio),
        ("Budget margin", "budget_margin", of(&margin), EffectKind::Money),
    ];
    let currency = subject.stage.currency;
    let effects =
        all.into_iter().map(|(what, code, values, kind)| Effect { what, code, values, is_unknown, kind, currency });
    effects.filter(|effect| effect.values.iter().any(Option::is_some)).collect()
}
