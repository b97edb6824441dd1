//! `costplan chart`: what other commands compute, as a picture for documents, SVG or PNG. Each subcommand is beside its command.

use std::process::ExitCode;

use crate::cli::args::with_globals;
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::cli::{cost, plan};

pub(in crate::cli) const COMMAND: Command =
    Command { name: "chart", about: "Draw a curve, a forecast, categories or stages as SVG or PNG", arguments, run };

/// The subcommands, in the order of the help.
const COMMANDS: &[Command] = &[plan::sweep::CHART, plan::forecast::CHART, cost::stage::CHART, cost::stages::CHART];

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(command).subcommand_required(true).arg_required_else_help(true).subcommands(COMMANDS.iter().map(Command::parser)).after_help("An SVG follows the light or dark scheme of its reader, and needs no network and no script. A PNG, for programs that show no SVG, is light and has twice the pixels.\n\nExamples:\n  costplan chart sweep 2 --customers 1..2000 -o curve.svg\n  costplan chart forecast --from 5 --growth 15%/month --arpu 49 -o forecast.svg\n  costplan chart categories 2 --customers 60 -o categories.svg\n  costplan chart stages -o stages.png")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    // The parser of arguments accepts nothing else.
    let Some((name, matches)) = invocation.matches.subcommand() else { return Ok(ExitCode::from(2)) };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else { return Ok(ExitCode::from(2)) };
    (command.run)(&Invocation { matches, project: invocation.project.clone(), program: invocation.program }, terminal)
}
