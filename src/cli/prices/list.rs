//! `costplan prices list`: every SKU in one row.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::cli::args::{OrFail as _, OutputArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::prices::day::DayArgs;
use crate::cli::terminal::{self, Terminal};
use crate::diagnostic::{Diagnostic, closest};
use crate::model::{Sku, Trust};
use crate::source::Spanned;
use crate::view::{PriceFilter, PricesView};
use crate::workspace::Workspace;

pub(super) const COMMAND: Command =
    Command { name: "list", about: "List the SKUs of the price sheets, with their prices in brief", arguments, run };

#[derive(Clone, Debug, Args)]
struct ListArgs {
    /// Words that must all be in the id, name, description or category of a SKU
    query: Vec<String>,
    /// List only what this vendor sells
    #[arg(long, value_name = "VENDOR")]
    vendor: Option<String>,
    /// List only SKUs of this category
    #[arg(long, value_name = "CATEGORY")]
    category: Option<String>,
    #[arg(
        long,
        value_name = "TRUST",
        help = "List only SKUs with a price of this trust: vendor, captured, third_party, fixture or contract"
    )]
    trust: Option<String>,
    #[command(flatten)]
    day: DayArgs,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(ListArgs::augment_args(command)).after_help("A price is for one unit of usage. The day is when the oldest of the SKU's prices was read. If no SKU is found, the list is empty and the exit code is 0.\n\nExamples:\n  costplan prices list\n  costplan prices list managed postgres\n  costplan prices list --vendor hetzner --trust captured --as-of 2024-07-01")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ListArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let request = args.day.clone().request(invocation.matches, &mut workspace)?;
    let (vendor, filter) = asked(&args, &mut workspace).or_fail(&workspace)?;
    let whole = workspace.price_sheets(vendor.as_ref()).or_fail(&workspace)?;
    let skus: Vec<&Sku> = whole.book.skus().map(|sku| &**sku).collect();
    let listed = skus.iter().copied().filter(|sku| filter.admits(sku, request.as_of));
    let view = PricesView::new(listed, request.as_of, &workspace.sources);
    terminal.show(&view, args.output.format())?;
    if view.is_empty() {
        terminal.flush()?;
        terminal::message(&nothing_found(&filter, &skus))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The requested vendor and filter; reports every error in them.
fn asked(
    args: &ListArgs,
    workspace: &mut Workspace,
) -> Result<(Option<Spanned<String>>, PriceFilter), Vec<Diagnostic>> {
    let vendor = args.vendor.as_ref().map(|vendor| workspace.typed::<Spanned<String>>("--vendor", vendor));
    let trust = args.trust.as_ref().map(|trust| workspace.typed::<Spanned<Trust>>("--trust", trust));
    match (vendor.transpose(), trust.transpose()) {
        (Ok(vendor), Ok(trust)) => {
            let query = (!args.query.is_empty()).then(|| args.query.join(" "));
            let trust = trust.map(|trust| trust.value);
            Ok((vendor, PriceFilter { query, category: args.category.clone(), trust }))
        }
        (vendor, trust) => Err(vendor.err().into_iter().chain(trust.err()).flatten().collect()),
    }
}

/// Reports that no SKU was found, and what may have been meant.
fn nothing_found(filter: &PriceFilter, skus: &[&Sku]) -> String {
    let categories = || skus.iter().filter_map(|sku| sku.category.as_deref());
    match &filter.category {
        Some(wanted) if categories().all(|known| !known.eq_ignore_ascii_case(wanted)) => {
            let meant = closest(wanted, categories()).map(|known| format!("; did you mean `{known}`?"));
            format!("no SKU has the category `{wanted}`{}", meant.unwrap_or_default())
        }
        _ => "no SKU matches; `costplan prices list` shows all of them".to_owned(),
    }
}
