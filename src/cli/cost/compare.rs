//! `costplan compare`: two stages side by side, one under several scenarios, or the ways to buy what one has.

use std::process::ExitCode;

use clap::{Args, FromArgMatches as _};

use crate::app;
use crate::cli::args::{InputArgs, OrFail as _, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::tags::ByArgs;
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::Stage;
use crate::view::{AlternativesView, CompareView};

pub(crate) const COMMAND: Command =
    Command { name: "compare", about: "Put stages, scenarios or alternatives side by side", arguments, run };

#[derive(Clone, Debug, Args)]
struct CompareArgs {
    /// The first stage by number, name or file stem
    first: String,
    /// The second stage; leave it out to compare one stage under several scenarios, or its alternatives
    second: Option<String>,
    #[command(flatten)]
    inputs: InputArgs,
    #[command(flatten)]
    settings: SettingArgs,
    /// Compare by the values of this tag instead of by category
    #[arg(long, value_name = "TAG")]
    by: Option<String>,
    /// Show the line items of each category
    #[arg(long, help_heading = OUTPUT)]
    details: bool,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(CompareArgs::augment_args(command)).after_help("All sides are computed in one currency: that of the first, unless --currency is given. Each scenario has its own customers and revenue. A driver is set in the stages that have it.\n\nOne stage alone is compared with itself: each line item that has `alternatives` with what they would cost, in a month, for a customer and for 1,000 calls.\n\nExamples:\n  costplan compare 2 3 --customers 100\n  costplan compare 2\n  costplan compare 2 --scenario base --scenario high")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = CompareArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let request = args.settings.request(&args.inputs, invocation.matches, &mut workspace)?;
    if args.second.is_none() && request.scenarios.len() < 2 {
        if args.by.is_some() {
            let message = "`--by` compares stages or scenarios, not alternatives";
            return Err(workspace.failure(vec![Diagnostic::new(Code::InvalidArgument, message)]).into());
        }
        let (stage, costs) = app::compare_alternatives(&mut workspace, &args.first, &request)?;
        terminal.show(&AlternativesView::new(&stage, &costs), args.output.format())?;
        return Ok(ExitCode::SUCCESS);
    }
    let sides = match (&args.second, request.scenarios.len()) {
        (Some(second), 0 | 1) => app::compare_stages(&mut workspace, [&args.first, second], &request),
        (None, 2..=CompareView::MOST) => app::compare_scenarios(&mut workspace, &args.first, &request),
        (second, given) => Err(workspace.failure(vec![misfit(second.is_some(), given)])),
    }?;
    let stages: Vec<&Stage> = sides.iter().map(|(stage, _)| stage).collect();
    let by = ByArgs::one(args.by).read(&mut workspace, &stages).or_fail(&workspace)?;
    let view = CompareView::new(sides.iter().map(|(stage, costing)| (stage, costing)).collect());
    let view = view.by(by.first().map(String::as_str)).detailed(args.details);
    terminal.show_plan(&workspace, &view, args.output.format())?;
    Ok(ExitCode::SUCCESS)
}

/// The error for a number of stages and scenarios that cannot be compared.
fn misfit(has_second: bool, scenarios: usize) -> Diagnostic {
    let most = CompareView::MOST;
    let message = match (has_second, scenarios) {
        (true, _) => "two stages are compared under one scenario, several scenarios on one stage".to_owned(),
        (false, _) => format!("at most {most} scenarios are compared"),
    };
    let help = "write `costplan compare 2 3 --scenario high`, or `costplan compare 2 --scenario base --scenario high`";
    Diagnostic::new(Code::InvalidArgument, message).help(help)
}
