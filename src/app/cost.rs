//! What stages cost: one at the ends of its range, all of them over their ranges, and several side by side.

use crate::app::request::Request;
use crate::calculate::{self, AlternativeCost, Costing, Finding, Unobserved};
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::model::{Inputs, Revenue, Stage};
use crate::resolve;
use crate::workspace::{Selection, Workspace};

/// A stage and what it costs at some numbers of customers.
#[derive(Debug)]
pub struct CostedRange {
    /// The stage.
    pub stage: Stage,
    /// Its costings, by number of customers; at least one.
    pub costings: Vec<Costing>,
}

/// Computes a stage at the requested number of customers, otherwise at the one for which it is sized, otherwise at the two
/// ends of its range.
///
/// # Errors
/// Everything that is wrong with the request, the scenario, the manifest and the sheets; errors of the computation.
pub fn stage(workspace: &mut Workspace, name: &str, request: &Request) -> Result<CostedRange, Failure> {
    changed_stage(workspace, name, request, |_| Ok(()))
}

/// As [`stage()`], for a stage that is changed before it is computed.
pub(crate) fn changed_stage(
    workspace: &mut Workspace,
    name: &str,
    request: &Request,
    change: impl FnOnce(&mut Stage) -> Result<(), Vec<Diagnostic>>,
) -> Result<CostedRange, Failure> {
    let costed = request.settled(workspace).and_then(|settled| {
        let (mut stage, revenue) = workspace.stage(name, &settled.request)?;
        change(&mut stage)?;
        let range = stage.customers.value;
        let one = settled.customers.or(stage.sized_for);
        let mut points = vec![one.unwrap_or(range.low)];
        points.extend(range.high.filter(|high| one.is_none() && *high != range.low));
        let costings = costings(&stage, points, revenue, workspace)?;
        Ok(CostedRange { stage, costings })
    });
    costed.map_err(|wrong| workspace.failure(wrong))
}

/// Computes stages, by number, name or file stem; all of them if none is named. Each is computed at the low end, the middle
/// and the high end of its range, and where it is sized.
///
/// # Errors
/// As [`stage()`], for each of them.
pub fn stages(
    workspace: &mut Workspace,
    names: &[String],
    request: &Request,
) -> Result<Vec<(CostedRange, Option<Finding>)>, Failure> {
    let over_range = |(stage, revenue): (Stage, Revenue), workspace: &mut Workspace| {
        let range = stage.customers.value;
        let points = [Some(range.low), range.middle(), stage.sized_for, range.high];
        let mut points: Vec<u64> = points.into_iter().flatten().collect();
        points.sort_unstable();
        points.dedup();
        workspace.spend(calculate::reach_operations(&stage).unwrap_or(0))?;
        let costings = costings(&stage, points, revenue, workspace)?;
        let reach = calculate::target_reach(&stage)?;
        Ok((CostedRange { stage, costings }, reach))
    };
    let costed = request.settled(workspace).and_then(|settled| {
        let stages = workspace.resolved(Selection::named(names), &settled.request)?;
        stages.into_iter().map(|stage| over_range(stage, workspace)).collect()
    });
    costed.map_err(|wrong| workspace.failure(wrong))
}

/// Computes two stages at the requested number of customers, in the requested currency, otherwise that of the first.
///
/// # Errors
/// As [`stage()`]; `invalid-argument` if no number of customers is given.
pub fn compare_stages(
    workspace: &mut Workspace,
    names: [&str; 2],
    request: &Request,
) -> Result<Vec<(Stage, Costing)>, Failure> {
    let compared = request.settled(workspace).and_then(|settled| {
        let Some(customers) = settled.customers else {
            let missing = Diagnostic::new(Code::InvalidArgument, "two stages are compared at one number of customers");
            return Err(vec![missing.help("add `--customers N`")]);
        };
        // The share of MRR is that of the first stage, whose currency both use.
        let stages = workspace.resolved(Selection::pair(names).in_one_currency(), &settled.request)?;
        let revenue = stages.first().map_or(Revenue::Unknown, |(_, revenue)| *revenue);
        let inputs = Inputs { customers, revenue };
        stages.into_iter().map(|(stage, _)| costed(stage, inputs)).collect()
    });
    compared.map_err(|wrong| workspace.failure(wrong))
}

/// Computes every way to buy the line items of a stage that have alternatives: at the requested number of customers,
/// otherwise at the one for which the stage is sized, otherwise at the low end of its range.
///
/// # Errors
/// As [`stage()`]; `invalid-argument` if no line item has alternatives.
pub fn compare_alternatives(
    workspace: &mut Workspace,
    name: &str,
    request: &Request,
) -> Result<(Stage, Vec<AlternativeCost>), Failure> {
    let compared = request.settled(workspace).and_then(|settled| {
        let (stage, revenue) = workspace.stage(name, &settled.request)?;
        let customers = settled.customers.or(stage.sized_for).unwrap_or(stage.customers.value.low);
        let costs = calculate::alternative_costs(&stage, Inputs { customers, revenue })?;
        if costs.is_empty() {
            let message = "there is nothing to compare the stage with: no line item has `alternatives`";
            let help = "write `costplan compare 2 3`, or `costplan compare 2 --scenario base --scenario high`";
            return Err(vec![Diagnostic::new(Code::InvalidArgument, message).help(help)]);
        }
        Ok((stage, costs))
    });
    compared.map_err(|wrong| workspace.failure(wrong))
}

/// Computes one stage under each of the requested scenarios, each with its own customers and revenue.
///
/// # Errors
/// As [`stage()`], for each scenario; `invalid-argument` if one has no number of customers.
pub fn compare_scenarios(
    workspace: &mut Workspace,
    name: &str,
    request: &Request,
) -> Result<Vec<(Stage, Costing)>, Failure> {
    under_scenarios(workspace, name, request).map_err(|wrong| workspace.failure(wrong))
}

fn under_scenarios(
    workspace: &mut Workspace,
    name: &str,
    request: &Request,
) -> Result<Vec<(Stage, Costing)>, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let mut customers: Vec<u64> = Vec::new();
    let mut requests: Vec<resolve::Request> = Vec::new();
    for scenario in &request.scenarios {
        let file = workspace.scenario_named(scenario);
        match file.and_then(|file| request.under(Some(&file), workspace)) {
            Ok(settled) => match settled.customers {
                Some(count) => {
                    customers.push(count);
                    requests.push(settled.request);
                }
                None => {
                    let message = format!("the scenario `{scenario}` gives no number of customers");
                    let missing = Diagnostic::new(Code::InvalidArgument, message);
                    wrong.push(missing.help("write `customers` in its file, or add `--customers N` for all"));
                }
            },
            Err(found) => wrong.extend(found),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let stages = workspace.stage_under(name, &requests)?.into_iter().zip(customers);
    stages.map(|((stage, revenue), customers)| costed(stage, Inputs { customers, revenue })).collect()
}

fn costings(
    stage: &Stage,
    points: Vec<u64>,
    revenue: Revenue,
    workspace: &mut Workspace,
) -> Result<Vec<Costing>, Vec<Diagnostic>> {
    workspace.spend_on(stage, points.len() as u64)?;
    let at = |customers| calculate::stage(stage, Inputs { customers, revenue }, &mut Unobserved);
    points.into_iter().map(at).collect()
}

fn costed(stage: Stage, inputs: Inputs) -> Result<(Stage, Costing), Vec<Diagnostic>> {
    let costing = calculate::stage(&stage, inputs, &mut Unobserved)?;
    Ok((stage, costing))
}
