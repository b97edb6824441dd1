//! `costplan snapshot`: a record of costs and everything that they depend on, to be committed.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app::{self, Request, without_mark};
use crate::cli::args::{InputArgs, OrFail as _, SettingArgs, own_workspace, with_globals};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::{self, Terminal};
use crate::diagnostic::{Code, Diagnostic};
use crate::render;
use crate::workspace::Workspace;

pub(crate) const COMMAND: Command =
    Command { name: "snapshot", about: "Record what stages cost and why, in a file to commit", arguments, run };

#[derive(Clone, Debug, Args)]
struct SnapshotArgs {
    /// The stages by number, name or file stem; those of `[check]`, or all of them, if left out. For only some of them,
    /// name another file with -o
    #[arg(value_name = "STAGE")]
    stages: Vec<String>,
    /// Write to this file, or compare with it, instead of the project's snapshot
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Fail if the snapshot is out of date
    #[arg(long, conflicts_with = "update")]
    check: bool,
    /// Write the project's snapshot again
    #[arg(long)]
    update: bool,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    let command =
        with_globals(SnapshotArgs::augment_args(command)).mut_arg("conditions", |conditions| conditions.hide(true));
    command.after_help("The snapshot of a project is costplan.snapshot.yaml next to costplan.toml, unless [paths] names another file. Without --update, --check or -o it is printed. --check uses the prices of the snapshot's day, so that it does not fail only because a day has passed; its exit code is 1 if the snapshot is out of date.\n\nExamples:\n  costplan snapshot --update\n  costplan snapshot --check\n  costplan snapshot 2 --customers 60 -o before.yaml")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = SnapshotArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = own_workspace(invocation)?;
    if args.output.is_none() && (args.update || args.check) && !args.stages.is_empty() {
        let diagnostic = Diagnostic::new(Code::InvalidArgument, "the snapshot of a project holds all that is watched");
        let help = "name the stages under `[check]`, or write some of them to another file with `-o FILE`";
        Err(vec![diagnostic.help(help)]).or_fail(&workspace)?;
    }
    let request = args.settings.request(&args.inputs, invocation.matches, &mut workspace)?;
    if args.check {
        return check(&args, &request, &mut workspace, terminal);
    }
    let text = app::snapshot(&mut workspace, &args.stages, &request)?;
    let path = match &args.output {
        Some(path) => Some(path.clone()),
        None if args.update => Some(workspace.snapshot_path().or_fail(&workspace)?),
        None => None,
    };
    match path {
        Some(path) => {
            workspace.write_snapshot(&path, &text).map_err(|problem| vec![problem]).or_fail(&workspace)?;
            terminal::message(&format!("wrote {}", path.display()))?;
        }
        None => terminal.text(&text)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// Compares the snapshot with what it would be now, at the prices of its own day.
fn check(
    args: &SnapshotArgs,
    request: &Request,
    workspace: &mut Workspace,
    terminal: &mut Terminal,
) -> anyhow::Result<ExitCode> {
    let path = match &args.output {
        Some(path) => path.clone(),
        None => workspace.snapshot_path().or_fail(workspace)?,
    };
    let [recorded, now] = app::snapshot_again(workspace, &path, &args.stages, request)?;
    let Some((line, [before, after])) = first_difference(&recorded, &now) else {
        terminal.text(&format!("{} is up to date.\n", path.display()))?;
        return Ok(ExitCode::SUCCESS);
    };
    let mut text = format!("{} is out of date from line {line} on:\n", path.display());
    for (mark, line) in [('-', before), ('+', after)] {
        if let Some(line) = line {
            text = format!("{text}{mark} {}\n", render::printable(line.trim_end()));
        }
    }
    let written = terminal.text(&text);
    let failure = "the snapshot is out of date: `costplan diff` shows what changed the costs, \
                   `costplan snapshot --update` accepts it";
    terminal.verdict(written, Some(failure.to_owned()))
}

/// The first line in which two texts differ, counted from 1 in the earlier one, and that line of each. Comments above
/// them are ignored.
fn first_difference<'t>(before: &'t str, after: &'t str) -> Option<(usize, [Option<&'t str>; 2])> {
    let lines = |text: &'t str| without_mark(text).lines().zip(1..).skip_while(|(line, _)| line.starts_with('#'));
    let (mut before, mut after) = (lines(before), lines(after));
    let mut last = 0;
    loop {
        let (a, b) = (before.next(), after.next().map(|(line, _)| line));
        let line = a.map_or(last + 1, |(_, line)| line);
        match (a.map(|(line, _)| line), b) {
            (None, None) => return None,
            (a, b) if a != b => return Some((line, [a, b])),
            _ => last = line,
        }
    }
}
