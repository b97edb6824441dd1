//! `costplan prices`: the price book, its age, and what is wrong with it. Each command below it is one file.

mod check;
mod list;
mod show;
mod stale;

use std::process::ExitCode;

use clap::{ArgMatches, Args};

use super::args::{InputArgs, OrFail as _, SettingArgs, with_globals};
use super::command::{Command, Invocation};
use super::terminal::Terminal;
use crate::diagnostic::Failure;
use crate::resolve::Request;
use crate::workspace::Workspace;

pub(super) const COMMAND: Command =
    Command { name: "prices", about: "List, show and check the prices of the price sheets", arguments, run };

/// The commands below `prices`, in the order of the help.
const COMMANDS: &[Command] = &[list::COMMAND, show::COMMAND, stale::COMMAND, check::COMMAND];

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(command).subcommand_required(true).arg_required_else_help(true).subcommands(COMMANDS.iter().map(Command::parser)).after_help("Examples:\n  costplan prices list postgres\n  costplan prices show supabase/pro\n  costplan prices stale --max-age 26w\n  costplan prices check")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    // The parser of arguments lets nothing else through.
    let Some((name, matches)) = invocation.matches.subcommand() else { return Ok(ExitCode::from(2)) };
    let Some(command) = COMMANDS.iter().find(|command| command.name == name) else { return Ok(ExitCode::from(2)) };
    (command.run)(&Invocation { matches, project: invocation.project.clone() }, terminal)
}

// The day whose prices are meant.
#[derive(Clone, Debug, Args)]
struct DayArgs {
    /// Use the prices of this day instead of today's
    #[arg(long, value_name = "DATE", env = "COSTPLAN_AS_OF", hide_env_values = true)]
    as_of: Option<String>,
}

impl DayArgs {
    /// The request for the prices of the day, with the project's defaults behind it.
    fn request(self, matches: &ArgMatches, workspace: &mut Workspace) -> Result<Request, Failure> {
        let settings = SettingArgs::of_day(self.as_of, None);
        let scenario = settings.scenario(&InputArgs::default(), matches, workspace).or_fail(workspace)?;
        Ok(scenario.request)
    }
}
