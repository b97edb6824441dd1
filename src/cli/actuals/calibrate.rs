//! `costplan actuals calibrate`: what bills say of the numbers per customer of a plan.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app;
use crate::cli::args::{InputArgs, OrFail as _, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::model::Month;
use crate::source::Spanned;
use crate::view::{CalibratedPlan, CalibrationView};

pub(super) const COMMAND: Command =
    Command { name: "calibrate", about: "Propose what each customer uses, from what was billed", arguments, run };

#[derive(Clone, Debug, Args)]
struct CalibrateArgs {
    /// The stage by number, name or file stem; the first that serves the customers of the last month if left out
    #[arg(value_name = "STAGE")]
    stage: Option<String>,
    /// Count only this month and those after it
    #[arg(long, value_name = "YYYY-MM")]
    since: Option<String>,
    /// Write the numbers into the manifest
    #[arg(long)]
    write: bool,
    /// Compute totals at this number of customers instead of that of the last month
    #[arg(long, value_name = "N")]
    customers: Option<String>,
    /// Use the prices of this day instead of today's
    #[arg(long, value_name = "DATE", env = "COSTPLAN_AS_OF", hide_env_values = true)]
    as_of: Option<String>,
    /// Report in this currency instead of the manifest's
    #[arg(long, value_name = "CODE", env = "COSTPLAN_CURRENCY", hide_env_values = true)]
    currency: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(CalibrateArgs::augment_args(command)).after_help("A number per customer is what `customers` is multiplied by in a driver or a usage: 500 of `customers * 500`. It is compared with the billed usage of the months that are over and of which customers are recorded, if the usage is in proportion to that number alone. The proposal is shown as a difference of the manifest.\n\nExamples:\n  costplan actuals calibrate\n  costplan actuals calibrate growth --since 2026-08\n  costplan actuals calibrate --write")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = CalibrateArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    workspace.require_project()?;
    let settings = SettingArgs::of_day(args.as_of, args.currency);
    let mut request = settings.request(&InputArgs::default(), invocation.matches, &mut workspace)?;
    let since = args.since.as_deref().map(|month| workspace.typed("--since", month)).transpose();
    let since: Option<Spanned<Month>> = since.or_fail(&workspace)?;
    let customers = args.customers.as_deref().map(|count| workspace.typed("--customers", count)).transpose();
    let customers: Option<Spanned<u64>> = customers.or_fail(&workspace)?;
    request.customers = customers.map(|customers| customers.value).or(request.customers);
    let since = since.map(|since| since.value);
    let found = app::calibrate(&mut workspace, args.stage.as_deref(), since, &request)?;
    let written = if args.write { app::write_calibrated(&mut workspace, &found)? } else { Vec::new() };
    let written: Vec<String> = written.iter().map(|path| path.display().to_string()).collect();
    let plan = CalibratedPlan {
        stage: &found.stage,
        months: &found.months,
        left_out: &found.left_out,
        customers: found.customers,
        totals: found.totals,
    };
    let view = CalibrationView::new(plan, &found.calibration, &found.numbers, &found.files).written(&written);
    terminal.show_plan(&workspace, &view, args.output.format())?;
    Ok(ExitCode::SUCCESS)
}
