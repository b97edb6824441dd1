//! `costplan review`: what was measured against the checklists, and what helps where a check fails.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{ArgMatches, Args, FromArgMatches as _};

use crate::app::{Offered, offered, savings};
use crate::calculate;
use crate::cli::args::{InputArgs, OrFail as _, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::Diagnostic;
use crate::model::Inputs;
use crate::view::{ReviewStage, ReviewView};
use crate::workspace::Workspace;

pub(crate) const COMMAND: Command = Command {
    name: "review",
    about: "Check what was measured against the checklists, and say what helps",
    arguments,
    run,
};

#[derive(Clone, Debug, Args)]
struct ReviewArgs {
    /// Say what the techniques that help save on this stage: its number, name or file stem
    stage: Option<String>,
    /// Read what was measured from this file, in YAML or TOML by its ending
    #[arg(long, value_name = "FILE")]
    metrics: PathBuf,
    /// Look at one checklist only, by its file's stem
    #[arg(long, value_name = "NAME")]
    checklist: Option<String>,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(ReviewArgs::augment_args(command)).after_help("A check that nobody measured is not passed, and does not fail either. The exit code is 1 if a check failed. Without --customers the stage is computed at the low end of its range.\n\nExamples:\n  costplan review --metrics metrics.yaml --checklist monthly\n  costplan review 3 --metrics metrics.yaml --customers 300 --format json")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = ReviewArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let read = workspace.metrics(&args.metrics, args.checklist.as_deref());
    let on_stage = args.on_stage(invocation.matches, &mut workspace);
    let ((checklists, metrics), on_stage) = both(read, on_stage).or_fail(&workspace)?;
    let results = calculate::review(&checklists, &metrics);
    let stage = match on_stage {
        Some(on_stage) => {
            let techniques: Vec<&str> = results.iter().filter_map(|result| result.technique.as_deref()).collect();
            Some(on_stage.computed(&techniques).or_fail(&workspace)?)
        }
        None => None,
    };
    let view = ReviewView::new(&results, metrics.measured_on, stage.as_ref());
    let written = terminal.show(&view, args.output.format());
    terminal.verdict(written, (view.failed() > 0).then(|| format!("check failed: {}", view.summary())))
}

/// Both values, or everything that is wrong with either.
fn both<A, B>(a: Result<A, Vec<Diagnostic>>, b: Result<B, Vec<Diagnostic>>) -> Result<(A, B), Vec<Diagnostic>> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (a, b) => Err(a.err().into_iter().chain(b.err()).flatten().collect()),
    }
}

/// A stage with the techniques of the project, to be computed.
struct OnStage {
    offered: Offered,
    inputs: Inputs,
}

impl ReviewArgs {
    fn on_stage(&self, matches: &ArgMatches, workspace: &mut Workspace) -> Result<Option<OnStage>, Vec<Diagnostic>> {
        let scenario = self.settings.settled(&self.inputs, matches, workspace)?;
        let Some(name) = &self.stage else { return Ok(None) };
        let offered = offered(name, scenario.request, None, workspace)?;
        let customers = scenario.customers.unwrap_or(offered.stage.customers.value.low);
        let inputs = Inputs { customers, revenue: offered.revenue };
        Ok(Some(OnStage { offered, inputs }))
    }
}

impl OnStage {
    /// What each of some techniques comes to.
    fn computed(self, techniques: &[&str]) -> Result<ReviewStage, Vec<Diagnostic>> {
        let savings = savings(&self.offered, self.inputs, techniques)?;
        Ok(ReviewStage { stage: self.offered.stage, customers: self.inputs.customers, savings })
    }
}
