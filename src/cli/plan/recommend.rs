//! `costplan recommend`: the cheapest stage that serves.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app;
use crate::cli::args::{InputArgs, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::terminal::Terminal;
use crate::view::{RecommendView, ShownSavings};

pub(crate) const COMMAND: Command =
    Command { name: "recommend", about: "Find the cheapest stage for a number of customers", arguments, run };

#[derive(Clone, Debug, Args)]
struct RecommendArgs {
    #[command(flatten)]
    inputs: InputArgs,
    /// Serve this number of transactions a month: short for --set transactions=N
    #[arg(long, value_name = "N")]
    transactions: Option<String>,
    #[command(flatten)]
    settings: SettingArgs,
    /// Show everything, as Markdown does
    #[arg(long, help_heading = OUTPUT)]
    details: bool,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(RecommendArgs::augment_args(command)).after_help("A stage serves if the customers are in its range and no capacity is known to be exceeded.\n\nExamples:\n  costplan recommend --customers 60\n  costplan recommend --customers 60 --transactions 80000 --mrr 6000\n  costplan recommend --customers 60 --format json | jq .recommended.name")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let mut args = RecommendArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    args.inputs.also_set("transactions", args.transactions.take());
    let request = args.settings.request(&args.inputs, invocation.matches, &mut workspace)?;
    let (stages, recommendation) = app::recommend(&mut workspace, &request)?;
    let rule = app::broken_rule(&mut workspace, &request, &stages, &recommendation)?;
    let view = RecommendView::new(stages.iter().map(|(stage, _)| stage), &recommendation);
    let view = match &rule {
        Some((rule, savings)) => {
            let savings = savings.as_ref();
            let savings = savings.map(|found| ShownSavings::new(&found.techniques, found.total, found.is_enough));
            view.with_rule(rule, savings)
        }
        None => view,
    };
    terminal.show_plan(&workspace, &view.detailed(args.details), args.output.format())?;
    Ok(ExitCode::SUCCESS)
}
