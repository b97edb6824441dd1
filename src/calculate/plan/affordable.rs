//! What a revenue allows: which stages stay under the rule on their share of it, and how many customers.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Completeness, Costing, Rating};
use crate::calculate::cost::revenue::mrr;
use crate::calculate::cost::stage::stage as compute;
use crate::calculate::cost::sums::sums;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::fault::Fault;
use crate::calculate::plan::breakeven::{each_number, of_rating};
use crate::calculate::plan::breakeven_result::{Hurdle, Reach};
use crate::calculate::plan::rated_cost::{Ceiling, ceilings};
use crate::calculate::plan::recommendation::Candidate;
use crate::calculate::plan::revenue_needed::{Asked, RevenueSearch};
use crate::calculate::plan::share_rule::{hurdle, keeps_rule};
use crate::diagnostic::Diagnostic;
use crate::model::{CountRange, Inputs, Progress, Revenue, Setting, Stage};

/// How far the customers of a stage with an open range are searched.
const SEARCHED: u64 = 10_000;
/// The most operations of searching all stages: some seconds. Long stages are searched less far.
const MAX_OPERATIONS: u64 = 20_000_000;

/// What a revenue allows. Amounts are monthly, in the reporting currency.
#[derive(Clone, Debug)]
pub struct Affordable {
    /// The revenue.
    pub mrr: Decimal,
    /// What a cost must stay under for each rating, from the best on.
    pub ceilings: Vec<Ceiling>,
    /// Each stage, in order.
    pub stages: Vec<AffordableStage>,
    /// The place of the largest stage that the revenue carries; `None` if it carries none.
    pub largest: Option<usize>,
}

/// What a revenue allows of a stage.
#[derive(Clone, Debug)]
pub struct AffordableStage {
    /// The share of MRR that its total must stay under: the user's target, that of the manifest, or the plan's 20 %.
    pub rule: Decimal,
    /// Whether that is the user's own target.
    pub is_own: bool,
    /// The customers of its range at which it does.
    pub carried: Reach,
    /// The customers of its range at which its total is under each ceiling.
    pub under: Vec<Reach>,
    /// The least and the most that it costs with the customers that were computed; `None` if nothing is known.
    pub totals: Option<(Decimal, Decimal)>,
    /// Whether every cost that was computed is fully known; otherwise only what is certain is counted.
    pub is_complete: bool,
    /// The highest number of customers that was computed, if its range goes on beyond it.
    pub searched_to: Option<u64>,
    /// Its costing with the most customers that are carried.
    pub at_most: Option<Costing>,
    /// The lowest sufficient MRR at the low end of its range, in minor units of the currency; `None` if no amount is or
    /// if its cost is not fully known.
    pub mrr_at_least: Option<Decimal>,
}

/// Finds what a revenue allows of stages in one currency. A revenue per customer is that of `customers`.
///
/// # Errors
/// As [`stage`](crate::calculate::cost::stage::stage()), at any number of customers in the range of a stage.
pub fn affordable(
    stages: &[(Stage, Revenue)],
    customers: u64,
    progress: &Progress,
) -> Result<Affordable, Vec<Diagnostic>> {
    let fault = |fault: Fault| vec![fault.at("the revenue", None)];
    let given = stages.first().map(|(stage, revenue)| mrr(stage, Inputs { customers, revenue: *revenue })).transpose();
    let given = given.map_err(fault)?.flatten().map(|mrr| mrr.to_decimal()).transpose();
    let mrr = given.map_err(|error| fault(error.into()))?.unwrap_or_default();
    let ceilings = ceilings(mrr)?;
    let share = MAX_OPERATIONS / (stages.len() as u64).max(1);
    let of_stage = |(stage, _): &(Stage, Revenue)| of_stage(stage, mrr, last_searched(stage, share), progress);
    let found: Vec<AffordableStage> = stages.iter().map(of_stage).collect::<Result<_, _>>()?;
    let carried = found.iter().enumerate().filter(|(_, found)| !found.carried.runs.is_empty());
    let largest = carried.map(|(place, _)| place).max_by_key(|place| size(&stages[*place].0));
    Ok(Affordable { mrr, ceilings, stages: found, largest })
}

/// The operations of finding what a revenue allows.
pub fn affordable_operations(stages: &[(Stage, Revenue)]) -> u64 {
    let share = MAX_OPERATIONS / (stages.len() as u64).max(1);
    let of_stage = |(stage, _): &(Stage, Revenue)| {
        let numbers = last_searched(stage, share) - stage.customers.value.low;
        numbers.saturating_add(1).saturating_mul(stage.operations())
    };
    stages.iter().map(of_stage).fold(0, u64::saturating_add)
}

/// The last number of customers of a stage that is computed.
fn last_searched(stage: &Stage, operations: u64) -> u64 {
    let CountRange { low, high } = stage.customers.value;
    if !stage.depends_on_customers() {
        return low;
    }
    let far = high.unwrap_or(low.saturating_mul(2).max(SEARCHED));
    far.min(low.saturating_add(operations / stage.operations().max(1)))
}

fn of_stage(stage: &Stage, mrr: Decimal, last: u64, progress: &Progress) -> Result<AffordableStage, Vec<Diagnostic>> {
    let (rule, is_own) = hurdle(stage);
    let hurdles: Vec<Hurdle> = [rule].into_iter().chain(Rating::BOUNDS.map(of_rating)).collect();
    let CountRange { low, high } = stage.customers.value;
    let revenue = Revenue::Mrr(Setting::default_value(mrr));
    let mut reaches = vec![Reach::default(); hurdles.len()];
    let mut totals: Option<(Decimal, Decimal)> = None;
    let (is_complete, _) = each_number(stage, revenue, (low, last), true, progress, |customers, total, mrr| {
        totals = Some(totals.map_or((total, total), |(least, most)| (least.min(total), most.max(total))));
        for (hurdle, reach) in hurdles.iter().zip(&mut reaches) {
            if let Some(mrr) = mrr
                && hurdle.is_met(stage, total, &mrr.into())?
            {
                reach.extend(customers);
            }
        }
        Ok(())
    })?;
    if !stage.depends_on_customers() {
        for run in reaches.iter_mut().flat_map(|reach| &mut reach.runs) {
            run.high = high;
        }
    }
    let carried = reaches.remove(0);
    let most = carried.runs.last().map(|run| run.high.unwrap_or(run.low));
    let at_most = most.map(|customers| compute(stage, Inputs { customers, revenue }, &mut Unobserved)).transpose()?;
    let at_low = sums(stage, Inputs { customers: low, revenue }, None, &mut Unobserved)?;
    let total = (at_low.completeness == Completeness::Full).then_some(at_low.totals.total);
    let search = RevenueSearch { stage, customers: low, asked: Asked::Mrr };
    let mrr_at_least = search.needed(total, &rule)?.map(|(_, at_least)| at_least);
    let goes_on = stage.depends_on_customers() && high.is_none_or(|high| last < high);
    Ok(AffordableStage {
        rule: rule.share,
        is_own,
        carried,
        under: reaches,
        totals,
        is_complete,
        searched_to: goes_on.then_some(last),
        at_most,
        mrr_at_least,
    })
}

/// By what stages are ordered: that which is meant for more customers is the larger one.
pub(crate) fn size(stage: &Stage) -> (u64, u64, u32) {
    let CountRange { low, high } = stage.customers.value;
    (high.unwrap_or(u64::MAX), low, stage.id)
}

/// The place of the largest stage whose fully known cost keeps the rule on its share of MRR.
///
/// # Errors
/// As [`keeps_rule`].
pub(crate) fn largest_carried(
    stages: &[(Stage, Revenue)],
    candidates: &[Candidate],
) -> Result<Option<usize>, Vec<Diagnostic>> {
    let mut largest = None;
    for (place, ((stage, _), candidate)) in stages.iter().zip(candidates).enumerate() {
        let is_carried = candidate.costing.is_complete() && keeps_rule(stage, &candidate.costing)? == Some(true);
        if is_carried && largest.is_none_or(|other: usize| size(&stages[other].0) < size(stage)) {
            largest = Some(place);
        }
    }
    Ok(largest)
}
