//! `costplan export`: the plan as a file for other programs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app::{self, Request};
use crate::cli::args::{InputArgs, OrFail as _, SettingArgs, TaxArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::plan::forecast::GrowthArgs;
use crate::cli::terminal::{self, Terminal};
use crate::diagnostic::{Code, Diagnostic};
use crate::load;
use crate::render::{self, CsvDialect};
use crate::view::{self, FocusVersion, PlannedMonth};
use crate::workspace::Workspace;

pub(crate) const COMMAND: Command =
    Command { name: "export", about: "Write a workbook with formulas, or the plan as rows of a bill", arguments, run };

// What is written. (No documentation comment: clap would take it for the help of the command.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ExportFormat {
    /// A workbook with live formulas
    Xlsx,
    /// Rows of FOCUS, the format of bills, as CSV or Parquet
    Focus,
}

#[derive(Clone, Debug, Args)]
struct ExportArgs {
    /// The file to write, whose ending chooses the format: plan.xlsx, plan.csv, plan.parquet. Standard output if left out
    #[arg(value_hint = clap::ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// Write only this stage, by number, name or file stem; may be repeated
    #[arg(long = "stage", value_name = "STAGE")]
    stages: Vec<String>,
    /// The format, whatever the ending of the file
    #[arg(long, value_enum, help_heading = OUTPUT)]
    format: Option<ExportFormat>,
    /// Write the columns of this version of FOCUS: 1.2 or 1.4
    #[arg(long, value_name = "VERSION", default_value = "1.2", value_parser = ["1.2", "1.4"], help_heading = OUTPUT)]
    focus_version: String,
    /// Write rows of FOCUS as Parquet in place of CSV
    #[arg(long, help_heading = OUTPUT)]
    parquet: bool,
    /// Write rows of FOCUS for the months of the forecast in place of the month of the prices
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
const OF_FORECASTS: [&str; 9] =
    ["from", "growth", "market", "churn", "customers_file", "start", "months", "plan_month", "fixed_stages"];

fn arguments(command: clap::Command) -> clap::Command {
    let command = with_globals(ExportArgs::augment_args(command));
    let command = OF_FORECASTS.iter().fold(command, |command, name| {
        command.mut_arg(name, |arg| arg.requires("forecast").hide_short_help(true).help_heading("Forecast"))
    });
    command.after_help("In a workbook, change the blue cells of the sheet Inputs: customers, revenue, drivers, rates. All costs follow, to the cent. A stage begins with --customers, or else with the number that it is sized for. Cells that no formula of a spreadsheet can give are grey, and say so.\n\nA row of FOCUS is a tier, a fee or another part of a charge; its unit price times its quantity is its cost. Costs are as on a bill: the buffer and the roundings of the plan are in columns of their own, and the sum of x_CostplanPlannedCost is the total of `costplan stage`.\n\nExamples:\n  costplan export plan.xlsx\n  costplan export growth.xlsx --stage 2 --customers 60 --arpu 49\n  costplan export plan.csv --stage 2 --customers 60\n  costplan export year.parquet --forecast --from 5 --growth 15%/month --months 12\n  costplan export --format focus --focus-version 1.4 > plan.csv")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ExportArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    workspace.progress = terminal.progress();
    let format = args.format(terminal).map_err(|wrong| vec![wrong]).or_fail(&workspace)?;
    let request = args.settings.taxed_request(&args.inputs, &args.tax, invocation.matches, &mut workspace)?;
    let (content, warnings) = match format {
        ExportFormat::Xlsx => (render::workbook(&app::workbook(&mut workspace, &args.stages, &request)?)?, Vec::new()),
        ExportFormat::Focus => args.focus(&request, &mut workspace)?,
    };
    match &args.file {
        Some(path) => {
            load::replace_bytes(path, &content).map_err(|problem| vec![problem]).or_fail(&workspace)?;
            terminal::message(&format!("wrote {}", path.display()))?;
        }
        None => terminal.bytes(&content)?,
    }
    for sentence in warnings {
        terminal::message(&format!("warning: {sentence}"))?;
    }
    Ok(ExitCode::SUCCESS)
}

impl ExportArgs {
    /// The ending of the file, in small letters.
    fn ending(&self) -> Option<String> {
        let ending = |path: &Path| path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        self.file.as_deref().and_then(ending)
    }

    fn is_parquet(&self) -> bool {
        self.parquet || self.ending().as_deref() == Some("parquet")
    }

    /// The format of `--format`, or else of the file's ending.
    fn format(&self, terminal: &mut Terminal) -> Result<ExportFormat, Diagnostic> {
        let wrong = |message: String| {
            let diagnostic = Diagnostic::new(Code::InvalidArgument, message);
            diagnostic.help("write `costplan export plan.xlsx`, or `costplan export --format xlsx > plan.xlsx`")
        };
        let format = match (self.format, &self.file, self.ending().as_deref()) {
            (Some(format), ..) => format,
            (None, _, Some("xlsx")) => ExportFormat::Xlsx,
            (None, _, Some("csv" | "parquet")) => ExportFormat::Focus,
            (None, Some(path), _) => {
                let message = format!("`{}` does not end in .xlsx, .csv or .parquet", path.display());
                return Err(wrong(message));
            }
            (None, None, _) => return Err(wrong("no file is named, and no format".to_owned())),
        };
        if format == ExportFormat::Xlsx && (self.forecast || self.parquet) {
            let flag = if self.forecast { "--forecast" } else { "--parquet" };
            let wrong = format!("`{flag}` is for rows of FOCUS, and a workbook has the forecast on a sheet");
            return Err(Diagnostic::new(Code::InvalidArgument, wrong).help("name a file that ends in .csv or .parquet"));
        }
        let is_binary = format == ExportFormat::Xlsx || self.is_parquet();
        if self.file.is_none() && is_binary && terminal.is_terminal() {
            let what = if format == ExportFormat::Xlsx { "a workbook" } else { "Parquet" };
            return Err(wrong(format!("{what} is nothing that a terminal can show")));
        }
        Ok(format)
    }

    /// The rows of FOCUS as a whole file, and what is unknown in it.
    fn focus(&self, request: &Request, workspace: &mut Workspace) -> anyhow::Result<(Vec<u8>, Vec<String>)> {
        let months = if self.forecast {
            let assumed = self.growth.typed(workspace).or_fail(workspace)?;
            app::forecast_bills(workspace, request, assumed)?
        } else {
            app::planned_bills(workspace, &self.stages, request)?
        };
        let plan = workspace.name().unwrap_or("costplan").to_owned();
        let version = FocusVersion::WORDS.iter().find(|(word, _)| *word == self.focus_version);
        let version = version.map_or(FocusVersion::V1_2, |(_, version)| *version);
        let table = view::focus(&months, version, &plan);
        let mut bytes = Vec::new();
        if self.is_parquet() {
            render::parquet(&table, &mut bytes)?;
        } else {
            render::records(table.records(), CsvDialect::default(), &mut bytes)?;
        }
        Ok((bytes, months.iter().filter_map(PlannedMonth::unknown).collect()))
    }
}
