//! `costplan prices show`: one SKU in full.

use std::collections::BTreeMap;
use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, FromArgMatches as _};
use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::calculate::{self, Unobserved};
use crate::cli::args::{InputArgs, OrFail as _, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::terminal::Terminal;
use crate::diagnostic::Diagnostic;
use crate::model::{Base, Inputs, LineItem, LinePricing, Revenue, Setting, Sku, Stage};
use crate::resolve::{QuoteRaw, Request};
use crate::source::Spanned;
use crate::view::{PriceExample, PriceView, usage_argument};
use crate::workspace::Workspace;

pub(super) const COMMAND: Command =
    Command { name: "show", about: "Show all prices of one SKU, with their sources and an example", arguments, run };

#[derive(Clone, Debug, Args)]
struct ShowArgs {
    /// The SKU, vendor/name
    sku: String,
    #[command(flatten)]
    settings: SettingArgs,
    /// Show every price with its source and its days
    #[arg(long, help_heading = OUTPUT)]
    details: bool,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    // Like a quote, an example has no buffer, and its prices are list prices.
    let hide = |argument: clap::Arg| argument.hide(true);
    with_globals(ShowArgs::augment_args(command)).mut_arg("buffer", hide).mut_arg("list_prices", hide).mut_arg("conditions", hide).mut_arg("apply", hide).after_help("The example takes one of the SKU, with somewhat more usage on every meter than is included, and a revenue of 10,000 where a percentage is taken of it, and names the `costplan quote` that computes the same.\n\nExamples:\n  costplan prices show supabase/pro\n  costplan prices show backblaze/b2 --as-of 2026-05-01 --format json")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ShowArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let request = args.settings.settled(&InputArgs::default(), invocation.matches, &mut workspace)?.request;
    args.settings.of_a_sku(&request).or_fail(&workspace)?;
    let id: Spanned<String> = workspace.typed("SKU", &args.sku).or_fail(&workspace)?;
    let sku = workspace.sku(&id, &request)?;
    let command = command(&sku.id, invocation);
    let example = example((&id, &sku), command, &request, &mut workspace);
    let view = PriceView::new(&sku, request.as_of, example, &workspace.sources).detailed(args.details);
    terminal.show(&view, args.output.format())?;
    Ok(ExitCode::SUCCESS)
}

/// The start of the quote that repeats an example: of the same project, and in the same scenario, currency and hours, where
/// these were typed.
fn command(sku: &str, invocation: &Invocation<'_>) -> Vec<String> {
    let typed = |name: &str, matches: &ArgMatches| {
        let is_typed = matches.value_source(name) == Some(ValueSource::CommandLine);
        matches.get_one::<String>(name).filter(|_| is_typed).cloned()
    };
    let flags = [
        ("--project", invocation.project.as_ref().map(|project| project.to_string_lossy().into_owned())),
        ("--scenario", typed("scenario", invocation.matches)),
        ("--currency", typed("currency", invocation.matches)),
        ("--hours-per-month", typed("hours_per_month", invocation.matches)),
    ];
    let given = flags.into_iter().filter_map(|(flag, value)| Some([flag.to_owned(), value?]));
    ["costplan", "quote", sku].map(str::to_owned).into_iter().chain(given.flatten()).collect()
}

/// The monthly recurring revenue of an example, in the reporting currency.
const EXAMPLE_MRR: Decimal = Decimal::from_parts(10_000, 0, 0, false, 0);

/// Computes the SKU for more usage than is included, in the same way as a quote; otherwise reports why not.
fn example(
    (id, sku): (&Spanned<String>, &Sku),
    mut command: Vec<String>,
    request: &Request,
    workspace: &mut Workspace,
) -> Result<PriceExample, String> {
    let mut asked = QuoteRaw::of(id.clone());
    let mut without_usage = QuoteRaw::of(id.clone());
    for (name, value) in options(sku, request.as_of) {
        command.extend(["--option".to_owned(), format!("{name}={value}")]);
        for raw in [&mut asked, &mut without_usage] {
            let name = workspace.typed("--option", name).map_err(reason)?;
            raw.options.push((name, workspace.typed("--option", value).map_err(reason)?));
        }
    }
    let without_usage = workspace.quoted(without_usage, request).map_err(reason)?;
    let usage = usage(&without_usage)?;
    for (meter, amount) in &usage {
        let name = workspace.typed("--usage", meter).map_err(reason)?;
        asked.usage.push((name, workspace.typed("--usage", amount).map_err(reason)?));
        command.extend(["--usage".to_owned(), format!("{meter}={amount}")]);
    }
    let is_of_mrr = |item: &LineItem| item.charges().iter().any(|charge| charge.percentage_of() == Some(Base::Mrr));
    let revenue = if without_usage.line_items.iter().any(is_of_mrr) {
        command.extend(["--mrr".to_owned(), EXAMPLE_MRR.to_string()]);
        Revenue::Mrr(Setting::default_value(EXAMPLE_MRR))
    } else {
        Revenue::Unknown
    };
    command.extend(["--as-of".to_owned(), request.as_of.to_string()]);
    let stage = workspace.quoted(asked, request).map_err(reason)?;
    let inputs = Inputs { customers: 0, revenue };
    let costing = calculate::stage(&stage, inputs, &mut Unobserved).map_err(reason)?;
    let example = PriceExample::new(command, usage, &stage, &costing);
    example.ok_or_else(|| "its cost is unknown".to_owned())
}

/// The first choice that the sheet names for each option of the prices of a day.
fn options(sku: &Sku, day: Date) -> BTreeMap<&str, &str> {
    let mut chosen = BTreeMap::new();
    let prices = sku.charges.iter().flat_map(|charge| &charge.prices);
    for (name, value) in prices.filter(|terms| terms.holds_on(day)).flat_map(|terms| &*terms.when) {
        chosen.entry(&**name).or_insert(&**value);
    }
    chosen
}

/// The example's usage by meter, as it is typed.
fn usage(quote: &Stage) -> Result<Vec<(Box<str>, String)>, String> {
    let Some(LinePricing::Sku(line)) = quote.line_items.first().map(|item| &item.pricing) else {
        return Ok(Vec::new());
    };
    let usage = calculate::example_usage(line).map_err(|error| error.to_string())?;
    Ok(usage.into_iter().map(|usage| (usage.name.into(), usage_argument(usage.amount, usage.unit))).collect())
}

/// The first of some problems in words.
fn reason(problems: Vec<Diagnostic>) -> String {
    problems.into_iter().next().map(|problem| problem.message).unwrap_or_default()
}
