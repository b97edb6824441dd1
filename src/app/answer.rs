//! Questions and answers as JSON, for a page that has the core in it.

use std::sync::Arc;

use serde::Serialize;

use crate::app::cost::{CostedRange, changed_stage};
use crate::app::report::{months_ahead, savings};
use crate::app::request::Request;
use crate::app::savings::offered;
use crate::calculate;
use crate::diagnostic::{Code, Diagnostic, Failure, Problems};
use crate::model::{Dimension, Formula, Fraction, ScenarioName, Stage};
use crate::parse::{self, QuestionKind, QuestionRaw};
use crate::render;
use crate::resolve::RevenueRaw;
use crate::view::{
    CostsAtRevenue, FailureView, InputsView, PointView, ReportFact, ReportSection, ReportStage, StageView,
};
use crate::workspace::Workspace;

/// The name of a question in messages.
const QUESTION: &str = "the request";

/// Answers a question about a project: with the JSON of `costplan stage`, with what can be set on the stage, or with what is
/// wrong. Questions do not depend on earlier ones.
///
/// ```
/// use costplan::app;
/// use costplan::workspace::Workspace;
///
/// let question = r#"{ "stage": "growth", "today": "2026-11-24", "customers": 60 }"#;
/// let answer = app::answer(&mut Workspace::bundled(), question);
/// assert!(answer.contains(r#""total": 225,"#));
/// ```
pub fn answer(workspace: &mut Workspace, question: &str) -> String {
    let left = workspace.operations_left;
    let asked = read(question, workspace).map_err(|wrong| workspace.failure(wrong));
    let answered = asked.and_then(|asked| match asked.ask.map_or(QuestionKind::Stage, |ask| ask.value) {
        QuestionKind::Stage => stage(&asked, workspace),
        QuestionKind::Page => page(&asked, workspace),
        QuestionKind::Inputs => inputs(&asked, workspace),
        QuestionKind::Forecast => forecast(&asked, workspace),
        QuestionKind::Savings => what_saves(&asked, workspace),
    });
    // Each question may do as much as the first.
    workspace.operations_left = left;
    answered.unwrap_or_else(|failure| failed(&failure))
}

/// The JSON of what is wrong.
pub fn failed(failure: &Failure) -> String {
    render::json(&FailureView(failure))
}

fn read(question: &str, workspace: &mut Workspace) -> Result<QuestionRaw, Vec<Diagnostic>> {
    let file = workspace.sources.add_argument(QUESTION, question);
    let mut problems = Problems::default();
    let asked = parse::question(file, question, &mut problems);
    asked.filter(|_| problems.is_empty()).ok_or_else(|| problems.into_sorted())
}

fn request(asked: &QuestionRaw) -> Request {
    let arpu = || asked.arpu.clone().map(RevenueRaw::Arpu);
    Request {
        scenarios: asked.scenario.iter().map(|name| name.value.clone()).collect(),
        customers: asked.customers.map(|count| count.value),
        revenue: asked.mrr.clone().map(RevenueRaw::Mrr).or_else(arpu),
        set: asked.set.as_ref().map(|set| set.entries.clone()).unwrap_or_default(),
        apply: asked.apply.clone(),
        conditions: asked.r#where.clone(),
        buffer: asked.buffer,
        currency: asked.currency,
        as_of: asked.as_of,
        hours_per_month: asked.hours_per_month,
        tax: asked.tax,
        reverse_charge: asked.reverse_charge.unwrap_or(false),
        list_prices: asked.list_prices.unwrap_or(false),
        ..Request::today(asked.today.value)
    }
}

/// Refuses two revenues.
fn check_revenue(asked: &QuestionRaw, workspace: &Workspace) -> Result<(), Failure> {
    let (Some(mrr), Some(arpu)) = (&asked.mrr, &asked.arpu) else { return Ok(()) };
    let wrong = Diagnostic::at(Code::ConflictingKeys, arpu.span, "give `mrr` or `arpu`, not both", "this");
    Err(workspace.failure(vec![wrong.and_at(mrr.span, "or this")]))
}

/// The stage with the quantities of the question.
fn costed(asked: &QuestionRaw, workspace: &mut Workspace) -> Result<CostedRange, Failure> {
    check_revenue(asked, workspace)?;
    changed_stage(workspace, &asked.stage.value, &request(asked), |stage| set_quantities(asked, stage))
}

fn set_quantities(asked: &QuestionRaw, stage: &mut Stage) -> Result<(), Vec<Diagnostic>> {
    let mut wrong = Vec::new();
    for (name, quantity) in asked.quantities.iter().flat_map(|quantities| &quantities.entries) {
        let Some(item) = stage.line_items.iter_mut().find(|item| *item.name == *name.value) else {
            let message = format!("no line item is called `{}`", name.value);
            let diagnostic = Diagnostic::at(Code::UnknownName, name.span, message, "");
            wrong.push(diagnostic.suggest(&name.value, stage.line_items.iter().map(|item| &*item.name)));
            continue;
        };
        if item.autoscaling().is_some() {
            let message = format!("auto-scaling gives the quantity of `{}`", name.value);
            wrong.push(Diagnostic::at(Code::ConflictingKeys, name.span, message, "cannot be set"));
        }
        let value = Fraction::from(quantity.value);
        item.quantity = Some(Formula::constant(value, Dimension::PLAIN, quantity.span));
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong) }
}

fn stage(asked: &QuestionRaw, workspace: &mut Workspace) -> Result<String, Failure> {
    let CostedRange { stage, costings } = &costed(asked, workspace)?;
    let alternatives = costings.iter().map(|costing| calculate::alternative_costs(stage, costing.inputs));
    let alternatives = alternatives.collect::<Result<Vec<_>, _>>().map_err(|wrong| workspace.failure(wrong))?.concat();
    Ok(render::json(&StageView::new(stage, costings, false).with_alternatives(&alternatives)))
}

fn page(asked: &QuestionRaw, workspace: &mut Workspace) -> Result<String, Failure> {
    let CostedRange { stage, mut costings } = costed(asked, workspace)?;
    costings.truncate(1);
    let shown = ReportStage {
        revenue: stage.revenue,
        stops: costings.iter().map(|costing| costing.inputs.customers).collect(),
        stage,
        start: 0,
        costs: vec![CostsAtRevenue { arpu: None, costings }],
        first_revenue: 0,
        explained: Vec::new(),
        charts: Vec::new(),
        breaks: Default::default(),
    };
    Ok(render::json(&PointView(&shown)))
}

/// The forecast, as a page has it from the start. Quantities are those of the plan.
fn forecast(asked: &QuestionRaw, workspace: &mut Workspace) -> Result<String, Failure> {
    check_revenue(asked, workspace)?;
    let (facts, section) = months_ahead(workspace, &request(asked))?;
    Ok(part(facts, section.as_ref()))
}

/// What saves something on the stage, as a page has it from the start. Quantities are those of the plan.
fn what_saves(asked: &QuestionRaw, workspace: &mut Workspace) -> Result<String, Failure> {
    check_revenue(asked, workspace)?;
    let section = savings(workspace, std::slice::from_ref(&asked.stage.value), &request(asked));
    Ok(part(Vec::new(), section.as_ref()))
}

fn part(facts: Vec<ReportFact>, section: Option<&ReportSection>) -> String {
    render::json(&PartJson { facts, html: section.map(render::section).unwrap_or_default() })
}

#[derive(Serialize)]
struct PartJson {
    facts: Vec<ReportFact>,
    html: String,
}

fn inputs(asked: &QuestionRaw, workspace: &mut Workspace) -> Result<String, Failure> {
    let CostedRange { stage, costings } = &costed(asked, workspace)?;
    let found = request(asked).settled(workspace).and_then(|settled| {
        let offers = offered(&asked.stage.value, settled.request, None, workspace)?.offers;
        let scenarios: Vec<Arc<ScenarioName>> = workspace
            .scenario_stems()?
            .iter()
            .filter_map(|stem| Some(workspace.scenario_named(stem).ok()?.name))
            .collect();
        Ok((offers, scenarios))
    });
    let (offers, scenarios) = found.map_err(|wrong| workspace.failure(wrong))?;
    let (offers, scenarios, sources) = (&offers, &scenarios, &workspace.sources);
    Ok(render::json(&InputsView { stage, costing: &costings[0], offers, scenarios, sources }))
}
