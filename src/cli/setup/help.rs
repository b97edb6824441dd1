//! `costplan help`: the commands by task, the help of one of them, and the topics.

use std::process::ExitCode;

use clap::builder::{StyledStr, Styles};
use clap::{Arg, Args, FromArgMatches as _};

use crate::cli::args::with_globals;
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::source::Sources;

pub(crate) const COMMAND: Command =
    Command { name: "help", about: "Explain a command, a topic or an error code", arguments, run };

/// A page of the documents that the program carries.
pub(crate) struct Topic {
    pub(crate) name: &'static str,
    pub(crate) about: &'static str,
    page: &'static str,
}

/// The topics, in the order of the help.
pub(crate) const TOPICS: [Topic; 5] = [
    Topic {
        name: "formulas",
        about: "Functions, names and units of formulas",
        page: include_str!("../../../docs/formulas.md"),
    },
    Topic {
        name: "amounts",
        about: "How numbers, rates, money and ranges are written",
        page: include_str!("../../../docs/amounts.md"),
    },
    Topic {
        name: "files",
        about: "Where files are found, and which value wins",
        page: include_str!("../../../docs/files.md"),
    },
    Topic { name: "exit-codes", about: "What 0, 1 and 2 mean", page: include_str!("../../../docs/exit-codes.md") },
    Topic {
        name: "environment",
        about: "The variables that are read",
        page: include_str!("../../../docs/environment.md"),
    },
];

#[derive(Clone, Debug, Args)]
struct HelpArgs {
    /// A command, such as `prices list`, a topic or an error code; the list of commands and topics if left out
    #[arg(value_name = "NAME")]
    names: Vec<String>,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(HelpArgs::augment_args(command))
        .after_help("Examples:\n  costplan help\n  costplan help forecast\n  costplan help formulas")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let names = HelpArgs::from_arg_matches(invocation.matches)?.names;
    let mut program = (invocation.program)();
    program.build();
    if let [name] = &names[..] {
        if let Some(topic) = TOPICS.iter().find(|topic| topic.name == name) {
            terminal.document(topic.page)?;
            return Ok(ExitCode::SUCCESS);
        }
        if let Some(code) = Code::ALL.iter().find(|code| code.as_str() == name) {
            terminal.explanation(code.explanation())?;
            return Ok(ExitCode::SUCCESS);
        }
    }
    let mut command = &program;
    for name in &names {
        let below = command.find_subcommand(name).ok_or_else(|| unknown(&names.join(" "), command, &program));
        command = below?;
    }
    terminal.help(&long((invocation.program)(), &names, terminal.width()))?;
    Ok(ExitCode::SUCCESS)
}

/// The error for a name that has no help; `reached` is the command that the names before it lead to.
fn unknown(names: &str, reached: &clap::Command, program: &clap::Command) -> Failure {
    let is_below = reached.get_name() != program.get_name();
    let commands = reached.get_subcommands().filter(|command| !command.is_hide_set()).map(clap::Command::get_name);
    let topics = TOPICS.iter().map(|topic| topic.name).filter(|_| !is_below);
    let last = names.rsplit(' ').next().unwrap_or(names);
    let diagnostic = Diagnostic::new(Code::InvalidArgument, format!("there is no help on `{names}`"));
    let diagnostic = diagnostic.suggest(last, topics.chain(commands));
    Failure { diagnostics: vec![diagnostic], sources: Sources::default() }
}

/// The template of the help of the program: its commands by task.
pub(crate) fn by_task<'c>(tasks: impl IntoIterator<Item = (&'c str, &'c [Command])>) -> String {
    let mut text = String::from("{about-with-newline}\n{usage-heading} {usage}\n");
    for (task, commands) in tasks {
        let rows = commands.iter().map(|command| (command.name, command.about));
        text += &section(task, rows);
    }
    text + &heading("Options") + "\n{options}{after-help}"
}

/// The topics, for the end of the long help.
pub(crate) fn topics() -> String {
    section("Topics, with `costplan help TOPIC`", TOPICS.iter().map(|topic| (topic.name, topic.about)))
}

fn heading(name: &str) -> String {
    let style = Styles::styled();
    let header = style.get_header();
    format!("\n{header}{name}:{header:#}")
}

fn section<'r>(name: &str, rows: impl Iterator<Item = (&'r str, &'r str)>) -> String {
    let style = Styles::styled();
    let literal = style.get_literal();
    let rows = rows.map(|(name, about)| format!("  {literal}{name:<13}{literal:#}  {about}\n"));
    format!("{}\n{}", heading(name), rows.collect::<String>())
}

/// The most columns of a help, which is hard to read in longer lines.
const MOST_COLUMNS: usize = 100;

/// The command that arguments name, which may have flags between its names.
fn named(program: clap::Command, arguments: &[String], width: usize) -> clap::Command {
    let mut command = program;
    command.build();
    for name in arguments {
        command = command.find_subcommand(name).cloned().unwrap_or(command);
    }
    command.term_width(width.min(MOST_COLUMNS))
}

/// The long help of the command that arguments name: `--help`.
pub(crate) fn long(program: clap::Command, arguments: &[String], width: usize) -> StyledStr {
    named(program, arguments, width).render_long_help()
}

/// The short help of the command that arguments name: `-h`. It has the first part of each sentence, no variables of the
/// environment, and two examples.
pub(crate) fn short(program: clap::Command, arguments: &[String], width: usize) -> StyledStr {
    let program_name = program.get_name().to_owned();
    let command = named(program, arguments, width);
    let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let examples = after.find("Examples:\n").map_or("", |at| &after[at..]);
    let examples: Vec<&str> = examples.lines().take(3).collect();
    let examples = examples.join("\n");
    let more = if command.has_subcommands() {
        "More: costplan help COMMAND, and costplan help for the topics"
    } else {
        "All options, and what else there is to know: --help"
    };
    // The commands of a group matter more than where the project is, and than that there is help.
    let is_group = command.has_subcommands() && command.get_name() != program_name;
    let shown = |argument: Arg| {
        let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
        let help = help.split([':', ';']).next().unwrap_or_default().to_owned();
        // Their sentences name the values.
        let has_known_values = ["chart", "format"].contains(&argument.get_id().as_str());
        let hides = is_group && ["project", "help"].contains(&argument.get_id().as_str());
        let argument = if hides { argument.hide(true) } else { argument };
        argument.help(help).hide_env(true).hide_possible_values(has_known_values)
    };
    command.mut_args(shown).after_help(format!("{examples}\n\n{more}").trim_start().to_owned()).render_help()
}
