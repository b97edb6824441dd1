//! `costplan prices new`: a price sheet to fill in.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::cli::args::{OrFail as _, own_project, today, with_globals};
use crate::cli::command::{Command, Invocation};
use crate::cli::prices::write::write;
use crate::cli::terminal::Terminal;
use crate::diagnostic::Problems;
use crate::load;
use crate::model::Currency;
use crate::resolve;
use crate::source::Spanned;

pub(super) const COMMAND: Command =
    Command { name: "new", about: "Write a price sheet of a vendor to fill in", arguments, run };

#[derive(Clone, Debug, Args)]
struct NewArgs {
    /// The vendor's id, as line items will name it: acme in acme/server
    vendor: String,
    /// The currency of the prices; that of the bundled sheet, of the project, or USD, unless given
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
}

/// The sheet, with `{{...}}` for what differs.
const SHEET: &str = include_str!("../../../templates/price-sheet.toml");

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(NewArgs::augment_args(command)).after_help("What says FILL IN is yours: `costplan validate` reports each price that is still missing. If costplan has a sheet of the vendor, the new one extends it. Nothing is overwritten.\n\nExamples:\n  costplan prices new acme\n  costplan prices new acme --currency EUR")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = NewArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = own_project(invocation)?;
    let vendor: Spanned<String> = workspace.typed("VENDOR", &args.vendor).or_fail(&workspace)?;
    let currency = args.currency.map(|code| workspace.typed::<Spanned<Currency>>("--currency", &code));
    let currency = currency.transpose().or_fail(&workspace)?.map(|currency| currency.value);
    let mut problems = Problems::default();
    resolve::check_new_vendor(&vendor, &mut problems);
    if !problems.is_empty() {
        return Err(workspace.failure(problems.into_sorted()).into());
    }
    let usual = workspace.bundled_currency(&vendor.value).or(workspace.default_currency());
    let currency = currency.or(usual).unwrap_or(Currency::USD);
    let name = format!("{}.toml", vendor.value);
    let text = sheet(&vendor.value, currency, &workspace.schema_of_price_sheets());
    write(&[(name, &text)], &workspace, terminal)?;
    terminal.sentence(&format!(
        "Fill in what says FILL IN, then `costplan validate`; a line item names it as `sku: {}/basic`",
        vendor.value
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// The text of the sheet.
fn sheet(vendor: &str, currency: Currency, schema: &str) -> String {
    let extends = match load::bundled_prices(vendor) {
        Some(_) => {
            "extends = \"bundled\" # the bundled sheet of the vendor counts too: SKUs below are added or replaced\n"
        }
        None => "",
    };
    let values = [
        ("{{schema}}", schema),
        ("{{vendor}}", vendor),
        ("{{currency}}", &currency.to_string()),
        ("{{today}}", &today().to_string()),
        ("{{extends}}", extends),
    ];
    values.iter().fold(SHEET.to_owned(), |text, (mark, value)| text.replace(mark, value))
}
