//! Snapshots: what stages cost and why, written to a file and computed again when it is read.

use std::collections::HashSet;
use std::path::Path;

use jiff::civil::Date;

use crate::app::request::Request;
use crate::app::watched::Watch;
use crate::calculate::{self, CostedStage, Unobserved};
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::model::{Inputs, RecordedCost, Stage};
use crate::render;
use crate::resolve::SnapshotCosting;
use crate::source::{FileId, Sources, Span};
use crate::view;
use crate::workspace::{SNAPSHOT_ANEW, Workspace};

/// The text of a snapshot of stages: those that are named, otherwise those that the project watches.
///
/// # Errors
/// Everything that is wrong with the request, the scenarios and the stages.
pub fn snapshot(workspace: &mut Workspace, stages: &[String], request: &Request) -> Result<String, Failure> {
    let of_project = workspace.settings.as_ref().and_then(|settings| settings.defaults.as_ref()?.as_of);
    let as_of = request.as_of.or(of_project).map_or(request.today, |day| day.value);
    snapshot_of(as_of, workspace, stages, request).map_err(|wrong| workspace.failure(wrong))
}

/// The text of a snapshot, and what it would be now at the prices of its own day.
///
/// # Errors
/// Everything that is wrong with the snapshot, the request, the scenarios and the stages.
pub fn snapshot_again(
    workspace: &mut Workspace,
    path: &Path,
    stages: &[String],
    request: &Request,
) -> Result<[String; 2], Failure> {
    // A snapshot that was changed by hand is wrong, not out of date.
    let again = read_snapshot(path, workspace).and_then(|ReadSnapshot { file, as_of, .. }| {
        let as_of = request.as_of.map_or(as_of, |day| day.value);
        let now = snapshot_of(as_of, workspace, stages, request)?;
        Ok([workspace.sources.text(file).replace("\r\n", "\n"), now])
    });
    again.map_err(|wrong| workspace.failure(wrong))
}

fn snapshot_of(
    as_of: Date,
    workspace: &mut Workspace,
    stages: &[String],
    request: &Request,
) -> Result<String, Vec<Diagnostic>> {
    let request = Request { today: as_of, ..request.clone() };
    let costed = Watch::new(stages, &request).costed(workspace)?;
    written(as_of, &costed, &workspace.sources)
}

/// A snapshot that was read and computed again.
pub(crate) struct ReadSnapshot {
    pub(crate) file: FileId,
    pub(crate) as_of: Date,
    pub(crate) stages: Vec<CostedStage>,
}

/// Reads a snapshot and computes it again.
///
/// # Errors
/// Everything that is wrong with the snapshot; `snapshot-changed` if a recorded cost differs from the computed one.
pub(crate) fn read_snapshot(path: &Path, workspace: &mut Workspace) -> Result<ReadSnapshot, Vec<Diagnostic>> {
    let (file, snapshot) = workspace.snapshot(path)?;
    let as_of = snapshot.as_of;
    let mut wrong = Vec::new();
    let mut costed = Vec::with_capacity(snapshot.costings.len());
    for costing in snapshot.costings {
        let span = costing.recorded.total.span;
        workspace.spend_on(&costing.stage, 1)?;
        match computed(costing, &mut wrong) {
            Ok(stage) => costed.push((stage, span)),
            Err(diagnostics) => wrong.extend(diagnostics),
        }
    }
    let mut subjects = HashSet::new();
    for (_, span) in costed.iter().filter(|(stage, _)| !subjects.insert(stage.subject())) {
        let message = "the snapshot holds a stage twice at the same point";
        wrong.push(Diagnostic::at(Code::SnapshotChanged, *span, message, "again here").help(SNAPSHOT_ANEW));
    }
    let costed: Vec<CostedStage> = costed.into_iter().map(|(stage, _)| stage).collect();
    if wrong.is_empty() {
        wrong.extend(other_than_written(as_of, &costed, file, workspace)?);
    }
    if wrong.is_empty() { Ok(ReadSnapshot { file, as_of, stages: costed }) } else { Err(wrong) }
}

/// Where a snapshot differs from what costplan writes for its contents: it is written again and compared line by line.
/// Comments above it are ignored.
fn other_than_written(
    as_of: Date,
    costed: &[CostedStage],
    file: FileId,
    workspace: &Workspace,
) -> Result<Option<Diagnostic>, Vec<Diagnostic>> {
    let text = workspace.sources.text(file);
    let written = written(as_of, costed, &workspace.sources)?;
    let unmarked = without_mark(text);
    let mut start = text.len() - unmarked.len();
    let lines = unmarked.split_inclusive('\n').map(|line| {
        let from = start;
        start += line.len();
        (from, line.trim_end_matches(['\n', '\r']))
    });
    let mut lines = lines.skip_while(|(_, line)| line.starts_with('#'));
    let mut expected = written.lines().skip_while(|line| line.starts_with('#'));
    let (start, line, expected) = loop {
        match (lines.next(), expected.next()) {
            (None, None) => return Ok(None),
            (Some((_, line)), Some(expected)) if line == expected => {}
            (found, expected) => {
                let (start, line) = found.unwrap_or((text.len(), ""));
                break (start, line, expected);
            }
        }
    };
    let span = Span::new(file, start, start + line.len());
    let message = "the snapshot is not what costplan writes for its contents";
    let label = match expected {
        Some(expected) => format!("written is `{}`", expected.trim()),
        None => "nothing more is written".to_owned(),
    };
    Ok(Some(Diagnostic::at(Code::SnapshotChanged, span, message, label).help(SNAPSHOT_ANEW)))
}

/// A text without the byte order mark that some editors put at its head.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The text of a snapshot of stages.
///
/// # Errors
/// Errors of computing the values of formulas.
fn written(as_of: Date, costed: &[CostedStage], sources: &Sources) -> Result<String, Vec<Diagnostic>> {
    let document = view::snapshot(as_of, costed, sources)?;
    let mut text = Vec::new();
    // Writing to a vector cannot fail.
    let _ = render::yaml(&document, &mut text);
    Ok(format!("{HEAD}{}", String::from_utf8_lossy(&text)))
}

/// The comment at the head of a snapshot.
const HEAD: &str =
    "# What the stages cost, and everything these costs depend on. `costplan snapshot --update` writes this file.\n";

fn computed(of: SnapshotCosting, wrong: &mut Vec<Diagnostic>) -> Result<CostedStage, Vec<Diagnostic>> {
    let SnapshotCosting { stage, revenue, customers, point, project_budget, recorded } = of;
    let costing = calculate::stage(&stage, Inputs { customers, revenue }, &mut Unobserved)?;
    let mut compare = |name: &str, recorded: &RecordedCost, cost: Option<rust_decimal::Decimal>| {
        if recorded.cost != cost {
            let shown = |cost: Option<rust_decimal::Decimal>| {
                cost.map_or_else(
                    || "an unknown amount".to_owned(),
                    |cost| format!("{} {}", cost.normalize(), stage.currency),
                )
            };
            let message = format!("{name} costs {} by the prices of the snapshot", shown(cost));
            let label = format!("the snapshot says {}", shown(recorded.cost));
            wrong.push(Diagnostic::at(Code::SnapshotChanged, recorded.span, message, label).help(SNAPSHOT_ANEW));
        }
    };
    let mut places = recorded.line_items.iter();
    for (item, line) in stage.line_items.iter().zip(&costing.line_items) {
        // A missing one is found when the snapshot is written again.
        if let Some((_, recorded)) = places.next().filter(|(name, _)| *name == item.name) {
            compare(&format!("`{}`", item.name), recorded, line.is_known.then_some(line.monthly));
        }
    }
    let total = costing.known_totals().map(|totals| totals.total);
    compare(&total_of(&stage), &recorded.total, total);
    Ok(CostedStage { stage, costing, point, project_budget })
}

fn total_of(stage: &Stage) -> String {
    format!("stage {} ({})", stage.id, stage.name)
}
