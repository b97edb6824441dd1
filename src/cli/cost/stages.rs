//! `costplan stages`: every stage in one row.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app::{self, CostedRange};
use crate::calculate::Finding;
use crate::cli::args::{OrFail as _, OutputArgs, RevenueArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::share::picture::PictureArgs;
use crate::cli::tags::ByArgs;
use crate::cli::terminal::Terminal;
use crate::model::Stage;
use crate::view::StagesView;

pub(crate) const COMMAND: Command =
    Command { name: "stages", about: "Show stages with their totals over their ranges of customers", arguments, run };

pub(crate) const CHART: Command =
    Command { name: "stages", about: "Draw the stages side by side", arguments: of_chart, run: draw };

#[derive(Clone, Debug, Args)]
struct StagesArgs {
    /// Show only these stages, by number, name or file stem
    #[arg(value_name = "STAGE")]
    stages: Vec<String>,
    #[command(flatten)]
    revenue: RevenueArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    by: ByArgs,
    /// Show everything: the costs per customer over each range, and every finding
    #[arg(long, help_heading = OUTPUT)]
    details: bool,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Clone, Debug, Args)]
struct StagesChartArgs {
    /// Draw only these stages, by number, name or file stem
    #[arg(value_name = "STAGE")]
    stages: Vec<String>,
    #[command(flatten)]
    revenue: RevenueArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    picture: PictureArgs,
}

fn of_chart(command: clap::Command) -> clap::Command {
    with_globals(StagesChartArgs::augment_args(command)).after_help("Each stage has a bar for the number of customers that it is `sized_for`, or else for the middle of its range, with what it costs over its range and with its budget.\n\nExamples:\n  costplan chart stages -o stages.svg\n  costplan chart stages 1 2 --arpu 49 -o stages.svg")
}

/// Draws the stages.
fn draw(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = StagesChartArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    args.picture.check().or_fail(&workspace)?;
    let request = args.settings.request(&args.revenue.inputs(), invocation.matches, &mut workspace)?;
    let costed = app::stages(&mut workspace, &args.stages, &request)?;
    args.picture.show(&view(&costed).picture(), &workspace, terminal)
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(StagesArgs::augment_args(command)).after_help("Each stage is computed at the low end, the middle and the high end of its range, and at the number that its manifest is `sized_for`. With a revenue, its share is judged by your target, or else by that of the manifest.\n\nExamples:\n  costplan stages\n  costplan stages 1 2 --arpu 49\n  costplan stages --currency EUR --format markdown")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = StagesArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let request = args.settings.request(&args.revenue.inputs(), invocation.matches, &mut workspace)?;
    let costed = app::stages(&mut workspace, &args.stages, &request)?;
    let stages: Vec<&Stage> = costed.iter().map(|(of, _)| &of.stage).collect();
    let by = args.by.read(&mut workspace, &stages).or_fail(&workspace)?;
    terminal.show_plan(&workspace, &view(&costed).by(&by).detailed(args.details), args.output.format())?;
    Ok(ExitCode::SUCCESS)
}

/// What is shown of stages.
fn view(costed: &[(CostedRange, Option<Finding>)]) -> StagesView<'_> {
    StagesView::new(costed.iter().map(|(of, reach)| (&of.stage, &of.costings[..], reach.as_ref())))
}
