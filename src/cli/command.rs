//! A command of the command line.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ArgMatches;

use crate::cli::terminal::Terminal;

/// The heading of the flags that say what is shown, in the help.
pub(super) const OUTPUT: &str = "Output";

/// A command: its name, a line of help, its arguments, and what it does.
#[derive(Clone, Copy)]
pub(super) struct Command {
    pub(super) name: &'static str,
    pub(super) about: &'static str,
    /// Adds the arguments; called only if the command is requested.
    pub(super) arguments: fn(clap::Command) -> clap::Command,
    pub(super) run: fn(&Invocation<'_>, &mut Terminal) -> anyhow::Result<ExitCode>,
}

impl Command {
    /// The command for the parser of arguments.
    pub(super) fn parser(&self) -> clap::Command {
        clap::Command::new(self.name).about(self.about).defer(self.arguments)
    }
}

/// A command as it was called.
pub(super) struct Invocation<'m> {
    /// Its own arguments.
    pub(super) matches: &'m ArgMatches,
    /// The requested project, given before or after the name of the command.
    pub(super) project: Option<PathBuf>,
    /// The whole command line, for completions and the manual.
    pub(super) program: fn() -> clap::Command,
}
