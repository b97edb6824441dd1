//! `costplan breakeven`: which customers and which revenue a stage needs, and what a budget allows.

use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{Args, FromArgMatches as _};

use crate::app::{self, BreakevenSearch, FoundBreakeven};
use crate::cli::args::{InputArgs, OrFail as _, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation, OUTPUT};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::CountRange;
use crate::parse::AmountRaw;
use crate::source::Spanned;
use crate::view::BreakevenView;

pub(crate) const COMMAND: Command =
    Command { name: "breakeven", about: "Find from how many customers on revenue covers a stage", arguments, run };

#[derive(Clone, Debug, Args)]
struct BreakevenArgs {
    /// The stage by number, name or file stem
    stage: String,
    #[command(flatten)]
    inputs: InputArgs,
    /// Cover these monthly costs too, besides the infrastructure; those of [forecast] unless given
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    other_costs: Option<String>,
    /// Find the most customers for this amount a month instead of the budget of the stage
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    budget: Option<String>,
    /// Search these numbers of customers
    #[arg(long, value_name = "LOW..HIGH")]
    range: Option<String>,
    #[command(flatten)]
    settings: SettingArgs,
    /// Show everything, as Markdown does
    #[arg(long, help_heading = OUTPUT)]
    details: bool,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(BreakevenArgs::augment_args(command))
        .mut_arg("customers", |customers| customers.help("Work out the revenue that each rating needs at this number"))
        .mut_arg("arpu", |arpu| arpu.help("Find the customers that each rating needs at this revenue per customer"))
        .mut_arg("mrr", |mrr| mrr.hide(true))
        .after_help("Costs are step functions: every run of customers is listed, not only the first. Without --range the search goes to twice the end of the stage's range, and at least to 10000.\n\nExamples:\n  costplan breakeven 2 --arpu 10\n  costplan breakeven 2 --customers 60\n  costplan breakeven 2 --arpu 49 --budget 300 --range 1..5000")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = BreakevenArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    workspace.progress = terminal.progress();
    let budget = args.budget.map(|text| workspace.typed::<AmountRaw>("--budget", &text)).transpose();
    let budget = budget.or_fail(&workspace)?;
    let other_costs = args.other_costs.map(|text| workspace.typed::<AmountRaw>("--other-costs", &text)).transpose();
    let other_costs = other_costs.or_fail(&workspace)?;
    let range = args.range.map(|text| workspace.typed::<Spanned<CountRange>>("--range", &text)).transpose();
    let range = range.or_fail(&workspace)?;
    if invocation.matches.value_source("mrr") == Some(ValueSource::CommandLine) {
        let wrong =
            Diagnostic::new(Code::InvalidArgument, "`--mrr` does not grow with customers, so that nothing breaks even");
        return Err(vec![wrong.help("give the revenue per customer with `--arpu`")])
            .or_fail(&workspace)
            .map_err(Into::into);
    }
    let request = args.settings.request(&args.inputs, invocation.matches, &mut workspace)?;
    let search = BreakevenSearch { other_costs, budget, range };
    let FoundBreakeven { stage, question, answer } = app::breakeven(&mut workspace, &args.stage, &request, &search)?;
    terminal.show_plan(
        &workspace,
        &BreakevenView::new(&stage, question, &answer).detailed(args.details),
        args.output.format(),
    )?;
    Ok(ExitCode::SUCCESS)
}
