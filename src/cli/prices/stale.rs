//! `costplan prices stale`: how old the prices are that stages use.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::calculate;
use crate::cli::args::{OrFail as _, OutputArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::prices::day::DayArgs;
use crate::cli::terminal::Terminal;
use crate::model::MaxAge;
use crate::source::Spanned;
use crate::view::StaleView;
use crate::workspace::Selection;

pub(super) const COMMAND: Command = Command {
    name: "stale",
    about: "Fail if a price or an exchange rate that a stage uses is too old",
    arguments,
    run,
};

#[derive(Clone, Debug, Args)]
struct StaleArgs {
    /// The stages by number, name or file stem; all of them if left out
    #[arg(value_name = "STAGE")]
    stages: Vec<String>,
    /// How old a price may be, in days, weeks, months or years: 180d, 26w, 6m, 1y; that of `[budget] price_age`, or 180d, unless given
    #[arg(long, value_name = "AGE", allow_hyphen_values = true)]
    max_age: Option<String>,
    /// Show every price and rate, also those that are not too old
    #[arg(long, help_heading = OUTPUT)]
    all: bool,
    #[command(flatten)]
    day: DayArgs,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(StaleArgs::augment_args(command)).after_help("A price is stale once more than this age has passed in the calendar since it was read. Agreed prices are left out. An exchange rate without a day of reading is as old as its first day. The exit code is 1 if a price or a rate is stale.\n\nExamples:\n  costplan prices stale\n  costplan prices stale 2 --max-age 1y --as-of 2026-11-24")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = StaleArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let request = args.day.request(invocation.matches, &mut workspace)?;
    let max_age = match args.max_age {
        Some(age) => workspace.typed::<Spanned<MaxAge>>("--max-age", &age).or_fail(&workspace)?.value,
        // What the project demands of its prices is one verdict, here and in `check`.
        None => workspace.price_age().unwrap_or(MaxAge::DEFAULT),
    };
    let stages = workspace.stages(Selection::named(&args.stages), &request)?;
    let prices = calculate::price_ages(stages.iter().map(|(stage, _)| stage), max_age, request.as_of);
    let rates = calculate::rate_ages(stages.iter().map(|(stage, _)| stage), max_age, request.as_of);
    let view = StaleView::new(&prices, &rates, max_age, request.as_of, &workspace.sources).listing(args.all);
    let written = terminal.show(&view, args.output.format());
    terminal.verdict(written, (!view.passed()).then(|| format!("check failed: {}", view.summary())))
}
