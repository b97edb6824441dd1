//! Measurements of a running system against the checklists, and what helps.

use std::path::Path;

use crate::app::request::Request;
use crate::app::savings::{Offered, offered, savings};
use crate::calculate::{self, CheckResult};
use crate::diagnostic::{Diagnostic, Failure};
use crate::model::{Inputs, Metrics};
use crate::view::ReviewStage;
use crate::workspace::Workspace;

/// A review.
#[derive(Debug)]
pub struct Reviewed {
    /// The checks, in the order of the checklists.
    pub results: Vec<CheckResult>,
    /// What was measured.
    pub metrics: Metrics,
    /// The named stage, if any, with what the suggested techniques save on it.
    pub stage: Option<ReviewStage>,
}

/// Checks the measurements of a file of metrics against all checklists or one of them.
///
/// # Errors
/// Everything that is wrong with the files, the request and the stage.
pub fn review(
    workspace: &mut Workspace,
    metrics: &Path,
    checklist: Option<&str>,
    stage: Option<&str>,
    request: &Request,
) -> Result<Reviewed, Failure> {
    let read = workspace.metrics(metrics, checklist);
    let on_stage = on_stage(stage, request, workspace);
    let reviewed = both(read, on_stage).and_then(|((checklists, metrics), on_stage)| {
        let results = calculate::review(&checklists, &metrics);
        let techniques: Vec<&str> = results.iter().filter_map(|result| result.technique.as_deref()).collect();
        let stage = on_stage.map(|on_stage| on_stage.computed(&techniques)).transpose()?;
        Ok(Reviewed { results, metrics, stage })
    });
    reviewed.map_err(|wrong| workspace.failure(wrong))
}

/// Both values, or everything that is wrong with either.
fn both<A, B>(a: Result<A, Vec<Diagnostic>>, b: Result<B, Vec<Diagnostic>>) -> Result<(A, B), Vec<Diagnostic>> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (a, b) => Err(a.err().into_iter().chain(b.err()).flatten().collect()),
    }
}

/// A stage with the techniques of the project, to be computed.
struct OnStage {
    offered: Offered,
    inputs: Inputs,
}

fn on_stage(
    stage: Option<&str>,
    request: &Request,
    workspace: &mut Workspace,
) -> Result<Option<OnStage>, Vec<Diagnostic>> {
    let settled = request.settled(workspace)?;
    let Some(name) = stage else { return Ok(None) };
    let offered = offered(name, settled.request, None, workspace)?;
    let customers = settled.customers.unwrap_or_else(|| offered.stage.usual_customers());
    let inputs = Inputs { customers, revenue: offered.revenue };
    Ok(Some(OnStage { offered, inputs }))
}

impl OnStage {
    /// The result of each of some techniques.
    fn computed(self, techniques: &[&str]) -> Result<ReviewStage, Vec<Diagnostic>> {
        let savings = savings(&self.offered, self.inputs, techniques)?;
        Ok(ReviewStage { stage: self.offered.stage, customers: self.inputs.customers, savings })
    }
}
