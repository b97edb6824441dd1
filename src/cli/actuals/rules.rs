//! `costplan actuals match`: rules for the charges that belong to no line item.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app;
use crate::cli::actuals::compare::{SideArgs, Sides};
use crate::cli::args::{with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::view::suggested_rules;

pub(super) const COMMAND: Command =
    Command { name: "match", about: "Suggest rules for charges that belong to no line item", arguments, run };

#[derive(Clone, Debug, Args)]
struct MatchArgs {
    #[command(flatten)]
    sides: SideArgs,
    /// Write the rules whose line item is clear to costplan.toml
    #[arg(long)]
    write: bool,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(MatchArgs::augment_args(command)).after_help("The rules are printed as they are written in costplan.toml, the most expensive charges first. Where the line item is not clear, the rule is a comment with the line items of the vendor, or all of them.\n\nExamples:\n  costplan actuals match --month 2026-10\n  costplan actuals match --write")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = MatchArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    workspace.require_project()?;
    let Sides { month, stage, request } = args.sides.read(invocation, &mut workspace)?;
    let matched = app::matched_charges(&mut workspace, month, stage.as_deref(), &request)?;
    let suggested = suggested_rules(&matched.stage, &matched.charges());
    if suggested.is_empty() {
        terminal.text("Every charge belongs to a line item.\n")?;
        return Ok(ExitCode::SUCCESS);
    }
    let clear: String = suggested.iter().filter(|rule| rule.is_clear).map(|rule| rule.text.as_str()).collect();
    if args.write && !clear.is_empty() {
        let path = app::add_rules(&mut workspace, &clear)?;
        terminal.text(&format!("# Written to {}:\n{clear}", path.display()))?;
    }
    let shown = suggested.iter().filter(|rule| !(args.write && rule.is_clear));
    terminal.text(&shown.map(|rule| rule.text.as_str()).collect::<String>())?;
    Ok(ExitCode::SUCCESS)
}
