//! The events of a month in a forecast, in words and in JSON.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

use crate::calculate::{ForecastEvent, ForecastMonth, NeededStage, UnitEconomics};
use crate::model::{Currency, StageName, subtract};
use crate::view::page::number::{Number, displayed, exact_percent, percent, signed};
use crate::view::page::screen::several;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct EventJson {
    code: &'static str,
    amount: Option<Number>,
    message: String,
}

pub(crate) fn event_json(event: &ForecastEvent, month: &ForecastMonth, currency: Currency) -> EventJson {
    let (code, amount) = code(event);
    EventJson { code, amount: amount.map(Number), message: words(event, month, currency) }
}

/// The stable name of an event, and its amount of money.
fn code(event: &ForecastEvent) -> (&'static str, Option<Decimal>) {
    match event {
        ForecastEvent::StageChange { .. } => ("stage-change", None),
        ForecastEvent::NoStage => ("no-stage", None),
        ForecastEvent::CouldCarry => ("could-carry", None),
        ForecastEvent::NotInCalendar => ("not-in-calendar", None),
        ForecastEvent::Disagreement(NeededStage { is_larger: true, .. }) => ("load-beyond-revenue", None),
        ForecastEvent::Disagreement(_) => ("revenue-beyond-load", None),
        ForecastEvent::NothingCarried => ("revenue-carries-nothing", None),
        ForecastEvent::DoesNotServe => ("does-not-serve", None),
        ForecastEvent::CostChange { before, after } => ("cost-change", subtract(*after, *before).ok()),
        ForecastEvent::CostChangeWithin { before, after, .. } => {
            let difference = before.zip(*after).and_then(|(before, after)| subtract(after, before).ok());
            ("cost-change-within", difference)
        }
        ForecastEvent::DeductionChange { is_credit: true, begins: true, .. } => ("credit-begins", None),
        ForecastEvent::DeductionChange { is_credit: true, begins: false, .. } => ("credit-ends", None),
        ForecastEvent::DeductionChange { is_credit: false, begins: true, .. } => ("discount-begins", None),
        ForecastEvent::DeductionChange { is_credit: false, begins: false, .. } => ("discount-ends", None),
        ForecastEvent::CreditOfPartOfMonth { .. } => ("credit-of-part-of-month", None),
        ForecastEvent::Migration { amount, .. } => ("migration", Some(*amount)),
        ForecastEvent::Overlap { amount, .. } => ("overlap", Some(*amount)),
        ForecastEvent::Once { amount, .. } => ("once", Some(*amount)),
        ForecastEvent::Prepayment { amount, .. } => ("prepayment", Some(*amount)),
        ForecastEvent::CreditUsedUp { .. } => ("credit-used-up", None),
        ForecastEvent::CreditExpired { left, .. } => ("credit-expired", Some(*left)),
        ForecastEvent::FirstUrgent => ("first-urgent", None),
        ForecastEvent::OutOfCash => ("out-of-cash", None),
    }
}

/// An event in a sentence.
pub(crate) fn words(event: &ForecastEvent, month: &ForecastMonth, currency: Currency) -> String {
    let money = |amount: Decimal| format!("{} {currency}", displayed(amount, currency));
    let stage = || month.stage.as_ref().map(stage_name).unwrap_or_default();
    match event {
        ForecastEvent::StageChange { from: Some(from), to } => {
            format!("stage {} instead of {}", stage_name(to), stage_name(from))
        }
        ForecastEvent::StageChange { from: None, to } => format!("stage {} serves", stage_name(to)),
        ForecastEvent::NoStage => format!("no stage serves {} customers: the cost is unknown", month.customers),
        ForecastEvent::Disagreement(needed) => disagreement(needed, &stage()),
        ForecastEvent::NothingCarried => {
            format!("the revenue carries no stage: stage {} is counted, the cheapest", stage())
        }
        ForecastEvent::DoesNotServe => {
            format!("stage {} does not serve {} customers", stage(), month.customers)
        }
        ForecastEvent::CouldCarry => {
            let (customers, stage) = (month.customers, stage());
            format!("no stage serves {customers} customers: stage {stage} is counted, which could carry them")
        }
        ForecastEvent::NotInCalendar => {
            let (number, stage) = (month.number, stage());
            format!("the plan has no stage for month {number}: stage {stage} is counted, which fits the customers")
        }
        ForecastEvent::CostChange { before, after } => {
            let difference = subtract(*after, *before).map_or_else(|_| "?".to_owned(), |more| signed(more, currency));
            format!(
                "the cost changes: {} instead of {} at this number of customers ({difference})",
                money(*after),
                displayed(*before, currency)
            )
        }
        ForecastEvent::CostChangeWithin { on, before, after } => {
            let known = |amount: &Option<Decimal>| amount.map_or_else(|| "an unknown amount".to_owned(), money);
            let (before, after) = (known(before), known(after));
            format!("within this month, on {on}, the cost of a month changes to {after} instead of {before}")
        }
        ForecastEvent::DeductionChange { is_credit, reason, begins } => deduction(*is_credit, reason, *begins),
        ForecastEvent::CreditOfPartOfMonth { reason, from, until } => part_of_month(reason, *from, *until),
        ForecastEvent::Migration { reason, amount } => format!("migration: {reason}, {}", money(*amount)),
        ForecastEvent::Overlap { stage, weeks, amount } => {
            let weeks = Number(weeks.normalize());
            format!("stage {} runs on for {weeks} weeks, {}", stage_name(stage), money(*amount))
        }
        ForecastEvent::Once { reason, amount } => format!("once: {reason}, {}", money(*amount)),
        ForecastEvent::Prepayment { name, months, amount } => {
            format!("paid for {} ahead: {name}, {}", several(*months as usize, "month"), money(*amount))
        }
        ForecastEvent::CreditUsedUp { reason } => format!("the credit `{reason}` is used up"),
        ForecastEvent::CreditExpired { reason, left } => {
            format!("the credit `{reason}` expired with {} left", money(*left))
        }
        ForecastEvent::FirstUrgent => {
            let share = month.economics.share_of_mrr.as_ref().map_or_else(String::new, |share| percent(share, 2));
            let bound = bound_words(&month.economics);
            format!("{share} of MRR: the first month at or over {bound}")
        }
        ForecastEvent::OutOfCash => "the cash runs out".to_owned(),
    }
}

/// That a discount or a credit of the stage begins or has ended.
fn deduction(is_credit: bool, reason: &str, begins: bool) -> String {
    let kind = if is_credit { "credit" } else { "discount" };
    format!("the {kind} `{reason}` {}", if begins { "begins" } else { "has ended" })
}

/// That a credit applies for some days of a month.
fn part_of_month(reason: &str, from: Option<Date>, until: Option<Date>) -> String {
    let day = |word: &str, day: Option<Date>| day.map(|day| format!("{word} {day}"));
    let days: Vec<String> = day("begins on", from).into_iter().chain(day("ends on", until)).collect();
    format!("the credit `{reason}` {}, and is counted for the whole month", days.join(" and "))
}

/// That the revenue carries another stage than the customers need.
fn disagreement(needed: &NeededStage, stage: &str) -> String {
    let name = stage_name(&needed.stage);
    if needed.is_larger {
        format!("the customers need stage {name}, but the revenue carries only {stage}")
    } else {
        format!("the revenue carries stage {stage}, but the customers need only {name}")
    }
}

/// What the share of MRR must stay under.
pub(crate) fn bound_words(economics: &UnitEconomics) -> String {
    match economics.target {
        Some(target) => format!("the target of {}", exact_percent(target.bound)),
        None => "20%".to_owned(),
    }
}

/// The stage by number and name.
pub(crate) fn stage_name(stage: &StageName) -> String {
    format!("{} {}", stage.id, stage.name)
}
