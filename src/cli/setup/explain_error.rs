//! `costplan explain-error`: what a diagnostic's code means.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::cli::args::with_globals;
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::source::Sources;

pub(crate) const COMMAND: Command =
    Command { name: "explain-error", about: "Explain what an error code means", arguments, run };

#[derive(Clone, Debug, Args)]
struct ExplainErrorArgs {
    /// The code, in brackets after `error`; all codes if left out
    code: Option<String>,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(ExplainErrorArgs::augment_args(command)).after_help("Examples:\n  costplan explain-error unknown-sku")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ExplainErrorArgs::from_arg_matches(invocation.matches)?;
    let Some(name) = args.code else {
        for code in Code::ALL {
            writeln!(terminal, "{:<24}{}", code.as_str(), code.summary())?;
        }
        return Ok(ExitCode::SUCCESS);
    };
    let Some(code) = Code::ALL.iter().find(|code| code.as_str() == name) else {
        let diagnostic = Diagnostic::new(Code::UnknownCode, format!("there is no error code `{name}`"));
        let diagnostic = diagnostic.suggest(&name, Code::ALL.iter().map(|code| code.as_str()));
        return Err(Failure { diagnostics: vec![diagnostic], sources: Sources::default() }.into());
    };
    terminal.explanation(code.explanation())?;
    Ok(ExitCode::SUCCESS)
}
