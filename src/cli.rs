//! The command line: arguments in, text and an exit code out.
//!
//! Each command is one file with a `Command` in it and one place in `TASKS`. Only this module writes to standard
//! output and standard error, reads the environment and knows what day it is. The arguments of a command are built only
//! if that command is requested.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | fine |
//! | 1 | a check failed |
//! | 2 | bad usage or bad input |

mod actuals;
mod args;
mod blank;
mod budget;
mod chart;
mod command;
mod cost;
mod history;
mod pager;
mod picture;
mod plan;
mod playbook;
mod prices;
mod progress_line;
mod savings;
mod setup;
mod share;
mod tags;
mod terminal;

use std::ffi::OsString;
use std::io;
use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Arg, ArgAction};

use self::command::{Command, Invocation};
pub use self::terminal::StandardOutput;
use self::terminal::{Color, Paging, Terminal};
use crate::diagnostic::Failure;

/// Every command, by the task that it is for, in the order of the help.
const TASKS: &[(&str, &[Command])] = &[
    ("Cost", &[cost::stage::COMMAND, cost::stages::COMMAND, cost::compare::COMMAND, cost::explain::COMMAND]),
    (
        "Plan ahead",
        &[
            plan::recommend::COMMAND,
            plan::forecast::COMMAND,
            plan::sweep::COMMAND,
            plan::breakeven::COMMAND,
            plan::afford::COMMAND,
            plan::rate::COMMAND,
            plan::sensitivity::COMMAND,
            chart::COMMAND,
        ],
    ),
    ("Save", &[savings::optimize::COMMAND, savings::techniques::COMMAND]),
    (
        "Keep watch",
        &[
            budget::check::COMMAND,
            history::snapshot::COMMAND,
            history::diff::COMMAND,
            actuals::COMMAND,
            playbook::review::COMMAND,
            playbook::checklist::COMMAND,
        ],
    ),
    ("Share", &[share::report::COMMAND]),
    ("Prices", &[prices::COMMAND, prices::quote::COMMAND]),
    (
        "Set up",
        &[
            setup::init::COMMAND,
            setup::validate::COMMAND,
            playbook::runbook::COMMAND,
            setup::schema::COMMAND,
            setup::completions::COMMAND,
            setup::man::COMMAND,
            setup::explain_error::COMMAND,
            setup::help::COMMAND,
            setup::version::COMMAND,
        ],
    ),
];

/// The commands that only scripts call.
const HIDDEN: &[Command] = &[setup::complete::COMMAND];

fn commands() -> impl Iterator<Item = &'static Command> {
    TASKS.iter().flat_map(|(_, commands)| *commands)
}

/// Runs costplan with the arguments of a process, the first of which is its own name.
pub fn run(arguments: impl IntoIterator<Item = OsString>, output: StandardOutput) -> ExitCode {
    let arguments: Vec<OsString> = arguments.into_iter().collect();
    let matches = program().try_get_matches_from(&arguments);
    if let Err(error) = &matches
        && matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion)
    {
        return help(error, &arguments, output);
    }
    if let Err(failure) = blank::check_environment() {
        return failed(&failure.into(), Color::Auto);
    }
    let matches = match matches {
        Ok(matches) => matches,
        Err(error) => return usage(&error, &arguments),
    };
    let Some((name, of_command)) = matches.subcommand() else { return alone(&matches, output) };
    let Some(command) = commands().chain(HIDDEN).find(|command| command.name == name) else { return ExitCode::from(2) };
    let mut levels = vec![&matches, of_command];
    levels.extend(of_command.subcommand().map(|(_, below)| below));
    let color = args::global_value("color", &levels).unwrap_or(Color::Auto);
    let mut terminal = Terminal::new(color, paging(&levels), output);
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
    let mut terminal = Terminal::new(color, paging(&[matches]), output);
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
    outcome.unwrap_or_else(|error| {
        // What was printed so far is before the message.
        let _ = terminal.flush();
        failed(&error, color)
    })
}

/// Whether long output may be shown by a pager.
fn paging(levels: &[&clap::ArgMatches]) -> Paging {
    if levels.iter().any(|matches| matches.get_flag("no_pager")) { Paging::Never } else { Paging::Auto }
}

/// The whole command line, for parsing, completions and the manual.
fn program() -> clap::Command {
    let version = Arg::new("version")
        .short('V')
        .visible_short_alias('v')
        .long("version")
        .action(ArgAction::Version)
        .help("Print the version");
    let program = args::with_globals(clap::Command::new("costplan"))
        .about("Compute what infrastructure costs at N customers: offline, exactly, and with the working")
        .version(env!("CARGO_PKG_VERSION"))
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .arg(version)
        .help_template(setup::help::by_task(TASKS.iter().copied()))
        .after_help(EXAMPLES)
        .after_long_help(format!("{}\n{EXAMPLES}", setup::help::topics().trim_start()));
    let hidden = HIDDEN.iter().map(|command| command.parser().hide(true));
    program.subcommands(commands().map(Command::parser)).subcommands(hidden)
}

const EXAMPLES: &str = "Examples:\n  costplan stage 2 --customers 60 --mrr 6000\n  costplan explain 2 \"API servers\"\n  costplan init my-plan";

/// Prints the help or the version, and gives the exit code.
fn help(asked: &clap::Error, arguments: &[OsString], output: StandardOutput) -> ExitCode {
    let typed: Vec<String> = arguments.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    let is_typed = |flag: &str| typed.iter().any(|word| word == flag);
    let paging = if is_typed("--no-pager") { Paging::Never } else { Paging::Auto };
    let mut terminal = Terminal::new(Color::Auto, paging, output);
    let shown = match asked.kind() {
        ErrorKind::DisplayHelp if is_typed("--help") => setup::help::long(program(), &typed, terminal.width()),
        ErrorKind::DisplayHelp => setup::help::short(program(), &typed, terminal.width()),
        _ => asked.render(),
    };
    let outcome = terminal.help(&shown).map(|()| ExitCode::SUCCESS).map_err(anyhow::Error::from);
    ended(outcome, &mut terminal, Color::Auto)
}

/// Reports a mistake in the arguments.
fn usage(error: &clap::Error, arguments: &[OsString]) -> ExitCode {
    let typed: Vec<String> = arguments.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    // If standard error cannot be written, there is nowhere to report it.
    let _ = match error.kind() {
        ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => {
            terminal::report_help(&setup::help::short(program(), &typed, terminal::DEFAULT_WIDTH))
        }
        _ => terminal::report_usage(error),
    };
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
