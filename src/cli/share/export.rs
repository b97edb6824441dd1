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
    /// The format, if the ending of the file does not say it
    #[arg(long, value_enum, help_heading = OUTPUT)]
    format: Option<ExportFormat>,
    /// Write the columns of this version of FOCUS: 1.2 or 1.4
    #[arg(long, value_name = "VERSION", default_value = "1.2", value_parser = ["1.2", "1.4"], help_heading = OUTPUT)]
    focus_version: String,
    /// Write rows of FOCUS as Parquet in place of CSV
    #[arg(long, help_heading = OUTPUT)]
    parquet: bool,
    /// Write the months of a forecast: as rows of FOCUS in place of the month of the prices, or on a sheet of the workbook
    #[arg(long)]
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
    command.after_help("In a workbook, change the blue numbers on the sheet Inputs: customers, revenue, drivers, rates. All costs follow, to the cent. A stage begins with --customers, or else with the number that it is `sized_for`, or else with the low end of its range. Numbers for which a spreadsheet has no formula keep their values, and are grey.\n\nA row of FOCUS is a tier, a fee or another part of a charge; its unit price times its quantity is its cost. Costs are as on a bill: the buffer and the roundings of the plan are in columns of their own, and the sum of x_CostplanPlannedCost is the total of `costplan stage`.\n\nExamples:\n  costplan export plan.xlsx\n  costplan export growth.xlsx --stage 2 --customers 60 --arpu 49\n  costplan export months.xlsx --forecast --from 5 --growth 15%/month --arpu 49\n  costplan export plan.csv --stage 2 --customers 60\n  costplan export year.parquet --forecast --from 5 --growth 15%/month --months 12\n  costplan export --format focus --focus-version 1.4 > plan.csv")
}

fn wrong(message: String) -> Diagnostic {
    let help = "write `costplan export plan.xlsx` for a workbook, and `plan.csv` or `plan.parquet` for rows of a bill";
    Diagnostic::new(Code::InvalidArgument, message).help(help)
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ExportArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    workspace.progress = terminal.progress();
    let format = args.format(terminal).map_err(|wrong| vec![wrong]).or_fail(&workspace)?;
    let request = args.settings.taxed_request(&args.inputs, &args.tax, invocation.matches, &mut workspace)?;
    let (content, warnings) = match format {
        ExportFormat::Xlsx => {
            let assumed = args.forecast.then(|| args.growth.typed(&mut workspace)).transpose().or_fail(&workspace)?;
            let workbook = app::workbook(&mut workspace, &args.stages, &request, assumed)?;
            (render::workbook(&workbook)?, Vec::new())
        }
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

    /// The format of `--format`, or else of the file's ending. A known ending has the format that it says.
    fn format(&self, terminal: &mut Terminal) -> Result<ExportFormat, Diagnostic> {
        let ending = self.ending();
        let of_ending = match ending.as_deref() {
            Some("xlsx") => Some(ExportFormat::Xlsx),
            Some("csv" | "parquet") => Some(ExportFormat::Focus),
            _ => None,
        };
        let format = match (self.format.or(of_ending), &self.file) {
            (Some(format), _) => format,
            (None, Some(path)) => {
                return Err(wrong(format!("`{}` does not end in .xlsx, .csv or .parquet", path.display())));
            }
            (None, None) => return Err(wrong("no file is named, and no format".to_owned())),
        };
        let is_workbook = format == ExportFormat::Xlsx;
        if self.parquet && is_workbook {
            return Err(wrong("`--parquet` is for rows of FOCUS, and this is a workbook".to_owned()));
        }
        if self.forecast && !is_workbook && !self.stages.is_empty() {
            let message = "a forecast chooses the stage of each month, so `--stage` has no use with `--forecast`";
            let diagnostic = Diagnostic::new(Code::InvalidArgument, message);
            return Err(
                diagnostic.help("leave out `--stage`, or write `--stages STAGE` to count one stage in all months")
            );
        }
        let is_parquet = self.is_parquet();
        let what = match (is_workbook, is_parquet) {
            (true, _) => "a workbook",
            (false, true) => "Parquet",
            (false, false) => "CSV",
        };
        let is_other = match ending.as_deref() {
            Some("csv") => is_workbook || is_parquet,
            Some("parquet") => is_workbook,
            Some("xlsx") => !is_workbook,
            _ => false,
        };
        if let (true, Some(path)) = (is_other, &self.file) {
            return Err(wrong(format!("`{}` would be {what}, and its ending says otherwise", path.display())));
        }
        if self.file.is_none() && (is_workbook || is_parquet) && terminal.is_terminal() {
            return Err(wrong(format!("a terminal cannot show {what}")));
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
