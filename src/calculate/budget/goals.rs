//! The budget, goals and capacities of a stage's own manifest, as comparisons.

use crate::calculate::budget::budget::{Context, check, no_customers, nothing, zero_mrr};
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
                let check = context.share_of_mrr(subject, whole, limit, AlertSeverity::Fail);
                found.push(check.map_err(|fault| (fault, Some(limit.span)))?);
                continue;
            }
            FindingLimit::Capacity { name, value, band } => {
                let span = stage.capacity.iter().find(|capacity| *capacity.name == *name).map(|limit| limit.span);
                let subject = BudgetSubject::Capacity(name.into());
                found.push(up_to(subject, Some(value), band, verdict, span, &Amount::plain)?);
                continue;
            }
            FindingLimit::NoRevenue(span) => {
                nothing(BudgetSubject::OfStage(FindingCode::ShareOfMrr), Some(zero_mrr()), span)
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
