//! `costplan rate`: how high a cost is for a revenue.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app;
use crate::cli::args::{InputArgs, OrFail as _, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::parse::AmountRaw;
use crate::view::RatedCostView;

pub(crate) const COMMAND: Command =
    Command { name: "rate", about: "Rate a cost that you pay by its share of your revenue", arguments, run };

#[derive(Clone, Debug, Args)]
struct RateArgs {
    /// Rate this monthly cost: 1500, or 1500 EUR
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    cost: String,
    /// Compare with this monthly recurring revenue
    #[arg(long, value_name = "AMOUNT", env = "COSTPLAN_MRR", hide_env_values = true, allow_hyphen_values = true)]
    mrr: Option<String>,
    /// Report in this currency instead of that of the amounts
    #[arg(long, value_name = "CODE", env = "COSTPLAN_CURRENCY", hide_env_values = true)]
    currency: Option<String>,
    /// Use the exchange rates of this day instead of today's
    #[arg(long, value_name = "DATE", env = "COSTPLAN_AS_OF", hide_env_values = true)]
    as_of: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(RateArgs::augment_args(command)).after_help("The ratings are those of the plan: under 5, 10, 15 and 20% of revenue. A project's own target, `share_of_mrr` of its budget, is the verdict where there is one.\n\nExamples:\n  costplan rate --cost 1500 --mrr 10000\n  costplan rate --cost '1500 EUR' --mrr '10000 USD'")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = RateArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let settings = SettingArgs::of_day(args.as_of, args.currency);
    let request = settings.request(&InputArgs::of_mrr(args.mrr), invocation.matches, &mut workspace)?;
    let cost: AmountRaw = workspace.typed("--cost", &args.cost).or_fail(&workspace)?;
    let (rated, currency) = app::rate(&mut workspace, &request, &cost)?;
    terminal.show(&RatedCostView::new(&rated, currency), args.output.format())?;
    Ok(ExitCode::SUCCESS)
}
