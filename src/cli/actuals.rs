//! What did it really cost? `costplan actuals`, with a file for each subcommand.

mod add;
mod calibrate;
mod compare;
mod import;
mod rules;
mod sql;

use std::process::ExitCode;

use crate::cli::args::with_globals;
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;

pub(super) const COMMAND: Command =
    Command { name: "actuals", about: "Compare the plan with what vendors billed", arguments, run };

/// The subcommands of `actuals`, in the order of the help.
const COMMANDS: &[Command] = &[import::COMMAND, add::COMMAND, rules::COMMAND, calibrate::COMMAND, sql::COMMAND];

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(compare::augmented(command)).subcommands(COMMANDS.iter().map(Command::parser)).after_help("Without a subcommand it compares the last month of which something is recorded with the plan. The difference is taken apart into prices, usage, quantities, exchange rates, credits, taxes, what is not in the plan, and what is not billed yet, which add up to it.\n\nExamples:\n  costplan actuals import invoice.csv\n  costplan actuals add --month 2026-10 --customers 64 --mrr 6400USD\n  costplan actuals --month 2026-10\n  costplan actuals --by vendor --format csv")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let Some((name, matches)) = invocation.matches.subcommand() else { return compare::run(invocation, terminal) };
    // The parser of arguments accepts nothing else.
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else { return Ok(ExitCode::from(2)) };
    (command.run)(&Invocation { matches, project: invocation.project.clone(), program: invocation.program }, terminal)
}
