//! The budget, goals and capacities of a stage's own manifest, as comparisons.

use crate::calculate::budget::budget::{Context, Watched, check, no_customers, not_checked, nothing, zero_mrr};
use crate::calculate::budget::comparison::{BudgetCheck, BudgetSubject, BudgetVerdict, Remark};
use crate::calculate::cost::finding::{FindingCode, FindingLimit, Severity};
use crate::calculate::fault::Fault;
use crate::model::{AlertSeverity, Amount, Band, Fraction, WatchedCost};
use crate::source::Span;

/// Compares a stage with the budget, goals and capacities of its own manifest. A fault comes with the place of its
/// limit.
pub(crate) fn goals(context: &Context<'_>) -> Result<Vec<BudgetCheck>, (Fault, Option<Span>)> {
    let stage = context.stage;
    let whole = context.watched(&WatchedCost::Total).map_err(|fault| (fault, None))?;
    let money = |value: Fraction| Amount::money(value, stage.currency);
    let mut found = Vec::new();
    for finding in &context.costing.findings {
        let verdict = match finding.severity() {
            Severity::Note => BudgetVerdict::Pass,
            Severity::Warning => BudgetVerdict::Warn,
            Severity::Breach => BudgetVerdict::Fail,
        };
        let Some(limit) = finding.limit(stage) else { continue };
        let subject = BudgetSubject::OfStage(finding.code());
        let check = match limit {
            FindingLimit::Cost { value, band, is_known, span } => {
                // Where an unknown cost could change the verdict, there is none.
                let verdict = if is_known { verdict } else { BudgetVerdict::Unknown };
                up_to(subject, value, band, verdict, Some(span), &money)?
            }
            FindingLimit::NothingPerCustomer(span) if context.costing.inputs.customers == 0 => {
                no_customers(subject, span)
            }
            FindingLimit::NothingPerCustomer(span) => {
                BudgetCheck { verdict: BudgetVerdict::Unknown, ..nothing(subject, None, span) }
            }
            FindingLimit::ShareOfMrr(limit) => {
                let check = context.share_of_mrr(subject, &whole, limit, AlertSeverity::Fail);
                found.push(check.map_err(|fault| (fault, Some(limit.span)))?);
                continue;
            }
            FindingLimit::Capacity { name, value, band } => {
                let span = stage.capacity.iter().find(|capacity| *capacity.name == *name).map(|limit| limit.span);
                let check =
                    up_to(BudgetSubject::Capacity(name.into()), value.clone(), band, verdict, span, &Amount::plain)?;
                found.push(if value.is_some() { check } else { unknown_driver(name, check) });
                continue;
            }
            FindingLimit::NoRevenue(span) if context.costing.inputs.customers == 0 => {
                nothing(BudgetSubject::OfStage(FindingCode::ShareOfMrr), Some(zero_mrr()), span)
            }
            FindingLimit::NoRevenue(span) => {
                not_checked(BudgetSubject::OfStage(FindingCode::ShareOfMrr), zero_mrr(), span)
            }
            FindingLimit::UnknownCost(line_item) => {
                let item = &stage.line_items[line_item];
                let text = format!("the cost of {} is unknown, or a part of it", item.name);
                let check = nothing(subject, Some(Remark::new("unknown-cost", text)), item.span);
                found.push(BudgetCheck { verdict: BudgetVerdict::Unknown, cause: Some(line_item), ..check });
                continue;
            }
        };
        let is_unknown = check.verdict == BudgetVerdict::Unknown;
        let remark = check.remark.or_else(|| is_unknown.then(Remark::unknown_cost));
        found.push(BudgetCheck { remark, cause: whole.cause(check.verdict), ..check });
    }
    found.extend(without_finding(context, &whole, &found)?);
    Ok(found)
}

/// A capacity of a driver without a value.
fn unknown_driver(name: &str, check: BudgetCheck) -> BudgetCheck {
    let text = format!("nothing gives `{name}` a value: use --set {name}=N");
    let remark = Some(Remark::new("unknown-driver", text));
    BudgetCheck { verdict: BudgetVerdict::NotChecked, remark, ..check }
}

/// The targets on which there is no finding, because the revenue is not given or no cost is known.
fn without_finding(
    context: &Context<'_>,
    whole: &Watched,
    found: &[BudgetCheck],
) -> Result<Vec<BudgetCheck>, (Fault, Option<Span>)> {
    let targets = &context.stage.targets;
    let is_missing = |code: FindingCode| found.iter().all(|check| check.subject != BudgetSubject::OfStage(code));
    let mut missing = Vec::new();
    if let Some(target) = targets.cost_per_customer.filter(|_| is_missing(FindingCode::CostPerCustomer)) {
        let subject = BudgetSubject::OfStage(FindingCode::CostPerCustomer);
        let check = nothing(subject, Some(Remark::unknown_cost()), target.span);
        missing.push(BudgetCheck { verdict: BudgetVerdict::Unknown, ..check });
    }
    if let Some(target) = targets.share_of_mrr.filter(|_| is_missing(FindingCode::ShareOfMrr)) {
        let subject = BudgetSubject::OfStage(FindingCode::ShareOfMrr);
        let check = context.share_of_mrr(subject, whole, target, AlertSeverity::Fail);
        let check = check.map_err(|fault| (fault, Some(target.span)))?;
        let is_given = context.costing.economics.mrr.is_some();
        missing.push(if is_given { check } else { BudgetCheck { verdict: BudgetVerdict::NotChecked, ..check } });
    }
    Ok(missing)
}

/// Compares a value with the upper end of a band.
fn up_to(
    subject: BudgetSubject,
    value: Option<Fraction>,
    band: Band,
    verdict: BudgetVerdict,
    span: Option<Span>,
    measure: &dyn Fn(Fraction) -> Amount,
) -> Result<BudgetCheck, (Fault, Option<Span>)> {
    let limit = band.high.map(Fraction::from);
    let margin = limit.clone().zip(value.clone()).map(|(limit, value)| limit.subtract(&value)).transpose();
    let margin = margin.map_err(|error| (error.into(), span))?;
    Ok(BudgetCheck {
        value: value.map(measure),
        limit: limit.map(measure),
        margin: margin.map(measure),
        verdict,
        span,
        ..check(subject)
    })
}
