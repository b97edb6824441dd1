//! `costplan check`: stages against budgets and alerts.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::calculate::{self, BudgetCheck, BudgetVerdict, CostedStage, Peak};
use crate::cli::args::{InputArgs, OrFail as _, SettingArgs, with_globals, workspace};
use crate::cli::budget::ci_format::CiOutputArgs;
use crate::cli::command::{Command, Invocation};
use crate::cli::history::sides::read_snapshot;
use crate::cli::history::watched::{Asked, WatchedStage};
use crate::cli::savings::optimize::{offered, savings};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{RangePoint, Stage, Unused};
use crate::resolve::unused;
use crate::source::Span;
use crate::view::{CheckView, CheckedStage, CiView as _};
use crate::workspace::Workspace;

pub(crate) const COMMAND: Command =
    Command { name: "check", about: "Fail if a stage exceeds a budget, a goal or an alert", arguments, run };

#[derive(Clone, Debug, Args)]
struct CheckArgs {
    /// The stages by number, name or file stem; those of `[check]`, or all of them, if left out
    #[arg(value_name = "STAGE")]
    stages: Vec<String>,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    output: CiOutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    let command =
        with_globals(CheckArgs::augment_args(command)).mut_arg("conditions", |conditions| conditions.hide(true));
    command.after_help("Budgets and alerts stand under [budget] in costplan.toml, and what is checked under [check]; both may stand in budget.yaml or budget.yml instead. The budget and the goals of each stage's manifest are checked too. With --customers, or a scenario that has some, the stages that are meant for so many are checked; without, each stage at the two ends of its range, and where it costs more than at both. The exit code is 1 if a comparison fails or cannot be told.\n\nExamples:\n  costplan check\n  costplan check 2 --customers 60 --mrr 6000\n  costplan check --format github")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = CheckArgs::from_arg_matches(invocation.matches)?;
    let format = args.output.format()?;
    let mut workspace = workspace(invocation)?;
    let checked = args.checked(invocation, &mut workspace).or_fail(&mut workspace)?;
    let view = CheckView::new(&checked.stages, &workspace.sources).with(&checked.unused, &checked.notes);
    let written = format.write(&view, workspace.settings_name(), terminal);
    terminal.verdict(written, (view.failed() > 0).then(|| format!("check failed: {}", view.summary())))
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
    fn checked(&self, invocation: &Invocation<'_>, workspace: &mut Workspace) -> Result<Checked, Vec<Diagnostic>> {
        let asked = Asked {
            stages: &self.stages,
            numbers: None,
            inputs: &self.inputs,
            settings: &self.settings,
            matches: invocation.matches,
        };
        let watched = asked.watched(workspace)?;
        let budget = watched.plan.budget.as_ref();
        let growth = watched.stages.iter().find_map(|watched| watched.budget.growth());
        let before = growth.map(|growth| before(growth, workspace)).transpose()?;
        let mut checked = Checked::default();
        if !workspace.is_project() {
            checked.notes.push("there is no project here: the bundled plan is checked".to_owned());
        }
        for stage in &watched.stages {
            checked.stage(stage, before.as_deref(), workspace)?;
        }
        if checked.stages.iter().all(|stage| stage.checks.is_empty()) {
            checked.notes.push("nothing is compared: no budget, goal or alert is of what is checked".to_owned());
        }
        if growth.is_some() && !checked.stages.iter().flat_map(|stage| &stage.checks).any(is_growth_told) {
            checked.notes.push(
                "the growth of nothing is compared: the snapshot holds none of what is checked at the same customers"
                    .to_owned(),
            );
        }
        if let Some(budget) = budget {
            let stages: Vec<&Stage> = watched.stages.iter().map(|watched| &watched.stage).collect();
            checked.unused = unused(budget, &stages);
        }
        Ok(checked)
    }
}

/// Whether a comparison is of growth, and there is something to compare.
fn is_growth_told(check: &BudgetCheck) -> bool {
    check.subject.is_growth() && check.verdict != BudgetVerdict::NotApplicable
}

/// The stages of the snapshot, since which growth is limited.
fn before(growth: Span, workspace: &mut Workspace) -> Result<Vec<CostedStage>, Vec<Diagnostic>> {
    let needed = |diagnostic: Diagnostic| match diagnostic.code {
        Code::MissingSnapshot => diagnostic.and_at(growth, "growth since the snapshot is limited here"),
        _ => diagnostic,
    };
    let found = read_snapshot(&workspace.snapshot_path(), workspace);
    found.map(|snapshot| snapshot.stages).map_err(|wrong| wrong.into_iter().map(needed).collect())
}

impl Checked {
    /// Checks a stage at a number of customers, or at the two ends of its range and where it costs more than at both.
    fn stage(
        &mut self,
        watched: &WatchedStage,
        before: Option<&[CostedStage]>,
        workspace: &mut Workspace,
    ) -> Result<(), Vec<Diagnostic>> {
        let mut points: Vec<(u64, Option<RangePoint>)> =
            watched.points().into_iter().map(|(customers, point)| (customers, Some(point))).collect();
        if let Some(peak) = self.peak(watched)? {
            points.insert(1, (peak, None));
        }
        for (customers, point) in points {
            self.point(watched, (customers, point), before, workspace)?;
        }
        Ok(())
    }

    /// The number of customers at which a stage costs more than at both ends of its range, if there is one.
    fn peak(&mut self, watched: &WatchedStage) -> Result<Option<u64>, Vec<Diagnostic>> {
        if watched.customers.is_some() {
            return Ok(None);
        }
        match calculate::peak(&watched.stage)? {
            Peak::Between(peak) => Ok(Some(peak)),
            Peak::AtAnEnd => Ok(None),
            Peak::NotComputed => {
                let Stage { id, name, .. } = &watched.stage;
                let note = format!(
                    "stage {id} {name} is checked at the two ends of its range only: between them are too many numbers of \
                     customers to compute them all"
                );
                if !self.notes.contains(&note) {
                    self.notes.push(note);
                }
                Ok(None)
            }
        }
    }

    /// Checks a stage at a number of customers; where that is no point of its range, it is the one at which it costs the most.
    fn point(
        &mut self,
        watched: &WatchedStage,
        (customers, point): (u64, Option<RangePoint>),
        before: Option<&[CostedStage]>,
        workspace: &mut Workspace,
    ) -> Result<(), Vec<Diagnostic>> {
        let now = watched.costed(customers, point.unwrap_or(RangePoint::Given))?;
        let mut checks = calculate::budget_checks(&now.stage, &now.costing, &watched.budget)?;
        // A snapshot holds no such point as the highest.
        if let Some(before) = before.filter(|_| point.is_some()) {
            let before = before.iter().find(|before| before.is_same_subject(&now));
            checks.extend(calculate::growth_checks(&now, before, &watched.budget)?);
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
            let offered = offered(&now.stage.id.to_string(), watched.request.clone(), None, workspace)?;
            savings(&offered, now.costing.inputs, &techniques)?
        };
        self.stages.push(CheckedStage { stage: now.stage, customers, is_peak: point.is_none(), checks, savings });
        Ok(())
    }
}
