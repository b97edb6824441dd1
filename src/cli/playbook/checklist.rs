//! `costplan checklist`: what to check before launch, every month and every quarter.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::cli::args::{OrFail as _, OutputArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::Problems;
use crate::view::{ChecklistView, ChecklistsView};

pub(crate) const COMMAND: Command = Command {
    name: "checklist",
    about: "Print what to check before launch, every month or every quarter",
    arguments,
    run,
};

#[derive(Clone, Debug, Args)]
struct ChecklistArgs {
    /// The checklist by its file stem: before-launch, monthly, quarterly, or one of the project; all are listed if left out
    checklist: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(ChecklistArgs::augment_args(command)).after_help("A checklist is a file of the project's `checklists/`, or a bundled one. In Markdown each check has a box to tick.\n\nExamples:\n  costplan checklist monthly\n  costplan checklist before-launch --format markdown > LAUNCH.md")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ChecklistArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let format = args.output.format();
    if let Some(name) = args.checklist {
        let checklist = workspace.checklist(&name)?;
        terminal.show(&ChecklistView::new(&checklist), format)?;
        return Ok(ExitCode::SUCCESS);
    }
    let mut problems = Problems::default();
    let checklists = workspace.checklists(&mut problems);
    let checklists = if problems.is_empty() { Ok(checklists) } else { Err(problems.into_sorted()) };
    let checklists = checklists.or_fail(&workspace)?;
    terminal.show(&ChecklistsView::new(&checklists), format)?;
    Ok(ExitCode::SUCCESS)
}
