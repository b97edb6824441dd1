//! `costplan stages`: every stage in one row.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::calculate::{self, Costing, Finding, Unobserved};
use crate::cli::args::{InputArgs, OrFail as _, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::tags::ByArgs;
use crate::cli::terminal::Terminal;
use crate::diagnostic::Diagnostic;
use crate::model::{Inputs, Revenue, Stage};
use crate::view::StagesView;
use crate::workspace::Selection;

pub(crate) const COMMAND: Command =
    Command { name: "stages", about: "Show every stage with its totals over its range of customers", arguments, run };

#[derive(Clone, Debug, Args)]
struct StagesArgs {
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    by: ByArgs,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(StagesArgs::augment_args(command)).after_help("Every stage is computed at the low end, the middle and the high end of its range.\n\nExamples:\n  costplan stages\n  costplan stages --currency EUR --format markdown")
}

/// A stage, its costings over its range, and where it meets its target.
type Row = (Stage, Vec<Costing>, Option<Finding>);

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = StagesArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let scenario =
        args.settings.scenario(&InputArgs::default(), invocation.matches, &mut workspace).or_fail(&mut workspace)?;
    let stages = workspace.stages(Selection::all(), &scenario.request)?;
    let known: Vec<&Stage> = stages.iter().map(|(stage, _)| stage).collect();
    let by = args.by.read(&mut workspace, &known).or_fail(&mut workspace)?;
    let rows: Result<Vec<Row>, Vec<Diagnostic>> = stages.into_iter().map(row).collect();
    let rows = rows.or_fail(&mut workspace)?;
    let view =
        StagesView::new(rows.iter().map(|(stage, costings, reach)| (stage, costings.as_slice(), reach.as_ref())));
    terminal.show(&view.by(&by), args.output.format())?;
    Ok(ExitCode::SUCCESS)
}

fn row((stage, revenue): (Stage, Revenue)) -> Result<Row, Vec<Diagnostic>> {
    let range = stage.customers.value;
    let mut points: Vec<u64> = [Some(range.low), range.middle(), range.high].into_iter().flatten().collect();
    points.dedup();
    let at = |customers| calculate::stage(&stage, Inputs { customers, revenue }, &mut Unobserved);
    let costings = points.into_iter().map(at).collect::<Result<Vec<_>, _>>()?;
    let reach = calculate::target_reach(&stage)?;
    Ok((stage, costings, reach))
}
