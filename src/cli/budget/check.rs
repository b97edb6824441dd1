//! `costplan check`: stages against budgets and alerts.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app;
use crate::cli::args::{InputArgs, OrFail as _, SettingArgs, own_workspace, with_globals};
use crate::cli::budget::ci_format::CiOutputArgs;
use crate::cli::budget::places::Home;
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Month, Requirement};
use crate::source::Spanned;
use crate::view::{CheckView, CiView as _};

pub(crate) const COMMAND: Command =
    Command { name: "check", about: "Fail if a stage exceeds a budget, a goal or an alert", arguments, run };

#[derive(Clone, Debug, Args)]
struct CheckArgs {
    /// The stages by number, name or file stem; those of `[check]`, or all of them, if left out
    #[arg(value_name = "STAGE")]
    stages: Vec<String>,
    /// Fail if anything could not be compared, such as a share of the revenue without one
    #[arg(long)]
    strict: bool,
    /// Show every comparison, also those that pass, with what may help
    #[arg(long, help_heading = OUTPUT)]
    all: bool,
    /// Check what was billed of a month instead of the plan: the bill, and what it ends at if it goes on by days
    #[arg(long)]
    actuals: bool,
    /// The month of --actuals; the last one of which something is recorded if left out
    #[arg(long, value_name = "YYYY-MM", requires = "actuals")]
    month: Option<String>,
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
    command.after_help("Budgets and alerts are under [budget] in costplan.toml, and what to check is under [check]; both may be in budget.yaml or budget.yml instead. The budget and the goals of each stage's manifest are checked too. With --customers, or a scenario that sets them, only the stages for that number are checked. Otherwise each stage is checked at both ends of its range, and where it costs more than at either. What could not be compared is listed as not checked, with the reason. The exit code is 1 if a comparison fails or its result is unknown, and if it is not checked although --strict or `require` of [check] demands it.\n\nExamples:\n  costplan check\n  costplan check 2 --customers 60 --mrr 6000\n  costplan check --strict --arpu 100
  costplan check --format github\n  costplan check --actuals --month 2026-10")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = CheckArgs::from_arg_matches(invocation.matches)?;
    let format = args.output.format()?;
    let mut workspace = own_workspace(invocation)?;
    let request = args.settings.request(&args.inputs, invocation.matches, &mut workspace)?;
    workspace.progress = terminal.progress();
    let required: &[Requirement] = if args.strict { &[Requirement::All] } else { &[] };
    let checked = if args.actuals {
        let month = args.month.as_deref().map(|month| workspace.typed("--month", month)).transpose();
        let month: Option<Spanned<Month>> = month.or_fail(&workspace)?;
        if args.stages.len() > 1 {
            let wrong = Diagnostic::new(Code::InvalidArgument, "a bill is checked against one stage");
            return Err(vec![wrong.help("name one stage, or none")]).or_fail(&workspace).map_err(Into::into);
        }
        let (month, stage) = (month.map(|month| month.value), args.stages.first().map(String::as_str));
        app::check_actuals(&mut workspace, month, stage, &request, required)?
    } else {
        app::check_requiring(&mut workspace, &args.stages, &request, required)?
    };
    let sources = format.sources(&workspace.sources);
    let view = CheckView::new(&checked.stages, &sources).with(&checked.unused, &checked.notes).listing(args.all);
    let home = Home::of(Some(&workspace), invocation.project.as_deref());
    let written = format.write(&view, &home, args.output, terminal);
    terminal.verdict(written, (view.failed() > 0).then(|| format!("check failed: {}", view.summary())))
}
