//! `costplan export`: the plan as a file for other programs.

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app;
use crate::cli::args::{InputArgs, OrFail as _, SettingArgs, TaxArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::{self, Terminal};
use crate::diagnostic::{Code, Diagnostic};
use crate::load;
use crate::render;

pub(crate) const COMMAND: Command =
    Command { name: "export", about: "Write a workbook with live formulas, for a spreadsheet", arguments, run };

#[derive(Clone, Debug, Args)]
struct ExportArgs {
    /// The file to write, whose ending chooses the format: plan.xlsx. Standard output if left out
    #[arg(value_hint = clap::ValueHint::FilePath)]
    file: Option<PathBuf>,
    /// Write only this stage, by number, name or file stem; may be repeated
    #[arg(long = "stage", value_name = "STAGE")]
    stages: Vec<String>,
    /// The format, whatever the ending of the file
    #[arg(long, value_enum)]
    format: Option<ExportFormat>,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    tax: TaxArgs,
}

// What is written. (No documentation comment: clap would take it for the help of the command.)
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum ExportFormat {
    /// A workbook with live formulas
    Xlsx,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(ExportArgs::augment_args(command)).after_help("Change the blue cells of the sheet Inputs: customers, revenue, drivers, rates. All costs follow, to the cent. A stage begins with --customers, or else with the number that it is sized for. Cells that no formula of a spreadsheet can give are grey, and say so.\n\nExamples:\n  costplan export plan.xlsx\n  costplan export growth.xlsx --stage 2 --customers 60 --arpu 49")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ExportArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    workspace.progress = terminal.progress();
    let format = args.format(terminal).map_err(|wrong| vec![wrong]).or_fail(&workspace)?;
    let request = args.settings.taxed_request(&args.inputs, &args.tax, invocation.matches, &mut workspace)?;
    let content = match format {
        ExportFormat::Xlsx => render::workbook(&app::workbook(&mut workspace, &args.stages, &request)?)?,
    };
    match &args.file {
        Some(path) => {
            load::replace_bytes(path, &content).map_err(|problem| vec![problem]).or_fail(&workspace)?;
            terminal::message(&format!("wrote {}", path.display()))?;
        }
        None => terminal.bytes(&content)?,
    }
    Ok(ExitCode::SUCCESS)
}

impl ExportArgs {
    /// The format that is asked for, or that the ending of the file says.
    fn format(&self, terminal: &mut Terminal) -> Result<ExportFormat, Diagnostic> {
        let wrong = |message: String| {
            let diagnostic = Diagnostic::new(Code::InvalidArgument, message);
            diagnostic.help("write `costplan export plan.xlsx`, or `costplan export --format xlsx > plan.xlsx`")
        };
        let ending = |path: &Path| path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let format = match (self.format, &self.file) {
            (Some(format), _) => format,
            (None, Some(path)) if ending(path).as_deref() == Some("xlsx") => ExportFormat::Xlsx,
            (None, Some(path)) => return Err(wrong(format!("`{}` does not end in .xlsx", path.display()))),
            (None, None) => return Err(wrong("no file is named, and no format".to_owned())),
        };
        if self.file.is_none() && terminal.is_terminal() {
            return Err(wrong("a workbook is nothing that a terminal can show".to_owned()));
        }
        Ok(format)
    }
}
