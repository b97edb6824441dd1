//! `costplan export`: the plan in the formats of other programs.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app;
use crate::cli::args::{InputArgs, OrFail as _, SettingArgs, TaxArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::plan::forecast::GrowthArgs;
use crate::cli::terminal::{self, Terminal};
use crate::diagnostic::{Code, Diagnostic};
use crate::load;
use crate::render::{self, CsvDialect};
use crate::view::{self, FocusVersion, PlannedMonth};

pub(crate) const COMMAND: Command =
    Command { name: "export", about: "Write the plan in the format of bills (FOCUS)", arguments, run };

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ExportFormat {
    /// Rows of FOCUS, the format of bills
    Focus,
}

#[derive(Clone, Debug, Args)]
struct ExportArgs {
    /// The stages by number, name or file stem; all of them if left out
    #[arg(value_name = "STAGE")]
    stages: Vec<String>,
    /// Write this format
    #[arg(long, value_enum, required = true, help_heading = OUTPUT)]
    format: ExportFormat,
    /// Write to this file, replacing it; the ending .parquet chooses Parquet
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath, help_heading = OUTPUT)]
    output: Option<PathBuf>,
    /// Write the columns of this version of FOCUS: 1.2 or 1.4
    #[arg(long, value_name = "VERSION", default_value = "1.2", value_parser = ["1.2", "1.4"], help_heading = OUTPUT)]
    focus_version: String,
    /// Write Parquet in place of CSV
    #[arg(long, help_heading = OUTPUT)]
    parquet: bool,
    /// Write the months of the forecast in place of the month of the prices
    #[arg(long, conflicts_with = "stages")]
    forecast: bool,
    #[command(flatten)]
    growth: GrowthArgs,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    tax: TaxArgs,
}

/// The flags that only a forecast has.
const OF_FORECASTS: [&str; 8] =
    ["from", "growth", "market", "churn", "customers_file", "start", "months", "plan_month"];

fn arguments(command: clap::Command) -> clap::Command {
    let command = with_globals(ExportArgs::augment_args(command));
    let command = OF_FORECASTS.iter().fold(command, |command, name| {
        command.mut_arg(name, |arg| arg.requires("forecast").hide_short_help(true).help_heading("Forecast"))
    });
    command.mut_arg("fixed_stages", |arg| arg.requires("forecast").hide_short_help(true).help_heading("Forecast")).after_help(
        "A row is a tier, a fee or another part of a charge; its unit price times its quantity is its cost. Costs are as on a bill: the buffer and the roundings of the plan are in columns of their own, and the sum of x_CostplanPlannedCost is the total of `costplan stage`.\n\nExamples:\n  costplan export 2 --format focus --customers 60 -o plan.csv\n  costplan export 2 --format focus --focus-version 1.4 -o plan.parquet\n  costplan export --format focus --forecast --from 5 --growth 15%/month --months 12 -o year.parquet",
    )
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ExportArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    workspace.progress = terminal.progress();
    if args.is_parquet() && args.output.is_none() && std::io::stdout().is_terminal() {
        let wrong = Diagnostic::new(Code::InvalidArgument, "Parquet is not for a terminal");
        return Err(vec![wrong.help("name a file with `-o plan.parquet`")]).or_fail(&workspace).map_err(Into::into);
    }
    let request = args.settings.taxed_request(&args.inputs, &args.tax, invocation.matches, &mut workspace)?;
    let months = if args.forecast {
        let assumed = args.growth.typed(&mut workspace).or_fail(&workspace)?;
        app::forecast_bills(&mut workspace, &request, assumed)?
    } else {
        app::planned_bills(&mut workspace, &args.stages, &request)?
    };
    let plan = workspace.name().unwrap_or("costplan").to_owned();
    let bytes = args.written(&months, &plan)?;
    match &args.output {
        Some(path) => {
            load::replace_bytes(path, &bytes).map_err(|problem| vec![problem]).or_fail(&workspace)?;
            terminal::message(&format!("wrote {}", path.display()))?;
        }
        None => terminal.write_all(&bytes)?,
    }
    for sentence in months.iter().filter_map(PlannedMonth::unknown) {
        terminal::message(&format!("warning: {sentence}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

impl ExportArgs {
    fn is_parquet(&self) -> bool {
        let is_named = |path: &Path| path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("parquet"));
        self.parquet || self.output.as_deref().is_some_and(is_named)
    }

    /// The whole file.
    fn written(&self, months: &[PlannedMonth], plan: &str) -> anyhow::Result<Vec<u8>> {
        let ExportFormat::Focus = self.format;
        let words = FocusVersion::WORDS.iter();
        let version = words.clone().find(|(word, _)| *word == self.focus_version).map(|(_, version)| *version);
        let table = view::focus(months, version.unwrap_or(FocusVersion::V1_2), plan);
        let mut bytes = Vec::new();
        if self.is_parquet() {
            render::parquet(&table, &mut bytes)?;
        } else {
            render::records(table.records(), CsvDialect::default(), &mut bytes)?;
        }
        Ok(bytes)
    }
}
