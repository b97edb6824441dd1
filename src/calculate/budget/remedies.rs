//! The techniques that reduce what an alert watches.

use rust_decimal::Decimal;

use crate::calculate::budget::comparison::BudgetCheck;
use crate::calculate::cost::sums::sums;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::fault::Fault;
use crate::diagnostic::Diagnostic;
use crate::model::{FitStanding, Inputs, Stage, TechniqueFit, TechniqueOffer, WatchedCost, sum};

/// Keeps the techniques of an alert that reduce the cost that it watches, on this stage at a number of customers, and
/// those on line items that it watches whose effect an input decides that is not given. A technique that may be used on
/// an unknown share of a line item is tried on all of it.
///
/// # Errors
/// As [`stage`](crate::calculate::cost::stage::stage()), for the stage with each technique.
pub fn keep_remedies(
    check: &mut BudgetCheck,
    stage: &Stage,
    offers: &[TechniqueOffer],
    customers: u64,
) -> Result<(), Vec<Diagnostic>> {
    let Some(watched) = check.watched.clone().filter(|_| !check.techniques.is_empty()) else { return Ok(()) };
    let before = cost(&watched, stage, customers)?;
    let mut kept = Vec::new();
    for name in std::mem::take(&mut check.techniques) {
        let Some(offer) = offers.iter().find(|offer| offer.technique.id == name) else { continue };
        let used = offer.fits.iter().filter_map(|fit| {
            let used = fit.standing.usable().or(fit.standing.of_unknown_share())?;
            Some((fit.line_item, used))
        });
        let needs_input =
            |fit: &TechniqueFit| matches!(fit.standing, FitStanding::NeedsInput { .. }) && watched.has(fit.line_item);
        if cost(&watched, &stage.with_techniques(used), customers)? < before || offer.fits.iter().any(needs_input) {
            kept.push(name);
        }
    }
    check.techniques = kept;
    Ok(())
}

/// The exact cost that is watched, as far as it is known.
fn cost(watched: &WatchedCost, stage: &Stage, customers: u64) -> Result<Decimal, Vec<Diagnostic>> {
    let inputs = Inputs { customers, revenue: stage.revenue };
    let sums = sums(stage, inputs, None, &mut Unobserved)?;
    let WatchedCost::LineItems(watched) = watched else { return Ok(sums.totals.total_exact) };
    let known = watched.iter().map(|place| &sums.lines[*place]).filter(|line| line.is_known).map(|line| line.exact);
    sum(known).map_err(|error| vec![Fault::from(error).at(&format!("the alerts of stage {}", stage.id), None)])
}
