//! `costplan prices check`: what is wrong or doubtful in price sheets.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::calculate;
use crate::cli::args::{OrFail as _, OutputArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::prices::day::DayArgs;
use crate::cli::terminal::Terminal;
use crate::source::Spanned;
use crate::view::PriceCheckView;

pub(super) const COMMAND: Command =
    Command { name: "check", about: "Check price sheets for mistakes, gaps and doubtful prices", arguments, run };

#[derive(Clone, Debug, Args)]
struct CheckArgs {
    /// Check only the sheet of this vendor
    #[arg(long, value_name = "VENDOR")]
    vendor: Option<String>,
    /// Show every finding in full
    #[arg(long, help_heading = OUTPUT)]
    all: bool,
    #[command(flatten)]
    day: DayArgs,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(CheckArgs::augment_args(command)).after_help("A sheet with mistakes, such as prices that overlap, is reported as `costplan validate` does, and the exit code is 2. A gap between two prices of a charge makes the check fail with 1. Everything else is a note: prices that have ended, were not read from the vendor or were read over a year ago, and SKUs without a category. JSON and CSV list every note.\n\nExamples:\n  costplan prices check\n  costplan prices check --vendor hetzner --format csv")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = CheckArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let request = args.day.request(invocation.matches, &mut workspace)?;
    let vendor = args.vendor.map(|vendor| workspace.typed::<Spanned<String>>("--vendor", &vendor));
    let vendor = vendor.transpose().or_fail(&workspace)?;
    let whole = workspace.price_sheets(vendor.as_ref()).or_fail(&workspace)?;
    let found = whole.book.skus().flat_map(|sku| calculate::price_findings(sku, request.as_of)).collect();
    let counts = (whole.sheets, whole.book.skus().count());
    let view = PriceCheckView::new(found, counts, request.as_of, &workspace.sources).listing(args.all);
    let written = terminal.show(&view, args.output.format());
    terminal.verdict(written, (view.failures() > 0).then(|| format!("check failed: {}", view.summary())))
}
