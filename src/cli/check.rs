//! `costplan check`: stages against budgets and alerts.

use std::process::ExitCode;

use clap::{ArgMatches, Args, FromArgMatches as _};

use super::args::{InputArgs, OrFail as _, Scenario, SettingArgs, TaxArgs, with_globals, workspace};
use super::command::{CHECK_FAILED, Command, Invocation};
use super::optimize::{offered, savings};
use super::places::placed;
use super::tags::whole_stages;
use super::terminal::{self, Terminal};
use crate::calculate::{self, Peak};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Inputs, Revenue, Stage, Unobserved, Unused};
use crate::parse::BudgetRaw;
use crate::render::{self, Format};
use crate::resolve::{Request, ScenarioFile, checked_stages, unused};
use crate::view::{CheckView, CheckedStage};
use crate::workspace::{CheckPlan, Workspace};

pub(super) const COMMAND: Command =
    Command { name: "check", about: "Fail if a stage exceeds a budget, a goal or an alert", arguments, run };

/// By which a comment on a pull request is found again, to be written anew.
const MARKER: &str = "<!-- costplan check -->\n";

#[derive(Clone, Debug, Args)]
struct CheckArgs {
    /// The stages by number, name or file stem; those of `[check]`, or all of them, if left out
    #[arg(value_name = "STAGE")]
    stages: Vec<String>,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    /// Print as a table, JSON, CSV or Markdown, as annotations of `github`, as `junit` or `sarif`, or as a message of `slack`
    #[arg(long, value_enum, default_value = "table", env = "COSTPLAN_FORMAT", hide_env_values = true)]
    format: FormatArg,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FormatArg {
    Table,
    Json,
    Csv,
    Markdown,
    Github,
    Junit,
    Sarif,
    Slack,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(CheckArgs::augment_args(command)).after_help("Budgets and alerts stand under [budget] in costplan.toml, and what is checked under [check]; the budget and the goals of each stage's manifest are checked too. With --customers, or a scenario that has some, the stages that are meant for so many are checked; without, each stage at the two ends of its range. The exit code is 1 if a comparison fails or cannot be told.\n\nExamples:\n  costplan check\n  costplan check 2 --customers 60 --mrr 6000\n  costplan check --format github")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = CheckArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let checked = args.checked(invocation.matches, &mut workspace).or_fail(&mut workspace)?;
    let view = CheckView::new(&checked.stages, &workspace.sources).with(&checked.unused, &checked.notes);
    match args.format {
        FormatArg::Table => terminal.show(&view, Format::Table)?,
        FormatArg::Json => terminal.show(&view, Format::Json)?,
        FormatArg::Csv => terminal.show(&view, Format::Csv)?,
        FormatArg::Markdown => {
            terminal.text(MARKER)?;
            terminal.show(&view, Format::Markdown)?;
        }
        FormatArg::Github => render::github(&placed(view.annotations(), &workspace), terminal)?,
        FormatArg::Junit => render::junit(&view.all_annotations(), terminal)?,
        FormatArg::Sarif => render::sarif(&placed(view.annotations(), &workspace), terminal)?,
        FormatArg::Slack => render::slack(&view.summary(), &view.annotations(), terminal)?,
    }
    if view.failed() == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    terminal.flush()?;
    terminal::message(&format!("check failed: {}", view.summary()))?;
    Ok(ExitCode::from(CHECK_FAILED))
}

/// What is checked, and what is to be known beside it.
#[derive(Debug, Default)]
struct Checked {
    stages: Vec<CheckedStage>,
    unused: Vec<Unused>,
    notes: Vec<String>,
}

impl CheckArgs {
    /// Every stage that is checked, under every scenario.
    fn checked(&self, matches: &ArgMatches, workspace: &mut Workspace) -> Result<Checked, Vec<Diagnostic>> {
        // What is wrong with the arguments is wrong under each scenario, and said once.
        let Scenario { request, .. } = self.under(None, matches, workspace)?;
        let mut problems = Problems::default();
        let plan = workspace.check_plan(&self.settings.scenarios(), &mut problems);
        if !problems.is_empty() {
            workspace.check_names(&plan, &request, &mut problems);
            return Err(problems.into_sorted());
        }
        let mut scenarios: Vec<Option<&ScenarioFile>> = plan.scenarios.iter().map(Some).collect();
        if scenarios.is_empty() {
            scenarios.push(None);
        }
        let mut checked = Checked::default();
        let mut wrong: Vec<Diagnostic> = Vec::new();
        for file in scenarios {
            let scenario = self.under(file, matches, workspace);
            let found = scenario.and_then(|scenario| self.stages(scenario, &plan, workspace, &mut checked));
            for problem in found.err().into_iter().flatten() {
                if !wrong.contains(&problem) {
                    wrong.push(problem);
                }
            }
        }
        if !wrong.is_empty() {
            return Err(wrong);
        }
        if let Some(budget) = &plan.budget {
            let stages: Vec<&Stage> = checked.stages.iter().map(|checked| &checked.stage).collect();
            checked.unused = unused(budget, &stages);
        }
        Ok(checked)
    }

    fn under(
        &self,
        file: Option<&ScenarioFile>,
        matches: &ArgMatches,
        workspace: &mut Workspace,
    ) -> Result<Scenario, Vec<Diagnostic>> {
        self.settings.under(file, &self.inputs, &TaxArgs::default(), matches, workspace)
    }

    /// Checks the stages under a scenario.
    fn stages(
        &self,
        scenario: Scenario,
        plan: &CheckPlan,
        workspace: &mut Workspace,
        checked: &mut Checked,
    ) -> Result<(), Vec<Diagnostic>> {
        let Scenario { customers, request, .. } = scenario;
        whole_stages(&request, "budgets are judged")?;
        let stages = workspace.stages(&request)?;
        let all: Vec<&Stage> = stages.iter().map(|(stage, _)| stage).collect();
        if let Some(budget) = &plan.budget {
            workspace.check_budget(budget, &all)?;
        }
        let asked: Vec<u32> = if self.stages.is_empty() {
            let mut problems = Problems::default();
            let asked = plan.check.as_ref().map(|check| checked_stages(check, &all, &mut problems));
            if !problems.is_empty() {
                return Err(problems.into_sorted());
            }
            asked.unwrap_or_default()
        } else {
            workspace.stages_named(&self.stages, &request)?.iter().map(|(stage, _)| stage.id).collect()
        };
        let before = checked.stages.len();
        for (stage, revenue) in stages {
            let is_asked = asked.contains(&stage.id);
            let serves = customers.is_none_or(|customers| stage.customers.value.contains(customers));
            if is_asked || (asked.is_empty() && serves) {
                let project = Project { request: &request, budget: plan.budget.as_ref() };
                project.stage(&stage, revenue, customers, workspace, checked)?;
            }
        }
        if checked.stages.len() == before {
            let message = "no stage is meant for so many customers, so that nothing would be checked";
            return Err(vec![Diagnostic::new(Code::InvalidArgument, message).help("name the stages to check")]);
        }
        Ok(())
    }
}

/// What a stage is compared with.
struct Project<'p> {
    request: &'p Request,
    budget: Option<&'p BudgetRaw>,
}

impl Project<'_> {
    /// Checks a stage at a number of customers, or at the two ends of its range and where it costs more than at both.
    fn stage(
        &self,
        stage: &Stage,
        revenue: Revenue,
        customers: Option<u64>,
        workspace: &mut Workspace,
        checked: &mut Checked,
    ) -> Result<(), Vec<Diagnostic>> {
        let range = stage.customers.value;
        let mut points = vec![customers.unwrap_or(range.low)];
        let mut peak = None;
        if customers.is_none() {
            peak = match calculate::peak(stage)? {
                Peak::Between(peak) => Some(peak),
                Peak::AtAnEnd => None,
                Peak::NotComputed => {
                    checked.note(&format!(
                        "stage {} {} is checked at the two ends of its range only: between them are too many numbers of \
                         customers to compute them all",
                        stage.id, stage.name
                    ));
                    None
                }
            };
            points.extend(peak);
            points.extend(range.high.filter(|high| *high != range.low));
        }
        let budget = self.budget.map(|raw| workspace.budget(raw, stage)).transpose()?.unwrap_or_default();
        for customers in points {
            let inputs = Inputs { customers, revenue };
            let costing = calculate::stage(stage, inputs, &mut Unobserved)?;
            let checks = calculate::budget_checks(stage, &costing, &budget)?;
            let mut techniques: Vec<&str> = Vec::new();
            for technique in checks.iter().flat_map(|check| &check.techniques) {
                if !techniques.contains(&&**technique) {
                    techniques.push(technique);
                }
            }
            let savings = if techniques.is_empty() {
                Vec::new()
            } else {
                let offered = offered(&stage.id.to_string(), self.request.clone(), None, workspace)?;
                savings(&offered, inputs, &techniques)?
            };
            let is_peak = peak == Some(customers);
            checked.stages.push(CheckedStage { stage: stage.clone(), customers, is_peak, checks, savings });
        }
        Ok(())
    }
}

impl Checked {
    /// Keeps a note, once whatever the scenario.
    fn note(&mut self, note: &str) {
        if !self.notes.iter().any(|known| known == note) {
            self.notes.push(note.to_owned());
        }
    }
}
