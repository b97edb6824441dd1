//! `costplan diff`: why costs changed.

use std::path::Path;
use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{ArgMatches, Args, FromArgMatches as _};

use crate::calculate::{self, CostedStage};
use crate::cli::args::{InputArgs, SettingArgs, with_globals, workspace};
use crate::cli::budget::ci_format::CiOutputArgs;
use crate::cli::command::{Command, Invocation};
use crate::cli::history::sides::{OpenSide, Side, SideSource};
use crate::cli::history::watched::Asked;
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::parse::ThresholdRaw;
use crate::source::Sources;
use crate::view::{ComparedStage, DiffView, Threshold};
use crate::workspace::Workspace;

pub(crate) const COMMAND: Command =
    Command { name: "diff", about: "Say what changed a cost: prices, usage, rates, terms and more", arguments, run };

#[derive(Clone, Debug, Args)]
struct DiffArgs {
    /// Before: a snapshot, a project directory, or a revision as git:main; the project's snapshot, if left out
    #[arg(value_name = "BASE")]
    base: Option<String>,
    /// After: as BASE; the project, if left out
    #[arg(value_name = "HEAD")]
    head: Option<String>,
    /// Compare only this stage, by its number, its name, or in a project its file stem; may be repeated
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
    let command =
        with_globals(DiffArgs::augment_args(command)).mut_arg("conditions", |conditions| conditions.hide(true));
    command.after_help("The causes are let in one after the other: removed and added line items, usage, product, techniques, model, price, exchange rate, discounts, buffer; what is left is rounding. They add up to the difference to the last digit. Stages are those of [check], as `costplan check` has them.\n\nExamples:\n  costplan diff\n  costplan diff git:main\n  costplan diff git:HEAD~1 . --stage 2 --customers 60 --threshold 5%\n  costplan diff before.yaml after.yaml --format markdown")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = DiffArgs::from_arg_matches(invocation.matches)?;
    let project = invocation.project.as_deref();
    let (threshold, format) = (args.threshold()?, args.output.format()?);
    let asked = Asked {
        stages: &args.stages,
        numbers: None,
        inputs: &args.inputs,
        settings: &args.settings,
        matches: invocation.matches,
    };
    let base = match &args.base {
        Some(base) => SideSource::of(base),
        None => SideSource::Snapshot(workspace(invocation)?.snapshot_path()),
    };
    let head = args.head.as_deref().map_or(SideSource::Project(None), SideSource::of);
    let are_snapshots = [&base, &head].map(|side| matches!(side, SideSource::Snapshot(_)));
    if are_snapshots == [true, true] {
        only_of_projects(invocation.matches)?;
    }
    let [base, head] = both(&asked, [&base, &head], project)?;
    let compared = compared(&base, &head, are_snapshots)?;
    let view = DiffView::new([&base.name, &head.name], &compared, threshold, &head.sources);
    format.write(&view, head.settings.as_deref(), terminal)?;
    Ok(ExitCode::SUCCESS)
}

/// Reads both sides. A stage that is asked for and stands on one side only is new or gone.
fn both(asked: &Asked<'_>, sides: [&SideSource; 2], project: Option<&Path>) -> Result<[Side; 2], Failure> {
    let [base, head] = sides;
    let (mut base, mut head) = (base.open(asked, project)?, head.open(asked, project)?);
    let numbers = numbers(asked.stages, [&mut base, &mut head])?;
    Ok([base.read(asked, numbers.as_deref())?, head.read(asked, numbers.as_deref())?])
}

/// The numbers of the stages that have these names on either side; `None` if none is named.
fn numbers(names: &[String], sides: [&mut OpenSide<'_>; 2]) -> Result<Option<Vec<u64>>, Failure> {
    if names.is_empty() {
        return Ok(None);
    }
    let mut numbers = Vec::new();
    let [base, head] = sides;
    for name in names {
        let is_unknown = |wrong: &[Diagnostic]| wrong.iter().all(|wrong| wrong.code == Code::UnknownStage);
        match (base.stage_number(name), head.stage_number(name)) {
            (Err(wrong), _) if !is_unknown(&wrong) => return Err(base.failure(wrong)),
            (Err(_), Err(wrong)) => return Err(head.failure(wrong)),
            (_, Err(wrong)) if !is_unknown(&wrong) => return Err(head.failure(wrong)),
            (found, other) => numbers.extend(found.into_iter().chain(other)),
        }
    }
    Ok(Some(numbers))
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
    Err(failure(vec![diagnostic]))
}

/// A failure that shows no text.
fn failure(diagnostics: Vec<Diagnostic>) -> Failure {
    Failure { diagnostics, sources: Sources::default() }
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
    if let Some(diagnostic) = without_pair(&compared) {
        return Err(failure(vec![diagnostic]));
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

/// What is wrong if no stage can be compared, though one stands on both sides.
fn without_pair(compared: &[ComparedStage<'_>]) -> Option<Diagnostic> {
    if compared.iter().any(|pair| pair.base.is_some() && pair.head.is_some()) {
        return None;
    }
    let both = |is_like: fn(&CostedStage, &CostedStage) -> bool| {
        let mut bases = compared.iter().filter_map(|pair| pair.base);
        bases.any(|base| compared.iter().filter_map(|pair| pair.head).any(|head| is_like(base, head)))
    };
    let (what, help) = if both(CostedStage::is_under_same_scenario) {
        ("at the same customers", "`--customers` may not be on one side only: ends of ranges would meet a number")
    } else if both(|base, head| base.stage.id == head.stage.id) {
        ("under the same scenario", "name one that both sides have with `--scenario`")
    } else {
        return None;
    };
    let message = format!("no stage stands on both sides {what}, so that nothing can be compared");
    Some(Diagnostic::new(Code::InvalidArgument, message).help(help))
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
