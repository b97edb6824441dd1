//! Every command over a project, as a program that embeds the library calls them.

use costplan::app::{self, Failure, Optimize, Request, Side, Sweep};
use costplan::calculate::{self, CostedStage, Trace};
use costplan::diagnostic::Problems;
use costplan::model::{Inputs, Month, PlanOrder, RangePoint, Revenue, Stage};
use costplan::parse::ForecastRaw;
use costplan::resolve::{self, QuoteRaw};
use costplan::source::{Span, Spanned};
use costplan::view;
use costplan::workspace::{Selection, Workspace};

use crate::files::{Project, SNAPSHOT};
use crate::{refused, shown, sums};

/// What a run may do: enough for a project of some pages, and little enough for thousands of runs a minute.
const OPERATIONS: u64 = 100_000;

/// How much one input is changed by `sensitivity`.
const BY: &str = "0.2";

/// Runs every command over a project.
pub fn all(project: &Project) {
    let Some(mut workspace) = opened(project) else { return };
    let request = kept(project.request(&mut workspace)).unwrap_or_else(|| Request::on(project.day()));
    let stages = kept(workspace.stages(Selection::all(), &resolve::Request::on(project.day()))).unwrap_or_default();
    for (stage, _) in stages.iter().take(2) {
        of_stage(project, &stage.id.to_string(), &request);
    }
    of_plan(project, &request);
    of_settings(project, &request);
    snapshot(project, &request);
}

/// The project, with little work allowed: what is typed is not counted, so a target types nothing that is long.
fn opened(project: &Project) -> Option<Workspace> {
    let mut workspace = kept(Workspace::in_memory(project.files.clone()))?;
    workspace.allow_operations(OPERATIONS);
    Some(workspace)
}

/// The value, after what has to hold of a refusal.
fn kept<T>(result: Result<T, Failure>) -> Option<T> {
    result.map_err(|failure| refused::failure(&failure)).ok()
}

fn of_stage(project: &Project, name: &str, request: &Request) {
    let Some(mut workspace) = opened(project) else { return };
    if let Some(costed) = kept(app::stage(&mut workspace, name, request)) {
        for costing in &costed.costings {
            sums::stage(&costed.stage, costing);
            explain(&costed.stage, costing.inputs, &workspace);
        }
        let view = view::StageView::new(&costed.stage, &costed.costings, true).with_assumptions(true).with_chart(true);
        shown::view(&view);
        shown::picture(&view.picture());
        differences(costed, &workspace);
    }
    if let Some((stage, costs)) = kept(app::compare_alternatives(&mut workspace, name, request)) {
        shown::view(&view::AlternativesView::new(&stage, &costs));
    }
    if let Some((stage, costing, found)) =
        kept(app::sensitivity(&mut workspace, name, request, BY.parse().expect("a number")))
    {
        shown::view(&view::SensitivityView::new(&stage, &costing, &found, &workspace.sources).with_chart(true));
    }
    if let Some(found) = kept(app::breakeven(&mut workspace, name, request, &app::BreakevenSearch::default())) {
        shown::view(&view::BreakevenView::new(&found.stage, found.question, &found.answer));
    }
    let wanted = Optimize { order: PlanOrder::Saving, share: None, months: None };
    if let Some(optimized) = kept(app::optimize(&mut workspace, name, request, wanted)) {
        sums::stage(&optimized.stage, &optimized.found.after);
        let view = view::OptimizeView::new(&optimized.stage, &optimized.offers, &optimized.found, wanted.order);
        shown::view(&view.with_opportunities(&optimized.opportunities, optimized.not_compared.as_deref()));
    }
    let sweep = Sweep { stage: Some(name.to_owned()), ..Sweep::default() };
    if let Some(swept) = kept(app::sweep(&mut workspace, request, &sweep)) {
        let plan = swept.plan();
        let view = view::SweepView::new(&plan).with_chart(true);
        shown::view(&view);
        view.picture().iter().for_each(shown::picture);
        if let Some(wrong) = view.into_failure() {
            refused::diagnostics(&wrong, &workspace.sources);
        }
    }
}

/// Explains a stage, which computes it again: both say the same.
fn explain(stage: &Stage, inputs: Inputs, workspace: &Workspace) {
    let mut trace = Trace::default();
    let explained = calculate::stage(stage, inputs, &mut trace).expect("it was computed before");
    sums::stage(stage, &explained);
    let selection = view::Selection::everything(stage);
    shown::view(&view::ExplainView::new(stage, &explained, &trace, &workspace.sources, &selection));
}

/// Compares what a stage costs at one number of customers with what it costs at another.
fn differences(costed: app::CostedRange, workspace: &Workspace) {
    let app::CostedRange { stage, costings } = costed;
    let Some((first, last)) = costings.first().zip(costings.last()) else { return };
    let side = |name: &str, costing: &calculate::Costing| {
        let of = CostedStage {
            stage: stage.clone(),
            costing: costing.clone(),
            point: RangePoint::Given,
            project_budget: None,
        };
        Side { name: name.to_owned(), stages: vec![of], sources: workspace.sources.clone(), is_snapshot: false }
    };
    let sides = [side("before", first), side("after", last)];
    if let Some(compared) = kept(app::compared(&sides)) {
        let names = ["before", "after"];
        shown::view(&view::DiffView::new(names, &compared, view::Threshold::Nothing, &workspace.sources));
    }
}

fn of_plan(project: &Project, request: &Request) {
    let Some(mut workspace) = opened(project) else { return };
    if let Some(costed) = kept(app::stages(&mut workspace, &[], request)) {
        for (range, _) in &costed {
            range.costings.iter().for_each(|costing| sums::stage(&range.stage, costing));
        }
        let rows = costed.iter().map(|(of, reach)| (&of.stage, &of.costings[..], reach.as_ref()));
        let view = view::StagesView::new(rows);
        shown::picture(&view.picture());
        shown::view(&view);
    }
    if let Some((stages, recommendation)) = kept(app::recommend(&mut workspace, request)) {
        let _ = kept(app::broken_rule(&mut workspace, request, &stages, &recommendation));
        shown::view(&view::RecommendView::new(stages.iter().map(|(stage, _)| stage), &recommendation));
    }
    let _ = kept(app::workbook(&mut workspace, &[], request, None));
    if let Some(found) = kept(app::afford(&mut workspace, request)) {
        let stages = found.stages.iter().map(|(stage, _)| stage);
        shown::view(&view::AffordableView::new(stages, &found.answer, found.needed.as_ref()));
    }
    if let Some(forecasted) = kept(app::forecast(&mut workspace, request, ForecastRaw::nothing(Span::NOWHERE))) {
        let app::Forecasted { plan, forecast, currency, scenario, part, techniques, .. } = &forecasted;
        let view = view::ForecastView::new(plan, forecast, *currency).of(scenario.as_deref(), part.as_deref());
        shown::picture(&view.picture());
        shown::view(&view.with_techniques(techniques).with_chart(true));
    }
    let Some(mut workspace) = opened(project) else { return };
    if let Some(checked) = kept(app::check(&mut workspace, &[], request)) {
        let view = view::CheckView::new(&checked.stages, &workspace.sources).with(&checked.unused, &checked.notes);
        shown::view(&view);
        shown::for_ci(&view);
    }
}

fn of_settings(project: &Project, request: &Request) {
    let Some(mut workspace) = opened(project) else { return };
    if kept(app::validate(&mut workspace, request)).is_some() {
        let _ = kept(app::remarks(&mut workspace, request));
    }
    let mut problems = Problems::default();
    let techniques = workspace.techniques(&mut problems);
    let computed = techniques.into_iter().filter_map(|technique| {
        let result = calculate::technique(&technique).map_err(|wrong| refused::diagnostics(&wrong, &workspace.sources));
        Some((technique, result.ok()?))
    });
    let computed: Vec<_> = computed.collect();
    shown::view(&view::TechniquesView::new(&computed, &workspace.sources));
    for (technique, result) in &computed {
        shown::view(&view::TechniqueView::new(technique, result, &[], &workspace.sources).in_full().month_by_month());
    }
    refused::diagnostics(&problems.into_sorted(), &workspace.sources);
    for name in ["fuzzed", "1"].into_iter().filter(|name| *name == "1" || project.has("runbooks/fuzzed.yaml")) {
        if let Some(found) = kept(app::runbook(&mut workspace, (name, None), &[], request)) {
            let _ = kept(app::check_script(&workspace, &found));
            shown::view(&view::RunbookView::new(&found.filled, None).with_notes(&found.notes, found.day));
        }
    }
    for name in ["fuzzed", "small"].into_iter().filter(|name| project.has(&format!("checklists/{name}.yaml"))) {
        if let Some(checklist) = kept(workspace.checklist(name)) {
            shown::view(&view::ChecklistView::new(&checklist));
        }
    }
    for metrics in ["metrics.yaml", "metrics.toml"].into_iter().filter(|name| project.has(name)) {
        if let Some(found) = kept(app::review(&mut workspace, metrics.as_ref(), None, Some("1"), request)) {
            shown::view(&view::ReviewView::new(&found.results, found.measured_on, found.stage.as_ref()));
        }
    }
    if let Some(found) = kept(app::checklist_status(&mut workspace, None, request)) {
        let app::ChecklistStatus { checklists, status, unknown, day } = &found;
        shown::view(&view::ChecklistStatusView::new(checklists, status, unknown, *day));
    }
    let month = Spanned::given(Month::of(project.day()));
    if let Some(found) = kept(app::review_month(&mut workspace, month, None, (None, None), request)) {
        let view = view::ReviewView::new(&found.results, found.measured_on, found.stage.as_ref());
        shown::view(&view.of_month(found.month.as_ref()));
    }
    for sku in &project.skus {
        quote(sku, &mut workspace, project);
    }
}

fn quote(sku: &str, workspace: &mut Workspace, project: &Project) {
    let request = resolve::Request::on(project.day());
    let _ = kept(workspace.sku(&Spanned::given(sku.to_owned()), &request));
    let Some(stage) = kept(workspace.quote(QuoteRaw::of(Spanned::given(sku.to_owned())), &request)) else { return };
    let mut trace = Trace::default();
    let inputs = Inputs { customers: 0, revenue: Revenue::Unknown };
    match calculate::stage(&stage, inputs, &mut trace) {
        Ok(costing) => {
            sums::stage(&stage, &costing);
            if let Some(view) = view::QuoteView::new(&stage, &costing, &trace, &workspace.sources) {
                shown::view(&view);
            }
        }
        Err(wrong) => refused::diagnostics(&wrong, &workspace.sources),
    }
}

/// Writes a snapshot, reads it, and writes it again: both are the same.
fn snapshot(project: &Project, request: &Request) {
    let Some(mut workspace) = opened(project) else { return };
    let Some(written) = kept(app::snapshot(&mut workspace, &[], request)) else { return };
    let project = project.clone().with(SNAPSHOT, &written);
    let Some(mut workspace) = opened(&project) else { return };
    match app::snapshot_again(&mut workspace, SNAPSHOT.as_ref(), &[], request) {
        Ok([read, again]) => assert_eq!(read, again, "a snapshot says something else when it is written again"),
        Err(failure) => {
            refused::failure(&failure);
            let is_work = |code| code == costplan::diagnostic::Code::TooMuchWork;
            assert!(failure.diagnostics.iter().all(|found| is_work(found.code)), "unreadable: {failure}\n{written}");
        }
    }
}
