//! A rule on the share of MRR that a stage breaks, and what would keep it.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::calculate::BrokenRule;
use crate::model::{Money, Stage};
use crate::view::cost::stage_json::StageReference;
use crate::view::page::number::{Number, WithCurrency, exact_percent, percent, quotient, range};

/// What techniques save on a stage.
#[derive(Clone, Copy, Debug)]
pub struct ShownSavings<'a> {
    techniques: &'a [(Box<str>, Decimal)],
    total: Decimal,
    is_enough: Option<bool>,
}

impl<'a> ShownSavings<'a> {
    /// The techniques with their monthly savings, the total with all of them, and whether that keeps the rule.
    pub fn new(techniques: &'a [(Box<str>, Decimal)], total: Decimal, is_enough: Option<bool>) -> Self {
        Self { techniques, total, is_enough }
    }
}

/// A broken rule as it is shown.
#[derive(Debug)]
pub(crate) struct ShownRule<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) rule: &'a BrokenRule,
    pub(crate) savings: Option<ShownSavings<'a>>,
}

impl<'a> ShownRule<'a> {
    fn money(&self, amount: Decimal) -> String {
        WithCurrency(Money::new(amount, self.stage.currency)).to_string()
    }

    /// That the rule breaks, which revenue or customers would keep it, and what would bring the cost under it.
    pub(crate) fn sentences(&self, decimals: u32) -> Vec<String> {
        let BrokenRule { bound, is_target, share, cost_under, too_much, .. } = self.rule;
        let whose = if *is_target { "your target" } else { "costplan's rule" };
        let broken = format!(
            "It takes {} of revenue and so breaks {whose} of under {}",
            percent(share, decimals),
            exact_percent(*bound)
        );
        let cost = format!(
            "At this revenue it would have to cost less than {}, so more than {} less",
            self.money(*cost_under),
            self.money(*too_much)
        );
        [Some(broken), self.revenue(), Some(cost), Some(self.techniques())].into_iter().flatten().collect()
    }

    /// Which revenue, or which number of customers at the same revenue each, would keep the rule.
    fn revenue(&self) -> Option<String> {
        let mrr = self.rule.mrr_at_least.map(|mrr| format!("with at least {} a month", self.money(mrr)));
        let each = self.rule.arpu.map(|arpu| self.money(arpu)).unwrap_or_default();
        let customers = match self.rule.customers_from {
            Some(from) => {
                let of = self.stage.customers.value;
                let outside = if of.contains(from) { String::new() } else { format!(" (it is for {})", range(of)) };
                Some(format!("from {from} customers on at {each} each{outside}"))
            }
            None if self.rule.mrr_at_least.is_some() && self.rule.arpu.is_some() => {
                Some(format!("at no number of customers up to {} at {each} each", self.rule.searched_to))
            }
            None => None,
        };
        let kept: Vec<String> = mrr.into_iter().chain(customers).collect();
        (!kept.is_empty()).then(|| format!("It is kept {}", kept.join(", or ")))
    }

    fn techniques(&self) -> String {
        let id = self.stage.id;
        let Some(ShownSavings { techniques, total, is_enough }) = self.savings else {
            return format!("`costplan optimize {id}` shows what would save");
        };
        if techniques.is_empty() {
            return format!("No technique is known to save here; `costplan optimize {id}` shows what they need");
        }
        let named: Vec<String> =
            techniques.iter().map(|(name, saved)| format!("{name} {}", self.money(*saved))).collect();
        let enough = match is_enough {
            Some(true) => "which keeps it",
            Some(false) => "which is not enough",
            None => "without what is unknown",
        };
        format!("Techniques would save: {}; then it costs {}, {enough}", named.join(", "), self.money(total))
    }

    pub(crate) fn json(&self) -> BrokenRuleJson<'a> {
        let technique = |(name, saved): &'a (Box<str>, Decimal)| SavingJson { technique: name, saved: Number(*saved) };
        let savings = self.savings.map(|found| SavingsJson {
            techniques: found.techniques.iter().map(technique).collect(),
            total: Number(found.total),
            enough: found.is_enough,
        });
        BrokenRuleJson {
            stage: StageReference { id: self.stage.id, name: &self.stage.name },
            rule: if self.rule.is_target { "target" } else { "plan" },
            under: Number(self.rule.bound),
            share_of_mrr: quotient(&self.rule.share),
            mrr_at_least: self.rule.mrr_at_least.map(Number),
            arpu: self.rule.arpu.map(Number),
            customers_from: self.rule.customers_from,
            cost_under: Number(self.rule.cost_under),
            too_much: Number(self.rule.too_much),
            savings,
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct BrokenRuleJson<'a> {
    stage: StageReference<'a>,
    rule: &'static str,
    under: Number,
    share_of_mrr: Option<Number>,
    mrr_at_least: Option<Number>,
    arpu: Option<Number>,
    customers_from: Option<u64>,
    cost_under: Number,
    too_much: Number,
    savings: Option<SavingsJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SavingsJson<'a> {
    techniques: Vec<SavingJson<'a>>,
    total: Number,
    enough: Option<bool>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SavingJson<'a> {
    technique: &'a str,
    saved: Number,
}
