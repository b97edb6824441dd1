//! `costplan schema`: JSON Schemas of files, for editors, and of what the commands print as JSON.

use std::process::ExitCode;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Args, FromArgMatches as _};
use serde_json::Value;

use crate::cli::args::{OrFail as _, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::load::output_schemas;
use crate::workspace::Workspace;

pub(crate) const COMMAND: Command =
    Command { name: "schema", about: "Print the JSON Schema of a file format or of an output", arguments, run };

/// A file format, and what is written in it.
struct Format {
    name: &'static str,
    about: &'static str,
    file: &'static str,
    schema: &'static str,
}

macro_rules! formats {
    ($($name:literal => $about:literal,)+) => {
        &[$(Format {
            name: $name,
            about: $about,
            file: concat!($name, ".schema.json"),
            schema: include_str!(concat!("../../../schemas/", $name, ".schema.json")),
        }),+]
    };
}

const FORMATS: &[Format] = formats! {
    "stage" => "stages/*.yaml",
    "price-sheet" => "pricing/*.toml",
    "exchange-rates" => "pricing/fx.toml",
    "project" => "costplan.toml",
    "budget" => "budget.yaml",
    "scenario" => "scenarios/*.yaml",
    "technique" => "techniques/*.yaml",
    "checklist" => "checklists/*.yaml",
    "metrics" => "What `costplan review` reads, records/2026-12.yaml",
    "check-record" => "records/checks.yaml",
    "actuals" => "What a month really cost, actuals/2026-10.yaml",
    "runbook" => "runbooks/*.yaml",
    "price-mapping" => "What `costplan prices import --mapping` reads",
    "snapshot" => "costplan.snapshot.yaml",
};

#[derive(Clone, Debug, Args)]
struct SchemaArgs {
    /// The file format, or the key `schema` of what a command prints as JSON
    #[arg(value_name = "FORMAT", value_parser = names())]
    schema: String,
    /// List the SKUs of the price sheets too, so that editors complete them
    #[arg(long)]
    skus: bool,
}

/// The file formats, and the outputs, which are too many for the help.
fn names() -> PossibleValuesParser {
    let formats = FORMATS.iter().map(|format| PossibleValue::new(format.name).help(format.about));
    formats.chain(output_schemas().map(|(id, _)| PossibleValue::new(id).hide(true))).collect::<Vec<_>>().into()
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(SchemaArgs::augment_args(command)).after_help("Editors complete and check a file that names its schema in its first line. What a command prints as JSON names its own: its key `schema`.\n\nExamples:\n  costplan schema stage --skus > schemas/stage.schema.json\n  costplan schema costplan.stage.v1")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = SchemaArgs::from_arg_matches(invocation.matches)?;
    let formats = FORMATS.iter().map(|format| (format.name, format.schema));
    let (_, schema) =
        formats.chain(output_schemas()).find(|(name, _)| *name == args.schema).expect("each of the names has a schema");
    if !args.skus {
        terminal.text(schema)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut workspace = workspace(invocation)?;
    let skus = skus(&mut workspace)?;
    let with_skus = with_skus(schema, &skus).ok_or_else(|| vec![nothing_to_complete()]).or_fail(&workspace)?;
    terminal.text(&with_skus)?;
    Ok(ExitCode::SUCCESS)
}

/// The schemas of all formats by the names of their files, with the bundled SKUs, for a project that has none of its own
/// yet.
pub(super) fn for_editors() -> Result<Vec<(&'static str, String)>, Failure> {
    let skus = skus(&mut Workspace::bundled())?;
    let listed = |schema: &str| with_skus(schema, &skus).unwrap_or_else(|| schema.to_owned());
    Ok(FORMATS.iter().map(|format| (format.file, listed(format.schema))).collect())
}

/// The ids of the SKUs that a workspace has prices of.
fn skus(workspace: &mut Workspace) -> Result<Vec<String>, Failure> {
    let sheets = workspace.price_sheets(None).or_fail(workspace)?;
    Ok(sheets.book.skus().map(|sku| sku.id.to_string()).collect())
}

/// A schema in which every key `sku` has the SKUs as examples, which editors offer. Others are still allowed. `None` if
/// the format has no such key.
fn with_skus(schema: &str, skus: &[String]) -> Option<String> {
    let mut schema: Value = serde_json::from_str(schema).expect("a schema is JSON");
    let mut is_listed = false;
    for definition in schema["$defs"].as_object_mut()?.values_mut() {
        if let Some(key) = definition.get_mut("properties").and_then(|properties| properties.get_mut("sku")) {
            key["examples"] = skus.into();
            is_listed = true;
        }
    }
    is_listed.then(|| format!("{schema:#}\n"))
}

fn nothing_to_complete() -> Diagnostic {
    Diagnostic::new(Code::InvalidArgument, "`--skus` has no effect: a file of this format names no SKU")
        .help("it is for `stage`, `project` and `technique`")
}
