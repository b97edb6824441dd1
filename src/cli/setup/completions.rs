//! `costplan completions`: completion scripts for shells.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};
use clap_complete::Shell;

use crate::cli::args::with_globals;
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;

pub(crate) const COMMAND: Command =
    Command { name: "completions", about: "Print a completion script for a shell", arguments, run };

/// The scripts that ask the program itself, which also knows the names of a project. Other shells complete commands and flags.
const SCRIPTS: [(Shell, &str); 3] = [
    (Shell::Bash, include_str!("../../../templates/completions/costplan.bash")),
    (Shell::Zsh, include_str!("../../../templates/completions/costplan.zsh")),
    (Shell::Fish, include_str!("../../../templates/completions/costplan.fish")),
];

#[derive(Clone, Copy, Debug, Args)]
struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(CompletionsArgs::augment_args(command))
        .after_help("In bash, zsh and fish the names of a project are completed too: stages, SKUs, scenarios, techniques and the like.\n\nExamples:\n  costplan completions bash > ~/.local/share/bash-completion/completions/costplan\n  costplan completions zsh > \"${fpath[1]}/_costplan\"\n  costplan completions fish > ~/.config/fish/completions/costplan.fish")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = CompletionsArgs::from_arg_matches(invocation.matches)?;
    let known = SCRIPTS.iter().find(|(shell, _)| *shell == args.shell);
    match known {
        Some((_, script)) => terminal.text(script)?,
        None => {
            let mut script = Vec::new();
            clap_complete::generate(args.shell, &mut (invocation.program)(), "costplan", &mut script);
            terminal.text(&String::from_utf8(script)?)?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
