//! The two sides of a difference: snapshots, projects, and projects at a revision of git.

use std::path::{Path, PathBuf};

use crate::app::request::Request;
use crate::app::snapshot::read_snapshot;
use crate::app::watched::Watch;
use crate::calculate::CostedStage;
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::model::Stage;
use crate::source::Sources;
use crate::workspace::Workspace;

/// The prefix of a revision of git on the command line.
#[cfg(feature = "git")]
const REVISION: &str = "git:";
/// What is between two revisions if the commit where they parted is meant.
#[cfg(feature = "git")]
const MERGE_BASE: &str = "...";

/// Where stages to compare come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SideSource {
    /// A file.
    Snapshot(PathBuf),
    /// A directory; `None` is the project that is requested, or found.
    Project(Option<PathBuf>),
    /// The project at a revision of git.
    #[cfg(feature = "git")]
    Revision(String),
}

/// One side, with the texts that its diagnostics show.
#[derive(Debug)]
pub struct Side {
    /// Its name in messages.
    pub name: String,
    /// Its stages, with what they cost.
    pub stages: Vec<CostedStage>,
    /// Its texts.
    pub sources: Sources,
    /// Whether it is a snapshot.
    pub is_snapshot: bool,
}

impl SideSource {
    /// What an argument names: a revision as `git:main`, a directory, or a file.
    pub fn of(argument: &str) -> Self {
        #[cfg(feature = "git")]
        if let Some(revision) = argument.strip_prefix(REVISION) {
            return Self::Revision(revision.to_owned());
        }
        let path = PathBuf::from(argument);
        if path.is_dir() { Self::Project(Some(path)) } else { Self::Snapshot(path) }
    }

    /// What this side is compared with unless something else is named: the project, or, for the merge base of two
    /// branches, the second of them.
    #[must_use]
    pub fn counterpart(&self) -> Self {
        #[cfg(feature = "git")]
        if let Self::Revision(revision) = self
            && let Some((_, topic)) = revision.split_once(MERGE_BASE)
            && !["", "HEAD", "@"].contains(&topic)
        {
            return Self::Revision(topic.to_owned());
        }
        Self::Project(None)
    }

    /// Opens the side, and reads a snapshot. `sources` are the texts of the request, and `project` is the project that is
    /// requested.
    fn open(&self, watch: &Watch<'_>, sources: &Sources, project: Option<&Path>) -> Result<OpenSide<'_>, Failure> {
        let opened = match self {
            // A snapshot holds everything that it needs.
            Self::Snapshot(_) => Ok(Workspace::bundled_after(sources.clone())),
            Self::Project(directory) => Workspace::open_after(sources.clone(), directory.as_deref().or(project)),
            #[cfg(feature = "git")]
            Self::Revision(revision) => Workspace::open_at_after(sources.clone(), project, revision),
        };
        let mut workspace = opened?;
        let Self::Snapshot(path) = self else { return Ok(OpenSide { source: self, workspace, recorded: None }) };
        match read_snapshot(path, &mut workspace) {
            Ok(snapshot) => {
                let recorded = Some(watch.under_scenarios(snapshot.stages));
                Ok(OpenSide { source: self, workspace, recorded })
            }
            Err(diagnostics) => Err(workspace.failure(diagnostics)),
        }
    }

    /// Whether it is a snapshot.
    pub fn is_snapshot(&self) -> bool {
        matches!(self, Self::Snapshot(_))
    }

    /// The name of the side in messages.
    fn name(&self) -> String {
        match self {
            Self::Snapshot(path) => path.display().to_string(),
            Self::Project(Some(directory)) if directory != Path::new(".") => directory.display().to_string(),
            Self::Project(_) => "the project".to_owned(),
            #[cfg(feature = "git")]
            Self::Revision(revision) => format!("{REVISION}{revision}"),
        }
    }
}

/// A side whose stages can be named. Those of a project are not computed yet.
struct OpenSide<'s> {
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
    fn stage_number(&mut self, name: &str) -> Result<u64, Vec<Diagnostic>> {
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
                let message = format!("several stages of {} are named `{name}`", self.source.name());
                Err(vec![
                    Diagnostic::new(Code::DuplicateName, message)
                        .help("use a name or a number that only one stage has"),
                ])
            }
        }
    }

    /// A failure, with the texts of the side.
    fn failure(&mut self, diagnostics: Vec<Diagnostic>) -> Failure {
        self.workspace.failure(diagnostics)
    }

    /// The stages with these numbers that the side has, or those that are watched.
    fn read(mut self, watch: &Watch<'_>, numbers: Option<&[u64]>) -> Result<Side, Failure> {
        match self.stages(watch, numbers) {
            Ok(stages) => {
                let is_snapshot = self.source.is_snapshot();
                let (name, sources) = (self.source.name(), self.workspace.sources);
                Ok(Side { name, stages, sources, is_snapshot })
            }
            Err(diagnostics) => Err(self.failure(diagnostics)),
        }
    }

    fn stages(&mut self, watch: &Watch<'_>, numbers: Option<&[u64]>) -> Result<Vec<CostedStage>, Vec<Diagnostic>> {
        if let Some(mut stages) = self.recorded.take() {
            stages.retain(|costed| numbers.is_none_or(|numbers| numbers.contains(&costed.stage.id.into())));
            return Ok(stages);
        }
        // A named stage is identified by its number, which no other stage has.
        let stages = if numbers.is_some() { &[] } else { watch.stages };
        Watch { stages, numbers, ..*watch }.costed(&mut self.workspace)
    }
}

/// Reads both sides of a difference. A named stage that only one side has is new or gone. `sources` are the texts of
/// the request; `project` is the directory of the project, if it is not searched from the working directory.
///
/// # Errors
/// Everything that is wrong with a side, and `unknown-stage` for a stage that neither has.
pub fn sides(
    stages: &[String],
    request: &Request,
    sources: &Sources,
    [base, head]: [&SideSource; 2],
    project: Option<&Path>,
) -> Result<[Side; 2], Failure> {
    let watch = &Watch::new(stages, request);
    let (mut base, mut head) = (base.open(watch, sources, project)?, head.open(watch, sources, project)?);
    leave_out_bundled([&mut base, &mut head])?;
    let numbers = numbers(watch.stages, [&mut base, &mut head])?;
    Ok([base.read(watch, numbers.as_deref())?, head.read(watch, numbers.as_deref())?])
}

/// A project that has no stages yet has none: the bundled ones are nobody's. Two sides of which neither has any are not
/// compared.
///
/// # Errors
/// `no-project`
fn leave_out_bundled(sides: [&mut OpenSide<'_>; 2]) -> Result<(), Failure> {
    let is_of_somebody = |side: &OpenSide<'_>| side.recorded.is_some() || side.workspace.has_own_stages();
    match sides.each_ref().map(|side| is_of_somebody(side)) {
        [true, true] => {}
        [false, false] => sides[1].workspace.require_own_stages()?,
        [is_base, _] => {
            let without = if is_base { &sides[1] } else { &sides[0] };
            without.workspace.require_project()?;
        }
    }
    for side in sides.into_iter().filter(|side| !is_of_somebody(side)) {
        side.recorded = Some(Vec::new());
    }
    Ok(())
}

/// The numbers of the stages that have these names on either side; `None` if none is named.
fn numbers(names: &[String], sides: [&mut OpenSide<'_>; 2]) -> Result<Option<Vec<u64>>, Failure> {
    if names.is_empty() {
        return Ok(None);
    }
    let mut numbers = Vec::new();
    let [base, head] = sides;
    for name in names {
        let is_unknown = |wrong: &[Diagnostic]| wrong.iter().all(|wrong| wrong.code == Code::UnknownStage);
        match (base.stage_number(name), head.stage_number(name)) {
            (Err(wrong), _) if !is_unknown(&wrong) => return Err(base.failure(wrong)),
            (Err(_), Err(wrong)) => return Err(head.failure(wrong)),
            (_, Err(wrong)) if !is_unknown(&wrong) => return Err(head.failure(wrong)),
            (found, other) => numbers.extend(found.into_iter().chain(other)),
        }
    }
    Ok(Some(numbers))
}
