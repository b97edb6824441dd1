//! Break-even: at which customers, and at which revenue, a stage reaches each rating; and what a budget allows.
//!
//! Costs are step functions, so a rating may be reached, lost and reached again. Every number of customers is computed,
//! to find every run. A cost that does not depend on customers is solved instead.

use std::cmp::Ordering;

use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Completeness, Rating};
use crate::calculate::cost::sums::sums;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::fault::Fault;
use crate::calculate::plan::breakeven_result::{
    ArpuNeeded, Breakeven, BreakevenQuestion, RatingReach, Reach, RevenueNeeded,
};
use crate::calculate::plan::curve::{Curve, CurvePoint, Moving};
use crate::diagnostic::Diagnostic;
use crate::model::{CountRange, Fraction, Revenue, Stage, add, multiply};

/// Answers a question about a stage.
///
/// Where part of the cost is unknown, no number of customers is reported to meet anything.
///
/// # Errors
/// As [`stage`](crate::calculate::cost::stage::stage()), at any of the numbers that are searched.
pub fn breakeven(stage: &Stage, question: &BreakevenQuestion) -> Result<Breakeven, Vec<Diagnostic>> {
    let fault = |fault: Fault| vec![fault.at(&format!("the break-even of stage {}", stage.id), None)];
    let is_constant = !stage.depends_on_customers();
    let mut runs: Vec<Reach> = vec![Reach::default(); Rating::BOUNDS.len() + 1];
    let mut is_complete = true;
    let (low, mut high) = question.searched;
    let revenue = question.arpu.map_or(Revenue::Unknown, Revenue::Arpu);
    if is_constant {
        let sums = sums(stage, low, None, &mut Unobserved)?;
        is_complete = sums.completeness == Completeness::Full;
        if is_complete {
            runs = solved(stage, sums.totals.total, question).map_err(fault)?;
        }
    } else if question.arpu.is_some() || question.budget.is_some() {
        let mut curve = Curve::new(stage, Moving::Customers, low, revenue);
        let is_beyond = |customers: u64| stage.customers.value.high.is_some_and(|high| customers > high);
        for customers in low..=high {
            let point = match curve.point(customers) {
                Err(_) if !question.is_bounded && customers > low && is_beyond(customers) => {
                    high = customers - 1;
                    break;
                }
                point => point?,
            };
            is_complete &= point.completeness == Completeness::Full;
            for (place, reach) in runs.iter_mut().enumerate() {
                if holds(stage, &point, place, question).map_err(fault)? {
                    reach.extend(customers);
                }
            }
        }
    }
    let within_budget = question.budget.map(|_| runs.pop().unwrap_or_default());
    let at_arpu = question.arpu.map(|_| {
        let reach = Rating::BOUNDS.into_iter().zip(runs);
        reach.map(|((bound, rating), reach)| RatingReach { rating, bound, reach }).collect()
    });
    let at_customers = question.customers.map(|customers| revenue_needed(stage, customers)).transpose()?;
    is_complete &= at_customers.as_ref().is_none_or(|needed| needed.total.is_some());
    Ok(Breakeven { at_arpu, at_customers, within_budget, searched: (low, high), is_constant, is_complete })
}

/// Whether a point is under the bound of a rating, by its place, or, at the place after the ratings, within the budget.
fn holds(stage: &Stage, point: &CurvePoint, place: usize, question: &BreakevenQuestion) -> Result<bool, Fault> {
    if point.completeness != Completeness::Full {
        return Ok(false);
    }
    let total = point.totals.total;
    match (Rating::BOUNDS.get(place), question.budget) {
        (Some((bound, _)), _) => match point.economics.mrr.filter(|mrr| !mrr.is_zero()) {
            Some(mrr) => Ok(stage.compare(total.into(), multiply(*bound, mrr)?.into())?.is_lt()),
            None => Ok(false),
        },
        (None, Some(budget)) => Ok(stage.compare(total.into(), budget.into())?.is_le()),
        (None, None) => Ok(false),
    }
}

/// The runs for a total that is the same for any number of customers.
fn solved(stage: &Stage, total: Decimal, question: &BreakevenQuestion) -> Result<Vec<Reach>, Fault> {
    let (low, high) = question.searched;
    let high = question.is_bounded.then_some(high);
    let from = |first: Decimal| {
        let first = u64::try_from(first).ok().map(|first| first.max(low));
        let first = first.filter(|first| high.is_none_or(|high| *first <= high));
        Reach { runs: first.map(|low| CountRange { low, high }).into_iter().collect() }
    };
    let mut runs = Vec::with_capacity(Rating::BOUNDS.len() + 1);
    for (bound, _) in Rating::BOUNDS {
        let Some(arpu) = question.arpu.filter(|arpu| !arpu.value.is_zero()) else {
            runs.push(Reach::default());
            continue;
        };
        // The share is under the bound where the total is under `bound * arpu * customers`.
        let each = multiply(bound, arpu.value)?;
        let first = add(Fraction::new(total, each)?.floor()?, Decimal::ONE)?;
        let is_under = |customers: Decimal| {
            Ok::<_, Fault>(stage.compare(total.into(), multiply(each, customers)?.into())? == Ordering::Less)
        };
        // With converted amounts, values that differ only by rounding are equal.
        let first = if is_under(first)? { first } else { add(first, Decimal::ONE)? };
        runs.push(from(first));
    }
    let is_within = match question.budget {
        Some(budget) => stage.compare(total.into(), budget.into())?.is_le(),
        None => false,
    };
    runs.push(if is_within { from(Decimal::from(low)) } else { Reach::default() });
    Ok(runs)
}

/// The revenue per customer that each rating needs: more than `total / (bound * customers)`.
fn revenue_needed(stage: &Stage, customers: u64) -> Result<RevenueNeeded, Vec<Diagnostic>> {
    let fault = |fault: Fault| vec![fault.at(&format!("the revenue that stage {} needs", stage.id), None)];
    let sums = sums(stage, customers, None, &mut Unobserved)?;
    let total = (sums.completeness == Completeness::Full).then_some(sums.totals.total);
    let mut ratings = Vec::new();
    if let Some(total) = total.filter(|_| customers > 0) {
        for (bound, rating) in Rating::BOUNDS {
            ratings.push(arpu_needed(stage, total, customers, bound, rating).map_err(fault)?);
        }
    }
    Ok(RevenueNeeded { customers, total, ratings })
}

fn arpu_needed(
    stage: &Stage,
    total: Decimal,
    customers: u64,
    bound: Decimal,
    rating: Rating,
) -> Result<ArpuNeeded, Fault> {
    let all = multiply(bound, Decimal::from(customers))?;
    let exact = Fraction::new(total, all)?;
    // It must be more than the bound: the next whole minor unit above, even where the bound is itself one.
    let minor_unit = Decimal::new(1, stage.currency.decimals());
    let units = add(exact.divide(minor_unit.into())?.floor()?, Decimal::ONE)?;
    let mut at_least = multiply(units, minor_unit)?;
    // With converted amounts, values that differ only by rounding are equal.
    if stage.compare(total.into(), multiply(all, at_least)?.into())?.is_ge() {
        at_least = add(at_least, minor_unit)?;
    }
    Ok(ArpuNeeded { rating, bound, more_than: exact.to_decimal()?, at_least })
}
