//! `costplan diff`: why costs changed.

use std::path::Path;
use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, FromArgMatches as _};

use crate::app::{self, Request, SideSource};
use crate::cli::args::{InputArgs, OrFail as _, SettingArgs, TaxArgs, own_workspace, today, with_globals};
use crate::cli::budget::ci_format::CiOutputArgs;
use crate::cli::budget::places::Home;
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::parse::ThresholdRaw;
use crate::source::Sources;
use crate::view::{DiffView, Threshold};
use crate::workspace::Workspace;

pub(crate) const COMMAND: Command =
    Command { name: "diff", about: "Show what changed a cost: prices, usage, rates, terms and more", arguments, run };

#[derive(Clone, Debug, Args)]
struct DiffArgs {
    /// Before: a snapshot, a project directory, or a revision such as git:main, or git:main...HEAD for the commit where the branch left main; the project's snapshot if left out
    #[arg(value_name = "BASE", value_hint = clap::ValueHint::AnyPath)]
    base: Option<String>,
    /// After: like BASE; the project if left out, or the branch that git:main...BRANCH names
    #[arg(value_name = "HEAD", value_hint = clap::ValueHint::AnyPath)]
    head: Option<String>,
    /// Compare only this stage, by number, name or, in a project, file stem; may be repeated
    #[arg(long = "stage", value_name = "STAGE")]
    stages: Vec<String>,
    /// Leave out smaller changes: 5%, or 50 EUR; without a currency, in that of the stage
    #[arg(long, value_name = "CHANGE", allow_hyphen_values = true)]
    threshold: Option<String>,
    /// Show every change with all its causes and effects
    #[arg(long, help_heading = OUTPUT)]
    all: bool,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    output: CiOutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    let command =
        with_globals(DiffArgs::augment_args(command)).mut_arg("conditions", |conditions| conditions.hide(true));
    command.after_help("The causes are applied one after the other: removed and added line items, usage, product, techniques, model, price, exchange rate, discounts, buffer; what is left is rounding. They add up to the difference to the last digit. The stages are those of [check], as in `costplan check`.\n\nExamples:\n  costplan diff\n  costplan diff git:main...HEAD\n  costplan diff git:HEAD~1 . --stage 2 --customers 60 --threshold 5%\n  costplan diff before.yaml after.yaml --format markdown")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = DiffArgs::from_arg_matches(invocation.matches)?;
    let project = invocation.project.as_deref();
    let ((threshold, typed), format) = (args.threshold()?, args.output.format()?);
    let base = match &args.base {
        Some(base) => SideSource::of(base),
        None => {
            let workspace = own_workspace(invocation)?;
            SideSource::Snapshot(workspace.snapshot_path().or_fail(&workspace)?)
        }
    };
    let head = args.head.as_deref().map_or_else(|| base.counterpart(), SideSource::of);
    let (request, sources) = args.request([&base, &head], invocation.matches)?;
    let sides = app::sides(&args.stages, &request, &sources, [&base, &head], project)?;
    let compared = app::compared(&sides)?;
    let threshold = match threshold {
        None => Threshold::Nothing,
        Some(ThresholdRaw::Share(share)) => Threshold::Share(share.value),
        Some(ThresholdRaw::Amount(amount)) => Threshold::Amount(app::threshold_in(&amount, &compared).or_fail(&typed)?),
    };
    let [before, after] = &sides;
    let sources = format.sources(&after.sources);
    let view = DiffView::new([&before.name, &after.name], &compared, threshold, &sources).listing(args.all);
    format.write(&view, &home(&head, project), args.output, terminal)?;
    Ok(ExitCode::SUCCESS)
}

/// The project that a side is of.
fn home(side: &SideSource, project: Option<&Path>) -> Home {
    let directory = match side {
        SideSource::Project(Some(directory)) => Some(directory.as_path()),
        _ => project,
    };
    let home = Home::of(Workspace::open(directory).ok().as_ref(), directory);
    match side {
        SideSource::Snapshot(file) => home.at(file),
        _ => home,
    }
}

/// Refuses arguments for projects if both sides are snapshots.
fn only_of_projects(matches: &ArgMatches) -> Result<(), Failure> {
    let of_projects = [
        "customers",
        "mrr",
        "arpu",
        "set",
        "buffer",
        "currency",
        "as_of",
        "hours_per_month",
        "list_prices",
        "apply",
        "conditions",
    ];
    let is_typed = |name: &&str| matches.value_source(name) == Some(ValueSource::CommandLine);
    let Some(name) = of_projects.into_iter().find(is_typed) else { return Ok(()) };
    let flag = if name == "conditions" { "where".to_owned() } else { name.replace('_', "-") };
    let message = format!("`--{flag}` is for projects, and both sides are snapshots");
    let diagnostic = Diagnostic::new(Code::InvalidArgument, message).help("a snapshot keeps what it was written with");
    Err(failure(vec![diagnostic]))
}

/// A failure that shows no text.
fn failure(diagnostics: Vec<Diagnostic>) -> Failure {
    Failure { diagnostics, sources: Sources::default() }
}

impl DiffArgs {
    /// The request to the sides that are projects, with the texts of the arguments.
    fn request(&self, sides: [&SideSource; 2], matches: &ArgMatches) -> Result<(Request, Sources), Failure> {
        let mut workspace = Workspace::bundled();
        if sides.map(SideSource::is_snapshot) == [true, true] {
            only_of_projects(matches)?;
            let scenarios = self.settings.scenario.clone();
            return Ok((Request { scenarios, ..Request::today(today()) }, workspace.sources));
        }
        let request = self.settings.typed(&self.inputs, &TaxArgs::default(), matches, &mut workspace);
        let request = request.or_fail(&workspace)?;
        Ok((request, workspace.sources))
    }

    /// The typed threshold, and the workspace that has its text.
    fn threshold(&self) -> Result<(Option<ThresholdRaw>, Workspace), Failure> {
        let mut workspace = Workspace::bundled();
        let read = self.threshold.as_deref().map(|text| workspace.typed::<ThresholdRaw>("--threshold", text));
        read.transpose().or_fail(&workspace).map(|read| (read, workspace))
    }
}
