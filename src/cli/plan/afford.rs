//! `costplan afford`: which stages a revenue carries.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app::{self, Afforded};
use crate::cli::args::{InputArgs, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::view::AffordableView;

pub(crate) const COMMAND: Command =
    Command { name: "afford", about: "Show which stages a revenue carries, and how many customers", arguments, run };

#[derive(Clone, Debug, Args)]
struct AffordArgs {
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    /// Show every stage
    #[arg(long)]
    details: bool,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(AffordArgs::augment_args(command)).after_help("A stage is carried with those customers of its range with whom it costs less than your target for the share of revenue, or else than 20% of it. With --customers, costplan also shows whether the stage that these need is carried.\n\nExamples:\n  costplan afford --mrr 10000\n  costplan afford --mrr 10000 --customers 300\n  costplan afford --mrr '9000 EUR' --format json | jq .carried.name")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = AffordArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let request = args.settings.request(&args.inputs, invocation.matches, &mut workspace)?;
    let Afforded { stages, answer, needed } = app::afford(&mut workspace, &request)?;
    let view = AffordableView::new(stages.iter().map(|(stage, _)| stage), &answer, needed.as_ref());
    terminal.show_plan(&workspace, &view.detailed(args.details), args.output.format())?;
    Ok(ExitCode::SUCCESS)
}
