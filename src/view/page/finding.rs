//! Findings in words.

use std::borrow::Cow;
use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::calculate::{Costing, Finding, FindingCode, LimitUse, Unknown};
use crate::model::{
    Band, ChargeLine, CountRange, Currency, FarFromList, Fraction, LineItem, LinePricing, Money, Stage, Terms, Verdict,
};
use crate::view::page::number::{
    WithCurrency, displayed, exact_percent, money_band, per_unit, percent, percent_band, plain_band, quotient, range,
};
use crate::view::page::offer::offer;
use crate::view::prices::price_terms::{plural, rate_of};

/// A finding as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct FindingView {
    /// How much it matters: `note`, `warning` or `breach`.
    pub severity: &'static str,
    /// The stable name of the kind of finding.
    pub code: &'static str,
    /// One sentence.
    pub message: String,
    /// The number of customers it holds for, where a command looks at several.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub customers: Option<u64>,
}

impl FindingView {
    /// Puts a finding into words.
    pub fn new(finding: &Finding, stage: &Stage) -> Self {
        let (severity, code) = (finding.severity().as_str(), finding.code().as_str());
        Self { severity, code, message: message(finding, stage), customers: None }
    }
}

/// The findings of a costing in words. If a cost is unknown, a verdict that is certain anyway says that it counts what
/// is known.
pub(crate) fn findings(stage: &Stage, costing: &Costing) -> Vec<FindingView> {
    let complete = costing.is_complete();
    let view = |finding: &Finding| {
        let view = FindingView::new(finding, stage);
        if complete || !finding.is_verdict_on_cost() {
            return view;
        }
        FindingView { message: format!("{}, counting what is known", view.message), ..view }
    };
    costing.findings.iter().map(view).collect()
}

/// `below`, `within` or `above`.
pub(crate) fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Below => "below",
        Verdict::Within => "within",
        Verdict::Above => "above",
    }
}

/// The verdict on a cost beside its target, of which less is better.
pub(crate) fn target_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Below => "below (better than)",
        Verdict::Within | Verdict::Above => verdict_word(verdict),
    }
}

/// The subject of a finding, as `costplan check` names it in a comparison with a limit.
pub(crate) fn compared(code: FindingCode) -> &'static str {
    match code {
        FindingCode::MonthlyBudget => "stage's budget",
        FindingCode::PriceRange => "stage's budget at high prices",
        FindingCode::CostPerCustomer => "stage's cost per customer",
        FindingCode::ShareOfMrr => "stage's share of MRR",
        FindingCode::PartOfStage => "part of stage",
        FindingCode::CustomersInRange => "customers in range",
        FindingCode::Capacity => "capacity",
        FindingCode::TargetReach => "target reach",
        FindingCode::NoRevenue => "no revenue",
        FindingCode::CategoryShare => "category share",
        FindingCode::UnknownPrice => "unknown price",
        FindingCode::UnknownBase => "unknown base",
        FindingCode::UnknownPool => "unknown pool",
        FindingCode::UnknownUsage => "unknown usage",
        FindingCode::UnknownRevenue => "unknown revenue",
        FindingCode::VendorClosed => "vendor closed",
        FindingCode::NotSold => "not sold",
        FindingCode::Specification => "specification",
        FindingCode::ListedPrice => "listed price",
        FindingCode::ServicesFit => "components on their machines",
        FindingCode::FarFromList => "agreed price far from the list",
        FindingCode::UsageLimit => "limit of usage",
        FindingCode::Overload => "load of all replicas",
    }
}

fn message(finding: &Finding, stage: &Stage) -> String {
    let currency = stage.currency;
    match finding {
        Finding::Customers { customers, range: of } if of.contains(*customers) => {
            format!("{customers} customers are in the stage's range of {}", range(*of))
        }
        Finding::Customers { customers, range: of } => {
            format!("{customers} customers are outside of the stage's range of {}", range(*of))
        }
        Finding::Capacity { name, value, limit, verdict } => capacity(name, value.as_ref(), *limit, *verdict),
        Finding::Budget { total, band, verdict } => budget(*total, &money_band(*band, currency), *verdict, currency),
        Finding::CostPerCustomer { value, band, verdict } => {
            cost_per_customer(value.as_ref(), &money_band(*band, currency), *verdict, currency)
        }
        Finding::TargetReach { band, range, met, is_exceeded } => {
            target_reach(&money_band(*band, currency), *range, met, *is_exceeded)
        }
        Finding::ShareOfMrr { share, target, met } => share_of_mrr(share, *target, *met),
        Finding::NoRevenue => "no revenue yet, so no share of it".to_owned(),
        Finding::CategoryShare { category, share, band, verdict } => {
            let relation = verdict_word(*verdict);
            let name = stage.category(*category);
            format!(
                "{name} takes {} of the subtotal, {relation} the expected {}",
                percent(share, 1),
                percent_band(*band)
            )
        }
        Finding::PriceRange { low, expected, high, exceeds } => {
            price_range([*low, *expected, *high], *exceeds, currency)
        }
        Finding::PartOfStage { selected, line_items, share } => part_of_stage(*selected, *line_items, share.as_ref()),
        Finding::Offer(found) => offer(found, stage),
        Finding::FarFromList { line_item, charge, distance } => {
            far_from_list(&stage.line_items[*line_item], *charge, *distance)
        }
        Finding::UsageLimit { line_item, limit } => usage_limit(&stage.line_items[*line_item], limit),
        Finding::Overload { line_item, replicas, hours, excess } => format!(
            "`{}`: the load exceeds what {replicas} replicas can handle by up to {}, in {hours} of the 168 hours of a week",
            stage.line_items[*line_item].name,
            percent(excess, 1)
        ),
        Finding::Unknown { line_item, unknown } => missing(&stage.line_items[*line_item], unknown),
    }
}

/// A driver beside the capacity of the stage for it.
fn capacity(name: &str, value: Option<&Fraction>, limit: Band, verdict: Option<Verdict>) -> String {
    let limit = plain_band(limit);
    let Some(value) = value else {
        return format!("the capacity of {limit} {name} is not checked: their number is not given (--set {name}=N)");
    };
    let value = quotient(value).map_or_else(|| "?".to_owned(), |value| value.to_string());
    let relation = if verdict == Some(Verdict::Above) { "exceed" } else { "fit" };
    format!("{value} {name} {relation} the stage's capacity of {limit}")
}

/// The total beside the budget; `verdict` is `None` where an unknown cost could change it.
fn budget(total: Option<Decimal>, budget: &str, verdict: Option<Verdict>, currency: Currency) -> String {
    let Some(total) = total else {
        return format!("the total is unknown, and so is whether it keeps to the budget of {budget}");
    };
    let total = WithCurrency(Money::new(total, currency));
    match verdict {
        Some(verdict) => format!("the total of {total} is {} the budget of {budget}", verdict_word(verdict)),
        None => format!(
            "the known part of the total is {total}: whether all of it keeps to the budget of {budget} is unknown"
        ),
    }
}

/// The cost per customer beside its target; `verdict` is `None` where an unknown cost could change it.
fn cost_per_customer(value: Option<&Fraction>, target: &str, verdict: Option<Verdict>, currency: Currency) -> String {
    let Some(value) = value else {
        return format!("the target of {target} per customer is not checked: there are no customers yet");
    };
    let value = per_unit(value, currency);
    match verdict.map(target_word) {
        Some(place) => format!("{value} {currency} per customer before the buffer is {place} the target of {target}"),
        None => format!(
            "the known part of the cost per customer before the buffer is {value} {currency}: whether the target of {target} \
             is met is unknown"
        ),
    }
}

/// At which numbers of customers the target per customer is met.
fn target_reach(target: &str, of: CountRange, met: &[CountRange], is_exceeded: bool) -> String {
    let of = range(of);
    if met.is_empty() && is_exceeded {
        return format!("no number of customers from {of} meets the target of {target}");
    }
    if met.is_empty() {
        return format!("the cost is below (better than) the target of {target} at any of {of} customers");
    }
    let met: Vec<String> = met.iter().map(|run| range(*run)).collect();
    format!("the target of {target} is met at {} customers, of {of}", met.join(", "))
}

/// The share of revenue beside its target; `met` is `None` where an unknown cost could change the verdict.
fn share_of_mrr(share: &Fraction, target: Decimal, met: Option<bool>) -> String {
    let is_at_target = *share == Fraction::from(target);
    let (share, target) = (percent(share, 2), exact_percent(target));
    match met {
        Some(true) => format!("{share} of revenue, under the target of {target}"),
        Some(false) if is_at_target => {
            format!("{share} of revenue, at the target of {target}, which it must stay under")
        }
        Some(false) => format!("{share} of revenue, over the target of {target}"),
        None => format!("at least {share} of revenue; whether it stays under the target of {target} is unknown"),
    }
}

fn part_of_stage(selected: usize, line_items: usize, share: Option<&Fraction>) -> String {
    let share = match share {
        Some(share) => format!("which take {} of the stage's subtotal", percent(share, 1)),
        None => "whose share of the stage's subtotal is unknown or zero".to_owned(),
    };
    format!("the figures cover {selected} of {line_items} line items, {share}; budget and targets are not judged")
}

fn price_range([low, expected, high]: [Decimal; 3], exceeds: Option<Band>, currency: Currency) -> String {
    let (low, expected, high) = (displayed(low, currency), displayed(expected, currency), displayed(high, currency));
    let range = format!("prices that are ranges make the total {low} to {high} {currency}; {expected} is expected");
    match exceeds {
        Some(band) => format!("{range}, and the high end is above the budget of {}", money_band(band, currency)),
        None => range,
    }
}

fn far_from_list(item: &LineItem, charge: usize, FarFromList { factor, is_above }: FarFromList) -> String {
    let LinePricing::Sku(line) = &item.pricing else { return String::new() };
    let Some(line) = line.charges.get(charge) else { return String::new() };
    let price = |terms: &Option<Arc<Terms>>| terms.as_ref().map_or_else(String::new, |terms| rate_of(line, terms));
    let (agreed, list) = (price(&line.agreed), price(&line.list));
    let (name, meter) = (&item.name, line.meter());
    if is_above {
        format!("`{name}`: the agreed price of `{meter}`, {agreed}, is {factor} times the list price of {list}")
    } else {
        format!("`{name}`: the list price of `{meter}`, {list}, is {factor} times the agreed price of {agreed}")
    }
}

/// What is included, where more has no published price, and how much is used.
fn usage_limit(item: &LineItem, limit: &LimitUse) -> String {
    let (used, included) = (limit.used.as_ref(), limit_amount(item, limit, &limit.included));
    let (name, sku, meter) = (&item.name, item.sku().unwrap_or_default(), limit_meter(item, limit));
    match used {
        Some(used) => {
            let beyond = used.subtract(&limit.included).unwrap_or(Fraction::ZERO);
            let [used, beyond] = [used, &beyond].map(|amount| limit_amount(item, limit, amount));
            format!(
                "`{name}`: {used} of `{meter}` are {beyond} more than the {included} of {sku}, and the vendor publishes no \
                 price for more, so that part of the cost is in none of the figures: take a larger plan, or ask the vendor \
                 and write its price as `agreed_price`"
            )
        }
        None => format!(
            "`{name}`: the limit of {included} of `{meter}` is not checked, since that usage is not given; the vendor \
             publishes no price for more"
        ),
    }
}

/// The meter of a limit.
pub(crate) fn limit_meter<'i>(item: &'i LineItem, limit: &LimitUse) -> &'i str {
    item.charges().get(limit.charge).map_or("", ChargeLine::meter)
}

/// An amount of what a limit counts, with its unit.
pub(crate) fn limit_amount(item: &LineItem, limit: &LimitUse, amount: &Fraction) -> String {
    let unit = item.charges().get(limit.charge).and_then(|line| line.charge.unit.as_ref());
    let number = quotient(amount).map_or_else(|| "?".to_owned(), |amount| amount.to_string());
    match unit {
        Some(unit) if amount.is_one() => format!("{number} {}", unit.label),
        Some(unit) => format!("{number} {}", plural(&unit.label)),
        None => number,
    }
}

fn missing(item: &LineItem, unknown: &[Unknown]) -> String {
    let reason = unknown.first().map_or("", |unknown| why(*unknown));
    let names = unknown_names(item, unknown);
    format!("`{}` depends on {names}: {reason}, so its cost is in none of the figures", item.name)
}

/// What a line item lacks, by name: a meter, an input, a price, or the cost that a percentage is taken of.
pub(crate) fn unknown_name(item: &LineItem, unknown: Unknown) -> Cow<'_, str> {
    let line = match &item.pricing {
        LinePricing::Sku(line) => Some(line),
        LinePricing::Cost(_) => None,
    };
    let charge = |place: u16| line?.charges.get(usize::from(place));
    let meter = |place: u16| charge(place).map_or("", ChargeLine::meter);
    match unknown {
        Unknown::Mrr => Cow::Borrowed("mrr"),
        Unknown::Arpu => Cow::Borrowed("arpu"),
        Unknown::Usage(slot) => Cow::Borrowed(line.map_or("", |line| line.sku.scope.name(slot))),
        Unknown::Price(place) | Unknown::PriceBeyond(place) => Cow::Owned(format!("price of {}", meter(place))),
        Unknown::Base(place) => Cow::Owned(format!("base of {}", meter(place))),
        Unknown::Pool(place) => Cow::Owned(format!("pool of {}", meter(place))),
    }
}

/// The names of all that a line item lacks.
pub(crate) fn unknown_names(item: &LineItem, unknown: &[Unknown]) -> String {
    let names: Vec<Cow<'_, str>> = unknown.iter().map(|unknown| unknown_name(item, *unknown)).collect();
    names.join(", ")
}

/// The most line items that are named where the cost of a stage is unknown.
const NAMED: usize = 5;

/// Which costs of a stage are unknown at some number of customers, and on what they depend, in a sentence without a full
/// stop; `None` if all are known.
pub(crate) fn unknown_in_stage(stage: &Stage, costings: &[Costing]) -> Option<String> {
    let lacking = |place: usize| {
        let mut unknown: Vec<Unknown> =
            costings.iter().flat_map(|costing| &*costing.line_items[place].unknown).copied().collect();
        unknown.sort_unstable();
        unknown.dedup();
        unknown
    };
    let all: Vec<String> = stage
        .selected()
        .map(|(place, item)| (item, lacking(place)))
        .filter(|(_, unknown)| !unknown.is_empty())
        .map(|(item, unknown)| format!("{} (by {})", item.name, unknown_names(item, &unknown)))
        .collect();
    let named = all.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
    let more = match all.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let Stage { id, name, .. } = stage;
    (!all.is_empty()).then(|| {
        format!("a part of the cost of stage {id} {name} is unknown, and its total a lower bound: {named}{more}")
    })
}

/// A sentence for each kind of thing that a line item lacks: `egress: nothing gives this usage`.
pub(crate) fn unknown_sentences(item: &LineItem, unknown: &[Unknown]) -> Vec<String> {
    let kinds = unknown.chunk_by(|first, second| first.is_like(*second));
    kinds.map(|kind| format!("{}: {}", unknown_names(item, kind), why(kind[0]))).collect()
}

/// Why something is unknown.
fn why(unknown: Unknown) -> &'static str {
    match unknown {
        Unknown::Mrr => "no revenue is given (`--mrr` or `--arpu`)",
        Unknown::Arpu => "no revenue per customer is given (`--arpu`)",
        Unknown::Usage(_) => "nothing gives this usage",
        Unknown::Price(_) => "the vendor publishes none, and none is agreed",
        Unknown::PriceBeyond(_) => "more is used than is included, and the vendor publishes no price for more",
        Unknown::Pool(_) => "the usage that shares the allowance is not known in full",
        Unknown::Base(_) => "the cost that the percentage applies to is not known in full",
    }
}
