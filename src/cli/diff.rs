//! `costplan diff`: why costs changed.

use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, FromArgMatches as _};

use super::args::{InputArgs, SettingArgs, with_globals, workspace};
use super::ci_format::CiOutputArgs;
use super::command::{Command, Invocation};
use super::sides::{Side, SideSource};
use super::terminal::Terminal;
use super::watched::Asked;
use crate::calculate;
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::model::CostedStage;
use crate::parse::ThresholdRaw;
use crate::view::{ComparedStage, DiffView, Threshold};
use crate::workspace::Workspace;

pub(super) const COMMAND: Command =
    Command { name: "diff", about: "Say what changed a cost: prices, usage, rates, terms and more", arguments, run };

#[derive(Clone, Debug, Args)]
struct DiffArgs {
    /// Before: a snapshot, a project directory, or a revision as git:main; the project's snapshot, if left out
    #[arg(value_name = "BASE")]
    base: Option<String>,
    /// After: as BASE; the project, if left out
    #[arg(value_name = "HEAD")]
    head: Option<String>,
    /// Compare only this stage, by its number or name; may be repeated
    #[arg(long = "stage", value_name = "STAGE")]
    stages: Vec<String>,
    /// Leave changes out that are smaller: 5%, or 50 in the currency of the stage
    #[arg(long, value_name = "CHANGE", allow_hyphen_values = true)]
    threshold: Option<String>,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    output: CiOutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(DiffArgs::augment_args(command)).after_help("The causes are let in one after the other: removed and added line items, usage, product, techniques, model, price, exchange rate, discounts, buffer; what is left is rounding. They add up to the difference to the last digit. Stages are those of [check], as `costplan check` has them.\n\nExamples:\n  costplan diff\n  costplan diff git:main\n  costplan diff git:HEAD~1 . --stage 2 --customers 60 --threshold 5%\n  costplan diff before.yaml after.yaml --format markdown")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = DiffArgs::from_arg_matches(invocation.matches)?;
    let project = invocation.project.as_deref();
    let (threshold, format) = (args.threshold()?, args.output.format()?);
    let asked =
        Asked { stages: &args.stages, inputs: &args.inputs, settings: &args.settings, matches: invocation.matches };
    let base = match &args.base {
        Some(base) => SideSource::of(base),
        None => SideSource::Snapshot(workspace(invocation)?.snapshot_path()),
    };
    let head = args.head.as_deref().map_or(SideSource::Project(None), SideSource::of);
    let are_snapshots = [&base, &head].map(|side| matches!(side, SideSource::Snapshot(_)));
    if are_snapshots == [true, true] {
        only_of_projects(invocation.matches)?;
    }
    let (base, head) = (base.read(&asked, project)?, head.read(&asked, project)?);
    let compared = compared(&base, &head, are_snapshots)?;
    let view = DiffView::new([&base.name, &head.name], &compared, threshold, &head.sources);
    format.write(&view, head.settings.as_deref(), terminal)?;
    Ok(ExitCode::SUCCESS)
}

/// Refuses what projects are computed with where none is: a snapshot stays what it is.
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
    let diagnostic = Diagnostic::new(Code::InvalidArgument, message).help("a snapshot stays what it was written as");
    Err(Failure { diagnostics: vec![diagnostic], sources: crate::source::Sources::default() })
}

/// Each stage of one side with the same one of the other, in the order of the later side.
fn compared<'s>(base: &'s Side, head: &'s Side, are_snapshots: [bool; 2]) -> Result<Vec<ComparedStage<'s>>, Failure> {
    let before = |later: &CostedStage| base.stages.iter().find(|earlier| earlier.is_same_subject(later));
    let mut compared = Vec::new();
    for later in &head.stages {
        compared.push(ComparedStage { base: before(later), head: Some(later), attribution: None });
    }
    for earlier in base.stages.iter().filter(|earlier| !head.stages.iter().any(|later| later.is_same_subject(earlier)))
    {
        compared.push(ComparedStage { base: Some(earlier), head: None, attribution: None });
    }
    let failure = |diagnostics: Vec<Diagnostic>| Failure { diagnostics, sources: crate::source::Sources::default() };
    if let Some(side) = [base, head].into_iter().find(|side| side.stages.is_empty()) {
        let message = format!("`{}` holds no such stage", side.name);
        return Err(failure(vec![Diagnostic::new(Code::UnknownStage, message)]));
    }
    if !compared.iter().any(|pair| pair.base.is_some() && pair.head.is_some()) {
        let message = "no stage stands on both sides at the same customers, so that nothing can be compared";
        let diagnostic = Diagnostic::new(Code::InvalidArgument, message);
        let help = "with `--customers` on one side only, ends of ranges meet a number: give the same to both";
        return Err(failure(vec![diagnostic.help(help)]));
    }
    let mut wrong = Vec::new();
    for pair in &mut compared {
        let (Some(base), Some(head)) = (pair.base, pair.head) else { continue };
        if base.stage.currency != head.stage.currency {
            let (from, to) = (base.stage.currency, head.stage.currency);
            let message = format!("stage {} is in {from} before and in {to} after", head.stage.id);
            let diagnostic = Diagnostic::new(Code::DifferentCurrencies, message);
            let diagnostic = diagnostic.help(match are_snapshots {
                [true, true] => "a snapshot stays in its currency: write one of the two anew in the other's".to_owned(),
                [false, true] => format!("compare in the currency of the snapshot: `--currency {to}`"),
                [_, false] => format!("compare in one currency: `--currency {from}`"),
            });
            // Said once of a stage, and not at each of its points.
            if !wrong.contains(&diagnostic) {
                wrong.push(diagnostic);
            }
            continue;
        }
        match calculate::attribution(base, head) {
            Ok(attribution) => pair.attribution = Some(attribution),
            Err(diagnostics) => wrong.extend(diagnostics),
        }
    }
    if wrong.is_empty() { Ok(compared) } else { Err(failure(wrong)) }
}

impl DiffArgs {
    fn threshold(&self) -> Result<Threshold, Failure> {
        let Some(text) = &self.threshold else { return Ok(Threshold::Nothing) };
        let mut workspace = Workspace::bundled();
        match workspace.argument::<ThresholdRaw>("--threshold", text) {
            Ok(ThresholdRaw::Share(share)) => Ok(Threshold::Share(share)),
            Ok(ThresholdRaw::Amount(amount)) => Ok(Threshold::Amount(amount)),
            Err(diagnostics) => Err(Failure { diagnostics, sources: workspace.sources }),
        }
    }
}
