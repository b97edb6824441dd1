//! `costplan review`: what was measured against the checklists, and what helps where a check fails.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app::{self, Reviewed};
use crate::cli::args::{InputArgs, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::view::ReviewView;

pub(crate) const COMMAND: Command =
    Command { name: "review", about: "Check what was measured against the checklists", arguments, run };

#[derive(Clone, Debug, Args)]
struct ReviewArgs {
    /// Show what the suggested techniques save on this stage: its number, name or file stem
    stage: Option<String>,
    /// Read what was measured from this file, YAML or TOML by its extension
    #[arg(long, value_name = "FILE")]
    metrics: PathBuf,
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
    with_globals(ReviewArgs::augment_args(command)).after_help("A check without a measurement neither passes nor fails. The exit code is 1 if a check failed. Without --customers the stage is computed at the number that its manifest is `sized_for`, otherwise at the low end of its range.\n\nExamples:\n  costplan review --metrics metrics.yaml --checklist monthly\n  costplan review 3 --metrics metrics.yaml --customers 300 --format json")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ReviewArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let request = args.settings.request(&args.inputs, invocation.matches, &mut workspace)?;
    let (checklist, stage) = (args.checklist.as_deref(), args.stage.as_deref());
    let Reviewed { results, metrics, stage } = app::review(&mut workspace, &args.metrics, checklist, stage, &request)?;
    let view = ReviewView::new(&results, metrics.measured_on, stage.as_ref());
    let written = terminal.show(&view, args.output.format());
    terminal.verdict(written, (view.failed() > 0).then(|| format!("check failed: {}", view.summary())))
}
