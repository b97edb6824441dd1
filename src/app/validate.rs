//! Every file of a project, each checked in full.

use crate::app::request::Request;
use crate::app::snapshot::read_snapshot;
use crate::diagnostic::{Diagnostic, Failure, Problems};
use crate::workspace::{Validated, Workspace};

/// Checks every file of a project in full, each stage under each scenario, and the snapshot.
///
/// # Errors
/// Everything that is wrong.
pub fn validate(workspace: &mut Workspace, request: &Request) -> Result<Validated, Failure> {
    validated(workspace, request).map_err(|wrong| workspace.failure(wrong))
}

fn validated(workspace: &mut Workspace, request: &Request) -> Result<Validated, Vec<Diagnostic>> {
    let settled = request.settled(workspace)?;
    let mut problems = Problems::default();
    let mut scenarios = Vec::new();
    for file in workspace.scenarios(&mut problems) {
        // What fails here was reported when the file was read.
        if let Ok(settled) = request.under(Some(&file), workspace) {
            scenarios.push((file, settled.request));
        }
    }
    let of_files = workspace.validate(&settled.request, &scenarios, problems);
    let snapshot = workspace.existing_snapshot().transpose().map(|path| read_snapshot(&path?, workspace));
    match (of_files, snapshot) {
        (Ok(counts), None | Some(Ok(_))) => Ok(counts),
        (of_files, snapshot) => {
            let of_files = of_files.err().into_iter();
            Err(of_files.chain(snapshot.and_then(Result::err)).flatten().collect())
        }
    }
}
