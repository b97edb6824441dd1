//! `costplan prices list`: every SKU in one row.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};
use jiff::civil::Date;

use crate::cli::args::{OrFail as _, OutputArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::prices::day::DayArgs;
use crate::cli::prices::skus::FirstPage;
use crate::cli::prices::vendors::listed;
use crate::cli::terminal::{self, Terminal};
use crate::diagnostic::{Diagnostic, closest};
use crate::model::{Sku, Trust};
use crate::render::Format;
use crate::resolve::{self, PriceBook};
use crate::source::Spanned;
use crate::view::{PriceFilter, PricesView, Search, VendorsView, thousands};
use crate::workspace::Workspace;

pub(super) const COMMAND: Command =
    Command { name: "list", about: "List the SKUs of the price sheets, with their prices in brief", arguments, run };

/// The same list, of what fits some words.
pub(super) const SEARCH: Command = Command {
    name: "search",
    about: "Search the SKUs: postgres, s3, gpu; the best come first",
    arguments: search_arguments,
    run,
};

#[derive(Clone, Debug, Args)]
struct ListArgs {
    /// Words that must all fit a SKU, or say the same as what it says: postgres, bucket, e-mail
    query: Vec<String>,
    /// List every SKU, also without words and filters
    #[arg(long, help_heading = OUTPUT)]
    all: bool,
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
    with_globals(ListArgs::augment_args(command)).after_help("A price is for one unit of usage. The day is when the oldest of the SKU's prices was read. Without words and filters the table lists the vendors; `--all` lists every SKU, as JSON and CSV do. If no SKU is found, the list is empty and the exit code is 0.\n\nExamples:\n  costplan prices list\n  costplan prices list managed postgres\n  costplan prices list --vendor hetzner --trust captured --as-of 2024-07-01")
}

fn search_arguments(command: clap::Command) -> clap::Command {
    arguments(command).mut_arg("query", |words| words.required(true)).mut_arg("all", |all| all.help("Show every SKU that fits, not only the best")).after_help("Each word has to be in the id, the name, the keywords, the category, the description or a note of a SKU, or one that means the same. What has it in an earlier one of these comes first. If no SKU is found, the list is empty and the exit code is 0.\n\nExamples:\n  costplan prices search postgres\n  costplan prices search object storage\n  costplan prices search managed postgres --format json")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ListArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let request = args.day.clone().request(invocation.matches, &mut workspace)?;
    if args.is_of_everything() && !args.all && args.output.format() == Format::Table {
        return vendors(request.as_of, &mut workspace, terminal);
    }
    let (vendor, filter) = asked(&args, &mut workspace).or_fail(&workspace)?;
    // A message about a category names one of all SKUs.
    let search = filter.search.as_ref().filter(|_| filter.category.is_none());
    let is_plain = args.query.is_empty() && args.category.is_none() && args.trust.is_none();
    let page = FirstPage::new(is_plain && args.output.format() == Format::Table);
    let candidates = |vendor: &str, others: &str, skus: &[(&str, &str)]| match search {
        Some(search) => search.candidates(vendor, others, skus),
        None => page.of(skus),
    };
    let whole = workspace.price_sheets_with(vendor.as_ref(), Some(&candidates)).or_fail(&workspace)?;
    let skus: Vec<&Sku> = whole.book.skus().map(|sku| &**sku).collect();
    let listed = filter.listed(skus.iter().copied(), request.as_of);
    let view = PricesView::new(listed, request.as_of, &workspace.sources);
    let view = view.folding(!args.query.is_empty() && !args.all).before(page.beyond());
    terminal.show(&view, args.output.format())?;
    if view.is_empty() {
        terminal.flush()?;
        terminal::message(&nothing_found(&args, &whole.book, &skus))?;
    }
    Ok(ExitCode::SUCCESS)
}

impl ListArgs {
    /// Whether nothing says which SKUs are wanted.
    fn is_of_everything(&self) -> bool {
        self.query.is_empty() && self.vendor.is_none() && self.category.is_none() && self.trust.is_none()
    }
}

/// Lists the vendors, and how to get to what they sell: nobody reads every SKU.
fn vendors(day: Date, workspace: &mut Workspace, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let sheets = workspace.sheets_in_brief().or_fail(workspace)?;
    let skus: usize = sheets.iter().map(|of| of.skus).sum();
    let next = format!(
        "{} in all: `costplan prices search WORDS` finds some, `costplan prices list --vendor VENDOR` lists those of one \
         vendor, and `costplan prices list --all` every one.",
        thousands(&skus.to_string())
    );
    terminal.show(&VendorsView::new(listed(&sheets), day).with_next(next), Format::Table)?;
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
            let groups = workspace.search_words()?;
            let search = (!args.query.is_empty()).then(|| Search::new(&args.query.join(" "), &groups));
            let trust = trust.map(|trust| trust.value);
            Ok((vendor, PriceFilter { search, category: args.category.clone(), trust }))
        }
        (vendor, trust) => Err(vendor.err().into_iter().chain(trust.err()).flatten().collect()),
    }
}

/// Reports that no SKU was found, and what may have been meant.
fn nothing_found(args: &ListArgs, book: &PriceBook, skus: &[&Sku]) -> String {
    let categories = || skus.iter().filter_map(|sku| sku.category.as_deref());
    match &args.category {
        Some(wanted) if categories().all(|known| !known.eq_ignore_ascii_case(wanted)) => {
            let meant = closest(wanted, categories()).map(|known| format!("; did you mean `{known}`?"));
            format!("no SKU has the category `{wanted}`{}", meant.unwrap_or_default())
        }
        None if args.trust.is_none() && !args.query.is_empty() => {
            let words = args.query.join(" ");
            let missing = format!("no vendor and no product of the price sheets fits `{words}`");
            match closest(&words, book.vendors.iter().map(String::as_str)) {
                Some(meant) => format!("{missing}; did you mean `{meant}`?"),
                None => format!("{missing}; {}", resolve::ways_on(&words)),
            }
        }
        _ => "no SKU matches; `costplan prices list --all` shows all of them".to_owned(),
    }
}
