//! `costplan prices export`: a bundled price sheet as a file of the project.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::cli::args::{OrFail as _, names, own_project, with_globals};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic};
use crate::load;
use crate::resolve;
use crate::source::Spanned;

pub(super) const COMMAND: Command =
    Command { name: "export", about: "Copy bundled price sheets into the project, to be changed there", arguments, run };

#[derive(Clone, Debug, Args)]
struct ExportArgs {
    /// The vendors; `fx` is the file of exchange rates
    #[arg(value_name = "VENDOR", required = true)]
    vendors: Vec<String>,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(ExportArgs::augment_args(command)).after_help("The copy is read in place of the bundled sheet, and is no longer kept up to date with costplan. To add or change a few SKUs, write a sheet with `extends = \"bundled\"` instead: `costplan prices new VENDOR`. Nothing is overwritten.\n\nExamples:\n  costplan prices export hetzner\n  costplan prices export fx")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ExportArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = own_project(invocation)?;
    let vendors = names("VENDOR", &args.vendors, &mut workspace).or_fail(&workspace)?;
    let (found, wrong): (Vec<_>, Vec<_>) = vendors.iter().map(copy).partition(Result::is_ok);
    let wrong: Vec<Diagnostic> = wrong.into_iter().filter_map(Result::err).collect();
    if !wrong.is_empty() {
        return Err(workspace.failure(wrong).into());
    }
    let mut files: Vec<(String, &str)> = found.into_iter().flatten().collect();
    files.dedup();
    crate::cli::prices::write::write(&files, &workspace, terminal)?;
    Ok(ExitCode::SUCCESS)
}

/// The bundled file of a vendor, with its name.
fn copy(vendor: &Spanned<String>) -> Result<(String, &'static str), Diagnostic> {
    match load::bundled_prices(&vendor.value) {
        Some(text) => Ok((format!("{}.toml", vendor.value), text)),
        None => Err(resolve::unknown_vendor(
            Code::UnknownVendor,
            vendor.as_ref().map(String::as_str),
            load::bundled_vendors(),
        )),
    }
}
