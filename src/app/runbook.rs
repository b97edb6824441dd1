//! The runbook of a stage, with its values filled in.

use jiff::civil::Date;

use crate::app::request::Request;
use crate::diagnostic::{Diagnostic, Failure};
use crate::model::{FilledRunbook, PurchaseNote};
use crate::resolve;
use crate::source::Spanned;
use crate::workspace::{StageId, Workspace};

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

/// Finds a runbook by its file's stem or by a stage, and fills values into its commands.
///
/// # Errors
/// Everything that is wrong with the name, the runbook and the values.
pub fn runbook(
    workspace: &mut Workspace,
    name: &str,
    set: &[(Spanned<String>, Spanned<String>)],
    request: &Request,
) -> Result<FoundRunbook, Failure> {
    let (runbook, stage) = workspace.runbook(name)?;
    let filled = resolve::fill_runbook(runbook, set).map_err(|wrong| workspace.failure(wrong))?;
    let settled = request.settled(workspace).map_err(|wrong| workspace.failure(wrong))?;
    let notes = workspace.purchases(&filled, stage.as_ref(), &settled.request);
    Ok(FoundRunbook { filled, stage, notes, day: settled.request.as_of })
}

/// Checks that a script of a runbook has no placeholder left.
///
/// # Errors
/// `placeholder-left`, for each of them.
pub fn check_script(workspace: &Workspace, found: &FoundRunbook) -> Result<(), Failure> {
    resolve::check_script(&found.filled).map_err(|wrong: Vec<Diagnostic>| workspace.failure(wrong))
}
