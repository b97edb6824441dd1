//! The two sides of a difference: snapshots, projects, and projects at a revision of git.

use std::path::{Path, PathBuf};

use jiff::civil::Date;

use crate::calculate::{self, CostedStage, Unobserved};
use crate::cli::history::watched::Asked;
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::model::{Inputs, RecordedCost, Stage};
use crate::render;
use crate::resolve::SnapshotCosting;
use crate::source::{FileId, Sources, Span};
use crate::view;
use crate::workspace::{SNAPSHOT_ANEW, Workspace};

/// What marks a revision of git on the command line.
const REVISION: &str = "git:";

/// Where stages to compare come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SideSource {
    /// A file.
    Snapshot(PathBuf),
    /// A directory; `None` is the project that is asked for, or found.
    Project(Option<PathBuf>),
    /// The project at a revision of git.
    Revision(String),
}

/// One side, with the texts that its diagnostics show.
pub(crate) struct Side {
    pub(crate) name: String,
    pub(crate) stages: Vec<CostedStage>,
    pub(crate) sources: Sources,
    /// How messages call its `costplan.toml`, if it has one on disk.
    pub(crate) settings: Option<String>,
}

impl SideSource {
    /// What an argument names: a revision as `git:main`, a directory, or a file.
    pub(crate) fn of(argument: &str) -> Self {
        match argument.strip_prefix(REVISION) {
            Some(revision) => Self::Revision(revision.to_owned()),
            None if Path::new(argument).is_dir() => Self::Project(Some(PathBuf::from(argument))),
            None => Self::Snapshot(PathBuf::from(argument)),
        }
    }

    /// Opens the side, and reads a snapshot. `project` is the project that is asked for.
    pub(crate) fn open(&self, asked: &Asked<'_>, project: Option<&Path>) -> Result<OpenSide<'_>, Failure> {
        let opened = match self {
            // A snapshot holds all that it needs.
            Self::Snapshot(_) => Ok(Workspace::bundled()),
            Self::Project(directory) => Workspace::open(directory.as_deref().or(project)),
            Self::Revision(revision) => Workspace::open_at(project, revision),
        };
        let mut workspace = opened?;
        let Self::Snapshot(path) = self else { return Ok(OpenSide { source: self, workspace, recorded: None }) };
        match read_snapshot(path, &mut workspace) {
            Ok(snapshot) => {
                let recorded = Some(asked.under_scenarios(snapshot.stages));
                Ok(OpenSide { source: self, workspace, recorded })
            }
            Err(diagnostics) => Err(Failure { diagnostics, sources: workspace.sources }),
        }
    }

    /// How messages call the side.
    fn name(&self) -> String {
        match self {
            Self::Snapshot(path) => path.display().to_string(),
            Self::Project(Some(directory)) if directory != Path::new(".") => directory.display().to_string(),
            Self::Project(_) => "the project".to_owned(),
            Self::Revision(revision) => format!("{REVISION}{revision}"),
        }
    }
}

/// A side whose stages can be named. Those of a project are not computed yet.
pub(crate) struct OpenSide<'s> {
    source: &'s SideSource,
    workspace: Workspace,
    /// The stages of a snapshot.
    recorded: Option<Vec<CostedStage>>,
}

impl OpenSide<'_> {
    /// The number of a stage by its number, its name, or in a project the stem of its file.
    ///
    /// # Errors
    /// `unknown-stage` alone if it has none; `duplicate-name`, and what is wrong with the manifest.
    pub(crate) fn stage_number(&mut self, name: &str) -> Result<u64, Vec<Diagnostic>> {
        let Some(recorded) = &self.recorded else { return self.workspace.stage_number(name) };
        let stages = || recorded.iter().map(|costed| &costed.stage);
        // As in a project.
        let is_called = |stage: &&Stage| name.parse() == Ok(stage.id) || stage.name.eq_ignore_ascii_case(name);
        let mut called: Vec<u64> = stages().filter(is_called).map(|stage| stage.id.into()).collect();
        called.sort_unstable();
        called.dedup();
        match called[..] {
            [number] => Ok(number),
            [] => {
                let message = format!("{} holds no stage `{name}`", self.source.name());
                let diagnostic = Diagnostic::new(Code::UnknownStage, message);
                Err(vec![diagnostic.suggest(name, stages().map(|stage| &*stage.name))])
            }
            _ => {
                let message = format!("several stages of {} are called `{name}`", self.source.name());
                Err(vec![
                    Diagnostic::new(Code::DuplicateName, message).help("use the name or the number that is one's own"),
                ])
            }
        }
    }

    /// A failure with the texts of the side.
    pub(crate) fn failure(&mut self, diagnostics: Vec<Diagnostic>) -> Failure {
        self.workspace.failure(diagnostics)
    }

    /// The stages, of these numbers as far as the side has them, or those that are watched.
    pub(crate) fn read(mut self, asked: &Asked<'_>, numbers: Option<&[u64]>) -> Result<Side, Failure> {
        match self.stages(asked, numbers) {
            Ok(stages) => {
                let settings = self.workspace.settings_name().map(str::to_owned);
                let settings = settings.filter(|_| matches!(self.source, SideSource::Project(_)));
                Ok(Side { name: self.source.name(), stages, sources: self.workspace.sources, settings })
            }
            Err(diagnostics) => Err(self.failure(diagnostics)),
        }
    }

    fn stages(&mut self, asked: &Asked<'_>, numbers: Option<&[u64]>) -> Result<Vec<CostedStage>, Vec<Diagnostic>> {
        if let Some(mut stages) = self.recorded.take() {
            stages.retain(|costed| numbers.is_none_or(|numbers| numbers.contains(&costed.stage.id.into())));
            return Ok(stages);
        }
        // What was named is a number now, which no other stage has.
        let stages = if numbers.is_some() { &[] } else { asked.stages };
        Asked { stages, numbers, ..*asked }.costed(&mut self.workspace)
    }
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
/// What is wrong with the snapshot; `snapshot-changed` where it says another cost than what it holds comes to.
pub(crate) fn read_snapshot(path: &Path, workspace: &mut Workspace) -> Result<ReadSnapshot, Vec<Diagnostic>> {
    let (file, snapshot) = workspace.snapshot(path)?;
    let as_of = snapshot.as_of;
    let mut wrong = Vec::new();
    let mut costed = Vec::with_capacity(snapshot.costings.len());
    for costing in snapshot.costings {
        let span = costing.recorded.total.span;
        match computed(costing, &mut wrong) {
            Ok(stage) if costed.iter().any(|other: &CostedStage| other.is_same_subject(&stage)) => {
                let message = "the snapshot holds a stage twice at the same point";
                wrong.push(Diagnostic::at(Code::SnapshotChanged, span, message, "again here").help(SNAPSHOT_ANEW));
            }
            Ok(stage) => costed.push(stage),
            Err(diagnostics) => wrong.extend(diagnostics),
        }
    }
    if wrong.is_empty() {
        wrong.extend(other_than_written(as_of, &costed, file, workspace)?);
    }
    if wrong.is_empty() { Ok(ReadSnapshot { file, as_of, stages: costed }) } else { Err(wrong) }
}

/// Where a snapshot is not what costplan writes of what it holds: it is written again, and compared line by line. Comments
/// above it do not count.
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
    let message = "the snapshot is not what costplan writes of what it holds";
    let label = match expected {
        Some(expected) => format!("written is `{}`", expected.trim()),
        None => "nothing more is written".to_owned(),
    };
    Ok(Some(Diagnostic::at(Code::SnapshotChanged, span, message, label).help(SNAPSHOT_ANEW)))
}

/// A text without the mark of its encoding, which some editors put at its head.
pub(crate) fn without_mark(text: &str) -> &str {
    text.strip_prefix('\u{feff}').unwrap_or(text)
}

/// The text of a snapshot of stages.
///
/// # Errors
/// Those of computing the values of formulas.
pub(crate) fn written(as_of: Date, costed: &[CostedStage], sources: &Sources) -> Result<String, Vec<Diagnostic>> {
    let document = view::snapshot(as_of, costed, sources)?;
    let mut text = Vec::new();
    // A vector takes everything.
    let _ = render::yaml(&document, &mut text);
    Ok(format!("{HEAD}{}", String::from_utf8_lossy(&text)))
}

/// What stands above a snapshot.
const HEAD: &str =
    "# What the stages cost, and everything these costs depend on. `costplan snapshot --update` writes this file.\n";

fn computed(of: SnapshotCosting, wrong: &mut Vec<Diagnostic>) -> Result<CostedStage, Vec<Diagnostic>> {
    let SnapshotCosting { stage, revenue, customers, point, project_budget, recorded } = of;
    let costing = calculate::stage(&stage, Inputs { customers, revenue }, &mut Unobserved)?;
    let mut compare = |name: &str, recorded: &RecordedCost, cost: Option<rust_decimal::Decimal>| {
        if recorded.cost != cost {
            let shown = |cost: Option<rust_decimal::Decimal>| {
                cost.map_or_else(
                    || "nothing that is known".to_owned(),
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
        // One that is missing is found where the snapshot is written again.
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
