//! The budget, goals and capacities of a stage's own manifest, as comparisons.

use crate::calculate::budget::budget::{Context, check, no_customers, nothing, zero_mrr};
use crate::calculate::budget::comparison::{BudgetCheck, BudgetSubject, BudgetVerdict, Remark};
use crate::calculate::cost::costing::{Finding, Severity};
use crate::calculate::fault::Fault;
use crate::model::{AlertSeverity, Amount, Band, Fraction, Verdict, WatchedCost};
use crate::source::{Span, Spanned};

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
        let subject = BudgetSubject::OfStage(finding.code());
        // There is no verdict where an unknown cost could change it.
        let known = |is_known: bool| if is_known { verdict } else { BudgetVerdict::Unknown };
        let check = match finding {
            Finding::Budget { total, band, verdict } => {
                let span = stage.monthly_budget.map(|budget| budget.span);
                let verdict = known(verdict.is_some());
                up_to(subject, total.map(Fraction::from), *band, verdict, span, &money)?
            }
            Finding::PriceRange { high, exceeds: Some(band), .. } => {
                let span = stage.monthly_budget.map(|budget| budget.span);
                up_to(subject, Some((*high).into()), *band, verdict, span, &money)?
            }
            Finding::CostPerCustomer { value: None, .. } => match stage.targets.cost_per_customer {
                Some(target) if context.costing.inputs.customers == 0 => no_customers(subject, target.span),
                Some(target) => BudgetCheck { verdict: BudgetVerdict::Unknown, ..nothing(subject, None, target.span) },
                None => continue,
            },
            Finding::CostPerCustomer { value, band, verdict } => {
                let span = stage.targets.cost_per_customer.map(|target| target.span);
                up_to(subject, *value, *band, known(verdict.is_some()), span, &money)?
            }
            Finding::ShareOfMrr { target, .. } => {
                let span = stage.targets.share_of_mrr.map_or(stage.customers.span, |target| target.span);
                let limit = Spanned::new(*target, span);
                let check = context.share_of_mrr(subject, whole, limit, AlertSeverity::Fail);
                found.push(check.map_err(|fault| (fault, Some(span)))?);
                continue;
            }
            Finding::Capacity { value: Some(value), limit, verdict: Some(known), name } => {
                let subject = BudgetSubject::Capacity(name.clone());
                let verdict = if *known == Verdict::Above { BudgetVerdict::Fail } else { BudgetVerdict::Pass };
                let span = stage.capacity.iter().find(|capacity| capacity.name == *name).map(|limit| limit.span);
                found.push(up_to(subject, Some(*value), *limit, verdict, span, &Amount::plain)?);
                continue;
            }
            Finding::NoRevenue => match stage.targets.share_of_mrr {
                Some(target) => nothing(BudgetSubject::OfStage("share-of-mrr"), Some(zero_mrr()), target.span),
                None => continue,
            },
            Finding::Unknown { line_item, .. } => {
                let item = &stage.line_items[*line_item];
                let text = format!("all or part of the cost of {} is unknown", item.name);
                let remark = Remark::new("unknown-cost", text);
                let check = nothing(subject, Some(remark), item.span);
                found.push(BudgetCheck { verdict: BudgetVerdict::Unknown, cause: Some(*line_item), ..check });
                continue;
            }
            _ => continue,
        };
        let is_unknown = check.verdict == BudgetVerdict::Unknown;
        let remark = check.remark.or_else(|| is_unknown.then(Remark::unknown_cost));
        found.push(BudgetCheck { remark, cause: whole.cause(check.verdict), ..check });
    }
    Ok(found)
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
    let margin = limit.zip(value).map(|(limit, value)| limit.subtract(value)).transpose();
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
