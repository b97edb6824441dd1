//! `costplan prices vendors`: who has a price sheet.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::cli::args::{OrFail as _, OutputArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::prices::day::DayArgs;
use crate::cli::prices::skus::skus_of;
use crate::cli::terminal::Terminal;
use crate::view::{ListedVendor, VendorsView};
use crate::workspace::VendorSheet;

pub(super) const COMMAND: Command =
    Command { name: "vendors", about: "List the vendors that have a price sheet", arguments, run };

#[derive(Clone, Debug, Args)]
struct VendorsArgs {
    /// List what this vendor sells, as `costplan prices list --vendor` does
    vendor: Option<String>,
    #[command(flatten)]
    day: DayArgs,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(VendorsArgs::augment_args(command)).after_help("The day is when the oldest price of the sheet was read. A vendor `in init` has line items for `costplan init --with VENDOR`.\n\nExamples:\n  costplan prices vendors\n  costplan prices vendors hetzner\n  costplan prices vendors --format csv")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = VendorsArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let request = args.day.request(invocation.matches, &mut workspace)?;
    if let Some(vendor) = &args.vendor {
        return skus_of(vendor, request.as_of, &mut workspace, terminal, args.output.format());
    }
    let sheets = workspace.sheets_in_brief().or_fail(&workspace)?;
    terminal.show(&VendorsView::new(listed(&sheets), request.as_of), args.output.format())?;
    Ok(ExitCode::SUCCESS)
}

/// The sheets as they are listed.
pub(super) fn listed(sheets: &[VendorSheet]) -> impl Iterator<Item = ListedVendor<'_>> {
    sheets.iter().map(|of| ListedVendor {
        sheet: &of.sheet,
        skus: of.skus,
        file: of.file(),
        is_bundled: of.is_bundled(),
    })
}
