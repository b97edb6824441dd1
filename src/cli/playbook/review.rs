//! `costplan review`: what was measured against the checklists, and what helps where a check fails.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app::{self, Reviewed};
use crate::cli::args::{InputArgs, OrFail as _, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::model::Month;
use crate::source::Spanned;
use crate::view::ReviewView;

pub(crate) const COMMAND: Command =
    Command { name: "review", about: "Check what was measured against the checklists", arguments, run };

#[derive(Clone, Debug, Args)]
struct ReviewArgs {
    /// Show what the suggested techniques save on this stage: its number, name or file stem
    stage: Option<String>,
    /// Read what was measured from this file, YAML or TOML by its extension
    #[arg(long, value_name = "FILE", required_unless_present = "month")]
    metrics: Option<PathBuf>,
    /// Review this month, 2026-12, by what the project records of it: its measurements and checks, and its cost
    #[arg(long, value_name = "MONTH", allow_hyphen_values = true)]
    month: Option<String>,
    /// Keep the file of --metrics as the measurements of --month
    #[arg(long, requires = "metrics", requires = "month")]
    keep: bool,
    /// Check only one checklist, by its file stem
    #[arg(long, value_name = "NAME")]
    checklist: Option<String>,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(ReviewArgs::augment_args(command)).after_help("A check without a measurement neither passes nor fails. The exit code is 1 if a check failed. Without --customers the stage is computed at the number that its manifest is `sized_for`, otherwise at the low end of its range. With --month, the stage is that which the customers need, and growths are computed from the month before.\n\nExamples:\n  costplan review --metrics metrics.yaml --checklist monthly\n  costplan review 3 --metrics metrics.yaml --customers 300 --format json\n  costplan review --month 2026-12\n  costplan review --month 2026-12 --metrics metrics.yaml --keep")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ReviewArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let request = args.settings.request(&args.inputs, invocation.matches, &mut workspace)?;
    let (checklist, stage) = (args.checklist.as_deref(), args.stage.as_deref());
    let metrics = args.metrics.as_deref();
    let month: Option<Spanned<Month>> = match &args.month {
        Some(month) => Some(workspace.typed("--month", month).or_fail(&workspace)?),
        None => None,
    };
    let Reviewed { results, measured_on, stage, month: of_month } = match (month, metrics) {
        (Some(month), metrics) => app::review_month(&mut workspace, month, metrics, (checklist, stage), &request)?,
        (None, metrics) => app::review(&mut workspace, metrics.unwrap_or(Path::new("")), checklist, stage, &request)?,
    };
    if let (true, Some(month), Some(metrics)) = (args.keep, month, metrics) {
        app::keep_metrics(&mut workspace, month.value, metrics)?;
    }
    let view = ReviewView::new(&results, measured_on, stage.as_ref()).of_month(of_month.as_ref());
    let written = terminal.show(&view, args.output.format());
    terminal.verdict(written, (view.failed() > 0).then(|| format!("check failed: {}", view.summary())))
}
