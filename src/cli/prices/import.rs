//! `costplan prices import`: the prices of a vendor's own answer.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::ValueHint;
use clap::{Args, FromArgMatches as _};
use jiff::civil::Date;

use crate::app::{self, ImportedPrices, PriceImport, Request};
use crate::cli::args::{OrFail as _, OutputArgs, own_project, today, with_globals};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic};
use crate::load;
use crate::source::{FileId, Spanned};
use crate::view::{ImportView, ShownSheet};
use crate::workspace::Workspace;

pub(super) const COMMAND: Command = Command {
    name: "import",
    about: "Update a price sheet from the vendor's own price list",
    arguments,
    run,
};

#[derive(Clone, Debug, Args)]
struct ImportArgs {
    /// The vendor; the name of a source with the prices of several, such as litellm; or ecb for exchange rates
    vendor: String,
    /// What the vendor's API answered, in one or more files; - for standard input
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    files: Vec<PathBuf>,
    /// Take only records with this value, in which * is any text and | separates several; all given must match
    #[arg(long, value_name = "NAME=VALUE", value_delimiter = ',')]
    select: Vec<String>,
    /// Read the answer as this mapping says
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    mapping: Option<PathBuf>,
    /// The day on which the answer was read; today unless given, or the day that the answer names
    #[arg(long, value_name = "DATE")]
    retrieved_on: Option<String>,
    /// The answer is a part of all, such as one of several pages: what it lacks is still sold
    #[arg(long)]
    partial: bool,
    /// Show what would change, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Write nothing, and end with exit code 1 if prices moved
    #[arg(long)]
    check: bool,
    /// Show every change
    #[arg(long)]
    details: bool,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(ImportArgs::augment_args(command)).after_help("Nothing is fetched: the answer is a file that you have. It is merged into `pricing/VENDOR.toml` of the project, which extends the bundled sheet if there is one. A changed price gets a dated entry beside the old one, so that an older --as-of has the old total; what is not changed keeps its text, comments and order.\n\nExamples:\n  curl -H \"Authorization: Bearer $TOKEN\" https://api.hetzner.cloud/v1/server_types | costplan prices import hetzner - --dry-run\n  costplan prices import aws AmazonEC2.json --select instanceType=t3.*,regionCode=eu-central-1\n  costplan prices import litellm model_prices.json --check\n  costplan prices import ecb eurofxref-daily.xml")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ImportArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = own_project(invocation)?;
    let import = request(&args, &mut workspace).or_fail(&workspace)?;
    let imported = app::import_prices(&mut workspace, &Request::today(import.day), &import)?;
    let is_dry = args.dry_run || args.check;
    let names: Vec<String> = imported.sheets.iter().map(|sheet| format!("{}.toml", sheet.vendor)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let directory = workspace.price_directory(&names).or_fail(&workspace)?;
    if !is_dry {
        write(&imported, &directory).or_fail(&workspace)?;
    }
    let view = view(&imported, &directory, &import, &args);
    let written = terminal.show(&view, args.output.format());
    let failure = (args.check && view.have_moved()).then(|| format!("check failed: prices moved: {}", view.summary()));
    terminal.verdict(written, failure)
}

fn view<'i>(imported: &'i ImportedPrices, directory: &Path, import: &PriceImport, args: &ImportArgs) -> ImportView<'i> {
    let sheets = imported.sheets.iter().map(|sheet| ShownSheet {
        vendor: &sheet.vendor,
        file: directory.join(format!("{}.toml", sheet.vendor)).display().to_string(),
        is_written: sheet.is_to_be_written(),
        changes: &sheet.changes,
    });
    ImportView {
        sheets: sheets.collect(),
        effects: &imported.effects,
        no_effects: imported.no_effects.as_deref(),
        without_price: imported.without_price,
        is_part: imported.is_part,
        day: import.day,
        is_dry: args.dry_run || args.check,
        is_detailed: args.details,
    }
}

/// Reads what is requested.
fn request(args: &ImportArgs, workspace: &mut Workspace) -> Result<PriceImport, Vec<Diagnostic>> {
    let vendor: Spanned<String> = workspace.typed("VENDOR", args.vendor.trim())?;
    let day = match &args.retrieved_on {
        Some(day) => workspace.typed::<Spanned<Date>>("--retrieved-on", day)?.value,
        None => today(),
    };
    let mapping = match &args.mapping {
        Some(path) => Some(load::read(&load::file(path), &mut workspace.sources).map_err(|problem| vec![problem])?),
        None => None,
    };
    let mut select = Vec::new();
    for text in &args.select {
        match text.split_once('=') {
            Some((name, pattern)) if !name.trim().is_empty() && !pattern.trim().is_empty() => {
                select.push((name.trim().to_owned(), pattern.trim().to_owned()));
            }
            _ => {
                let message = format!("`--select {text}` lacks a name or a value");
                let diagnostic = Diagnostic::new(Code::InvalidArgument, message);
                return Err(vec![diagnostic.help("write `--select NAME=VALUE`, by a value of the records")]);
            }
        }
    }
    let answers = args.files.iter().map(|path| answer(path, workspace)).collect::<Result<_, _>>()?;
    let schema = Some(workspace.schema_of_price_sheets());
    Ok(PriceImport { vendor, answers, mapping, select, day, is_part: args.partial, schema })
}

/// Reads a file, or standard input.
fn answer(path: &Path, workspace: &mut Workspace) -> Result<FileId, Vec<Diagnostic>> {
    if path != Path::new("-") {
        return load::read(&load::file(path), &mut workspace.sources).map_err(|problem| vec![problem]);
    }
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(load::MAX_FILE + 1).read_to_end(&mut bytes);
    let text = read.map_err(|error| {
        vec![Diagnostic::new(Code::FileNotReadable, format!("standard input cannot be read: {error}"))]
    });
    text.and_then(|_| load::typed_text(bytes, "standard input").map_err(|problem| vec![problem]))
        .map(|text| workspace.sources.add("standard input", text))
}

/// Writes the sheets, each as a whole.
fn write(imported: &ImportedPrices, directory: &Path) -> Result<(), Vec<Diagnostic>> {
    for sheet in imported.sheets.iter().filter(|sheet| sheet.is_to_be_written()) {
        let path = directory.join(format!("{}.toml", sheet.vendor));
        let _lock = load::lock_beside(&path).map_err(|problem| vec![problem])?;
        load::replace(&path, &sheet.text).map_err(|problem| vec![problem])?;
    }
    Ok(())
}
