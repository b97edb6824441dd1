//! `costplan actuals import`: bills become a small file for each month.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app;
use crate::cli::args::{OrFail as _, OutputArgs, today, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::model::Currency;
use crate::resolve::{self, BillRequest};
use crate::source::Spanned;
use crate::view::BillImportView;

pub(super) const COMMAND: Command =
    Command { name: "import", about: "Read bills, and add them up by month", arguments, run };

#[derive(Clone, Debug, Args)]
struct ImportArgs {
    /// The bills: FOCUS 1.0 to 1.4, Azure, DigitalOcean, OpenAI, Stripe or a CSV of [actuals.csv], also gzip or Parquet
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    /// Read the bills in this format instead of the one that their header shows
    #[arg(long, value_name = "FORMAT")]
    input: Option<String>,
    /// The vendor of rows that name none
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    vendor: Option<String>,
    /// The currency of rows that name none
    #[arg(long, value_name = "CODE")]
    currency: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(ImportArgs::augment_args(command)).after_help("Rows that are alike are added up, and written to a file for each month, `actuals/2026-10.yaml`. Accounts, resources, descriptions and tags are not kept, except for the tags that `[actuals]` in costplan.toml names. The same file again changes nothing; another file of the same name takes its place.\n\nExamples:\n  costplan actuals import focus-2026-10.csv.gz\n  costplan actuals import october/*.csv\n  costplan actuals import usage.csv --input hetzner")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ImportArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let currency: Option<Spanned<Currency>> =
        args.currency.as_deref().map(|code| workspace.typed("--currency", code)).transpose().or_fail(&workspace)?;
    if let Some(Err(reason)) = args.vendor.as_deref().map(resolve::check_billed_name) {
        anyhow::bail!("--vendor: {reason}");
    }
    let request = BillRequest {
        format: args.input,
        vendor: args.vendor,
        currency: currency.map(|currency| currency.value),
        tags: Vec::new(),
        today: today(),
    };
    workspace.progress = terminal.progress();
    let (bills, files) = app::import_bills(&mut workspace, &args.files, request)?;
    let files: Vec<String> = files.iter().map(|file| file.display().to_string()).collect();
    terminal.show(&BillImportView::new(&bills, &files), args.output.format())?;
    Ok(ExitCode::SUCCESS)
}
