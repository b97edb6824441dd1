//! `costplan breakeven`: which customers and which revenue a stage needs, and what a budget allows.

use std::process::ExitCode;

use clap::parser::ValueSource;
use clap::{Args, FromArgMatches as _};
use rust_decimal::Decimal;

use crate::app::whole_stages;
use crate::calculate::{self, BreakevenQuestion};
use crate::cli::args::{InputArgs, OrFail as _, OutputArgs, SettingArgs, with_globals, workspace};
use crate::cli::command::{Command, Invocation};
use crate::cli::terminal::Terminal;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{CountRange, Revenue, Stage};
use crate::parse::AmountRaw;
use crate::source::Spanned;
use crate::view::BreakevenView;

pub(crate) const COMMAND: Command = Command {
    name: "breakeven",
    about: "Find the customers and the revenue at which a stage reaches each share of MRR, and what a budget allows",
    arguments,
    run,
};

/// How many customers are searched at least where nobody says how many.
const SEARCHED: u64 = 10_000;
/// How many customers are searched at most.
const MAX_SEARCHED: u64 = 10_000_000;

#[derive(Clone, Debug, Args)]
struct BreakevenArgs {
    /// The stage by number, name or file stem
    stage: String,
    #[command(flatten)]
    inputs: InputArgs,
    /// Find the most customers for this amount a month instead of the budget of the stage
    #[arg(long, value_name = "AMOUNT", allow_hyphen_values = true)]
    budget: Option<String>,
    /// Search these numbers of customers
    #[arg(long, value_name = "LOW..HIGH")]
    range: Option<String>,
    #[command(flatten)]
    settings: SettingArgs,
    #[command(flatten)]
    output: OutputArgs,
}

fn arguments(command: clap::Command) -> clap::Command {
    with_globals(BreakevenArgs::augment_args(command))
        .mut_arg("customers", |customers| customers.help("Work out the revenue that each rating needs at this number"))
        .mut_arg("arpu", |arpu| arpu.help("Find the customers that each rating needs at this revenue per customer"))
        .mut_arg("mrr", |mrr| mrr.hide(true))
        .after_help("Costs are step functions: every run of customers is listed, not the first alone. Without --range the search goes to twice the end of the stage's range, and at least to 10000.\n\nExamples:\n  costplan breakeven 2 --arpu 10\n  costplan breakeven 2 --customers 60\n  costplan breakeven 2 --arpu 49 --budget 300 --range 1..5000")
}

fn run(invocation: &Invocation<'_>, terminal: &mut Terminal) -> anyhow::Result<ExitCode> {
    let args = BreakevenArgs::from_arg_matches(invocation.matches)?;
    let mut workspace = workspace(invocation)?;
    let budget = args.budget.map(|text| workspace.argument::<AmountRaw>("--budget", &text)).transpose();
    let budget = budget.or_fail(&workspace)?;
    let range = args.range.map(|text| workspace.argument::<Spanned<CountRange>>("--range", &text)).transpose();
    let range = range.or_fail(&workspace)?;
    if invocation.matches.value_source("mrr") == Some(ValueSource::CommandLine) {
        let wrong =
            Diagnostic::new(Code::InvalidArgument, "`--mrr` grows with no customer, so that nothing breaks even");
        return Err(vec![wrong.help("give the revenue per customer with `--arpu`")])
            .or_fail(&workspace)
            .map_err(Into::into);
    }
    let scenario = args.settings.settled(&args.inputs, invocation.matches, &mut workspace)?;
    whole_stages(&scenario.request, "revenue and budget are judged").or_fail(&workspace)?;
    let (stage, revenue) = workspace.stage(&args.stage, &scenario.request)?;
    let typed = budget.map(|amount| budget_in(&stage, &amount)).transpose().or_fail(&workspace)?;
    let question = BreakevenQuestion {
        arpu: match revenue {
            Revenue::Arpu(arpu) => Some(arpu),
            Revenue::Mrr(_) | Revenue::Unknown => None,
        },
        customers: scenario.customers,
        budget: typed.or(stage.monthly_budget.and_then(|budget| budget.value.high)),
        searched: searched(&stage, range).or_fail(&workspace)?,
        is_bounded: range.is_some(),
    };
    if question.arpu.is_none() && question.customers.is_none() && question.budget.is_none() {
        let missing = Diagnostic::new(Code::InvalidArgument, "nothing says what the stage has to break even with");
        return Err(vec![missing.help("add `--arpu AMOUNT`, `--customers N` or `--budget AMOUNT`")])
            .or_fail(&workspace)
            .map_err(Into::into);
    }
    let answer = calculate::breakeven(&stage, &question).or_fail(&workspace)?;
    terminal.show(&BreakevenView::new(&stage, question, &answer), args.output.format())?;
    Ok(ExitCode::SUCCESS)
}

/// The budget that was typed, which must be in the reporting currency.
fn budget_in(stage: &Stage, amount: &AmountRaw) -> Result<Decimal, Vec<Diagnostic>> {
    let wrong = |message: &str, help: String| {
        Err(vec![Diagnostic::at(Code::InvalidArgument, amount.span, message, "this").help(help)])
    };
    if amount.per.as_deref().is_some_and(|per| per != "month") {
        return wrong("a budget is an amount per month", format!("write `{}`", amount.number));
    }
    if amount.currency.is_some_and(|currency| currency != stage.currency) {
        let help = format!("write it in {}, or report in its currency with `--currency`", stage.currency);
        return wrong("the budget is in another currency than the report", help);
    }
    if amount.number.is_sign_negative() && !amount.number.is_zero() {
        return wrong("a budget is at least zero", "write an amount".to_owned());
    }
    Ok(amount.number)
}

/// The numbers of customers to search.
fn searched(stage: &Stage, range: Option<Spanned<CountRange>>) -> Result<(u64, u64), Vec<Diagnostic>> {
    let of_stage = stage.customers.value;
    let far = of_stage.high.unwrap_or(of_stage.low).saturating_mul(2).max(SEARCHED);
    let Some(range) = range else { return Ok((1, far.min(MAX_SEARCHED))) };
    let wrong = |message: String, help: &str| {
        Err(vec![Diagnostic::at(Code::InvalidArgument, range.span, message, "this range").help(help)])
    };
    let (low, Some(high)) = (range.value.low.max(1), range.value.high) else {
        return wrong("the search needs an end".to_owned(), "write for instance `--range 1..5000`");
    };
    if high < low {
        return wrong("the search begins at 1 customer".to_owned(), "write for instance `--range 1..5000`");
    }
    if high - low >= MAX_SEARCHED {
        return wrong(format!("a search computes at most {MAX_SEARCHED} numbers"), "search a part of it");
    }
    Ok((low, high))
}
