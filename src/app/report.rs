//! A page about a plan: what its stages cost at every number of customers, and what the other use cases say of it.

use rust_decimal::Decimal;

use crate::app::actuals::actual_costs::actual_costs;
use crate::app::check::check;
use crate::app::cost::{self, CostedRange};
use crate::app::forecast::{Forecasted, assumed_forecast, forecast};
use crate::app::request::Request;
use crate::app::savings::technique_savings;
use crate::app::sweep::{Sweep, sweep};
use crate::calculate::{self, Costing, RowsBy, Trace, Unobserved};
use crate::diagnostic::{Diagnostic, Failure};
use crate::model::{CountRange, Inputs, MaxAge, PlanOrder, Revenue, Setting, Stage};
use crate::parse::ForecastRaw;
use crate::source::Span;
use crate::view::{
    ActualCostsView, Block, CheckView, CostsAtRevenue, ForecastView, OptimizeView, Page, ReportFact, ReportSection,
    ReportStage, ReportView, StagesView, View as _, curve, forecast_fact, prices_page,
};
use crate::workspace::{Selection, Workspace};

/// The most costings of all stages: the numbers of customers of their ranges, times the revenues at which each is computed.
const COSTINGS: u64 = 12_000;
/// The longest range that is searched for break-points.
const SEARCHED: u64 = 100_000;
/// About how many points a curve has.
const CURVE: u64 = 240;
/// About how many numbers of customers have explanations.
const EXPLAINED: usize = 9;
/// The revenues at which a stage is computed whose costs depend on it, as per cent of the given one.
const REVENUES: [u64; 9] = [0, 25, 50, 75, 100, 125, 150, 200, 300];

/// Everything that a page shows of the named stages, or of all of them.
///
/// # Errors
/// Everything that is wrong with the request and the stages.
pub fn report(workspace: &mut Workspace, names: &[String], request: &Request) -> Result<ReportView, Failure> {
    let settled = request.settled(workspace).map_err(|wrong| workspace.failure(wrong))?;
    let resolved = workspace.stages(Selection::named(names), &settled.request)?;
    let (progress, parts) = (workspace.progress.clone(), resolved.len() as u64 + 1);
    let needs = resolved.iter().map(|(stage, revenue)| {
        let [low, high] = ends(stage, settled.customers.unwrap_or_else(|| stage.usual_customers()));
        (high - low + 1) * revenues(stage, *revenue).0.len() as u64
    });
    let most = fair(&needs.collect::<Vec<_>>(), COSTINGS);
    let mut stages = Vec::new();
    for ((place, of_stage), most) in (0..).zip(resolved).zip(most) {
        workspace.progress = progress.part(place, parts);
        workspace.progress.report(0, 1);
        stages.push(report_stage(workspace, of_stage, settled.customers, request, most)?);
    }
    workspace.progress = progress.part(parts - 1, parts);
    let ids: Vec<String> = stages.iter().map(|stage| stage.stage.id.to_string()).collect();
    let day = stages.first().map(|stage| format!(", at the prices of {}", stage.stage.as_of)).unwrap_or_default();
    let (facts, of_forecast) = months_ahead(workspace, request)?;
    let begins = format!("Each stage at the customers with which its page begins{day}.");
    let mut sections = vec![side_by_side(workspace, &ids, request)?.of(begins.clone())];
    sections.extend(of_forecast.map(|part| part.of(format!("The plan as it is written{day}."))));
    sections.extend(savings(workspace, &ids, request).map(|part| part.of(begins)));
    sections.push(checks(workspace, names, request).of(format!("The plan as it is written{day}.")));
    sections.extend(bills(workspace, request).map_err(|wrong| workspace.failure(wrong))?);
    sections.push(prices(workspace, &stages));
    workspace.progress = progress;
    let serves = |stage: &ReportStage| {
        settled.customers.is_some_and(|customers| stage.stage.customers.value.contains(customers))
    };
    let first = stages.iter().position(serves).unwrap_or(0);
    Ok(ReportView {
        title: title(workspace),
        context: context(workspace, &stages),
        facts,
        stages,
        first,
        sections,
        core: None,
    })
}

/// How much of a whole each gets that needs so much: what it needs, or where that is too much the same as all others.
fn fair(needs: &[u64], whole: u64) -> Vec<u64> {
    let mut places: Vec<usize> = (0..needs.len()).collect();
    places.sort_by_key(|place| needs[*place]);
    let mut gets = vec![0; needs.len()];
    let mut left = whole;
    for (done, place) in places.iter().enumerate() {
        gets[*place] = needs[*place].min(left / (needs.len() - done) as u64);
        left -= gets[*place];
    }
    gets
}

/// A stage at every stop.
fn report_stage(
    workspace: &mut Workspace,
    (stage, revenue): (Stage, Revenue),
    customers: Option<u64>,
    request: &Request,
    most: u64,
) -> Result<ReportStage, Failure> {
    let shown = customers.unwrap_or_else(|| stage.usual_customers());
    let [low, high] = ends(&stage, shown);
    let range = Some(CountRange { low, high: Some(high) });
    let step = Some(((high - low) / CURVE).max(1));
    let swept = sweep(workspace, request, &Sweep { stage: Some(stage.id.to_string()), range, step, driver: None })?;
    let (charts, breaks) = curve(&swept.plan()).map_err(|wrong| workspace.failure(wrong))?;
    let (revenues, first_revenue) = revenues(&stage, revenue);
    let stops = stops([low, high], shown, &breaks.1, most / revenues.len() as u64);
    let start = stops.binary_search(&shown).unwrap_or(0);
    let costs = costs(workspace, &stage, &stops, &revenues).map_err(|wrong| workspace.failure(wrong))?;
    let explained = explained(&stops, start).map(|customers| {
        let mut trace = Trace::default();
        let inputs = Inputs { customers, revenue: revenues[first_revenue] };
        calculate::stage(&stage, inputs, &mut trace).map(|costing| (costing, trace))
    });
    let explained = explained.collect::<Result<_, _>>().map_err(|wrong| workspace.failure(wrong))?;
    Ok(ReportStage { stage, revenue, stops, start, costs, first_revenue, explained, charts, breaks })
}

/// The least and the greatest number of customers of a page: the range of the stage with the number that is shown first. A
/// range without an end goes as far as a search for break-even looks at least; a long one is cut.
fn ends(stage: &Stage, shown: u64) -> [u64; 2] {
    let range = stage.customers.value;
    let low = range.low.min(shown);
    let far = range.high.unwrap_or_else(|| range.low.max(shown).saturating_mul(2).max(100));
    [low, far.min(low.saturating_add(SEARCHED)).max(shown)]
}

/// The revenues at which a stage is computed, and the place of the one that is shown first: one, unless the costs depend on
/// what a customer pays.
fn revenues(stage: &Stage, revenue: Revenue) -> (Vec<Revenue>, usize) {
    let Revenue::Arpu(given) = revenue else { return (vec![revenue], 0) };
    if !stage.depends_on_revenue() || given.value.is_zero() {
        return (vec![revenue], 0);
    }
    let part = |per_cent: u64| {
        let value = given.value.checked_mul(Decimal::new(i64::try_from(per_cent).unwrap_or_default(), 2));
        Revenue::Arpu(Setting { value: value.unwrap_or(given.value).normalize(), ..given })
    };
    let first = REVENUES.iter().position(|per_cent| *per_cent == 100).unwrap_or_default();
    (REVENUES.into_iter().map(part).collect(), first)
}

/// The numbers of customers at which a page can stop: all of them, or where they are too many the ends, the number that is
/// shown first, both sides of each break-point, and others at equal distances.
fn stops([low, high]: [u64; 2], shown: u64, breaks: &[u64], most: u64) -> Vec<u64> {
    if high - low < most {
        return (low..=high).collect();
    }
    let most = most.max(4);
    let both_sides = breaks.iter().flat_map(|at| [at.saturating_sub(1).max(low), *at]);
    let mut stops: Vec<u64> = both_sides.take(usize::try_from(most / 2).unwrap_or(usize::MAX)).collect();
    let step = (high - low).div_ceil(most / 2).max(1);
    stops.extend((low..=high).step_by(usize::try_from(step).unwrap_or(usize::MAX)));
    stops.extend([high, shown]);
    stops.sort_unstable();
    stops.dedup();
    stops
}

/// The numbers of customers with explanations: the one that is shown first, the ends, and some between them.
fn explained(stops: &[u64], start: usize) -> impl Iterator<Item = u64> {
    let step = (stops.len() / EXPLAINED).max(1);
    let mut places: Vec<usize> = (0..stops.len()).step_by(step).chain([start, stops.len() - 1]).collect();
    places.sort_unstable();
    places.dedup();
    places.into_iter().map(|place| stops[place])
}

fn costs(
    workspace: &mut Workspace,
    stage: &Stage,
    stops: &[u64],
    revenues: &[Revenue],
) -> Result<Vec<CostsAtRevenue>, Vec<Diagnostic>> {
    let all = (stops.len() * revenues.len()) as u64;
    workspace.spend_on(stage, all)?;
    let depends = revenues.len() > 1;
    let of = |(place, revenue): (usize, &Revenue)| {
        let costing = |(count, customers): (usize, &u64)| {
            workspace.progress.report((place * stops.len() + count) as u64, all);
            calculate::stage(stage, Inputs { customers: *customers, revenue: *revenue }, &mut Unobserved)
        };
        let costings = stops.iter().enumerate().map(costing).collect::<Result<Vec<Costing>, _>>()?;
        Ok(CostsAtRevenue { arpu: revenue.arpu().filter(|_| depends), costings })
    };
    revenues.iter().enumerate().map(of).collect()
}

/// What the forecast says in one number, and the forecast, if the plan has one.
pub(super) fn months_ahead(
    workspace: &mut Workspace,
    request: &Request,
) -> Result<(Vec<ReportFact>, Option<ReportSection>), Failure> {
    let assumed = assumed_forecast(workspace, request).map_err(|wrong| workspace.failure(wrong))?;
    let Some(assumed) = assumed else { return Ok((Vec::new(), None)) };
    // How long the cash lasts is unknown without a revenue; what the months cost is not.
    let with_cash = forecast(workspace, request, ForecastRaw::nothing(Span::NOWHERE));
    let Forecasted { plan, forecast, currency, scenario, part, techniques, .. } = with_cash.unwrap_or(assumed);
    let view = ForecastView::new(&plan, &forecast, currency).of(scenario.as_deref(), part.as_deref());
    let view = view.with_techniques(&techniques).with_chart(true);
    let mut page = without_titles(view.page());
    // What the months look like is seen before it is read: sentences, pictures, tables.
    page.blocks.sort_by_key(|block| match block {
        Block::Text(_) => 0,
        Block::Chart(_) => 1,
        _ => 2,
    });
    Ok((forecast_fact(&view).into_iter().collect(), Some(ReportSection::new("forecast", "Forecast", page).moving())))
}

/// The page of a view whose title is that of its section.
fn without_titles(mut page: Page) -> Page {
    if matches!(page.blocks.first(), Some(Block::Title(_) | Block::Headline(_))) {
        page.blocks.remove(0);
    }
    page
}

fn side_by_side(workspace: &mut Workspace, ids: &[String], request: &Request) -> Result<ReportSection, Failure> {
    let costed = cost::stages(workspace, &[], request)?;
    let of_page = costed.iter().filter(|(costed, _)| ids.contains(&costed.stage.id.to_string()));
    let rows = of_page.map(|(CostedRange { stage, costings }, reach)| (stage, costings.as_slice(), reach.as_ref()));
    let view = StagesView::new(rows);
    let mut page = without_titles(view.page());
    let mut charts = view.picture().charts;
    // Ranges without an end have no curve in common.
    let whole = ids.len() == costed.len() && ids.len() > 1;
    if let Some(swept) = sweep(workspace, request, &Sweep::default()).ok().filter(|_| whole)
        && let Ok((of_all, _)) = curve(&swept.plan())
    {
        charts.extend(of_all);
    }
    page.blocks.splice(0..0, charts.into_iter().map(Block::Chart));
    Ok(ReportSection::new("stages", "Stages side by side", page))
}

/// The techniques that save something, for each stage.
pub(super) fn savings(workspace: &mut Workspace, ids: &[String], request: &Request) -> Option<ReportSection> {
    let mut blocks = Vec::new();
    for id in ids {
        match technique_savings(workspace, id, request) {
            Ok((offered, found)) => {
                let view = OptimizeView::new(&offered.stage, &offered.offers, &found, PlanOrder::Saving);
                blocks.extend(view.in_short());
            }
            Err(failure) => blocks.extend(not_known(&format!("Stage {id}"), &failure.diagnostics)),
        }
    }
    let page = Page { blocks };
    (!page.blocks.is_empty()).then(|| ReportSection::new("savings", "How to spend less", page).moving())
}

fn checks(workspace: &mut Workspace, names: &[String], request: &Request) -> ReportSection {
    let blocks = match check(workspace, names, request) {
        Ok(checked) => {
            let view = CheckView::new(&checked.stages, &workspace.sources).with(&checked.unused, &checked.notes);
            without_titles(view.listing(true).page()).blocks
        }
        Err(failure) => not_known("Budgets and alerts", &failure.diagnostics),
    };
    ReportSection::new("checks", "Budgets and alerts", Page { blocks }).folded_after(1, "Every comparison")
}

/// The last month of which something is recorded, against the plan.
fn bills(workspace: &mut Workspace, request: &Request) -> Result<Option<ReportSection>, Vec<Diagnostic>> {
    if !workspace.is_project() || workspace.recorded_months()?.is_empty() {
        return Ok(None);
    }
    // The customers of the month are those of its bills.
    let request = Request { customers: None, revenue: None, ..request.clone() };
    let blocks = match actual_costs(workspace, None, None, &request) {
        Ok(costs) => match costs.comparison.rows_by(RowsBy::LineItem) {
            Ok(rows) => {
                let sides = (&costs.stage, &costs.plan);
                let view = ActualCostsView::new(&costs.month, sides, &costs.comparison, rows, &costs.notes);
                without_titles(view.page()).blocks
            }
            Err(error) => vec![Block::Text(error.to_string())],
        },
        Err(failure) => not_known("The plan against its bills", &failure.diagnostics),
    };
    Ok(Some(ReportSection::new("bills", "The plan against its bills", Page { blocks })))
}

fn prices(workspace: &mut Workspace, stages: &[ReportStage]) -> ReportSection {
    let max_age = workspace.price_age().unwrap_or(MaxAge::DEFAULT);
    let of = || stages.iter().map(|stage| &stage.stage);
    let day = of().map(|stage| stage.as_of).max();
    let page = day.map(|day| {
        let (prices, rates) = (calculate::price_ages(of(), max_age, day), calculate::rate_ages(of(), max_age, day));
        prices_page(&prices, &rates)
    });
    let section = ReportSection::new("prices", "Where the prices come from", page.unwrap_or_default());
    section.folded_after(1, "Every price and exchange rate")
}

/// A part that cannot be computed, with the reason.
fn not_known(what: &str, wrong: &[Diagnostic]) -> Vec<Block> {
    let reasons: Vec<&str> = wrong.iter().map(|diagnostic| diagnostic.message.as_str()).collect();
    vec![Block::Text(format!("{what}: not known, since {}", reasons.join("; ")))]
}

fn title(workspace: &Workspace) -> String {
    match workspace.name() {
        Some(name) if workspace.has_own_stages() => name.to_owned(),
        _ if workspace.has_own_stages() => "Infrastructure costs".to_owned(),
        _ => "The example plan".to_owned(),
    }
}

/// What the figures are of.
fn context(workspace: &Workspace, stages: &[ReportStage]) -> Vec<String> {
    let mut context = Vec::new();
    if !workspace.has_own_stages() {
        context.push("This is the example plan of costplan: `costplan init` starts one of your own".to_owned());
    }
    if let Some(ReportStage { stage, .. }) = stages.first() {
        context.push(format!("Prices of {}", stage.as_of));
        context.extend(ReportView::about(stage));
    }
    context
}
