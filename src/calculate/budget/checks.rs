//! Compares stages with budgets and alerts.

use crate::calculate::budget::budget::{Context, Limited, not_checked};
use crate::calculate::budget::comparison::{BudgetCheck, BudgetSubject, Remark};
use crate::calculate::budget::goals::goals;
use crate::calculate::cost::costing::Costing;
use crate::calculate::cost::finding::FindingCode;
use crate::calculate::fault::Fault;
use crate::calculate::plan::peak::Peak;
use crate::diagnostic::Diagnostic;
use crate::model::{AlertSeverity, Budget, LimitKind, LimitedPart, Stage, WatchedCost};
use crate::source::Span;

/// Compares a stage with the budget of its project and with the limits of its own manifest.
///
/// Unknown costs can only add to a cost. Where the known part already exceeds a limit the verdict is a failure;
/// otherwise it is unknown, which also fails.
///
/// # Errors
/// `overflow`, `lost-digits`.
pub fn budget_checks(stage: &Stage, costing: &Costing, budget: &Budget) -> Result<Vec<BudgetCheck>, Vec<Diagnostic>> {
    all(&Context { stage, costing }, budget, goals).map_err(|problem| vec![problem])
}

/// As [`budget_checks`], for what was billed: the goals of the stage are those of a plan.
pub(crate) fn bill_checks(
    stage: &Stage,
    costing: &Costing,
    budget: &Budget,
) -> Result<Vec<BudgetCheck>, Vec<Diagnostic>> {
    all(&Context { stage, costing }, budget, |_| Ok(Vec::new())).map_err(|problem| vec![problem])
}

/// A comparison of all limits at every number of customers of a stage's range, which is not made.
pub fn unchecked_range(stage: &Stage, peak: Peak) -> Option<BudgetCheck> {
    let Stage { id, name, .. } = stage;
    let remark = match peak {
        Peak::AtAnEnd | Peak::Between(_) => return None,
        Peak::NotComputed => {
            let text = format!(
                "stage {id} {name} is checked only at the two ends of its range: there are too many numbers between them, \
                 where it may cost more; narrow the range, or check some with --customers N"
            );
            Remark::new("too-many-numbers", text)
        }
        Peak::Open => {
            let low = stage.customers.value.low;
            let text = format!(
                "stage {id} {name} is checked only at {low} customers: its range has no upper end; give it one, or check \
                 more with --customers N"
            );
            Remark::new("open-range", text)
        }
    };
    Some(not_checked(BudgetSubject::Range, remark, stage.customers.span))
}

/// Whether a goal of the stage is what a limit of the project compares already: the same share of the same revenue.
fn is_same(limit: &BudgetCheck, goal: &BudgetCheck) -> bool {
    let value = |check: &BudgetCheck| check.limit.as_ref().map(|limit| limit.value.clone());
    limit.subject == BudgetSubject::Limit(LimitKind::ShareOfMrr, None)
        && goal.subject == BudgetSubject::OfStage(FindingCode::ShareOfMrr)
        && value(limit) == value(goal)
}

/// Compares all limits and alerts, and what `goals` compares besides.
fn all(
    context: &Context<'_>,
    budget: &Budget,
    goals: impl Fn(&Context<'_>) -> Result<Vec<BudgetCheck>, (Fault, Option<Span>)>,
) -> Result<Vec<BudgetCheck>, Diagnostic> {
    let stage = context.stage;
    let at = |span: Option<Span>| {
        move |fault: Fault| fault.at(&format!("the budget of stage {} ({})", stage.id, stage.name), span)
    };
    let mut found = Vec::new();
    let whole = Limited { name: None, cost: &WatchedCost::Total, severity: AlertSeverity::Fail };
    found.extend(context.limits(whole, &budget.limits).map_err(|(fault, span)| at(span)(fault))?);
    found.extend(budget.price_age.map(|limit| context.price_age(limit)));
    for alert in &budget.alerts {
        found.extend(context.alert(alert, budget).map_err(at(Some(alert.span)))?);
    }
    let goals = goals(context).map_err(|(fault, span)| at(span)(fault))?;
    let new: Vec<BudgetCheck> =
        goals.into_iter().filter(|goal| !found.iter().any(|check| is_same(check, goal))).collect();
    found.extend(new);
    for LimitedPart { name, cost, limits, severity } in &budget.parts {
        let part = Limited { name: Some(name), cost, severity: *severity };
        found.extend(context.limits(part, limits).map_err(|(fault, span)| at(span)(fault))?);
    }
    Ok(found)
}
