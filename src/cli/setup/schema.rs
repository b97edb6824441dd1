//! `costplan schema`: JSON Schemas for editors.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _, ValueEnum};
use serde_json::Value;

use crate::cli::args::{OrFail as _, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::workspace::Workspace;

pub(crate) const COMMAND: Command =
    Command { name: "schema", about: "Print the JSON Schema of a file format", arguments, run };

/// Each format with the name of its schema's file and the schema.
const SCHEMAS: [(FormatName, &str, &str); 14] = [
    (FormatName::Stage, "stage.schema.json", include_str!("../../../schemas/stage.schema.json")),
    (FormatName::PriceSheet, "price-sheet.schema.json", include_str!("../../../schemas/price-sheet.schema.json")),
    (
        FormatName::ExchangeRates,
        "exchange-rates.schema.json",
        include_str!("../../../schemas/exchange-rates.schema.json"),
    ),
    (FormatName::Project, "project.schema.json", include_str!("../../../schemas/project.schema.json")),
    (FormatName::Budget, "budget.schema.json", include_str!("../../../schemas/budget.schema.json")),
    (FormatName::Scenario, "scenario.schema.json", include_str!("../../../schemas/scenario.schema.json")),
    (FormatName::Technique, "technique.schema.json", include_str!("../../../schemas/technique.schema.json")),
    (FormatName::Checklist, "checklist.schema.json", include_str!("../../../schemas/checklist.schema.json")),
    (FormatName::Metrics, "metrics.schema.json", include_str!("../../../schemas/metrics.schema.json")),
    (FormatName::CheckRecord, "check-record.schema.json", include_str!("../../../schemas/check-record.schema.json")),
    (FormatName::Actuals, "actuals.schema.json", include_str!("../../../schemas/actuals.schema.json")),
    (FormatName::Runbook, "runbook.schema.json", include_str!("../../../schemas/runbook.schema.json")),
    (FormatName::PriceMapping, "price-mapping.schema.json", include_str!("../../../schemas/price-mapping.schema.json")),
    (FormatName::Snapshot, "snapshot.schema.json", include_str!("../../../schemas/snapshot.schema.json")),
];

/// A file format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatName {
    /// stages/*.yaml
    Stage,
    /// pricing/*.toml
    PriceSheet,
    /// pricing/fx.toml
    ExchangeRates,
    /// costplan.toml
    Project,
    /// budget.yaml
    Budget,
    /// scenarios/*.yaml
    Scenario,
    /// techniques/*.yaml
    Technique,
    /// checklists/*.yaml
    Checklist,
    /// What `costplan review` reads, records/2026-12.yaml
    Metrics,
    /// records/checks.yaml
    CheckRecord,
    /// What a month really cost, actuals/2026-10.yaml
    Actuals,
    /// runbooks/*.yaml
    Runbook,
    /// What `costplan prices import --mapping` reads
    PriceMapping,
    /// costplan.snapshot.yaml
    Snapshot,
}

#[derive(Clone, Copy, Debug, Args)]
struct SchemaArgs {
    /// The file format
    #[arg(value_enum)]
    format: FormatName,
    /// List the SKUs of the price sheets too, so that editors complete them
    #[arg(long)]
    skus: bool,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(SchemaArgs::augment_args(command)).after_help("Editors complete and check a file that names its schema in its first line.\n\nExamples:\n  costplan schema stage --skus > schemas/stage.schema.json")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = SchemaArgs::from_arg_matches(invocation.matches)?;
    let (.., schema) = SCHEMAS.iter().find(|(name, ..)| *name == args.format).expect("each format has a schema");
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
    Ok(SCHEMAS.iter().map(|(_, name, schema)| (*name, listed(schema))).collect())
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
