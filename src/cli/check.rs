//! `costplan check`: stages against budgets and alerts.

use std::process::ExitCode;

use clap::{ArgMatches, Args, FromArgMatches as _};

use super::args::{InputArgs, OrFail as _, Scenario, SettingArgs, TaxArgs, with_globals, workspace};
use super::command::{CHECK_FAILED, Command, Invocation};
use super::optimize::{offered, savings};
use super::sides::of_snapshot;
use super::tags::whole_stages;
use super::terminal::{self, Terminal};
use crate::calculate;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{CostedStage, Inputs, RangePoint, Revenue, Stage, Unobserved};
use crate::parse::{BudgetRaw, CheckPlanRaw};
use crate::render::{self, Format};
use crate::resolve::{Request, ScenarioFile};
use crate::view::{CheckView, CheckedStage};
use crate::workspace::Workspace;

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
    let view = CheckView::new(&checked, &workspace.sources);
    match args.format {
        FormatArg::Table => terminal.show(&view, Format::Table)?,
        FormatArg::Json => terminal.show(&view, Format::Json)?,
        FormatArg::Csv => terminal.show(&view, Format::Csv)?,
        FormatArg::Markdown => {
            terminal.text(MARKER)?;
            terminal.show(&view, Format::Markdown)?;
        }
        FormatArg::Github => render::github(&view.annotations(), terminal)?,
        FormatArg::Junit => render::junit(&view.all_annotations(), terminal)?,
        FormatArg::Sarif => render::sarif(&view.annotations(), terminal)?,
        FormatArg::Slack => render::slack("costplan check", &view.summary(), &view.annotations(), terminal)?,
    }
    if view.failed() == 0 {
        return Ok(ExitCode::SUCCESS);
    }
    terminal.flush()?;
    terminal::message(&format!("check failed: {}", view.summary()))?;
    Ok(ExitCode::from(CHECK_FAILED))
}

impl CheckArgs {
    /// Every stage that is checked, under every scenario.
    fn checked(&self, matches: &ArgMatches, workspace: &mut Workspace) -> Result<Vec<CheckedStage>, Vec<Diagnostic>> {
        let settings = workspace.settings.as_mut();
        let (budget, plan) = settings.map_or((None, None), |settings| (settings.budget.take(), settings.check.take()));
        let typed = self.settings.scenarios();
        let of_plan = plan.iter().flat_map(|plan| &plan.scenarios).map(|name| name.value.as_str());
        let names: Vec<&str> = if typed.is_empty() { of_plan.collect() } else { typed };
        // What is wrong with the arguments is wrong under each scenario, and said once.
        self.under(None, matches, workspace)?;
        let growth = budget.as_ref().and_then(BudgetRaw::growth);
        let before = growth.map(|growth| {
            let path = workspace.snapshot_path();
            let needed = |diagnostic: Diagnostic| match diagnostic.code {
                Code::MissingSnapshot => diagnostic.and_at(growth, "growth since the snapshot is limited here"),
                _ => diagnostic,
            };
            of_snapshot(&path, workspace).map_err(|wrong| wrong.into_iter().map(needed).collect::<Vec<_>>())
        });
        let before = before.transpose()?;
        let limits = (budget.as_ref(), before.as_deref());
        let mut checked = Vec::new();
        if names.is_empty() {
            let scenario = self.under(None, matches, workspace)?;
            checked.extend(self.stages(scenario, limits, plan.as_ref(), workspace)?);
        }
        for name in names {
            let file = workspace.scenario(name)?;
            let scenario = self.under(Some(&file), matches, workspace)?;
            checked.extend(self.stages(scenario, limits, plan.as_ref(), workspace)?);
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

    /// The stages that are checked under a scenario.
    fn stages(
        &self,
        scenario: Scenario,
        (budget, before): (Option<&BudgetRaw>, Option<&[CostedStage]>),
        plan: Option<&CheckPlanRaw>,
        workspace: &mut Workspace,
    ) -> Result<Vec<CheckedStage>, Vec<Diagnostic>> {
        let Scenario { customers, request, .. } = scenario;
        whole_stages(&request, "budgets are judged")?;
        let stages = workspace.stages(&request)?;
        let all: Vec<&Stage> = stages.iter().map(|(stage, _)| stage).collect();
        if let Some(budget) = budget {
            workspace.check_budget(budget, &all)?;
        }
        let asked: Vec<u32> = if self.stages.is_empty() {
            of_plan(plan, &all)?
        } else {
            workspace.stages_named(&self.stages, &request)?.iter().map(|(stage, _)| stage.id).collect()
        };
        let mut checked = Vec::new();
        for (stage, revenue) in stages {
            let is_asked = asked.contains(&stage.id);
            let serves = customers.is_none_or(|customers| stage.customers.value.contains(customers));
            if is_asked || (asked.is_empty() && serves) {
                let project = Project { request: &request, budget, before };
                checked.extend(project.stage(&stage, revenue, customers, workspace)?);
            }
        }
        if checked.is_empty() {
            let message = "no stage is meant for so many customers, so that nothing would be checked";
            return Err(vec![Diagnostic::new(Code::InvalidArgument, message).help("name the stages to check")]);
        }
        Ok(checked)
    }
}

/// The numbers of the stages that `[check]` names.
fn of_plan(plan: Option<&CheckPlanRaw>, stages: &[&Stage]) -> Result<Vec<u32>, Vec<Diagnostic>> {
    let known: Vec<String> = stages.iter().map(|stage| stage.id.to_string()).collect();
    let found = plan.iter().flat_map(|plan| &plan.stages).map(|number| {
        let stage = stages.iter().find(|stage| u64::from(stage.id) == number.value);
        stage.map(|stage| stage.id).ok_or_else(|| {
            let message = format!("there is no stage `{}`", number.value);
            let diagnostic = Diagnostic::at(Code::UnknownStage, number.span, message, "");
            vec![diagnostic.help(format!("choose from {}", known.join(", ")))]
        })
    });
    found.collect()
}

/// What a stage is compared with.
struct Project<'p> {
    request: &'p Request,
    budget: Option<&'p BudgetRaw>,
    /// The stages of the snapshot, where the budget limits the growth since then.
    before: Option<&'p [CostedStage]>,
}

impl Project<'_> {
    /// A stage at a number of customers, or at the two ends of its range.
    fn stage(
        &self,
        stage: &Stage,
        revenue: Revenue,
        asked: Option<u64>,
        workspace: &mut Workspace,
    ) -> Result<Vec<CheckedStage>, Vec<Diagnostic>> {
        let range = stage.customers.value;
        let mut points = vec![asked.unwrap_or(range.low)];
        points.extend(range.high.filter(|high| asked.is_none() && *high != range.low));
        let budget = self.budget.map(|raw| workspace.budget(raw, stage)).transpose()?.unwrap_or_default();
        let mut checked = Vec::with_capacity(points.len());
        for customers in points {
            let inputs = Inputs { customers, revenue };
            let costing = calculate::stage(stage, inputs, &mut Unobserved)?;
            let mut checks = calculate::budget_checks(stage, &costing, &budget)?;
            if let Some(before) = self.before {
                let point = RangePoint::of(stage, asked, customers);
                let now = CostedStage { stage: stage.clone(), costing, point, project_budget: None };
                let before = before.iter().find(|before| before.is_same_subject(&now));
                checks.extend(calculate::growth_checks(&now, before, &budget)?);
            }
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
            checked.push(CheckedStage { stage: stage.clone(), customers, checks, savings });
        }
        Ok(checked)
    }
}
