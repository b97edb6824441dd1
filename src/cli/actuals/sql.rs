//! `costplan actuals sql`: the query that adds a bill up where it lies.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app;
use crate::cli::args::{OrFail as _, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::resolve::{BillQuery, Engine, TagsAs};
use crate::source::Spanned;

pub(super) const COMMAND: Command =
    Command { name: "sql", about: "Print the query that adds up a bill where it lies", arguments, run };

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum EngineArg {
    #[value(name = "duckdb")]
    DuckDb,
    #[value(name = "bigquery")]
    BigQuery,
    Athena,
    #[value(name = "clickhouse")]
    ClickHouse,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum TagsArg {
    Json,
    Map,
}

#[derive(Clone, Copy, Debug, clap::ValueEnum)]
enum FocusArg {
    #[value(name = "1.0")]
    V0,
    #[value(name = "1.1")]
    V1,
    #[value(name = "1.2")]
    V2,
    #[value(name = "1.3")]
    V3,
    #[value(name = "1.4")]
    V4,
}

#[derive(Clone, Debug, Args)]
struct SqlArgs {
    /// Who answers the query
    #[arg(long, value_enum)]
    engine: EngineArg,
    /// The table of the bill, with what it is in: `shop.bills`; for `DuckDB` also files: `bills/*.parquet`
    #[arg(long, value_name = "NAME", default_value = "focus")]
    from: String,
    /// The version of FOCUS that the table has; `DuckDB` sees which columns there are
    #[arg(long, value_enum, value_name = "VERSION", default_value = "1.2")]
    focus: FocusArg,
    /// How the table keeps tags: as JSON, or as a map; `DuckDB` sees it
    #[arg(long, value_enum, default_value = "json")]
    tags: TagsArg,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(SqlArgs::augment_args(command)).after_help("The answer has a row for each charge, added up as `costplan actuals import` does, and no account, resource or person. Save it as CSV with a header and import it. Tags are those that `[actuals]` in costplan.toml names.\n\nExamples:\n  costplan actuals sql --engine duckdb --from 'bills/*.parquet' | duckdb -csv > bill.csv\n  costplan actuals sql --engine bigquery --from shop.billing.focus --focus 1.0\n  costplan actuals import bill.csv")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = SqlArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let from: Spanned<String> = workspace.typed("--from", &args.from).or_fail(&workspace)?;
    let query = BillQuery {
        engine: match args.engine {
            EngineArg::DuckDb => Engine::DuckDb,
            EngineArg::BigQuery => Engine::BigQuery,
            EngineArg::Athena => Engine::Athena,
            EngineArg::ClickHouse => Engine::ClickHouse,
        },
        from: from.value,
        version: match args.focus {
            FocusArg::V0 => 0,
            FocusArg::V1 => 1,
            FocusArg::V2 => 2,
            FocusArg::V3 => 3,
            FocusArg::V4 => 4,
        },
        tags_as: match args.tags {
            TagsArg::Json => TagsAs::Json,
            TagsArg::Map => TagsAs::Map,
        },
        tags: app::kept_tags(&workspace),
    };
    terminal.text(&query.text())?;
    Ok(ExitCode::SUCCESS)
}
