//! `costplan prices check`: what is wrong or doubtful in price sheets.

use std::collections::BTreeSet;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, FromArgMatches as _};

use crate::calculate;
use crate::cli::args::{OrFail as _, OutputArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::prices::day::DayArgs;
use crate::cli::terminal::Terminal;
use crate::model::Sku;
use crate::source::{FileId, Spanned};
use crate::view::PriceCheckView;

pub(super) const COMMAND: Command =
    Command { name: "check", about: "Check price sheets for mistakes, gaps and doubtful prices", arguments, run };

#[derive(Clone, Debug, Args)]
struct CheckArgs {
    /// Check only the sheet of this vendor
    #[arg(long, value_name = "VENDOR")]
    vendor: Option<String>,
    /// Check the sheets that come with costplan too
    #[arg(long)]
    bundled: bool,
    /// Show every finding in full
    #[arg(long, help_heading = OUTPUT)]
    all: bool,
    #[command(flatten)]
    day: DayArgs,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(CheckArgs::augment_args(command)).after_help("A sheet with mistakes, such as prices that overlap, is reported as `costplan validate` does, and the exit code is 2. A gap between two prices of a charge makes the check fail with 1. Everything else is a note: prices that have ended, were not read from the vendor or were read over a year ago, and SKUs without a category. The sheets that come with costplan, which you cannot change, are checked if `--vendor` names one, or with `--bundled`. JSON and CSV list every note.\n\nExamples:\n  costplan prices check\n  costplan prices check --vendor hetzner --format csv")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = CheckArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let request = args.day.request(invocation.matches, &mut workspace)?;
    let vendor = args.vendor.map(|vendor| workspace.typed::<Spanned<String>>("--vendor", &vendor));
    let vendor = vendor.transpose().or_fail(&workspace)?;
    let whole = workspace.price_sheets(vendor.as_ref()).or_fail(&workspace)?;
    let takes_bundled = args.bundled || vendor.is_some();
    let is_checked = |sku: &&Arc<Sku>| takes_bundled || !workspace.sources.is_bundled(sku.span.file);
    let skus: Vec<&Arc<Sku>> = whole.book.skus().filter(is_checked).collect();
    let sheets: BTreeSet<FileId> = skus.iter().map(|sku| sku.span.file).collect();
    let found = skus.iter().flat_map(|sku| calculate::price_findings(sku, request.as_of)).collect();
    let counts = (if takes_bundled { whole.sheets } else { sheets.len() }, skus.len());
    let view = PriceCheckView::new(found, counts, request.as_of, &workspace.sources).listing(args.all);
    let written = terminal.show(&view, args.output.format());
    terminal.verdict(written, (view.failures() > 0).then(|| format!("check failed: {}", view.summary())))
}
