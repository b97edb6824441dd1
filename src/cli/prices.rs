//! `costplan prices`: the price book, its age, and what is wrong with it. Each subcommand is one file.

mod check;
mod day;
mod diff;
mod export;
mod import;
mod list;
mod new;
pub(crate) mod quote;
mod show;
mod skus;
mod stale;
mod vendors;
mod write;

use std::process::ExitCode;

use crate::cli::args::with_globals;
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;

pub(super) const COMMAND: Command =
    Command { name: "prices", about: "Find, show, check and write the prices of the price sheets", arguments, run };

/// The subcommands of `prices`, in the order of the help.
const COMMANDS: &[Command] = &[
    list::COMMAND,
    list::SEARCH,
    vendors::COMMAND,
    show::COMMAND,
    new::COMMAND,
    export::COMMAND,
    import::COMMAND,
    stale::COMMAND,
    diff::COMMAND,
    check::COMMAND,
];

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(command).subcommand_required(true).arg_required_else_help(true).subcommands(COMMANDS.iter().map(Command::parser)).after_help("Examples:\n  costplan prices search postgres\n  costplan prices show supabase/pro\n  costplan prices import hetzner server_types.json --dry-run\n  costplan prices stale --max-age 26w\n  costplan prices diff hetzner\n  costplan prices check")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    // The parser of arguments accepts nothing else.
    let Some((name, matches)) = invocation.matches.subcommand() else { return Ok(ExitCode::from(2)) };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else { return Ok(ExitCode::from(2)) };
    (command.run)(&Invocation { matches, project: invocation.project.clone(), program: invocation.program }, terminal)
}
