//! Which stage serves a number of customers at the lowest cost, and why the others do not.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Completeness, Totals};
use crate::calculate::cost::stage::stage as compute;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::fault::Fault;
use crate::calculate::plan::curve::fit;
use crate::calculate::plan::points::Fit;
use crate::calculate::plan::recommendation::{Candidate, Recommendation, Standing};
use crate::diagnostic::Diagnostic;
use crate::model::{Inputs, Revenue, Stage, Verdict, subtract};

/// Computes every stage at a number of customers and compares those that serve it. All must be in one currency.
///
/// Only a stage with a fully known cost can be recommended; of equally cheap ones, the first is.
///
/// # Errors
/// As [`stage`](crate::calculate::cost::stage::stage()), for every stage.
pub fn recommend(stages: &[(Stage, Revenue)], customers: u64) -> Result<Recommendation, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let mut candidates: Vec<Candidate> = Vec::with_capacity(stages.len());
    for (stage, revenue) in stages {
        match candidate(stage, Inputs { customers, revenue: *revenue }) {
            Ok(candidate) => candidates.push(candidate),
            Err(found) => problems.extend(found),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let totals: Vec<Option<Decimal>> = candidates.iter().map(eligible_total).collect();
    let chosen = cheapest(totals.iter().copied());
    let others = totals.iter().enumerate().map(|(place, total)| total.filter(|_| Some(place) != chosen));
    let runner_up = cheapest(others);
    let least = chosen.and_then(|place| totals[place]);
    // Unknown costs can only add to a total, so only a stage whose known total is below the lowest can turn out
    // cheaper.
    let is_certain = candidates.iter().filter(|candidate| candidate.fit.serves()).all(|candidate| {
        let known = candidate.costing.known_totals().map(|totals| totals.total);
        candidate.costing.is_complete() || known.zip(least).is_some_and(|(known, least)| known >= least)
    });
    for (place, candidate) in candidates.iter_mut().enumerate() {
        candidate.standing = match totals[place] {
            _ if Some(place) == chosen => Standing::Chosen,
            _ if Some(place) == runner_up => Standing::RunnerUp,
            Some(_) => Standing::Dearer,
            None if candidate.fit.serves() => Standing::UnknownCost,
            None => Standing::DoesNotServe,
        };
        let total = candidate.costing.known_totals().filter(|_| candidate.costing.is_complete());
        candidate.difference = total.zip(least).and_then(|(totals, least)| subtract(totals.total, least).ok());
    }
    let could_carry = could_carry(&candidates);
    Ok(Recommendation { candidates, chosen, runner_up, could_carry, is_certain })
}

/// The place of the stage that could carry the customers where none serves.
fn could_carry(candidates: &[Candidate]) -> Option<usize> {
    if candidates.iter().any(|candidate| candidate.fit.serves()) {
        return None;
    }
    let is_only_too_large = |candidate: &Candidate| candidate.fit.range == Verdict::Below && candidate.fit.can_handle();
    let large = candidates.iter().enumerate().filter(|(_, candidate)| is_only_too_large(candidate));
    let order = |(place, candidate): (usize, &Candidate)| {
        let costing = &candidate.costing;
        (!costing.is_complete(), costing.known_totals().map(|totals| totals.total), place)
    };
    large.map(order).min().map(|(_, _, place)| place)
}

/// A stage with its cost and how it serves, before it is compared with others.
pub(crate) fn candidate(stage: &Stage, inputs: Inputs) -> Result<Candidate, Vec<Diagnostic>> {
    let costing = compute(stage, inputs, &mut Unobserved)?;
    let fault = |fault: Fault| vec![fault.at(&format!("the capacity of stage {}", stage.id), None)];
    let fit = fit(stage, inputs.customers, &costing.drivers).map_err(fault)?;
    Ok(Candidate { costing, fit, standing: Standing::DoesNotServe, difference: None })
}

/// The total of a stage that serves and whose cost is fully known; only such a stage can be the cheapest.
pub(crate) fn eligible(fit: &Fit, completeness: Completeness, totals: &Totals) -> Option<Decimal> {
    (fit.serves() && completeness == Completeness::Full).then_some(totals.total)
}

fn eligible_total(candidate: &Candidate) -> Option<Decimal> {
    eligible(&candidate.fit, candidate.costing.completeness(), &candidate.costing.totals)
}

/// The place of the lowest total; of equal ones the first.
pub(crate) fn cheapest(totals: impl Iterator<Item = Option<Decimal>>) -> Option<usize> {
    let known = totals.enumerate().filter_map(|(place, total)| Some((total?, place)));
    known.min().map(|(_, place)| place)
}
