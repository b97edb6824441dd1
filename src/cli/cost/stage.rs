//! `costplan stage`: what one stage costs.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app::{self, CostedRange};
use crate::calculate;
use crate::cli::args::{ChartArgs, InputArgs, OrFail as _, OutputArgs, SettingArgs, TaxArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::picture::PictureArgs;
use crate::cli::tags::ByArgs;
use crate::cli::terminal::Terminal;
use crate::view::StageView;

pub(crate) const COMMAND: Command =
    Command { name: "stage", about: "Show what a stage costs at a number of customers", arguments, run };

pub(crate) const CHART: Command = Command {
    name: "categories",
    about: "Draw what each category of a stage costs, the largest first",
    arguments: of_chart,
    run: draw,
};

#[derive(Clone, Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
struct StageArgs {
    /// The stage by number, name or file stem
    stage: String,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    tax: TaxArgs,
    #[command(flatten)]
    by: ByArgs,
    /// Show every row, also the small ones
    #[arg(long, help_heading = OUTPUT)]
    all: bool,
    /// List every check of a budget, a target or a capacity, also those that pass
    #[arg(long, help_heading = OUTPUT, hide_short_help = true)]
    checks: bool,
    /// Show everything: what the stage is for, how it is built, what each item provides, each amount as it is billed
    #[arg(long, help_heading = OUTPUT)]
    details: bool,
    /// List what the figures assume: usage within an allowance, shares of techniques, exchange rates
    #[arg(long, help_heading = OUTPUT, hide_short_help = true)]
    assumptions: bool,
    #[command(flatten)]
    chart: ChartArgs,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Clone, Debug, Args)]
struct CategoriesArgs {
    /// The stage by number, name or file stem
    stage: String,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    picture: PictureArgs,
}

fn of_chart(command: clap::Command) -> clap::Command {
    with_globals(CategoriesArgs::augment_args(command)).after_help("Without --customers the stage is drawn at the number that its manifest is `sized_for`, otherwise at the two ends of its range.\n\nExamples:\n  costplan chart categories 2 --customers 60 -o categories.svg\n  costplan chart categories 2 --where env=prod")
}

/// Draws the categories.
fn draw(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = CategoriesArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    args.picture.check().or_fail(&workspace)?;
    let request = args.settings.request(&args.inputs, invocation.matches, &mut workspace)?;
    let CostedRange { stage, costings } = app::stage(&mut workspace, &args.stage, &request)?;
    args.picture.show(&StageView::new(&stage, &costings, false).picture(), &workspace, terminal)
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(StageArgs::augment_args(command)).after_help(
        "Without --customers the stage is shown at the number that its manifest is `sized_for`, otherwise at the two ends of its range.\n\nExamples:\n  costplan stage 2 --customers 60 --mrr 6000\n  costplan stage growth --format json | jq .total\n  costplan stage 2 --customers 60 --chart\n  costplan stage 2 --by env --where team=data",
    )
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = StageArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let request = args.settings.taxed_request(&args.inputs, &args.tax, invocation.matches, &mut workspace)?;
    let costed = app::stage(&mut workspace, &args.stage, &request)?;
    let CostedRange { stage, costings } = &costed;
    let by = args.by.read(&mut workspace, &[stage]).or_fail(&workspace)?;
    let format = args.output.format();
    let draws = terminal.draws(args.chart.when(), format);
    let alternatives = costings.iter().map(|costing| calculate::alternative_costs(stage, costing.inputs));
    let alternatives = alternatives.collect::<Result<Vec<_>, _>>().or_fail(&workspace)?.concat();
    terminal.show_plan(
        &workspace,
        &StageView::new(stage, costings, args.details)
            .with_alternatives(&alternatives)
            .with_assumptions(args.assumptions)
            .with_chart(draws)
            .listing(args.all, args.checks)
            .by(&by),
        format,
    )?;
    // The process is about to end: freeing every string of a large plan would only take time.
    std::mem::forget((workspace, costed));
    Ok(ExitCode::SUCCESS)
}
