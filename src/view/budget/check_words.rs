//! Names of comparisons, and remarks on them.

use crate::calculate::{BudgetCheck, BudgetSubject, BudgetVerdict, TechniqueSaving};
use crate::model::{FitStanding, LimitKind, Unused, UnusedKind};
use crate::view::budget::check_amount::Shown;
use crate::view::budget::checked::CheckedStage;
use crate::view::page::finding::compared;
use crate::view::playbook::saving_words::saves;

/// The stable name of a comparison's subject.
pub(crate) fn code(subject: &BudgetSubject) -> &'static str {
    match subject {
        BudgetSubject::Limit(kind, None) | BudgetSubject::Forecast(kind, _) => match kind {
            LimitKind::Monthly => "project-monthly-budget",
            LimitKind::MonthlyAtHighPrices => "project-budget-at-high-prices",
            LimitKind::Quarterly => "project-quarterly-budget",
            LimitKind::Yearly => "project-yearly-budget",
            LimitKind::Daily => "project-daily-budget",
            LimitKind::CostPerCustomer => "project-cost-per-customer",
            LimitKind::ShareOfMrr => "project-share-of-mrr",
            LimitKind::GrowthAmount => "growth-amount",
            LimitKind::GrowthShare => "growth-share",
        },
        BudgetSubject::Limit(_, Some(_)) => "limit",
        BudgetSubject::PriceAge => "price-age",
        BudgetSubject::Alert(_) => "alert",
        BudgetSubject::OfStage(code) => code.as_str(),
        BudgetSubject::Capacity(_) => "capacity",
        BudgetSubject::Range => "customer-range",
    }
}

/// The subject of a comparison, in words.
pub(crate) fn what(check: &BudgetCheck) -> String {
    match &check.subject {
        BudgetSubject::Limit(kind, None) => match kind {
            LimitKind::Monthly => "monthly budget",
            LimitKind::MonthlyAtHighPrices => "monthly budget at high prices",
            LimitKind::Quarterly => "quarterly budget, 3 such months",
            LimitKind::Yearly => "yearly budget, 12 such months",
            LimitKind::Daily => "daily budget",
            LimitKind::CostPerCustomer => "cost per customer",
            LimitKind::ShareOfMrr => "share of MRR",
            LimitKind::GrowthAmount => "growth since snapshot",
            LimitKind::GrowthShare => "percentage growth",
        }
        .to_owned(),
        BudgetSubject::Limit(kind, Some(name)) => match kind {
            LimitKind::Monthly => format!("limit of {name}"),
            LimitKind::MonthlyAtHighPrices => format!("limit of {name} at high prices"),
            LimitKind::Quarterly => format!("quarterly limit of {name}, 3 such months"),
            LimitKind::Yearly => format!("yearly limit of {name}, 12 such months"),
            LimitKind::Daily => format!("daily limit of {name}"),
            LimitKind::CostPerCustomer => format!("cost per customer of {name}"),
            LimitKind::ShareOfMrr => format!("share of MRR of {name}"),
            LimitKind::GrowthAmount => format!("growth of {name}"),
            LimitKind::GrowthShare => format!("percentage growth of {name}"),
        },
        BudgetSubject::Forecast(kind, months) => {
            let period = if *kind == LimitKind::Yearly { "yearly" } else { "quarterly" };
            format!("{period} budget, forecast of {months}")
        }
        BudgetSubject::PriceAge => "age of list prices".to_owned(),
        BudgetSubject::Alert(name) => format!("alert {name}"),
        BudgetSubject::Capacity(name) => format!("capacity: {name}"),
        BudgetSubject::Range => "every number of customers".to_owned(),
        BudgetSubject::OfStage(code) => compared(*code).to_owned(),
    }
}

/// Remarks on a comparison, including the line item that causes it: a phrase each.
pub(crate) fn remarks(checked: &CheckedStage, check: &BudgetCheck) -> Vec<String> {
    let cause = checked.cause(check);
    let caused = match (cause, check.verdict) {
        (Some(cause), BudgetVerdict::Warn | BudgetVerdict::Fail) if check.subject.is_growth() => {
            Some(format!("{cause} grew most"))
        }
        (Some(cause), BudgetVerdict::Warn | BudgetVerdict::Fail) => Some(format!("the largest part is {cause}")),
        _ => None,
    };
    let remark = check.remark.as_ref().map(|remark| match (cause, check.verdict) {
        (Some(cause), BudgetVerdict::Unknown) if !remark.text.contains(cause) => format!("{}: {cause}", remark.text),
        _ => remark.text.to_string(),
    });
    remark.into_iter().chain(caused).collect()
}

/// A comparison in a sentence without a full stop.
pub(crate) fn sentence(context: &str, checked: &CheckedStage, check: &BudgetCheck) -> String {
    let shown = Shown::of(check);
    let is = check.value.as_ref().map_or_else(|| "not known".to_owned(), |value| shown.amount(value));
    let mut text = match check.verdict {
        BudgetVerdict::NotChecked => format!("{context}: {} is not checked", what(check)),
        _ => format!("{context}: {} is {is}", what(check)),
    };
    if let Some(limit) = &check.limit {
        text = format!("{text}, limit {}", shown.amount(limit));
    }
    for remark in remarks(checked, check) {
        text = format!("{text}; {remark}");
    }
    if !check.actions.is_empty() {
        text = format!("{text}; actions: {}", check.actions.join(", "));
    }
    let [helpful, ..] = techniques(checked, check);
    if !helpful.is_empty() {
        text = format!("{text}; may help: {}", helpful.join("; "));
    }
    text
}

/// The techniques of an alert with their savings: those that reduce what it watches, and those for which an input decides.
pub(crate) fn techniques(checked: &CheckedStage, check: &BudgetCheck) -> [Vec<String>; 2] {
    let savings = checked.savings.iter().filter(|found| check.techniques.contains(&found.technique));
    let needs = |found: &&TechniqueSaving| matches!(found.standing, Some(FitStanding::NeedsInput { .. }));
    let (needing, helpful): (Vec<_>, Vec<_>) = savings.partition(needs);
    let said = |found: &TechniqueSaving| format!("{} {}", found.technique, saves(found, &checked.stage));
    [helpful, needing].map(|found| found.into_iter().map(said).collect())
}

/// The unused part of a budget, in words.
pub(crate) fn unused_name(unused: &Unused) -> String {
    match unused.kind {
        UnusedKind::Limit => format!("limit of {}", unused.name),
        UnusedKind::Requirement => format!("required {}", unused.name),
        UnusedKind::Checklist => format!("checklist {}", unused.name),
        UnusedKind::Alert | UnusedKind::Rule | UnusedKind::Action => {
            format!("{} {}", unused.kind.as_str(), unused.name)
        }
    }
}
