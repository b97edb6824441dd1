//! The command line: arguments in, text and an exit code out.
//!
//! Each command is one file with a `Command` in it and one line in `COMMANDS`. Only this module writes to standard
//! output and standard error, reads the environment and knows what day it is. The arguments of a command are built only
//! if that command is requested.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | fine |
//! | 1 | a check failed |
//! | 2 | bad usage or bad input |

mod args;
mod blank;
mod budget;
mod command;
mod cost;
mod history;
mod plan;
mod playbook;
mod prices;
mod savings;
mod setup;
mod tags;
mod terminal;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::error::ErrorKind;

use self::command::{Command, Invocation};
pub use self::terminal::StandardOutput;
use self::terminal::{Color, Terminal};
use crate::diagnostic::Failure;

/// Every command, in the order of the help.
const COMMANDS: &[Command] = &[
    cost::stage::COMMAND,
    cost::stages::COMMAND,
    plan::recommend::COMMAND,
    plan::sweep::COMMAND,
    plan::breakeven::COMMAND,
    plan::afford::COMMAND,
    plan::rate::COMMAND,
    plan::forecast::COMMAND,
    cost::compare::COMMAND,
    cost::explain::COMMAND,
    plan::sensitivity::COMMAND,
    savings::techniques::COMMAND,
    savings::optimize::COMMAND,
    budget::check::COMMAND,
    history::snapshot::COMMAND,
    history::diff::COMMAND,
    playbook::checklist::COMMAND,
    playbook::review::COMMAND,
    playbook::runbook::COMMAND,
    prices::quote::COMMAND,
    prices::COMMAND,
    setup::init::COMMAND,
    setup::validate::COMMAND,
    setup::schema::COMMAND,
    setup::completions::COMMAND,
    setup::man::COMMAND,
    setup::explain_error::COMMAND,
];

/// Runs costplan with the arguments of a process, the first of which is its own name.
pub fn run(arguments: impl IntoIterator<Item = OsString>, output: StandardOutput) -> ExitCode {
    let matches = program().try_get_matches_from(arguments);
    if let Err(error) = &matches
        && matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)
    {
        return help(error, output);
    }
    if let Err(failure) = blank::check_environment() {
        return failed(&failure.into(), Color::Auto);
    }
    let matches = match matches {
        Ok(matches) => matches,
        Err(error) => return usage(&error),
    };
    let Some((name, of_command)) = matches.subcommand() else { return alone(&matches, output) };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else { return ExitCode::from(2) };
    let mut levels = vec![&matches, of_command];
    levels.extend(of_command.subcommand().map(|(_, below)| below));
    let color = args::global_value("color", &levels).unwrap_or(Color::Auto);
    let mut terminal = Terminal::new(color, output);
    let project = args::global_value("project", &levels);
    let invocation = Invocation { matches: of_command, project, program };
    let outcome = blank::check_arguments(&levels, program)
        .map_err(anyhow::Error::from)
        .and_then(|()| (command.run)(&invocation, &mut terminal));
    ended(outcome, &mut terminal, color)
}

/// Runs without a command: shows the state of the plan.
fn alone(matches: &clap::ArgMatches, output: StandardOutput) -> ExitCode {
    let color = args::global_value("color", &[matches]).unwrap_or(Color::Auto);
    let mut terminal = Terminal::new(color, output);
    let invocation = Invocation { matches, project: args::global_value("project", &[matches]), program };
    let outcome = blank::check_arguments(&[matches], program)
        .map_err(anyhow::Error::from)
        .and_then(|()| setup::overview::run(&invocation, &mut terminal));
    ended(outcome, &mut terminal, color)
}

/// The exit code of a run, once everything is written.
fn ended(outcome: anyhow::Result<ExitCode>, terminal: &mut Terminal, color: Color) -> ExitCode {
    let outcome = outcome.and_then(|code| match terminal.flush() {
        // The reader of the pipe stopped early, which does not change the verdict.
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(code),
    });
    outcome.unwrap_or_else(|error| failed(&error, color))
}

/// The whole command line, for parsing, completions and the manual.
fn program() -> clap::Command {
    let program = args::with_globals(clap::Command::new("costplan"))
        .about("Compute what infrastructure costs at N customers: offline, exactly, and with the working")
        .version(env!("CARGO_PKG_VERSION"))
        .after_help("Examples:\n  costplan stage 2 --customers 60 --mrr 6000\n  costplan explain 2 \"API servers\"\n  costplan init my-plan");
    program.subcommands(COMMANDS.iter().map(Command::parser))
}

/// Prints the help or the version, and gives the exit code.
fn help(text: &clap::Error, output: StandardOutput) -> ExitCode {
    match terminal::help(text, output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error.into(), Color::Auto),
    }
}

/// Reports a mistake in the arguments.
fn usage(error: &clap::Error) -> ExitCode {
    // If standard error cannot be written, there is nowhere to report it.
    let _ = terminal::report_usage(error);
    ExitCode::from(2)
}

fn failed(error: &anyhow::Error, color: Color) -> ExitCode {
    let is_closed_pipe = |error: &io::Error| error.kind() == io::ErrorKind::BrokenPipe;
    let closed = error.downcast_ref::<io::Error>().is_some_and(is_closed_pipe);
    if closed {
        // The reader of the pipe stopped early.
        return ExitCode::SUCCESS;
    }
    // If standard error cannot be written, there is nowhere to report it.
    let _ = match error.downcast_ref::<Failure>() {
        Some(failure) => terminal::report(failure, color),
        None => terminal::report_other(error),
    };
    ExitCode::from(2)
}
