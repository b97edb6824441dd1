//! The runbooks of a project: its own and the bundled ones.

use crate::diagnostic::{Code, Diagnostic, Failure, Problems};
use crate::load::{self, ProjectFile};
use crate::model::{FilledRunbook, PurchaseNote, Runbook};
use crate::parse;
use crate::resolve::{self, PriceBook, Request};
use crate::workspace::project::{Failed, Manifest, Workspace, named_at, text};
use crate::workspace::stages::Selection;

/// The number and the name of a stage.
pub type StageId = (u64, Box<str>);

impl Workspace {
    pub(in crate::workspace) fn runbook_files(&self) -> Failed<Vec<ProjectFile>> {
        let given = self.path(|paths| paths.runbooks.as_ref());
        self.root.runbooks(given.map(text)).map_err(|problem| vec![named_at(problem, given)])
    }

    /// Reads every runbook, in the order of their files, and reports what is wrong with them.
    pub(crate) fn runbooks(&mut self, problems: &mut Problems) -> Vec<Runbook> {
        let files = problems.keep(self.runbook_files()).unwrap_or_default();
        files.iter().filter_map(|file| self.read_runbook(file, problems)).collect()
    }

    /// Reads the runbook with a file stem, for the stage `of` if one is given, or the one for a stage, which is then returned
    /// too. A runbook of the project takes precedence over a bundled one for the same stage.
    ///
    /// # Errors
    /// `unknown-runbook`, `duplicate-name` if several of the project are for the stage, and everything that is wrong with the
    /// files.
    pub fn runbook(&mut self, name: &str, of: Option<&str>) -> Result<(Runbook, Option<StageId>), Failure> {
        self.runbook_named(name, of).map_err(|wrong| self.failure(wrong))
    }

    fn runbook_named(&mut self, name: &str, of: Option<&str>) -> Failed<(Runbook, Option<StageId>)> {
        let files = self.runbook_files()?;
        let mut problems = Problems::default();
        if let Some(file) = files.iter().find(|file| file.stem == name) {
            let found = self.read_runbook(file, &mut problems).ok_or_else(|| problems.into_sorted())?;
            let stage = match of {
                Some(of) => Some(stage_id(self.manifest(of)?)?),
                None => None,
            };
            return Ok((found, stage));
        }
        let manifest = self.manifest(name).map_err(|wrong| self.unknown(name, wrong, &files))?;
        if of.is_some() {
            let message = format!("`--stage` needs the name of a runbook, and `{name}` is a stage");
            let help = "name a runbook, such as `costplan runbook autoscaling --stage 3`";
            return Err(vec![Diagnostic::new(Code::InvalidArgument, message).help(help)]);
        }
        let is_bundled_stage = load::is_bundled_stage(self.sources.text(manifest.file));
        let stage = stage_id(manifest)?;
        self.of_stage(&files, stage, is_bundled_stage)
    }

    /// Whether a line item of a stage is auto-scaled.
    pub(crate) fn is_scaled(&mut self, stage: &str) -> Failed<bool> {
        let manifest = self.manifest(stage)?;
        let text = self.text_of_manifest(manifest.file);
        Ok(manifest.raw.is_some_and(|raw| raw.line_items.have("autoscaling", text)))
    }

    /// What is to be known about the SKUs that a runbook buys, for the stage by which it was found. What is wrong with the
    /// stage or with a sheet is not reported here.
    pub(crate) fn purchases(
        &mut self,
        runbook: &FilledRunbook,
        stage: Option<&StageId>,
        request: &Request,
    ) -> Vec<PurchaseNote> {
        let vendors = runbook.buys.iter().filter_map(|id| id.split_once('/'));
        let vendors = vendors.map(|(vendor, _)| (vendor.to_owned(), true)).collect();
        let mut book = PriceBook::default();
        self.add_offers(vendors, &mut book);
        let stage = stage.and_then(|(number, _)| {
            let stages = self.resolved(Selection::one(&number.to_string()), request).ok()?;
            stages.into_iter().next().map(|(stage, _)| stage)
        });
        resolve::purchases(&runbook.buys, &book, stage.as_ref(), request.as_of)
    }

    fn of_stage(
        &mut self,
        files: &[ProjectFile],
        (number, name): (u64, Box<str>),
        is_bundled_stage: bool,
    ) -> Failed<(Runbook, Option<StageId>)> {
        let mut problems = Problems::default();
        let read = files.iter().filter_map(|file| Some((file, self.read_runbook(file, &mut problems)?)));
        let read: Vec<(&ProjectFile, Runbook)> = read.collect();
        if !problems.is_empty() {
            return Err(problems.into_sorted());
        }
        let known: Vec<Runbook> = read.iter().map(|(_, runbook)| runbook.clone()).collect();
        let is_for = |runbook: &Runbook| runbook.stages.iter().any(|stage| stage.value == number);
        let mut fitting: Vec<_> = read.into_iter().filter(|(_, runbook)| is_for(runbook)).collect();
        // Bundled runbooks deploy the bundled plan: the stage of another plan has only its number in common with it.
        if !is_bundled_stage || fitting.iter().any(|(file, _)| !file.is_bundled()) {
            fitting.retain(|(file, _)| !file.is_bundled());
        }
        match fitting.len() {
            0 => {
                let stages = |runbook: &Runbook| {
                    runbook.stages.iter().map(|stage| (stage.value, runbook.id.clone())).collect::<Vec<_>>()
                };
                let mut known: Vec<_> = known.iter().flat_map(stages).collect();
                known.sort();
                let names: Vec<String> =
                    known.iter().map(|(stage, id)| format!("`{id}` is for stage {stage}")).collect();
                let why = "the bundled runbooks are those of the bundled plan";
                let message = format!("no runbook is for stage {number} {name}: {why}");
                let names = names.join(", ");
                let help =
                    format!("{names} of the bundled plan: name one of them, or write one with `stages: [{number}]`");
                Err(vec![Diagnostic::new(Code::UnknownRunbook, message).help(help)])
            }
            1 => Ok((fitting.swap_remove(0).1, Some((number, name)))),
            _ => {
                let message = format!("several runbooks are for stage {number} {name}");
                let mut diagnostic = Diagnostic::new(Code::DuplicateName, message);
                for stage in fitting.iter().flat_map(|(_, runbook)| &runbook.stages) {
                    if stage.value == number {
                        diagnostic = diagnostic.and_at(stage.span, "this one");
                    }
                }
                Err(vec![diagnostic.help("name the runbook by its file's stem")])
            }
        }
    }

    /// The error for a name that is neither a runbook's nor a stage's.
    fn unknown(&self, name: &str, wrong: Vec<Diagnostic>, files: &[ProjectFile]) -> Vec<Diagnostic> {
        let stages = self.stage_files().unwrap_or_default();
        let is_unknown = |diagnostic: &Diagnostic| diagnostic.code == Code::UnknownStage;
        let renamed = |diagnostic: Diagnostic| {
            if !is_unknown(&diagnostic) {
                return diagnostic;
            }
            let message = format!("there is no runbook and no stage `{name}`");
            let known = files.iter().chain(&stages).map(|file| file.stem.as_str());
            Diagnostic::new(Code::UnknownRunbook, message).suggest(name, known)
        };
        wrong.into_iter().map(renamed).collect()
    }

    fn read_runbook(&mut self, file: &ProjectFile, problems: &mut Problems) -> Option<Runbook> {
        let id = self.read(file, problems)?;
        let raw = parse::runbook(id, self.sources.text(id), problems)?;
        resolve::runbook(raw, &file.stem, problems)
    }
}

/// The number and the name of the stage of a manifest.
fn stage_id(manifest: Manifest) -> Failed<StageId> {
    let id = manifest.raw.as_ref().map(|raw| (raw.stage.value, raw.name.value.as_str().into()));
    id.ok_or_else(|| manifest.problems.into_sorted())
}
