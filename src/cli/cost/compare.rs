//! `costplan compare`: two stages side by side, or one under several scenarios.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::calculate::{self, Costing, Unobserved};
use crate::cli::args::{InputArgs, OrFail as _, OutputArgs, Scenario, SettingArgs, TaxArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::tags::ByArgs;
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Inputs, Revenue, Stage};
use crate::resolve::{Request, ScenarioFile};
use crate::view::CompareView;
use crate::workspace::{Selection, Workspace};

pub(crate) const COMMAND: Command =
    Command { name: "compare", about: "Put two stages side by side, or one under several scenarios", arguments, run };

#[derive(Clone, Debug, Args)]
struct CompareArgs {
    /// The first stage by number, name or file stem
    first: String,
    /// The second stage; left out if one stage is compared under several scenarios
    second: Option<String>,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    /// Compare by the values of this tag instead of by category
    #[arg(long, value_name = "TAG")]
    by: Option<String>,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(CompareArgs::augment_args(command)).after_help("All sides are computed in one currency: that of the first unless --currency is given. Of several scenarios each has its own customers and revenue. A driver is set in the stages that know it.\n\nExamples:\n  costplan compare 2 3 --customers 100\n  costplan compare 2 --scenario base --scenario high")
}

/// A stage and what it costs.
type Side = (Stage, Costing);

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = CompareArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let sides = match (&args.second, args.settings.scenarios().len()) {
        (Some(second), 0 | 1) => stages(&args, second, invocation, &mut workspace),
        (None, 2..=CompareView::MOST) => scenarios(&args, invocation, &mut workspace),
        (second, given) => Err(vec![misfit(second.is_some(), given)]),
    };
    let sides = sides.or_fail(&mut workspace)?;
    let stages: Vec<&Stage> = sides.iter().map(|(stage, _)| stage).collect();
    let by = ByArgs::one(args.by).read(&mut workspace, &stages).or_fail(&mut workspace)?;
    let view = CompareView::new(sides.iter().map(|(stage, costing)| (stage, costing)).collect());
    let view = view.by(by.first().map(String::as_str));
    terminal.show(&view, args.output.format())?;
    Ok(ExitCode::SUCCESS)
}

/// What is wrong with a number of stages and scenarios that do not go together.
fn misfit(has_second: bool, scenarios: usize) -> Diagnostic {
    let most = CompareView::MOST;
    let message = match (has_second, scenarios) {
        (true, _) => "two stages are compared in one scenario, and several scenarios on one stage".to_owned(),
        (false, 0 | 1) => "there is nothing to compare the stage with".to_owned(),
        (false, _) => format!("at most {most} scenarios are compared"),
    };
    let help = "write `costplan compare 2 3 --scenario high`, or `costplan compare 2 --scenario base --scenario high`";
    Diagnostic::new(Code::InvalidArgument, message).help(help)
}

/// Two stages with the same inputs.
fn stages(
    args: &CompareArgs,
    second: &str,
    invocation: &Invocation<'_>,
    workspace: &mut Workspace,
) -> Result<Vec<Side>, Vec<Diagnostic>> {
    let scenario = args.settings.scenario(&args.inputs, invocation.matches, workspace)?;
    let Some(customers) = scenario.customers else {
        let missing = Diagnostic::new(Code::InvalidArgument, "two stages are compared at one number of customers");
        return Err(vec![missing.help("add `--customers N`")]);
    };
    // The share of MRR is that of the first stage, whose currency is the one of both.
    let stages = workspace.stages(Selection::pair([&args.first, second]).in_one_currency(), &scenario.request)?;
    let revenue = stages.first().map_or(Revenue::Unknown, |(_, revenue)| *revenue);
    let inputs = Inputs { customers, revenue };
    stages.into_iter().map(|(stage, _)| side(stage, inputs)).collect()
}

/// One stage under each of several scenarios, each with its own inputs.
fn scenarios(
    args: &CompareArgs,
    invocation: &Invocation<'_>,
    workspace: &mut Workspace,
) -> Result<Vec<Side>, Vec<Diagnostic>> {
    let under = |file: Option<&ScenarioFile>, workspace: &mut Workspace| {
        args.settings.under(file, &args.inputs, &TaxArgs::default(), invocation.matches, workspace)
    };
    // What is wrong with the arguments is wrong under each scenario, and said once.
    under(None, workspace)?;
    let mut wrong = Vec::new();
    let mut asked: Vec<(u64, Request)> = Vec::new();
    for name in args.settings.scenarios() {
        let scenario = workspace.scenario(name).and_then(|file| under(Some(&file), workspace));
        match scenario {
            Ok(Scenario { customers: Some(customers), request, .. }) => asked.push((customers, request)),
            Ok(Scenario { customers: None, .. }) => {
                let message = format!("the scenario `{name}` gives no number of customers");
                let missing = Diagnostic::new(Code::InvalidArgument, message);
                wrong.push(missing.help("write `customers` in its file, or add `--customers N` for all"));
            }
            Err(found) => wrong.extend(found),
        }
    }
    if !wrong.is_empty() {
        return Err(wrong);
    }
    let (customers, requests): (Vec<u64>, Vec<Request>) = asked.into_iter().unzip();
    let stages: Vec<(Stage, Revenue)> = workspace.stage_under(&args.first, &requests)?;
    let sides = stages.into_iter().zip(customers);
    sides.map(|((stage, revenue), customers)| side(stage, Inputs { customers, revenue })).collect()
}

fn side(stage: Stage, inputs: Inputs) -> Result<Side, Vec<Diagnostic>> {
    let costing = calculate::stage(&stage, inputs, &mut Unobserved)?;
    Ok((stage, costing))
}
