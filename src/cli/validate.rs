//! `costplan validate`: every problem of every file.

use std::io::Write as _;
use std::process::ExitCode;

use clap::{ArgMatches, Args, FromArgMatches as _};

use super::args::{OrFail as _, ScenarioArgs, workspace};
use super::command::Command;
use super::terminal::Terminal;

pub(super) const COMMAND: Command =
    Command { name: "validate", about: "Check every file of the project and report all problems", arguments, run };

/// Every manifest, price sheet and exchange rate is read whole; the exit code is 2 if anything is wrong.
#[derive(Clone, Debug, Args)]
struct ValidateArgs {
    #[command(flatten)]
    scenario: ScenarioArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    let command = ValidateArgs::augment_args(command);
    let command = ["customers", "mrr", "arpu", "set", "buffer", "hours_per_month"]
        .into_iter()
        .fold(command, |command, name| command.mut_arg(name, |argument| argument.hide(true)));
    command.after_help("Examples:\n  costplan validate\n  costplan validate --as-of 2027-01-01")
}

fn run(matches: &ArgMatches, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ValidateArgs::from_arg_matches(matches)?;
    let mut workspace = workspace(matches)?;
    let scenario = args.scenario.scenario(&mut workspace).or_fail(&mut workspace)?;
    let counts = workspace.validate(&scenario.request).or_fail(&mut workspace)?;
    writeln!(terminal, "{} stages and {} price sheets are valid", counts.stages, counts.price_sheets)?;
    Ok(ExitCode::SUCCESS)
}
