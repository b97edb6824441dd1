//! `costplan quote`: one SKU, without any manifest.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};
use jiff::civil::Date;

use crate::calculate::{self, Trace};
use crate::cli::args::{InputArgs, OrFail as _, OutputArgs, SettingArgs, pairs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::Diagnostic;
use crate::model::Inputs;
use crate::parse::FormulaRaw;
use crate::resolve::QuoteRaw;
use crate::source::Spanned;
use crate::view::QuoteView;
use crate::workspace::Workspace;

pub(crate) const COMMAND: Command =
    Command { name: "quote", about: "Price one SKU for a usage, with the working", arguments, run };

#[derive(Clone, Debug, Args)]
struct QuoteArgs {
    /// The SKU, vendor/name
    sku: String,
    /// How many of the SKU
    #[arg(long, value_name = "N", allow_hyphen_values = true)]
    quantity: Option<String>,
    /// The usage of a month on one meter, such as storage=5TB; may be repeated
    #[arg(long, value_name = "METER=USAGE")]
    usage: Vec<String>,
    /// A choice among the prices of the SKU, such as region=eu; may be repeated
    #[arg(long, value_name = "NAME=VALUE")]
    option: Vec<String>,
    /// The day of the order; the day of the prices unless given
    #[arg(long, value_name = "DATE")]
    ordered_on: Option<String>,
    /// Assume that usage that is not given stays within what the SKU includes
    #[arg(long)]
    within_allowance: bool,
    /// The monthly recurring revenue of which a percentage is taken: 6000, or 6000 EUR
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    mrr: Option<String>,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    // A quote has no buffer, and its prices are list prices.
    let hide = |argument: clap::Arg| argument.hide(true);
    with_globals(QuoteArgs::augment_args(command))
        .mut_arg("buffer", hide)
        .mut_arg("list_prices", hide)
        .mut_arg("conditions", hide)
        .mut_arg("apply", hide)
        .after_help(
            "Examples:\n  costplan quote hetzner/cx41 --quantity 2\n  \
         costplan quote backblaze/b2 --usage storage=3TB --usage egress=12TB --within-allowance",
        )
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = QuoteArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let scenario = args
        .settings
        .settled(&InputArgs::of_mrr(args.mrr.clone()), invocation.matches, &mut workspace)
        .map_err(Vec::from);
    let asked = asked(&args, &mut workspace);
    let (scenario, asked) = match (scenario, asked) {
        (Ok(scenario), Ok(asked)) => (scenario, asked),
        (scenario, asked) => {
            let wrong = scenario.err().into_iter().chain(asked.err()).flatten().collect();
            return Err(wrong).or_fail(&workspace).map_err(Into::into);
        }
    };
    args.settings.of_a_sku(&scenario.request).or_fail(&workspace)?;
    let stage = workspace.quote(asked, &scenario.request)?;
    let mut trace = Trace::default();
    let inputs = Inputs { customers: 0, revenue: stage.revenue };
    let costing = calculate::stage(&stage, inputs, &mut trace).or_fail(&workspace)?;
    if let Some(view) = QuoteView::new(&stage, &costing, &trace, &workspace.sources) {
        terminal.show(&view, args.output.format())?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The request for the SKU; reports every error in it.
fn asked(args: &QuoteArgs, workspace: &mut Workspace) -> Result<QuoteRaw, Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    let mut keep = |problems: Vec<Diagnostic>| wrong.extend(problems);
    let sku: Option<Spanned<String>> = workspace.typed("SKU", &args.sku).map_err(&mut keep).ok();
    let quantity: Option<Option<FormulaRaw>> = match &args.quantity {
        Some(quantity) => workspace.typed("--quantity", quantity).map(Some).map_err(&mut keep).ok(),
        None => Some(None),
    };
    let usage = pairs("--usage", &args.usage, workspace).map_err(&mut keep).ok();
    let options = pairs("--option", &args.option, workspace).map_err(&mut keep).ok();
    let ordered_on: Option<Option<Spanned<Date>>> = match &args.ordered_on {
        Some(day) => workspace.typed("--ordered-on", day).map(Some).map_err(&mut keep).ok(),
        None => Some(None),
    };
    let rule = args.within_allowance.then_some("within_allowance");
    let other_usage = rule.and_then(|rule| workspace.typed("--within-allowance", rule).ok());
    match (sku, quantity, usage, options, ordered_on) {
        (Some(sku), Some(quantity), Some(usage), Some(options), Some(ordered_on)) => {
            Ok(QuoteRaw { sku, quantity, usage, other_usage, options, ordered_on })
        }
        _ => Err(wrong),
    }
}
