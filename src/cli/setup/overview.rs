//! `costplan` alone: the state of the plan, and what to try next.

use std::process::ExitCode;

use clap::{Args as _, FromArgMatches as _};

use crate::app::{self, CostedRange};
use crate::cli::args::{InputArgs, SettingArgs, today, workspace};
use crate::cli::budget::places::Home;
use crate::cli::command::Invocation;
use crate::cli::terminal::Terminal;
use crate::view::{OverviewView, no_plan};

/// Shows the plan of the project with the settings of the environment, or how to start one.
pub(crate) fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let mut workspace = workspace(invocation)?;
    if !workspace.has_own_stages() {
        terminal.page(&no_plan())?;
        return Ok(ExitCode::SUCCESS);
    }
    let matches = SettingArgs::augment_args(clap::Command::new("costplan")).try_get_matches_from(["costplan"])?;
    let settings = SettingArgs::from_arg_matches(&matches)?;
    let request = settings.request(&InputArgs::default(), &matches, &mut workspace)?;
    let costed = app::stages(&mut workspace, &[], &request)?;
    let stages = costed.iter().map(|(CostedRange { stage, costings }, reach)| (stage, &costings[..], reach.as_ref()));
    let name = Home::of(Some(&workspace), invocation.project.as_deref()).name;
    let (forecast, billed) = app::next_steps(&mut workspace, &request)?;
    let view = OverviewView::new(name.as_deref(), stages, today()).of_project(Some(forecast), billed);
    terminal.page(&view.page())?;
    Ok(ExitCode::SUCCESS)
}
