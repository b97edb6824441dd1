//! `costplan validate`: every problem of every file.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app;
use crate::cli::args::{InputArgs, SettingArgs, with_globals};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::workspace::Workspace;

pub(crate) const COMMAND: Command =
    Command { name: "validate", about: "Check every file of the project and report all problems", arguments, run };

#[derive(Clone, Debug, Args)]
struct ValidateArgs {
    /// Check against the prices and exchange rates of this day instead of today's
    #[arg(long, value_name = "DATE", env = "COSTPLAN_AS_OF", hide_env_values = true)]
    as_of: Option<String>,
    /// Check that everything can be converted into this currency
    #[arg(long, value_name = "CODE", env = "COSTPLAN_CURRENCY", hide_env_values = true)]
    currency: Option<String>,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(ValidateArgs::augment_args(command)).after_help("Every file is read in full, and the snapshot is computed again; `costplan snapshot --check` shows whether it is up to date. The exit code is 2 if anything is wrong. Notes say what has no effect: files that are not read, bundled files that one of your own replaces, and keys that nothing depends on; and what the price sheets say of what you buy.\n\nExamples:\n  costplan validate\n  costplan validate --as-of 2027-01-01")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ValidateArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = Workspace::open_to_validate(invocation.project.as_deref())?;
    workspace.require_project()?;
    let settings = SettingArgs::of_day(args.as_of, args.currency);
    let request = settings.request(&InputArgs::default(), invocation.matches, &mut workspace)?;
    let counts = app::validate(&mut workspace, &request)?;
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let mut parts = vec![
        count(counts.stages, "stage"),
        count(counts.price_sheets, "price sheet"),
        count(counts.techniques, "technique"),
        count(counts.checklists, "checklist"),
        count(counts.runbooks, "runbook"),
    ];
    parts.extend((counts.scenarios > 0).then(|| count(counts.scenarios, "scenario")));
    parts.extend((counts.actual_months > 0).then(|| count(counts.actual_months, "billed month")));
    let last = parts.pop().unwrap_or_default();
    let remarks = app::remarks(&mut workspace, &request)?;
    terminal.sentence(&format!("valid: {} and {last}", parts.join(", ")))?;
    for remark in remarks {
        terminal.sentence(&format!("note: {}: {}", remark.place, remark.message))?;
    }
    Ok(ExitCode::SUCCESS)
}
