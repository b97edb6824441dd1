//! Every file of a project, each checked in full.

use crate::app::request::Request;
use crate::app::snapshot::read_snapshot;
use crate::calculate::{self, Costing, Finding, Severity, Unobserved};
use crate::diagnostic::{Diagnostic, Failure, Problems};
use crate::model::{Inputs, Stage};
use crate::view::{FindingView, unknown_in_stage};
use crate::workspace::{Remark, Selection, Validated, Workspace, is_certain};

/// Checks every file of a project in full, each stage under each scenario, and the snapshot.
///
/// # Errors
/// Everything that is wrong.
pub fn validate(workspace: &mut Workspace, request: &Request) -> Result<Validated, Failure> {
    validated(workspace, request).map_err(|wrong| workspace.failure(wrong))
}

/// What in a sound project has no effect or takes the place of something, what the price sheets say about its line items at
/// the low end of the customers of each stage, and which of its costs are unknown at either end.
///
/// # Errors
/// As [`validate`].
pub fn remarks(workspace: &mut Workspace, request: &Request) -> Result<Vec<Remark>, Failure> {
    let settled = request.settled(workspace).map_err(|wrong| workspace.failure(wrong))?;
    let stages = workspace.stages(Selection::all(), &settled.request)?;
    let all: Vec<&Stage> = stages.iter().map(|(stage, _)| stage).collect();
    let mut remarks = workspace.remarks(&all);
    for (stage, revenue) in &stages {
        let inputs = Inputs { customers: stage.customers.value.low, revenue: *revenue };
        let costing = calculate::stage(stage, inputs, &mut Unobserved).map_err(|wrong| workspace.failure(wrong))?;
        remarks.extend(offers(stage, &costing, workspace));
        let mut costings = vec![costing];
        if let Some(customers) = stage.customers.value.high.filter(|high| *high != inputs.customers) {
            let inputs = Inputs { customers, ..inputs };
            costings.push(calculate::stage(stage, inputs, &mut Unobserved).map_err(|wrong| workspace.failure(wrong))?);
        }
        let place = workspace.sources.origin(stage.customers.span);
        remarks.extend(unknown_in_stage(stage, &costings).map(|message| Remark { place, message }));
    }
    Ok(remarks)
}

/// The findings of a stage that are warnings about what is offered.
fn offers(stage: &Stage, costing: &Costing, workspace: &Workspace) -> Vec<Remark> {
    let of_offers = costing.findings.iter().filter_map(|finding| match finding {
        Finding::Offer(found) if finding.severity() >= Severity::Warning => Some((finding, found.line_item())),
        _ => None,
    });
    let remark = |(finding, line_item): (&Finding, Option<usize>)| {
        let span = line_item.map_or(stage.customers.span, |place| stage.line_items[place].span);
        Remark { place: workspace.sources.origin(span), message: FindingView::new(finding, stage).message }
    };
    of_offers.map(remark).collect()
}

fn validated(workspace: &mut Workspace, request: &Request) -> Result<Validated, Vec<Diagnostic>> {
    let mut wrong = std::mem::take(&mut workspace.settings_problems);
    let settled = request.settled_with(workspace, &mut wrong);
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
    let counts = of_files.map_err(|found| {
        // What a part of the settings defines that cannot be read is not known.
        let found = found.into_iter().filter(|problem| workspace.has_all_facts || is_certain(problem));
        let found: Vec<Diagnostic> = found.filter(|problem| !wrong.contains(problem)).collect();
        wrong.extend(found);
    });
    wrong.extend(snapshot.and_then(Result::err).into_iter().flatten());
    match counts {
        Ok(counts) if wrong.is_empty() => Ok(counts),
        Ok(_) | Err(()) => Err(wrong),
    }
}
