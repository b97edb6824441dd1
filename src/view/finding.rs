//! Findings in words.

use serde::Serialize;

use super::number::{
    exact_percent, money_band, percent, percent_band, plain_band, quotient_cents, range, with_currency,
};
use crate::model::{Costing, Finding, LinePricing, Money, Severity, Stage, Verdict};

/// A finding as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
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
        let severity = match finding.severity() {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Breach => "breach",
        };
        Self { severity, code: finding.code(), message: message(finding, stage), customers: None }
    }
}

/// The findings of a costing in words. Where a cost is unknown, verdicts on sums say that they count what is known.
pub(super) fn findings(stage: &Stage, costing: &Costing) -> Vec<FindingView> {
    let on_sums = |finding: &Finding| {
        matches!(
            finding,
            Finding::Budget { .. }
                | Finding::CostPerCustomer { value: Some(_), .. }
                | Finding::TargetReach { .. }
                | Finding::ShareOfMrr { .. }
                | Finding::CategoryShare { .. }
        )
    };
    let complete = costing.is_complete();
    let view = |finding: &Finding| {
        let view = FindingView::new(finding, stage);
        if complete || !on_sums(finding) {
            return view;
        }
        FindingView { message: format!("{}, counting what is known", view.message), ..view }
    };
    costing.findings.iter().map(view).collect()
}

/// `below`, `within` or `above`.
pub(super) fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Below => "below",
        Verdict::Within => "within",
        Verdict::Above => "above",
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
        Finding::Capacity { name, value: Some(value), limit, verdict } => {
            let value = super::number::quotient(*value).map(|value| value.to_string()).unwrap_or_default();
            let relation = if *verdict == Some(Verdict::Above) { "exceed" } else { "fit" };
            format!("{value} {name} {relation} the stage's capacity of {}", plain_band(*limit))
        }
        Finding::Capacity { name, value: None, limit, .. } => format!(
            "the capacity of {} {name} is not checked: nothing says how many there are (--set {name}=N)",
            plain_band(*limit)
        ),
        Finding::Budget { total, band, verdict } => format!(
            "the total of {} is {} the budget of {}",
            with_currency(Money::new(*total, currency)),
            verdict_word(*verdict),
            money_band(*band, currency)
        ),
        Finding::CostPerCustomer { value: None, band, .. } => {
            format!(
                "the target of {} per customer is not checked: there are no customers yet",
                money_band(*band, currency)
            )
        }
        Finding::CostPerCustomer { value: Some(value), band, verdict } => {
            let place = match verdict {
                Some(Verdict::Below) => "below (better than)",
                Some(Verdict::Above) => "above",
                _ => "within",
            };
            let target = money_band(*band, currency);
            format!(
                "{} {currency} per customer before the buffer is {place} the target of {target}",
                quotient_cents(*value)
            )
        }
        Finding::TargetReach { band, range: of, met } if met.is_empty() => {
            format!("no number of customers from {} meets the target of {}", range(*of), money_band(*band, currency))
        }
        Finding::TargetReach { band, range: of, met } => {
            let met: Vec<String> = met.iter().map(|run| range(*run)).collect();
            format!(
                "the target of {} is met at {} customers, of {}",
                money_band(*band, currency),
                met.join(", "),
                range(*of)
            )
        }
        Finding::ShareOfMrr { share, target, met } => {
            let relation = if *met { "under" } else { "not under" };
            format!("{} of MRR is {relation} the target of {}", percent(*share, 2), exact_percent(*target))
        }
        Finding::NoRevenue => "no revenue yet: nothing to take a share of".to_owned(),
        Finding::CategoryShare { category, share, band, verdict } => {
            let relation = verdict_word(*verdict);
            let name = stage.category(*category);
            format!(
                "{name} takes {} of the subtotal, {relation} the expected {}",
                percent(*share, 1),
                percent_band(*band)
            )
        }
        Finding::UnknownUsage { line_item, meters } => {
            let item = &stage.line_items[*line_item];
            format!(
                "`{}` depends on {}: nothing gives that usage, so its cost is in none of the figures",
                item.name,
                meter_names(item, meters)
            )
        }
    }
}

/// The names of meters by their place in the SKU of a line item.
pub(super) fn meter_names(item: &crate::model::LineItem, meters: &[u16]) -> String {
    let LinePricing::Sku(line) = &item.pricing else { return String::new() };
    let names: Vec<&str> =
        meters.iter().filter_map(|meter| line.charges.get(usize::from(*meter))).map(|charge| &*charge.meter).collect();
    names.join(", ")
}
