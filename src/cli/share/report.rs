//! `costplan report`: a page to look at and to mail.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app;
use crate::cli::args::{InputArgs, OrFail as _, SettingArgs, TaxArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::{self, Terminal};
use crate::load;
use crate::render::{self, PageUse};

pub(crate) const COMMAND: Command =
    Command { name: "report", about: "Write a page to look at and to mail, with sliders", arguments, run };

#[derive(Clone, Debug, Args)]
struct ReportArgs {
    /// The stages by number, name or file stem; all of them if left out
    #[arg(value_name = "STAGE")]
    stages: Vec<String>,
    /// Write to this file instead of standard output
    #[arg(long, short, value_name = "FILE", value_hint = clap::ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Leave out the files of the plan, with which the page computes what its reader changes
    #[arg(long)]
    no_files: bool,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    tax: TaxArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    let command = with_globals(ReportArgs::augment_args(command));
    command.mut_arg("conditions", |conditions| conditions.hide(true)).after_help("The page is one HTML file that asks nothing of any network: every number that its sliders can show is in it. It begins at --customers, otherwise at the number that a stage is `sized_for`.\n\nExamples:\n  costplan report -o report.html\n  costplan report 2 3 --arpu 49 -o growth.html")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ReportArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    workspace.progress = terminal.progress();
    let request = args.settings.taxed_request(&args.inputs, &args.tax, invocation.matches, &mut workspace)?;
    let mut view = app::report(&mut workspace, &args.stages, &request)?;
    if let Some(program) = render::PAGE_CORE.filter(|_| !args.no_files) {
        view.core = Some(app::report_core(program, &workspace, &args.stages, &request)?);
    }
    let page = render::report(&view, &workspace.sources, PageUse::File);
    match &args.output {
        Some(path) => {
            load::replace(path, &page).map_err(|problem| vec![problem]).or_fail(&workspace)?;
            let files = "; the files of the plan are in it, which `--no-files` leaves out";
            let files = view.core.as_ref().map_or("", |_| files);
            terminal::message(&format!("wrote {}{files}", path.display()))?;
        }
        None => terminal.text(&page)?,
    }
    Ok(ExitCode::SUCCESS)
}
