//! The rule on the share of MRR: whether a stage breaks it, and what would keep it.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Costing, Rating};
use crate::calculate::cost::revenue::arpu;
use crate::calculate::fault::Fault;
use crate::calculate::plan::breakeven::breakeven;
use crate::calculate::plan::breakeven_result::{BreakevenGoal, BreakevenQuestion, Hurdle};
use crate::calculate::plan::revenue_needed::{Asked, RevenueSearch};
use crate::diagnostic::Diagnostic;
use crate::model::{Fraction, Progress, Setting, Stage, multiply, subtract};

/// How many customers are searched at least, unless that takes too long.
const SEARCHED: u64 = 10_000;

/// The most operations that the search may take: some seconds. A long stage is searched less far.
const MAX_OPERATIONS: u64 = 10_000_000;

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
    /// The revenue per paying customer, to 12 decimals; `None` without customers who pay.
    pub arpu: Option<Decimal>,
    /// The first number of customers that keeps the rule at this revenue per customer, on this stage.
    pub customers_from: Option<u64>,
    /// The highest number that was searched.
    pub searched_to: u64,
}

/// What the rule on the share of MRR takes, and whether it is the user's own target.
pub(crate) fn hurdle(stage: &Stage) -> (Hurdle, bool) {
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
    hurdle(stage).0.is_met(stage, totals.total, &mrr.into()).map(Some).map_err(fault)
}

/// The operations of the search for the customers that would keep the rule of a stage, from a number of them on.
pub fn rule_operations(stage: &Stage, customers: u64) -> u64 {
    let numbers = if stage.depends_on_customers() { searched_to(stage, customers) - customers } else { 1 };
    numbers.saturating_mul(stage.operations())
}

/// Up to which number of customers is searched.
fn searched_to(stage: &Stage, customers: u64) -> u64 {
    let of_stage = stage.customers.value;
    let far = of_stage.high.unwrap_or(of_stage.low).max(customers).saturating_mul(2).clamp(SEARCHED, 10 * SEARCHED);
    let affordable = customers.saturating_add(MAX_OPERATIONS / stage.operations().max(1));
    let far = if stage.depends_on_customers() { far.min(affordable) } else { far };
    far.max(customers)
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
            arpu(stage, costing.inputs)?.as_ref().map(Fraction::to_decimal).transpose()?.filter(|_| customers > 0);
        let too_much = subtract(total, cost_under)?;
        Ok::<_, Fault>((cost_under, too_much, share, arpu))
    };
    let (cost_under, too_much, share, arpu) = amounts().map_err(fault)?;
    let search = RevenueSearch { stage, customers, asked: Asked::Mrr };
    let needed = if costing.is_complete() { search.needed(Some(total), &hurdle)? } else { None };
    let mrr_at_least = needed.map(|(_, at_least)| at_least);
    let mut searched_to = searched_to(stage, customers);
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
        let found = breakeven(stage, &question, &Progress::default())?;
        searched_to = found.searched.1;
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
