//! The bill of a month against budgets and alerts: at what it ends at if it goes on by days, without taxes.

use rust_decimal::Decimal;

use crate::calculate::actuals::comparison::{Comparison, RowSubject};
use crate::calculate::budget::checks::bill_checks as compare_bill;
use crate::calculate::budget::comparison::{BudgetCheck, BudgetSubject, BudgetVerdict};
use crate::calculate::cost::costing::{Costing, LineCost, Totals, UnitEconomics};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ActualMonth, ArithmeticError, Budget, Fraction, Limits, Stage, WatchedCost, subtract, sum};
use crate::source::Spanned;

/// Compares the bill of a month with the limits of a budget that are those of a month or a day, otherwise with those of the
/// stage, and with the alerts. A limit for a longer time, on the growth or on the age of prices is no matter of a bill.
///
/// # Errors
/// Errors of the computation.
pub fn bill_checks(
    stage: &Stage,
    plan: &Costing,
    month: &ActualMonth,
    comparison: &Comparison,
    budget: &Budget,
) -> Result<Vec<BudgetCheck>, Vec<Diagnostic>> {
    let billed = billed(plan, month, comparison);
    let billed = billed.map_err(|error| vec![Diagnostic::new(Code::Overflow, format!("the bill: {error}"))])?;
    let mut checks = compare_bill(stage, &billed, &of_a_month(stage, budget))?;
    for check in &mut checks {
        name_cause(check, comparison);
    }
    Ok(checks)
}

/// Names what was billed as the cause of a verdict, whether it is a line item or not: the largest row of the bill, and of a part
/// of the plan the row to which its largest line item belongs. What was not billed causes nothing.
fn name_cause(check: &mut BudgetCheck, comparison: &Comparison) {
    if !matches!(check.verdict, BudgetVerdict::Warn | BudgetVerdict::Fail) {
        return;
    }
    let Some(largest) = check.cause.take() else { return };
    let is_whole = match &check.watched {
        Some(watched) => *watched == WatchedCost::Total,
        None => matches!(check.subject, BudgetSubject::Limit(_, None)),
    };
    let billed = comparison.rows.iter().filter(|row| row.subject != RowSubject::Tax && row.projected > Decimal::ZERO);
    let row = if is_whole {
        // The first of several with the same cost.
        billed.rev().max_by_key(|row| row.projected)
    } else {
        let mut billed = billed;
        billed.find(|row| row.subject.has(largest))
    };
    match row.map(|row| (&row.subject, &row.name)) {
        Some((RowSubject::LineItem(place), _)) => check.cause = Some(*place),
        Some((_, name)) => check.billed_cause = Some(name.clone()),
        None => {}
    }
}

/// What a stage costs by its bill, in the form of what it costs by its plan.
fn billed(plan: &Costing, month: &ActualMonth, comparison: &Comparison) -> Result<Costing, ArithmeticError> {
    let mut costing = plan.clone();
    for line in costing.line_items.iter_mut().filter(|line| !line.is_left_out) {
        *line = cost(line, Decimal::ZERO);
    }
    for row in &comparison.rows {
        match &row.subject {
            RowSubject::LineItem(place) => costing.line_items[*place] = cost(&plan.line_items[*place], row.projected),
            RowSubject::Vendor(places) => {
                for (place, share) in shares(plan, places, row.projected)? {
                    costing.line_items[place] = cost(&plan.line_items[place], share);
                }
            }
            RowSubject::NotInPlan | RowSubject::Tax | RowSubject::Sum => {}
        }
    }
    let total = comparison.projected_before_tax;
    let zero = Decimal::ZERO;
    costing.totals =
        Totals { subtotal: total, subtotal_exact: total, buffer: zero, rounding: zero, total, total_exact: total };
    costing.inputs.customers = month.customers.unwrap_or(costing.inputs.customers);
    costing.economics = UnitEconomics { mrr: plan.economics.mrr, ..UnitEconomics::default() };
    (costing.range, costing.taxed) = (None, None);
    Ok(costing)
}

fn cost(line: &LineCost, billed: Decimal) -> LineCost {
    let quantity = line.quantity;
    LineCost { exact: billed, monthly: billed, is_known: true, ..LineCost::unknown(quantity, Box::default()) }
}

/// The bill of several line items in the proportions of their plan; the last one has what the others leave.
fn shares(plan: &Costing, places: &[usize], billed: Decimal) -> Result<Vec<(usize, Decimal)>, ArithmeticError> {
    let planned = places.iter().map(|place| plan.line_items[*place].exact);
    let all = sum(planned)?;
    let mut left = billed;
    let mut found = Vec::new();
    for (nth, place) in places.iter().enumerate() {
        let is_last = nth + 1 == places.len();
        let share = match is_last {
            true => left,
            false if all.is_zero() => Decimal::ZERO,
            false => {
                let share = Fraction::new(plan.line_items[*place].exact, all)?;
                share.multiply(&billed.into())?.to_decimal()?
            }
        };
        left = subtract(left, share)?;
        found.push((*place, share));
    }
    Ok(found)
}

/// The limits that a bill of a month can be compared with; those of the stage where the project has none.
fn of_a_month(stage: &Stage, budget: &Budget) -> Budget {
    let keep = |limits: &Limits| Limits {
        quarterly: None,
        yearly: None,
        growth_amount: None,
        growth_share: None,
        ..limits.clone()
    };
    let mut budget = Budget { limits: keep(&budget.limits), price_age: None, ..budget.clone() };
    for part in &mut budget.parts {
        part.limits = keep(&part.limits);
    }
    let highest = stage.monthly_budget.and_then(|band| band.value.high.map(|high| Spanned::new(high, band.span)));
    budget.limits.monthly = budget.limits.monthly.or(highest);
    budget
}
