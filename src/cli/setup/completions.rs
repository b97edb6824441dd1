//! `costplan completions`: completion scripts for shells.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};
use clap_complete::Shell;

use crate::cli::args::with_globals;
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;

pub(crate) const COMMAND: Command =
    Command { name: "completions", about: "Print a completion script for a shell", arguments, run };

#[derive(Clone, Copy, Debug, Args)]
struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(CompletionsArgs::augment_args(command))
        .after_help("Examples:\n  costplan completions bash > ~/.local/share/bash-completion/completions/costplan")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = CompletionsArgs::from_arg_matches(invocation.matches)?;
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut (invocation.program)(), "costplan", &mut script);
    terminal.text(&String::from_utf8(script)?)?;
    Ok(ExitCode::SUCCESS)
}
