//! `costplan sweep`: the cost curve of a stage or of all, and every point at which it breaks.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app::{self, Sweep};
use crate::cli::args::{ChartArgs, InputArgs, OrFail as _, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::picture::PictureArgs;
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::CountRange;
use crate::source::Spanned;
use crate::view::SweepView;
use crate::workspace::Workspace;

pub(crate) const COMMAND: Command =
    Command { name: "sweep", about: "Show the cost over a range of customers, and where it breaks", arguments, run };

pub(crate) const CHART: Command =
    Command { name: "sweep", about: "Draw the cost curve with its break-points", arguments: of_chart, run: draw };

// What is swept.
#[derive(Clone, Debug, Args)]
struct SweptArgs {
    /// The stage by number, name or file stem
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    stage: Option<String>,
    /// Sweep every stage, and show the cheapest that serves
    #[arg(long)]
    all: bool,
    /// Sweep this driver instead of the customers
    #[arg(long, value_name = "NAME=LOW..HIGH")]
    driver: Option<String>,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
}

#[derive(Clone, Debug, Args)]
struct SweepArgs {
    #[command(flatten)]
    swept: SweptArgs,
    /// Show every N-th number; break-points are still found at every number
    #[arg(long, value_name = "N")]
    step: Option<String>,
    #[command(flatten)]
    chart: ChartArgs,
    /// Show everything, as Markdown does
    #[arg(long, help_heading = OUTPUT)]
    details: bool,
    #[command(flatten)]
    output: OutputArgs,
}

#[derive(Clone, Debug, Args)]
struct SweepChartArgs {
    #[command(flatten)]
    swept: SweptArgs,
    #[command(flatten)]
    picture: PictureArgs,
}

/// Says that the customers are a range.
fn with_range(command: clap::Command) -> clap::Command {
    command.mut_arg("customers", |customers| {
        customers
            .value_name("LOW..HIGH")
            .help("Sweep these numbers of customers instead of the stage's range; with --driver, one number")
    })
}

fn of_chart(command: clap::Command) -> clap::Command {
    with_range(with_globals(SweepChartArgs::augment_args(command))).after_help("Examples:\n  costplan chart sweep 2 --customers 1..2000 --arpu 49 -o curve.svg\n  costplan chart sweep --all --customers 0..2000 -o stages.svg\n  costplan chart sweep 2 --driver transactions=0..100000 --customers 60")
}

/// Draws the curves.
fn draw(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let mut args = SweepChartArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    workspace.progress = terminal.progress();
    args.picture.check().or_fail(&workspace)?;
    let sweep = sweep(&mut args.swept, None, invocation, &mut workspace).or_fail(&workspace)?;
    let request = args.swept.settings.request(&args.swept.inputs, invocation.matches, &mut workspace)?;
    let swept = app::sweep(&mut workspace, &request, &sweep)?;
    let plan = swept.plan();
    let view = SweepView::new(&plan);
    let Some(picture) = view.picture() else {
        return Err(view.into_failure().unwrap_or_default()).or_fail(&workspace).map_err(Into::into);
    };
    args.picture.show(&picture, &workspace, terminal)
}

fn arguments(command: clap::Command) -> clap::Command {
    with_range(with_globals(SweepArgs::augment_args(command)))
        .after_help("Without --step, the step is chosen so that there are at most 20 rows. CSV and JSON also have a row for each break-point, and are written while the sweep runs.\n\nExamples:\n  costplan sweep 2 --arpu 49\n  costplan sweep 2 --customers 1..2000 --step 100\n  costplan sweep --all --customers 0..2000\n  costplan sweep 2 --driver transactions=0..100000 --customers 60\n  costplan sweep 2 --customers 1..2000 --step 1 --format csv > curve.csv")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let mut args = SweepArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    workspace.progress = terminal.progress();
    let is_every = args.step.is_some();
    let sweep = sweep(&mut args.swept, args.step.take(), invocation, &mut workspace).or_fail(&workspace)?;
    let request = args.swept.settings.request(&args.swept.inputs, invocation.matches, &mut workspace)?;
    let swept = app::sweep(&mut workspace, &request, &sweep)?;
    let plan = swept.plan();
    let format = args.output.format();
    let draws = terminal.draws(args.chart.when(), format);
    let view = SweepView::new(&plan).with_chart(draws).listing(is_every, args.details);
    let shown = terminal.show_plan(&workspace, &view, format);
    if let Some(problems) = view.into_failure() {
        return Err(problems).or_fail(&workspace).map_err(Into::into);
    }
    shown?;
    Ok(ExitCode::SUCCESS)
}

/// Reads the arguments that only a sweep has. Reports every error.
fn sweep(
    args: &mut SweptArgs,
    step: Option<String>,
    invocation: &Invocation<'_>,
    workspace: &mut Workspace,
) -> Result<Sweep, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let driver = args.driver.take().and_then(|text| {
        let (name, range) = text.split_once('=').map_or((&*text, None), |(name, range)| (name, Some(range)));
        let name = workspace.typed("--driver", name.trim());
        let range = range.map(|range| workspace.typed::<Spanned<CountRange>>("--driver", range.trim())).transpose();
        match (name, range) {
            (Ok(name), Ok(range)) => Some((name, range.map(|range: Spanned<CountRange>| range.value))),
            (name, range) => {
                wrong.extend(name.err().into_iter().chain(range.err()).flatten());
                None
            }
        }
    });
    let step = step.and_then(|text| match workspace.typed::<Spanned<u64>>("--step", &text) {
        Ok(step) if step.value == 0 => {
            wrong.push(Diagnostic::at(Code::InvalidArgument, step.span, "a step is at least 1", "never advances"));
            None
        }
        Ok(step) => Some(step.value),
        Err(problems) => {
            wrong.extend(problems);
            None
        }
    });
    // With a driver the customers are one number, as for other commands.
    let customers =
        if args.driver.is_none() && driver.is_none() { args.inputs.take_range(invocation.matches) } else { None };
    let range = customers.and_then(|text| match workspace.typed::<Spanned<CountRange>>("--customers", &text) {
        Ok(range) => Some(range.value),
        Err(problems) => {
            wrong.extend(problems);
            None
        }
    });
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let (driver, of_driver) = driver.unzip();
    Ok(Sweep { stage: args.stage.take(), driver, range: range.or(of_driver.flatten()), step })
}
