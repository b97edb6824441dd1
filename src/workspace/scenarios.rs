//! The scenarios of a project: finds one by its name, and gives each stage the drivers of it that the stage has.

use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic, Failure, Problems};
use crate::load::ProjectFile;
use crate::model::{Revenue, Stage};
use crate::parse::{self, FormulaRaw, StageManifestRaw};
use crate::resolve::{self, PriceBook, Request, ScenarioFile};
use crate::source::{FileId, Span, Spanned};
use crate::workspace::project::{Failed, Manifest, Workspace, named_at, text};
use crate::workspace::stages::{Selection, request_to};

impl Workspace {
    pub(super) fn scenario_files(&self) -> Failed<Vec<ProjectFile>> {
        let given = self.path(|paths| paths.scenarios.as_ref());
        self.root.scenarios(given.map(text)).map_err(|problem| vec![named_at(problem, given)])
    }

    /// Reads the scenario with a file stem or a display name, ignoring case.
    ///
    /// # Errors
    /// `unknown-scenario`, and everything that is wrong with the file.
    pub fn scenario(&mut self, name: &str) -> Result<ScenarioFile, Failure> {
        self.scenario_named(name).map_err(|wrong| self.failure(wrong))
    }

    /// As [`Self::scenario`].
    pub(crate) fn scenario_named(&mut self, name: &str) -> Failed<ScenarioFile> {
        let files = self.scenario_files()?;
        self.scenario_among(name, &files)
    }

    /// As [`Self::scenario`], of the files of the project.
    pub(super) fn scenario_among(&mut self, name: &str, files: &[ProjectFile]) -> Failed<ScenarioFile> {
        let exact: Vec<&ProjectFile> = files.iter().filter(|file| file.stem == name).collect();
        if let [file] = exact[..] {
            let mut problems = Problems::default();
            let found = self.read_scenario(file, &mut problems);
            return found.filter(|_| problems.is_empty()).ok_or_else(|| problems.into_sorted());
        }
        let mut unread = Problems::default();
        let mut found = Vec::new();
        let mut known = Vec::new();
        for file in files {
            let mut problems = Problems::default();
            match self.read_scenario(file, &mut problems) {
                Some(scenario) => {
                    let is_meant = [&*scenario.name.name, &*scenario.name.id].iter().any(|known| same(known, name));
                    known.extend([scenario.name.id.to_string(), scenario.name.name.to_string()]);
                    if is_meant {
                        found.push((scenario, problems));
                    }
                }
                // It may be the requested one.
                None => unread.append(problems),
            }
        }
        match (found.pop(), found.is_empty()) {
            (Some((scenario, problems)), true) if problems.is_empty() => Ok(scenario),
            (Some((_, problems)), true) => Err(problems.into_sorted()),
            (Some((last, _)), false) => {
                let message = format!("several scenarios are called `{name}`");
                let mut diagnostic = Diagnostic::new(Code::DuplicateName, message);
                for scenario in found.iter().map(|(scenario, _)| scenario).chain([&last]) {
                    diagnostic = diagnostic.and_at(place(scenario), "this one");
                }
                Err(vec![diagnostic.help("name the scenario by its file's stem")])
            }
            (None, _) => {
                let diagnostic = Diagnostic::new(Code::UnknownScenario, format!("there is no scenario `{name}`"));
                let diagnostic = if files.is_empty() {
                    diagnostic.help("the project has none: write one as `scenarios/base.yaml`")
                } else {
                    diagnostic.suggest(name, known.iter().map(String::as_str))
                };
                Err(std::iter::once(diagnostic).chain(unread.into_sorted()).collect())
            }
        }
    }

    /// Resolves one stage once for each request, all in one currency: that of the first request, or of the manifest if it
    /// names none.
    ///
    /// # Errors
    /// `unknown-stage`, and everything that is wrong with the manifest, the parts of the sheets that it uses, and the
    /// scenarios of the requests.
    pub(crate) fn stage_under(&mut self, name: &str, requests: &[Request]) -> Failed<Vec<(Stage, Revenue)>> {
        let mut selection = Selection::one(name);
        let mut wrong: Vec<Diagnostic> = Vec::new();
        let mut found = Vec::with_capacity(requests.len());
        for request in requests {
            match self.resolved(selection, request) {
                Ok(stages) => {
                    selection = stages.first().map_or(selection, |(stage, _)| selection.in_currency(stage.currency));
                    found.extend(stages);
                }
                Err(problems) => {
                    for problem in problems {
                        // Errors of the manifest occur under each request.
                        if !wrong.contains(&problem) {
                            wrong.push(problem);
                        }
                    }
                }
            }
        }
        if wrong.is_empty() { Ok(found) } else { Err(wrong) }
    }

    /// Reads every scenario of the project, in the order of their files, and reports what is wrong with them.
    pub(crate) fn scenarios(&mut self, problems: &mut Problems) -> Vec<ScenarioFile> {
        let files = problems.keep(self.scenario_files()).unwrap_or_default();
        let mut scenarios: Vec<ScenarioFile> = Vec::new();
        for file in files {
            let Some(scenario) = self.read_scenario(&file, problems) else { continue };
            let is_same = |other: &&ScenarioFile| same(&other.name.name, &scenario.name.name);
            let first = scenarios.iter().find(|other| other.name.id == scenario.name.id || is_same(other));
            if let Some(first) = first {
                let message = format!("two scenarios are called `{}`", scenario.name.name);
                let diagnostic = Diagnostic::at(Code::DuplicateName, place(&scenario), message, "again here");
                problems.push(diagnostic.and_at(place(first), "first here"));
            }
            scenarios.push(scenario);
        }
        scenarios
    }

    fn read_scenario(&mut self, file: &ProjectFile, problems: &mut Problems) -> Option<ScenarioFile> {
        let id = self.read(file, problems)?;
        let raw = parse::scenario(id, self.sources.text(id), problems)?;
        Some(resolve::scenario(raw, &file.stem, problems))
    }

    /// Reports drivers that a scenario sets and no stage of the project has. Reads stages that are not in `at_hand`
    /// only if those in it lack a driver.
    pub(super) fn check_scenario_drivers(
        &mut self,
        set: &[(Spanned<String>, FormulaRaw)],
        at_hand: &[Manifest],
        problems: &mut Problems,
    ) {
        let is_known = |name: &str, manifests: &[Manifest]| {
            manifests.iter().any(|manifest| manifest.raw.as_ref().is_some_and(|raw| raw.knows_driver(name)))
        };
        let mut unknown: Vec<&Spanned<String>> = set.iter().map(|(name, _)| name).collect();
        unknown.retain(|name| !is_known(&name.value, at_hand));
        if unknown.is_empty() {
            return;
        }
        let others = self.other_manifests(at_hand);
        unknown.retain(|name| !is_known(&name.value, &others));
        if unknown.is_empty() {
            return;
        }
        let manifests = || at_hand.iter().chain(&others).filter_map(|manifest| manifest.raw.as_ref());
        let mut known: Vec<&str> = manifests().flat_map(StageManifestRaw::driver_names).collect();
        known.sort_unstable();
        for name in unknown {
            let message = format!("no stage has a driver `{}`", name.value);
            let diagnostic = Diagnostic::at(Code::UnknownName, name.span, message, "set by the scenario");
            problems.push(diagnostic.suggest(&name.value, known.iter().copied()));
        }
        // It may be a driver of a stage that could not be read.
        for other in others.into_iter().filter(|manifest| manifest.raw.is_none()) {
            problems.append(other.problems);
        }
    }

    /// The manifests of the project that are not in `at_hand`.
    fn other_manifests(&mut self, at_hand: &[Manifest]) -> Vec<Manifest> {
        let read: Vec<String> = at_hand.iter().map(|manifest| self.sources.name(manifest.file).to_owned()).collect();
        let files = self.stage_files().unwrap_or_default();
        let others = files.into_iter().filter(|file| !read.contains(&file.name));
        others.filter_map(|file| self.read_manifest(&file).ok()).collect()
    }

    /// Checks a scenario with all stages, whose manifests must be valid, and with the techniques that it applies.
    pub(super) fn check_scenario(
        &mut self,
        manifests: &[FileId],
        (scenario, request): (&ScenarioFile, &Request),
        techniques: &[ProjectFile],
        book: &Arc<PriceBook>,
        problems: &mut Problems,
    ) {
        let before = problems.len();
        let under = manifests.iter().filter_map(|file| self.check_under(*file, scenario, request, book, problems));
        let mut stages: Vec<Stage> = under.collect();
        let mut chosen = self.chosen(request, techniques, problems);
        for chosen in &mut chosen {
            chosen.book = Arc::clone(book);
        }
        // Where a technique applies is unknown for stages with errors.
        if problems.len() == before && !stages.is_empty() && stages.len() == manifests.len() {
            resolve::apply(&mut stages.iter_mut().collect::<Vec<_>>(), &chosen, problems);
        }
    }

    /// Resolves a stage under a scenario and reports errors, together with the scenario. The manifest must be valid.
    fn check_under(
        &self,
        manifest: FileId,
        scenario: &ScenarioFile,
        request: &Request,
        book: &PriceBook,
        problems: &mut Problems,
    ) -> Option<Stage> {
        let text = self.text_of_manifest(manifest);
        let mut found = Problems::default();
        let raw = self.manifests.get(&manifest).and_then(|manifest| manifest.raw.clone());
        let stage = raw.and_then(|raw| {
            let request = request_to(&raw, request);
            resolve::stage(raw, text, &request, book, &mut found)
        });
        for diagnostic in found.into_sorted() {
            let here = place(scenario);
            let is_here = diagnostic.labels.iter().any(|label| label.span.file == here.file);
            problems.push(if is_here { diagnostic } else { diagnostic.and_at(here, "under this scenario") });
        }
        stage.map(|(stage, _)| stage)
    }
}

/// The place that represents a scenario in messages.
fn place(scenario: &ScenarioFile) -> Span {
    scenario.raw.name.as_ref().map_or(scenario.raw.version.span, |name| name.span)
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}
