//! `costplan prices import`: the prices of a vendor's own answer.

use std::io::{BufRead, Read as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::builder::ValueHint;
use clap::{Args, FromArgMatches as _};
use jiff::civil::Date;

use crate::app::{self, ImportedPrices, PriceImport, RateImport, Request};
use crate::cli::args::{OrFail as _, OutputArgs, own_project, today, with_globals};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic};
use crate::load;
use crate::source::Spanned;
use crate::view::{ImportView, RateImportView, ShownSheet};
use crate::workspace::Workspace;

pub(super) const COMMAND: Command =
    Command { name: "import", about: "Update a price sheet from the vendor's own price list", arguments, run };

#[derive(Clone, Debug, Args)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
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
    if args.vendor.trim() == "ecb" {
        return rates(&args, &mut workspace, terminal);
    }
    let (import, lists) = request(&args, &mut workspace).or_fail(&workspace)?;
    let asked = Request::today(import.day);
    let imported = if lists.is_empty() {
        app::import_prices(&mut workspace, &asked, &import)?
    } else {
        app::import_aws(&mut workspace, &asked, &import, lists)?
    };
    let is_dry = args.dry_run || args.check;
    let names: Vec<String> = imported.sheets.iter().map(|sheet| format!("{}.toml", sheet.vendor)).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let directory = workspace.price_directory(&names).or_fail(&workspace)?;
    if !is_dry {
        let sheets = imported.sheets.iter().filter(|sheet| sheet.is_changed);
        let files: Vec<(String, &str)> =
            sheets.map(|sheet| (format!("{}.toml", sheet.vendor), sheet.text.as_str())).collect();
        write(&files, &directory).or_fail(&workspace)?;
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
        is_written: sheet.is_changed,
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

/// A list that is read a part at a time, with its name.
type List = (String, Box<dyn BufRead>);

/// Reads what is requested, but not the lists of AWS.
fn request(args: &ImportArgs, workspace: &mut Workspace) -> Result<(PriceImport, Vec<List>), Vec<Diagnostic>> {
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
    let schema = Some(workspace.schema_of_price_sheets());
    let mut import = PriceImport { vendor, answers: Vec::new(), mapping, select, day, is_part: args.partial, schema };
    let mut lists = Vec::new();
    for path in &args.files {
        let (name, mut input) = open(path).map_err(|problem| vec![problem])?;
        let start = input.fill_buf().map_err(|error| vec![unreadable(&name, &error)])?;
        if args.mapping.is_none() && app::is_aws_list(start) {
            lists.push((name, input));
        } else {
            let text = whole(&name, input).map_err(|problem| vec![problem])?;
            if workspace.sources.bytes() + text.len() > load::MAX_TEXTS {
                let message =
                    format!("`{name}` and the files before it have more than {} bytes in all", load::MAX_TEXTS);
                return Err(vec![
                    Diagnostic::new(Code::FileTooLarge, message).help("import them in several runs, with `--partial`"),
                ]);
            }
            import.answers.push(workspace.sources.add(name, text));
        }
    }
    if !lists.is_empty() && !import.answers.is_empty() {
        let message = "price lists of AWS cannot be imported with other answers";
        return Err(vec![Diagnostic::new(Code::InvalidArgument, message).help("import them in two runs")]);
    }
    Ok((import, lists))
}

/// Opens a file, or standard input.
fn open(path: &Path) -> Result<List, Diagnostic> {
    if path == Path::new("-") {
        return Ok(("standard input".to_owned(), Box::new(std::io::BufReader::new(std::io::stdin()))));
    }
    Ok((path.to_string_lossy().into_owned(), Box::new(load::open_typed(path)?)))
}

fn unreadable(name: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::new(Code::FileNotReadable, format!("`{name}` cannot be read: {error}"))
}

/// The whole text of an input, if it is not too large.
fn whole(name: &str, input: impl BufRead) -> Result<String, Diagnostic> {
    let mut bytes = Vec::new();
    let read = input.take(load::MAX_FILE + 1).read_to_end(&mut bytes);
    read.map_err(|error| unreadable(name, &error)).and_then(|_| load::typed_text(bytes, name))
}

/// Writes files, each as a whole.
fn write(files: &[(String, &str)], directory: &Path) -> Result<(), Vec<Diagnostic>> {
    for (name, text) in files {
        let path = directory.join(name);
        let _lock = load::lock_beside(&path).map_err(|problem| vec![problem])?;
        load::replace(&path, text).map_err(|problem| vec![problem])?;
    }
    Ok(())
}

/// Imports the reference rates of the European Central Bank.
fn rates(args: &ImportArgs, workspace: &mut Workspace, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let (request, _) = request(args, workspace).or_fail(workspace)?;
    let import = RateImport { files: request.answers, select: request.select, day: request.day };
    let imported = app::import_rates(workspace, &Request::today(import.day), &import)?;
    let directory = workspace.price_directory(&["fx.toml"]).or_fail(workspace)?;
    let is_dry = args.dry_run || args.check;
    if imported.is_changed && !is_dry {
        write(&[("fx.toml".to_owned(), &imported.text)], &directory).or_fail(workspace)?;
    }
    let view = RateImportView {
        changes: &imported.changes,
        unchanged: imported.unchanged,
        effects: &imported.effects,
        no_effects: imported.no_effects.as_deref(),
        file: directory.join("fx.toml").display().to_string(),
        is_written: imported.is_changed,
        is_dry,
        is_detailed: args.details,
    };
    let written = terminal.show(&view, args.output.format());
    let failure = (args.check && view.have_moved()).then(|| format!("check failed: rates moved: {}", view.summary()));
    terminal.verdict(written, failure)
}
