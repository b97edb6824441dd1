//! The plan of a month against what was billed.

use crate::app::request::Request;
use crate::calculate::{self, Comparison, Costing, Target, Unobserved};
use crate::diagnostic::{Code, Diagnostic, Failure, Problems};
use crate::model::{ActualMonth, BilledCharge, ExchangeRate, Inputs, MatchRule, Month, Revenue, Stage};
use crate::parse::{AmountRaw, CurrencyRaw};
use crate::resolve::{self, RevenueRaw};
use crate::source::Span;
use crate::workspace::{Selection, Workspace};

/// A month as it was planned and as it was billed.
#[derive(Debug)]
pub struct ActualCosts {
    /// What was billed.
    pub month: ActualMonth,
    /// The stage with which it is compared.
    pub stage: Stage,
    /// What the stage costs.
    pub plan: Costing,
    /// The comparison.
    pub comparison: Comparison,
    /// What the reader should know of it, in sentences.
    pub notes: Vec<String>,
}

/// What a comparison is made of.
pub(in crate::app) struct Sides {
    pub(in crate::app) month: ActualMonth,
    pub(in crate::app) stage: Stage,
    pub(in crate::app) revenue: Revenue,
    pub(in crate::app) customers: u64,
    pub(in crate::app) rules: Vec<MatchRule>,
}

/// Compares a month, otherwise the last one of which something is recorded, with a stage: the one that is named, that of
/// `[actuals]`, or the first that serves the customers of the month. The stage is computed at the requested customers,
/// otherwise at those of the month.
///
/// # Errors
/// `no-actuals`, and everything that is wrong with the month, the rules, the request and the stage.
pub fn actual_costs(
    workspace: &mut Workspace,
    month: Option<Month>,
    stage: Option<&str>,
    request: &Request,
) -> Result<ActualCosts, Failure> {
    compared(workspace, month, stage, request).map_err(|wrong| workspace.failure(wrong))
}

pub(in crate::app) fn compared(
    workspace: &mut Workspace,
    month: Option<Month>,
    stage: Option<&str>,
    request: &Request,
) -> Result<ActualCosts, Vec<Diagnostic>> {
    let Sides { month, stage, revenue, customers, rules } = sides(workspace, month, stage, request)?;
    workspace.spend_on(&stage, 4)?;
    let plan = calculate::stage(&stage, Inputs { customers, revenue }, &mut Unobserved)?;
    let mut notes = Vec::new();
    let rates = rates(workspace, &month, &stage, request, &mut notes)?;
    for rule in rules.iter().filter(|rule| !stage.line_items.iter().any(|item| item.name == rule.line_item)) {
        notes.push(format!("a rule names `{}`, which is no line item of stage {}", rule.line_item, stage.id));
    }
    let comparison = calculate::compare_actuals(&stage, &plan, &month, &rules, &rates)?;
    Ok(ActualCosts { month, stage, plan, comparison, notes })
}

pub(in crate::app) fn sides(
    workspace: &mut Workspace,
    month: Option<Month>,
    stage: Option<&str>,
    request: &Request,
) -> Result<Sides, Vec<Diagnostic>> {
    let mut problems = Problems::default();
    let rules = workspace.match_rules(&mut problems);
    if !problems.is_empty() {
        return Err(problems.into_sorted());
    }
    let month = recorded(workspace, month)?;
    let mut request = request.clone();
    let typed = request.customers;
    // The revenue of the month is what the plan's share of it is computed with, unless another one is requested.
    if let (None, Some(mrr)) = (&request.revenue, month.mrr) {
        let currency = Some(CurrencyRaw::Code(mrr.currency));
        request.revenue =
            Some(RevenueRaw::Mrr(AmountRaw { number: mrr.amount, currency, per: None, span: Span::NOWHERE }));
    }
    let settled = request.settled(workspace)?;
    let customers = typed.or(month.customers).or(settled.customers);
    let of_settings = workspace.settings.as_ref().and_then(|settings| settings.actuals.as_ref()?.stage.clone());
    let named = stage.map(str::to_owned).or_else(|| of_settings.map(|stage| stage.value));
    let (stage, revenue) = match named {
        Some(name) => first(workspace.resolved(Selection::one(&name), &settled.request)?)?,
        None => serving(workspace, &settled.request, customers)?,
    };
    let customers = customers.unwrap_or_else(|| stage.usual_customers());
    Ok(Sides { month, stage, revenue, customers, rules })
}

fn first(stages: Vec<(Stage, Revenue)>) -> Result<(Stage, Revenue), Vec<Diagnostic>> {
    stages.into_iter().next().ok_or_else(|| vec![Diagnostic::new(Code::UnknownStage, "there is no stage")])
}

/// The first stage that serves a number of customers; the only one, whatever it serves.
fn serving(
    workspace: &mut Workspace,
    request: &resolve::Request,
    customers: Option<u64>,
) -> Result<(Stage, Revenue), Vec<Diagnostic>> {
    let stages = workspace.resolved(Selection::all(), request)?;
    if stages.len() == 1 {
        return first(stages);
    }
    let serves = |stage: &Stage| customers.is_some_and(|customers| stage.customers.value.contains(customers));
    let found = stages.into_iter().find(|(stage, _)| serves(stage));
    found.ok_or_else(|| {
        let message = match customers {
            Some(customers) => format!("no stage serves {customers} customers"),
            None => "the plan has several stages, and the customers of the month are not recorded".to_owned(),
        };
        let diagnostic = Diagnostic::new(Code::UnknownStage, message);
        vec![diagnostic.help(
            "record them with `costplan actuals add --month MONTH --customers N`, name a stage with `--stage NAME`, or write \
             `stage` under `[actuals]` in costplan.toml",
        )]
    })
}

/// What is recorded of a month, otherwise of the last one.
fn recorded(workspace: &mut Workspace, month: Option<Month>) -> Result<ActualMonth, Vec<Diagnostic>> {
    let known = workspace.recorded_months()?;
    let help = "`costplan actuals import FILE` reads bills, and `costplan actuals add` types one in";
    let Some(wanted) = month.or(known.last().copied()) else {
        let message = "nothing is recorded of what the months really cost";
        return Err(vec![Diagnostic::new(Code::NoActuals, message).help(help)]);
    };
    let actual = workspace.actual_month(wanted)?;
    actual.ok_or_else(|| {
        let message = format!("nothing is recorded of what {wanted} really cost");
        let known: Vec<String> = known.iter().rev().take(6).map(ToString::to_string).collect();
        let others = if known.is_empty() { help.to_owned() } else { format!("recorded are {}", known.join(", ")) };
        vec![Diagnostic::new(Code::NoActuals, message).help(others)]
    })
}

/// The exchange rates of the last day of the month, or of today if it is not over. Where that day has none, the rate of the
/// plan is used.
fn rates(
    workspace: &mut Workspace,
    month: &ActualMonth,
    stage: &Stage,
    request: &Request,
    notes: &mut Vec<String>,
) -> Result<Vec<ExchangeRate>, Vec<Diagnostic>> {
    let day = month.month.last_day().min(request.today);
    let mut rates = workspace.rates_on(stage.currency, day)?;
    let billed = month.charges().map(|charge| charge.cost.currency).chain(month.mrr.map(|mrr| mrr.currency));
    let needed = billed.chain(stage.rates.iter().map(|rate| rate.from));
    let mut missing: Vec<_> = needed.filter(|currency| *currency != stage.currency).collect();
    missing.sort_unstable();
    missing.dedup();
    missing.retain(|currency| !rates.iter().any(|rate| rate.from == *currency));
    if missing.is_empty() {
        return Ok(rates);
    }
    for rate in workspace.rates_on(stage.currency, stage.as_of)? {
        if missing.contains(&rate.from) {
            notes.push(format!(
                "{day} has no exchange rate for {}, so that of {} is used",
                rate.from, rate.effective_from
            ));
            rates.push(rate);
        }
    }
    Ok(rates)
}

/// The charges that belong to no line item, and where all others belong.
#[derive(Debug)]
pub struct MatchedCharges {
    /// What was billed.
    pub month: ActualMonth,
    /// The stage with which it is compared.
    pub stage: Stage,
    /// The rules of the project.
    pub rules: Vec<MatchRule>,
}

impl MatchedCharges {
    /// The charges with where they belong, in the order of the month.
    pub fn charges(&self) -> Vec<(&BilledCharge, Target)> {
        calculate::matched(&self.stage, &self.month, &self.rules)
    }
}

/// Puts the charges of a month to the line items of a stage, both chosen as in [`actual_costs`].
///
/// # Errors
/// As [`actual_costs`].
pub fn matched_charges(
    workspace: &mut Workspace,
    month: Option<Month>,
    stage: Option<&str>,
    request: &Request,
) -> Result<MatchedCharges, Failure> {
    let found = sides(workspace, month, stage, request);
    let found = found.map(|Sides { month, stage, rules, .. }| MatchedCharges { month, stage, rules });
    found.map_err(|wrong| workspace.failure(wrong))
}
