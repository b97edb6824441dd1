//! Break-even: at which customers, and at which revenue, a stage reaches each rating; and what a budget allows.
//!
//! Costs are step functions, so a rating may be reached, lost and reached again. Every number of customers is computed,
//! to find every run. A cost that does not depend on customers is solved instead.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Completeness, Rating};
use crate::calculate::cost::economics::kept_mrr;
use crate::calculate::cost::scan::Scan;
use crate::calculate::cost::sums::sums;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::fault::Fault;
use crate::calculate::plan::breakeven_result::{
    ArpuNeeded, Breakeven, BreakevenGoal, BreakevenQuestion, GoalNeeded, GoalReach, Hurdle, RatingReach, Reach,
    RevenueNeeded,
};
use crate::calculate::plan::revenue_needed::{Asked, RevenueSearch};
use crate::diagnostic::Diagnostic;
use crate::model::{CountRange, Fraction, Inputs, Progress, Revenue, Stage};

/// Answers a question about a stage.
///
/// Where part of the cost is unknown, no number of customers is reported to meet anything.
///
/// # Errors
/// As [`stage`](crate::calculate::cost::stage::stage()), at any of the numbers that are searched.
pub fn breakeven(
    stage: &Stage,
    question: &BreakevenQuestion,
    progress: &Progress,
) -> Result<Breakeven, Vec<Diagnostic>> {
    let fault = |fault: Fault| vec![fault.at(&format!("the break-even of stage {}", stage.id), None)];
    let is_constant = !stage.depends_on_customers();
    let goals = goals(stage, question);
    let hurdles: Vec<Hurdle> = goals.iter().map(|(_, hurdle)| *hurdle).chain(Rating::BOUNDS.map(of_rating)).collect();
    let mut found = Found { runs: vec![Reach::default(); hurdles.len()], within_budget: Reach::default() };
    let (low, mut high) = question.searched;
    let mut is_complete = true;
    if is_constant {
        let revenue = question.arpu.map_or(Revenue::Unknown, Revenue::Arpu);
        let sums = sums(stage, Inputs { customers: low, revenue }, None, &mut Unobserved)?;
        is_complete = sums.completeness == Completeness::Full;
        if is_complete {
            found = solved(stage, sums.totals.total, &hurdles, question).map_err(fault)?;
        }
    } else if question.arpu.is_some() || question.budget.is_some() {
        (is_complete, high) = found.search(stage, &hurdles, question, progress)?;
    }
    let Found { mut runs, within_budget } = found;
    let of_ratings = runs.split_off(goals.len());
    let goals_at_arpu = question.arpu.map(|_| {
        let reach = goals.into_iter().zip(runs);
        reach.map(|((goal, hurdle), reach)| GoalReach { goal, hurdle, reach }).collect()
    });
    let at_arpu = question.arpu.map(|_| {
        let reach = Rating::BOUNDS.into_iter().zip(of_ratings);
        reach.map(|((bound, rating), reach)| RatingReach { rating, bound, reach }).collect()
    });
    let within_budget = question.budget.map(|_| within_budget);
    let at_customers = question.customers.map(|customers| revenue_needed(stage, question, customers)).transpose()?;
    let is_found = |needed: &RevenueNeeded| needed.total.is_some() || !needed.goals.is_empty();
    is_complete &= at_customers.as_ref().is_none_or(is_found);
    let searched = (low, high);
    Ok(Breakeven { goals_at_arpu, at_arpu, at_customers, within_budget, searched, is_constant, is_complete })
}

/// The customers at which each hurdle is met, and those within the budget.
struct Found {
    runs: Vec<Reach>,
    within_budget: Reach,
}

impl Found {
    /// Computes every number of customers. Returns whether all costs are known, and the last number that was computed.
    fn search(
        &mut self,
        stage: &Stage,
        hurdles: &[Hurdle],
        question: &BreakevenQuestion,
        progress: &Progress,
    ) -> Result<(bool, u64), Vec<Diagnostic>> {
        let revenue = question.arpu.map_or(Revenue::Unknown, Revenue::Arpu);
        each_number(stage, revenue, question.searched, question.is_bounded, progress, |customers, total, mrr| {
            for (hurdle, reach) in hurdles.iter().zip(&mut self.runs) {
                if let Some(mrr) = mrr
                    && hurdle.is_met(stage, total, &mrr.into())?
                {
                    reach.extend(customers);
                }
            }
            if is_within(stage, total, question)? {
                self.within_budget.extend(customers);
            }
            Ok(())
        })
    }
}

/// Computes every number of customers of a range, and passes those whose cost is fully known to `judge`, with the total
/// and the MRR, if that is not zero. Returns whether all costs are known, and the last number that was computed: unless
/// the range `is_bounded`, the search ends before a number outside the stage's range that cannot be computed.
pub(crate) fn each_number(
    stage: &Stage,
    revenue: Revenue,
    (low, high): (u64, u64),
    is_bounded: bool,
    progress: &Progress,
    mut judge: impl FnMut(u64, Decimal, Option<Decimal>) -> Result<(), Fault>,
) -> Result<(bool, u64), Vec<Diagnostic>> {
    let fault = |fault: Fault| vec![fault.at(&format!("the share of MRR of stage {}", stage.id), None)];
    let mut scan = Scan::new(stage, revenue);
    let is_beyond = |customers: u64| stage.customers.value.high.is_some_and(|high| customers > high);
    let mut is_complete = true;
    for customers in low..=high {
        progress.report(customers - low, high - low + 1);
        let sums = match scan.sums(customers) {
            Err(_) if !is_bounded && customers > low && is_beyond(customers) => {
                return Ok((is_complete, customers - 1));
            }
            sums => sums?,
        };
        if sums.completeness != Completeness::Full {
            is_complete = false;
            continue;
        }
        let mrr = kept_mrr(stage, Inputs { customers, revenue }, &mut Unobserved).map_err(fault)?;
        judge(customers, sums.totals.total, mrr.filter(|mrr| !mrr.is_zero())).map_err(fault)?;
    }
    Ok((is_complete, high))
}

/// The runs for a total that is the same for any number of customers.
fn solved(stage: &Stage, total: Decimal, hurdles: &[Hurdle], question: &BreakevenQuestion) -> Result<Found, Fault> {
    let runs = hurdles.iter().map(|hurdle| solved_run(stage, total, hurdle, question)).collect::<Result<_, _>>()?;
    let is_within = is_within(stage, total, question)?;
    let within_budget =
        if is_within { run_from(Decimal::from(question.searched.0), question) } else { Reach::default() };
    Ok(Found { runs, within_budget })
}

/// The goals of a stage: to cover the infrastructure, everything if other costs are given, and the target if there is one.
fn goals(stage: &Stage, question: &BreakevenQuestion) -> Vec<(BreakevenGoal, Hurdle)> {
    let covers = |added: Decimal| Hurdle { share: Decimal::ONE, added, is_strict: false };
    let other_costs = question.other_costs.filter(|costs| !costs.is_zero());
    let target = stage.targets.any_share_of_mrr();
    let target = target.map(|share| Hurdle { share, added: Decimal::ZERO, is_strict: true });
    [(BreakevenGoal::Infrastructure, covers(Decimal::ZERO))]
        .into_iter()
        .chain(other_costs.map(|costs| (BreakevenGoal::Everything, covers(costs))))
        .chain(target.map(|target| (BreakevenGoal::Target, target)))
        .collect()
}

/// What a rating takes.
pub(crate) fn of_rating((share, _): (Decimal, Rating)) -> Hurdle {
    Hurdle { share, added: Decimal::ZERO, is_strict: true }
}

fn is_within(stage: &Stage, total: Decimal, question: &BreakevenQuestion) -> Result<bool, Fault> {
    match question.budget {
        Some(budget) => Ok(stage.compare(&total.into(), &budget.into())?.is_le()),
        None => Ok(false),
    }
}

/// The run from a number of customers on, within what is searched.
fn run_from(first: Decimal, question: &BreakevenQuestion) -> Reach {
    let (low, high) = question.searched;
    let high = question.is_bounded.then_some(high);
    let first = u64::try_from(first).ok().map(|first| first.max(low));
    let first = first.filter(|first| high.is_none_or(|high| *first <= high));
    Reach { runs: first.map(|low| CountRange { low, high }).into_iter().collect() }
}

/// The run in which a total that is the same for any number of customers meets a hurdle.
fn solved_run(stage: &Stage, total: Decimal, hurdle: &Hurdle, question: &BreakevenQuestion) -> Result<Reach, Fault> {
    let Some(arpu) = question.arpu.filter(|arpu| !arpu.value.is_zero() && !hurdle.share.is_zero()) else {
        return Ok(Reach::default());
    };
    // The costs are under the hurdle where they are under `share * arpu * customers`, of the customers who pay.
    let per_customer = Fraction::from(arpu.value).multiply(&stage.payers.mrr_per_arpu(1)?)?;
    let each = per_customer.multiply(&hurdle.share.into())?;
    if each.is_zero() {
        return Ok(Reach::default());
    }
    let one = Fraction::from(Decimal::ONE);
    let mut first = Fraction::from(total).add(&hurdle.added.into())?.divide(&each)?.floor()?.max(one.clone());
    while !hurdle.is_met(stage, total, &per_customer.multiply(&first)?)? {
        first = first.add(&one)?;
    }
    Ok(run_from(first.to_decimal()?, question))
}

/// The revenue per customer that each goal and rating needs. The total of a stage whose cost depends on revenue is that
/// at the ARPU of the question.
fn revenue_needed(
    stage: &Stage,
    question: &BreakevenQuestion,
    customers: u64,
) -> Result<RevenueNeeded, Vec<Diagnostic>> {
    let revenue = question.arpu.map_or(Revenue::Unknown, Revenue::Arpu);
    let sums = sums(stage, Inputs { customers, revenue }, None, &mut Unobserved)?;
    let total = (sums.completeness == Completeness::Full).then_some(sums.totals.total);
    let search = RevenueSearch { stage, customers, asked: Asked::Arpu };
    let (mut goals, mut ratings) = (Vec::new(), Vec::new());
    for (goal, hurdle) in self::goals(stage, question) {
        let needed = search.needed(total, &hurdle)?;
        goals.extend(needed.map(|(_, at_least)| GoalNeeded { goal, hurdle, at_least }));
    }
    for (bound, rating) in Rating::BOUNDS {
        let needed = search.needed(total, &of_rating((bound, rating)))?;
        ratings.extend(needed.map(|(more_than, at_least)| ArpuNeeded { rating, bound, more_than, at_least }));
    }
    Ok(RevenueNeeded { customers, total, goals, ratings })
}
