//! `costplan prices diff`: which prices of a vendor changed between two days.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};
use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::app;
use crate::calculate;
use crate::cli::args::{OrFail as _, OutputArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::prices::day::DayArgs;
use crate::cli::terminal::Terminal;
use crate::source::Spanned;
use crate::view::PricesDiffView;

pub(super) const COMMAND: Command =
    Command { name: "diff", about: "Show which prices of a vendor changed between two days", arguments, run };

#[derive(Clone, Debug, Args)]
struct DiffArgs {
    /// The vendor
    vendor: String,
    /// The first day; a year before the second unless given
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
    /// The second day; that of --as-of unless given, otherwise today
    #[arg(long, value_name = "DATE")]
    to: Option<String>,
    /// Show every price that changed, and every stage
    #[arg(long)]
    details: bool,
    #[command(flatten)]
    day: DayArgs,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(DiffArgs::augment_args(command)).after_help("A price is that of an order of the day. The totals of the stages are those of the second day with the prices of the vendor on both days, at the number of customers for which a stage is sized, otherwise at the low end of its range: exchange rates and everything else are the same. A sheet says what was sold when only as far as it has dates.\n\nExamples:\n  costplan prices diff hetzner\n  costplan prices diff hetzner --from 2026-01-01 --to 2026-11-24 --format csv")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = DiffArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let request = args.day.request(invocation.matches, &mut workspace)?;
    let to = args.to.map(|day| workspace.typed::<Spanned<Date>>("--to", &day)).transpose().or_fail(&workspace)?;
    let to = to.map_or(request.as_of, |day| day.value);
    let from = args.from.map(|day| workspace.typed::<Spanned<Date>>("--from", &day)).transpose().or_fail(&workspace)?;
    let from = from.unwrap_or_else(|| Spanned::given(to.saturating_sub(1.year())));
    let vendor = workspace.typed::<Spanned<String>>("VENDOR", &args.vendor).or_fail(&workspace)?;
    let diff = app::prices_diff(&mut workspace, &vendor, (from, to), &request)?;
    let changes = calculate::price_changes(&diff.skus, diff.from, diff.to);
    let view = PricesDiffView::new(&vendor.value, (diff.from, diff.to), &changes, &diff.stages, &workspace.sources);
    terminal.show(&view.with_details(args.details), args.output.format())?;
    Ok(ExitCode::SUCCESS)
}
