//! `costplan validate`: every problem of every file.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{ArgMatches, Args, FromArgMatches as _};

use super::args::{InputArgs, OrFail as _, SettingArgs, workspace};
use super::command::Command;
use super::terminal::Terminal;

pub(super) const COMMAND: Command =
    Command { name: "validate", about: "Check every file of the project and report all problems", arguments, run };

/// Every manifest, price sheet and exchange rate is read whole; the exit code is 2 if anything is wrong.
#[derive(Clone, Debug, Args)]
struct ValidateArgs {
    #[command(flatten)]
    settings: SettingArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    ValidateArgs::augment_args(command)
        .after_help("Examples:\n  costplan validate\n  costplan validate --as-of 2027-01-01")
}

fn run(matches: &ArgMatches, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ValidateArgs::from_arg_matches(matches)?;
    let mut workspace = workspace(matches)?;
    let scenario = args.settings.scenario(&InputArgs::default(), &mut workspace).or_fail(&mut workspace)?;
    let counts = workspace.validate(&scenario.request).or_fail(&mut workspace)?;
    let count = |count: usize, what: &str| format!("{count} {what}{}", if count == 1 { "" } else { "s" });
    let (stages, sheets) = (count(counts.stages, "stage"), count(counts.price_sheets, "price sheet"));
    writeln!(terminal, "valid: {stages} and {sheets}")?;
    Ok(ExitCode::SUCCESS)
}
