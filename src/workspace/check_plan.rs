//! What `costplan check` looks at: the budget of the project, and the scenarios and stages that it names.

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::load::ProjectFile;
use crate::model::{MaxAge, Stage};
use crate::parse::{self, BudgetFileRaw, BudgetRaw, CheckPlanRaw};
use crate::resolve::{self, Request, ScenarioFile};
use crate::source::{Span, Spanned};
use crate::workspace::project::{Failed, Workspace};
use crate::workspace::validate::is_certain;

/// The budget of a project and what is checked.
#[derive(Debug, Default)]
pub struct CheckPlan {
    /// The budget, of `costplan.toml` or `budget.yaml`; its limits name scenarios by the stems of their files.
    pub budget: Option<BudgetRaw>,
    /// What is checked unless the command names something else.
    pub check: Option<CheckPlanRaw>,
    /// The scenarios that are checked, each once; empty for the defaults alone.
    pub scenarios: Vec<ScenarioFile>,
}

impl Workspace {
    /// Finds the budget and what to check in the files of the project, and reads the scenarios: those that are `typed`,
    /// otherwise those that the project names.
    pub(crate) fn check_plan(&mut self, typed: &[String], problems: &mut Problems) -> CheckPlan {
        let settings = self.settings.as_ref();
        let (budget, check) =
            settings.map_or((None, None), |settings| (settings.budget.clone(), settings.check.clone()));
        let (own_budget, own_check) = self.budget_file(problems).map_or((None, None), |own| (own.budget, own.check));
        let mut budget = one_of("budget", budget, own_budget, |raw| raw.span, problems);
        let check = one_of("check", check, own_check, |raw| raw.span, problems);
        let are_named = budget.iter().flat_map(|budget| &budget.limits).any(|limit| limit.scenario.is_some())
            || check.as_ref().is_some_and(|check| !check.scenarios.is_empty());
        // Listed once for all names.
        let files = if are_named { problems.keep(self.scenario_files()) } else { Some(Vec::new()) };
        let Some(files) = files else { return CheckPlan { budget, check, scenarios: Vec::new() } };
        for name in budget.iter_mut().flat_map(|budget| &mut budget.limits).filter_map(|limit| limit.scenario.as_mut())
        {
            if let Some(file) = self.scenario_named_at(name, &files, problems) {
                name.value = file.name.id.to_string();
            }
        }
        let named: Vec<Option<ScenarioFile>> = if typed.is_empty() {
            let names = check.iter().flat_map(|check| &check.scenarios);
            names.map(|name| self.scenario_named_at(name, &files, problems)).collect()
        } else {
            typed.iter().map(|name| problems.keep(self.scenario_named(name))).collect()
        };
        let mut scenarios: Vec<ScenarioFile> = Vec::new();
        for file in named.into_iter().flatten() {
            if !scenarios.iter().any(|known| known.name.id == file.name.id) {
                scenarios.push(file);
            }
        }
        CheckPlan { budget, check, scenarios }
    }

    /// Reads the `budget.yaml` of the project, if it has one.
    fn budget_file(&mut self, problems: &mut Problems) -> Option<BudgetFileRaw> {
        let file = self.root.budget().map_err(|problem| problems.push(problem)).ok()??;
        let id = self.read(&file, problems)?;
        let raw = parse::budget_file(id, self.sources.text(id), problems)?;
        resolve::check_version(raw.version, problems);
        Some(raw)
    }

    /// The maximum age of prices that the project's budget sets.
    pub fn price_age(&mut self) -> Option<MaxAge> {
        self.of_budget(|budget| budget.price_age).map(|age| age.value)
    }

    /// A part of the project's budget. What is wrong with its file is reported by the commands that use all of it.
    pub(super) fn of_budget<T>(&mut self, part: impl Fn(&BudgetRaw) -> Option<T>) -> Option<T> {
        let of_settings = self.settings.as_ref().and_then(|settings| part(settings.budget.as_ref()?));
        of_settings.or_else(|| part(self.budget_file(&mut Problems::default())?.budget.as_ref()?))
    }

    /// Reads a scenario that a file of the project names; if it does not exist, the error shows that place.
    fn scenario_named_at(
        &mut self,
        name: &Spanned<String>,
        files: &[ProjectFile],
        problems: &mut Problems,
    ) -> Option<ScenarioFile> {
        let is_of_name = |problem: &Diagnostic| matches!(problem.code, Code::UnknownScenario | Code::DuplicateName);
        let placed = |problem: Diagnostic| {
            if is_of_name(&problem) { problem.and_at(name.span, "named here") } else { problem }
        };
        let found = self.scenario_among(&name.value, files);
        problems.keep(found.map_err(|wrong| wrong.into_iter().map(placed).collect()))
    }

    /// Checks the budget of the project with every stage, and what is to be checked: under the scenarios that it names, or
    /// without one.
    pub(super) fn check_budgets(
        &mut self,
        request: &Request,
        scenarios: &[(ScenarioFile, Request)],
        problems: &mut Problems,
    ) {
        let plan = self.check_plan(&[], problems);
        let is_named = |file: &ScenarioFile| plan.scenarios.iter().any(|named| named.name.id == file.name.id);
        let named: Vec<&Request> =
            scenarios.iter().filter(|(file, _)| is_named(file)).map(|(_, request)| request).collect();
        let mut reported: Vec<Diagnostic> = Vec::new();
        for request in if named.is_empty() { vec![request] } else { named } {
            let mut found = Problems::default();
            self.check_names(&plan, request, &mut found);
            for problem in found.into_sorted() {
                if !reported.contains(&problem) {
                    reported.push(problem);
                }
            }
        }
        for problem in reported {
            problems.push(problem);
        }
    }

    /// Reports errors of a plan that do not depend on what is checked: in its budget, and in the stages that it names.
    pub(crate) fn check_names(&mut self, plan: &CheckPlan, request: &Request, problems: &mut Problems) {
        let CheckPlan { budget, check, .. } = plan;
        if budget.is_none() && check.is_none() {
            return;
        }
        let (stages, are_all) = self.sound(request);
        let all: Vec<&Stage> = stages.iter().map(|(stage, _)| stage).collect();
        let mut found = Problems::default();
        if let Some(check) = check {
            resolve::checked_stages(check, &all, &mut found);
        }
        if let Some(raw) = budget {
            found.keep(self.check_budget(raw, &all));
            for stage in all {
                found.keep(self.budget(raw, stage));
            }
        }
        let mut reported: Vec<Diagnostic> = Vec::new();
        for problem in found.into_sorted().into_iter().filter(|problem| are_all || is_certain(problem)) {
            // What is wrong with an amount is wrong for every stage.
            if !reported.contains(&problem) {
                reported.push(problem);
            }
        }
        problems.extend(reported);
    }

    /// Checks what does not depend on a stage in a budget: alerts, rules and techniques.
    ///
    /// # Errors
    /// Everything that is wrong.
    pub(crate) fn check_budget(&mut self, raw: &BudgetRaw, stages: &[&Stage]) -> Failed<()> {
        let techniques = self.technique_files()?;
        let mut problems = Problems::default();
        let techniques: Vec<&str> = techniques.iter().map(|file| file.stem.as_str()).collect();
        resolve::check_budget(raw, stages, &techniques, &mut problems);
        if problems.is_empty() { Ok(()) } else { Err(problems.into_sorted()) }
    }
}

/// A table of `costplan.toml` or of `budget.yaml`; reports one that is in both.
fn one_of<T>(
    key: &str,
    of_settings: Option<T>,
    own: Option<T>,
    span: impl Fn(&T) -> Span,
    problems: &mut Problems,
) -> Option<T> {
    if let (Some(settings), Some(own)) = (&of_settings, &own) {
        let message = format!("`{key}` is in both costplan.toml and budget.yaml");
        let diagnostic = Diagnostic::at(Code::ConflictingKeys, span(own), message, "this");
        problems.push(diagnostic.and_at(span(settings), "or this").help("keep it in one of the two files"));
    }
    of_settings.or(own)
}
