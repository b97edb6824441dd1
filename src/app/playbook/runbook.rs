//! The runbook of a stage, with its values filled in.

use jiff::civil::Date;

use crate::app::request::{Request, Settled};
use crate::calculate;
use crate::diagnostic::{Diagnostic, Failure};
use crate::model::{FilledRunbook, Inputs, PurchaseNote, ScaledDeployment};
use crate::resolve;
use crate::source::Spanned;
use crate::workspace::{Selection, StageId, Workspace};

/// A runbook with its inputs filled in.
#[derive(Debug)]
pub struct FoundRunbook {
    /// The runbook.
    pub filled: FilledRunbook,
    /// The stage by which it was found, if it was not named itself.
    pub stage: Option<StageId>,
    /// What is to be known about the SKUs that it buys.
    pub notes: Vec<PurchaseNote>,
    /// The day of which that is.
    pub day: Date,
}

/// Finds a runbook by its file's stem, for the stage `of` if one is given, or by a stage, and fills values into its commands:
/// those that are set, those of an auto-scaled line item of the stage, and defaults.
///
/// # Errors
/// Everything that is wrong with the name, the runbook and the values.
pub fn runbook(
    workspace: &mut Workspace,
    (name, of): (&str, Option<&str>),
    set: &[(Spanned<String>, Spanned<String>)],
    request: &Request,
) -> Result<FoundRunbook, Failure> {
    let (runbook, stage) = workspace.runbook(name, of)?;
    let settled = request.settled(workspace).map_err(|wrong| workspace.failure(wrong))?;
    let scaled = match &stage {
        Some((number, _)) if runbook.scales() => deployments(workspace, &number.to_string(), &settled),
        _ => Ok(Vec::new()),
    };
    let filled = scaled.and_then(|scaled| resolve::fill_runbook(runbook, set, &scaled));
    let filled = filled.map_err(|wrong| workspace.failure(wrong))?;
    let notes = workspace.purchases(&filled, stage.as_ref(), &settled.request);
    Ok(FoundRunbook { filled, stage, notes, day: settled.request.as_of })
}

/// The auto-scaled deployments of a stage. What is wrong with a stage that has none is not reported here.
fn deployments(
    workspace: &mut Workspace,
    stage: &str,
    settled: &Settled,
) -> Result<Vec<ScaledDeployment>, Vec<Diagnostic>> {
    if !workspace.is_scaled(stage)? {
        return Ok(Vec::new());
    }
    let mut stages = workspace.resolved(Selection::one(stage), &settled.request)?;
    let Some((stage, revenue)) = stages.pop() else { return Ok(Vec::new()) };
    let customers = settled.customers.unwrap_or(stage.usual_customers());
    calculate::scaled_deployments(&stage, Inputs { customers, revenue })
}

/// Checks that a script of a runbook has no placeholder left.
///
/// # Errors
/// `placeholder-left`, for each of them.
pub fn check_script(workspace: &Workspace, found: &FoundRunbook) -> Result<(), Failure> {
    resolve::check_script(&found.filled).map_err(|wrong: Vec<Diagnostic>| workspace.failure(wrong))
}
