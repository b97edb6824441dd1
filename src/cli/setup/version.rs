//! `costplan version`: the same as `--version`.

use std::io::Write as _;
use std::process::ExitCode;

use crate::cli::args::with_globals;
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;

pub(crate) const COMMAND: Command =
    Command { name: "version", about: "Print the version", arguments: with_globals, run };

fn run(_: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    writeln!(terminal, "costplan {}", env!("CARGO_PKG_VERSION"))?;
    Ok(ExitCode::SUCCESS)
}
