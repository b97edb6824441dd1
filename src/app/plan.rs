//! What changes with the number of customers and the other inputs: the cheapest stage, break-even, sensitivity.

use rust_decimal::Decimal;

use crate::app::request::{Request, Settled, amount_in, whole_stages};
use crate::calculate::{
    self, Breakeven, BreakevenQuestion, BrokenRule, Costing, Recommendation, Sensitivity, Unobserved,
};
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::model::{CountRange, Inputs, PlanOrder, Revenue, Stage};
use crate::parse::{AmountRaw, ForecastRaw};
use crate::resolve;
use crate::source::Spanned;
use crate::workspace::{Selection, Workspace};

/// How many customers are searched at least if no number is given.
const SEARCHED: u64 = 10_000;
/// How many amounts of revenue may be tried for all goals and ratings, where the cost depends on it.
const REVENUE_TRIED: u64 = 1_500;
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
        for (stage, _) in &stages {
            workspace.spend_on(stage, 1)?;
        }
        let recommendation = calculate::recommend(&stages, customers)?;
        Ok((stages, recommendation))
    });
    recommended.map_err(|wrong| workspace.failure(wrong))
}

/// What techniques save on a stage that breaks the rule on its share of MRR.
#[derive(Debug)]
pub struct RuleSavings {
    /// The techniques of the best set with what each saves a month, in the reporting currency.
    pub techniques: Vec<(Box<str>, Decimal)>,
    /// The total with all of them.
    pub total: Decimal,
    /// Whether that keeps the rule; `None` if the cost is not fully known.
    pub is_enough: Option<bool>,
}

/// The rule on the share of MRR that the recommended stage breaks, or else the one that could carry the customers, with
/// what techniques save on it; `None` for these if they cannot be computed, as `costplan optimize` says.
///
/// # Errors
/// A number of the search for what would keep the rule that cannot be computed.
pub fn broken_rule(
    workspace: &mut Workspace,
    request: &Request,
    stages: &[(Stage, Revenue)],
    recommendation: &Recommendation,
) -> Result<Option<(BrokenRule, Option<RuleSavings>)>, Failure> {
    let Some(place) = recommendation.chosen.or(recommendation.could_carry) else { return Ok(None) };
    let (stage, _) = &stages[place];
    let costing = &recommendation.candidates[place].costing;
    let search = workspace.spend(calculate::rule_operations(stage, costing.inputs.customers));
    let rule =
        search.and_then(|()| calculate::broken_rule(stage, costing)).map_err(|wrong| workspace.failure(wrong))?;
    Ok(rule.map(|rule| (rule, rule_savings(workspace, request, stage, costing).ok())))
}

fn rule_savings(
    workspace: &mut Workspace,
    request: &Request,
    stage: &Stage,
    costing: &Costing,
) -> Result<RuleSavings, Vec<Diagnostic>> {
    let settled = request.settled(workspace)?;
    let techniques = workspace.techniques_for(stage, &settled.request.technique_set)?;
    let offers = resolve::offers(stage, &techniques, None);
    let found = calculate::optimize(stage, &offers, costing.inputs, PlanOrder::Saving, &workspace.progress)?;
    let named = found.plan.iter().map(|planned| (offers[planned.offer].technique.name.clone(), planned.saved));
    let is_enough = if costing.is_complete() { calculate::keeps_rule(stage, &found.after)? } else { None };
    Ok(RuleSavings { techniques: named.collect(), total: found.after.totals.total, is_enough })
}

/// The request for a search for break-even, besides the inputs.
#[derive(Clone, Debug, Default)]
pub struct BreakevenSearch {
    /// The monthly costs other than the infrastructure; those of the scenario or the project if none are given.
    pub other_costs: Option<AmountRaw>,
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
        let given = search.budget.as_ref().map(|amount| amount_in(stage.currency, amount, "a budget")).transpose()?;
        let question = BreakevenQuestion {
            arpu: match revenue {
                Revenue::Arpu(arpu) => Some(arpu),
                Revenue::Mrr(_) | Revenue::Unknown => None,
            },
            customers: settled.customers,
            other_costs: other_costs(workspace, &settled, search.other_costs.clone(), &stage)?,
            budget: given.or(stage.monthly_budget.and_then(|budget| budget.value.high)),
            searched: searched(&stage, search.range)?,
            is_bounded: search.range.is_some(),
        };
        if question.arpu.is_none() && question.customers.is_none() && question.budget.is_none() {
            let missing = Diagnostic::new(Code::InvalidArgument, "no revenue or budget to break even with is given");
            return Err(vec![missing.help("add `--arpu AMOUNT`, `--customers N` or `--budget AMOUNT`")]);
        }
        let (low, high) = question.searched;
        let is_searched = stage.depends_on_customers() && (question.arpu.is_some() || question.budget.is_some());
        let is_asked = stage.depends_on_revenue() && question.customers.is_some();
        let of_revenue = if is_asked { REVENUE_TRIED } else { 0 };
        workspace.spend_on(&stage, if is_searched { high - low } else { 1 }.saturating_add(of_revenue))?;
        let answer = calculate::breakeven(&stage, &question, &workspace.progress)?;
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
        workspace.spend(calculate::sensitivity_operations(&stage).unwrap_or(0))?;
        let sensitivity = calculate::sensitivity(&stage, &costing, by, &workspace.progress)?;
        Ok((stage, costing, sensitivity))
    });
    ranked.map_err(|wrong| workspace.failure(wrong))
}

/// The costs other than the infrastructure in the currency of a stage: those of the search, or else of the forecast.
fn other_costs(
    workspace: &mut Workspace,
    settled: &Settled,
    given: Option<AmountRaw>,
    stage: &Stage,
) -> Result<Option<Decimal>, Vec<Diagnostic>> {
    let of_project = workspace.settings.as_ref().and_then(|settings| settings.forecast.clone());
    let raw = settled.forecast.iter().cloned().chain(of_project).find_map(|forecast| forecast.other_costs);
    let Some(costs) = given.or(raw) else { return Ok(None) };
    let assumed = ForecastRaw {
        from: Some(Spanned::given(0)),
        other_costs: Some(costs.clone()),
        ..ForecastRaw::nothing(costs.span)
    };
    let plan = workspace.forecast_plan(&assumed, None, stage.currency, stage.as_of, None)?;
    Ok(Some(plan.other_costs))
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
