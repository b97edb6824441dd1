//! The rule on the share of MRR: whether a stage breaks it, and what would keep it.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Costing, Rating};
use crate::calculate::fault::Fault;
use crate::calculate::plan::breakeven::{arpu_needed, breakeven, is_met};
use crate::calculate::plan::breakeven_result::{BreakevenGoal, BreakevenQuestion, Hurdle};
use crate::diagnostic::Diagnostic;
use crate::model::{Fraction, Setting, Stage, multiply, subtract};

/// How many customers are searched at least.
const SEARCHED: u64 = 10_000;

/// A rule on the share of MRR that a stage breaks, and what would keep it. Amounts are monthly, in the reporting
/// currency.
#[derive(Clone, Debug)]
pub struct BrokenRule {
    /// The share of MRR that the total must be under, as a ratio.
    pub bound: Decimal,
    /// Whether it is the user's own target, of the manifest or the budget; otherwise it is the rule of the plan, 20 %.
    pub is_target: bool,
    /// The share that the known total takes.
    pub share: Fraction,
    /// The total that it must be under at this revenue.
    pub cost_under: Decimal,
    /// By how much the known total is over that; zero if it is exactly as much.
    pub too_much: Decimal,
    /// The lowest sufficient MRR in hundredths, at this number of customers; `None` if the cost is not fully known.
    pub mrr_at_least: Option<Decimal>,
    /// The revenue per customer, to 12 decimals; `None` without customers.
    pub arpu: Option<Decimal>,
    /// The first number of customers that keeps the rule at this revenue per customer, on this stage.
    pub customers_from: Option<u64>,
    /// The highest number that was searched.
    pub searched_to: u64,
}

/// What a rule takes.
fn hurdle(stage: &Stage) -> (Hurdle, bool) {
    let target = stage.targets.any_share_of_mrr();
    let plan = Rating::BOUNDS.iter().find(|(_, rating)| *rating == Rating::OnTarget).map(|(bound, _)| *bound);
    let share = target.or(plan).unwrap_or(Decimal::ONE);
    (Hurdle { share, added: Decimal::ZERO, is_strict: true }, stage.targets.own_share_of_mrr.is_some())
}

/// Whether a total keeps the rule on the share of MRR; `None` without a revenue.
///
/// # Errors
/// A result that is too large or needs too many digits.
pub fn keeps_rule(stage: &Stage, costing: &Costing) -> Result<Option<bool>, Vec<Diagnostic>> {
    let fault = |fault: Fault| vec![fault.at(&format!("the share of MRR of stage {}", stage.id), None)];
    let Some((totals, mrr)) = costing.known_totals().zip(costing.economics.mrr.filter(|mrr| !mrr.is_zero())) else {
        return Ok(None);
    };
    is_met(stage, &hurdle(stage).0, totals.total, &mrr.into()).map(Some).map_err(fault)
}

/// The rule that a stage breaks at its inputs, if it does.
///
/// # Errors
/// As [`breakeven()`], for the numbers of customers from that of the costing on.
pub fn broken_rule(stage: &Stage, costing: &Costing) -> Result<Option<BrokenRule>, Vec<Diagnostic>> {
    let fault = |fault: Fault| vec![fault.at(&format!("the share of MRR of stage {}", stage.id), None)];
    if keeps_rule(stage, costing)? != Some(false) {
        return Ok(None);
    }
    let (hurdle, is_target) = hurdle(stage);
    let (total, mrr) = (costing.totals.total, costing.economics.mrr.unwrap_or_default());
    let customers = costing.inputs.customers;
    let amounts = || {
        let cost_under = multiply(hurdle.share, mrr)?;
        let share = Fraction::new(total, mrr)?;
        let arpu =
            if customers == 0 { None } else { Some(Fraction::new(mrr, Decimal::from(customers))?.to_decimal()?) };
        let needed = if costing.is_complete() { arpu_needed(stage, total, 1, &hurdle)? } else { None };
        let too_much = subtract(total, cost_under)?;
        Ok::<_, Fault>((cost_under, too_much, share, arpu, needed.map(|(_, at_least)| at_least)))
    };
    let (cost_under, too_much, share, arpu, mrr_at_least) = amounts().map_err(fault)?;
    let of_stage = stage.customers.value;
    let far = of_stage.high.unwrap_or(of_stage.low).max(customers).saturating_mul(2).clamp(SEARCHED, 10 * SEARCHED);
    let searched_to = far.max(customers);
    let mut customers_from = None;
    if let Some(arpu) = arpu {
        let question = BreakevenQuestion {
            arpu: Some(Setting::default_value(arpu)),
            customers: None,
            other_costs: None,
            budget: None,
            searched: (customers, searched_to),
            is_bounded: false,
        };
        let found = breakeven(stage, &question)?;
        let of_target = found.goals_at_arpu.iter().flatten().find(|found| found.goal == BreakevenGoal::Target);
        let of_rating = found.at_arpu.iter().flatten().find(|found| found.rating == Rating::OnTarget);
        let reach = of_target.map(|found| &found.reach).or(of_rating.map(|found| &found.reach));
        customers_from = reach.and_then(|reach| reach.runs.first()).map(|run| run.low);
    }
    let bound = hurdle.share;
    Ok(Some(BrokenRule {
        bound,
        is_target,
        share,
        cost_under,
        too_much,
        mrr_at_least,
        arpu,
        customers_from,
        searched_to,
    }))
}
