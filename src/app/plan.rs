//! What changes with the number of customers and the other inputs: the cheapest stage, break-even, sensitivity.

use rust_decimal::Decimal;

use crate::app::request::{Request, whole_stages};
use crate::calculate::{self, Breakeven, BreakevenQuestion, Costing, Recommendation, Sensitivity, Unobserved};
use crate::diagnostic::{Code, Diagnostic, Failure, Problems};
use crate::model::{CountRange, Inputs, Revenue, Stage};
use crate::parse::AmountRaw;
use crate::resolve::amount;
use crate::source::Spanned;
use crate::workspace::{Selection, Workspace};

/// How many customers are searched at least if no number is given.
const SEARCHED: u64 = 10_000;
/// How many customers are searched at most.
const MAX_SEARCHED: u64 = 10_000_000;

/// Finds the cheapest stage that serves the requested number of customers. The stages are sorted by number.
///
/// # Errors
/// Everything that is wrong with the request and the stages; `invalid-argument` if no number of customers is given or
/// only some of the line items are requested.
pub fn recommend(
    workspace: &mut Workspace,
    request: &Request,
) -> Result<(Vec<(Stage, Revenue)>, Recommendation), Failure> {
    let recommended = request.settled(workspace).and_then(|settled| {
        whole_stages(&settled.request, "a stage is recommended")?;
        let Some(customers) = settled.customers else {
            let missing = Diagnostic::new(Code::InvalidArgument, "a stage is recommended for a number of customers");
            return Err(vec![missing.help("add `--customers N`")]);
        };
        let stages = workspace.resolved(Selection::all().in_one_currency(), &settled.request)?;
        let recommendation = calculate::recommend(&stages, customers)?;
        Ok((stages, recommendation))
    });
    recommended.map_err(|wrong| workspace.failure(wrong))
}

/// The request for a search for break-even, besides the inputs.
#[derive(Clone, Debug, Default)]
pub struct BreakevenSearch {
    /// The budget for a month, in the reporting currency; that of the manifest if none is given.
    pub budget: Option<AmountRaw>,
    /// The numbers of customers that are searched.
    pub range: Option<Spanned<CountRange>>,
}

/// The answer to a search for break-even.
#[derive(Debug)]
pub struct FoundBreakeven {
    /// The stage.
    pub stage: Stage,
    /// The question, with defaults for what the request leaves out.
    pub question: BreakevenQuestion,
    /// The answer.
    pub answer: Breakeven,
}

/// Finds the numbers of customers at which revenue pays for a stage, or its cost reaches a budget.
///
/// # Errors
/// Everything that is wrong with the request and the stage; `invalid-argument` if there is neither revenue nor a budget.
pub fn breakeven(
    workspace: &mut Workspace,
    stage: &str,
    request: &Request,
    search: &BreakevenSearch,
) -> Result<FoundBreakeven, Failure> {
    let found = request.settled(workspace).and_then(|settled| {
        whole_stages(&settled.request, "revenue and budget are judged")?;
        let (stage, revenue) = workspace.stage(stage, &settled.request)?;
        let given = search.budget.as_ref().map(|amount| budget_in(&stage, amount)).transpose()?;
        let question = BreakevenQuestion {
            arpu: match revenue {
                Revenue::Arpu(arpu) => Some(arpu),
                Revenue::Mrr(_) | Revenue::Unknown => None,
            },
            customers: settled.customers,
            budget: given.or(stage.monthly_budget.and_then(|budget| budget.value.high)),
            searched: searched(&stage, search.range)?,
            is_bounded: search.range.is_some(),
        };
        if question.arpu.is_none() && question.customers.is_none() && question.budget.is_none() {
            let missing = Diagnostic::new(Code::InvalidArgument, "no revenue or budget to break even with is given");
            return Err(vec![missing.help("add `--arpu AMOUNT`, `--customers N` or `--budget AMOUNT`")]);
        }
        let answer = calculate::breakeven(&stage, &question)?;
        Ok(FoundBreakeven { stage, question, answer })
    });
    found.map_err(|wrong| workspace.failure(wrong))
}

/// Ranks the inputs of a stage by how much the total moves if each is changed by `by`: 0.2 for 20%.
///
/// # Errors
/// Everything that is wrong with the request and the stage; `invalid-argument` if no number of customers is given.
pub fn sensitivity(
    workspace: &mut Workspace,
    stage: &str,
    request: &Request,
    by: Decimal,
) -> Result<(Stage, Costing, Sensitivity), Failure> {
    let ranked = request.settled(workspace).and_then(|settled| {
        let Some(customers) = settled.customers else {
            let missing = Diagnostic::new(Code::InvalidArgument, "the inputs are ranked at one number of customers");
            return Err(vec![missing.help("add `--customers N`")]);
        };
        let (stage, revenue) = workspace.stage(stage, &settled.request)?;
        let costing = calculate::stage(&stage, Inputs { customers, revenue }, &mut Unobserved)?;
        let sensitivity = calculate::sensitivity(&stage, &costing, by)?;
        Ok((stage, costing, sensitivity))
    });
    ranked.map_err(|wrong| workspace.failure(wrong))
}

/// A given budget, which must be in the reporting currency.
fn budget_in(stage: &Stage, raw: &AmountRaw) -> Result<Decimal, Vec<Diagnostic>> {
    let mut problems = Problems::default();
    let number = amount::monthly(raw, "a budget", &mut problems);
    let currency = amount::currency(raw.currency, stage.currency, raw.span, &mut problems);
    match (number, currency) {
        (Some(number), Some(currency)) if currency == stage.currency => Ok(number),
        (Some(_), Some(_)) => {
            let message = "the budget is not in the currency of the report";
            let wrong = Diagnostic::at(Code::InvalidArgument, raw.span, message, "this");
            let help = format!("write it in {}, or report in its currency with `--currency`", stage.currency);
            Err(vec![wrong.help(help)])
        }
        _ => Err(problems.into_sorted()),
    }
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
        return wrong("the search starts at 1 customer or more".to_owned(), "write for instance `--range 1..5000`");
    }
    if high - low >= MAX_SEARCHED {
        return wrong(format!("a search computes at most {MAX_SEARCHED} numbers"), "search a part of it");
    }
    Ok((low, high))
}
