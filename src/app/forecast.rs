//! The months ahead: the customers, the stage that serves them, what it costs, and how long the cash lasts.

use std::path::Path;
use std::sync::Arc;

use jiff::civil::Date;

use crate::app::forecast_start::{begin, last_actual};
use crate::app::request::Request;
use crate::calculate::{self, Forecast, Served};
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::model::{Currency, ForecastPlan, Month, Revenue, ScenarioName, Stage, StageChoice, StagePart};
use crate::parse::ForecastRaw;
use crate::resolve;
use crate::source::{Span, Spanned};
use crate::view::ActualStart;
use crate::workspace::{Selection, Workspace};

/// A forecast and what it assumes.
#[derive(Debug)]
pub struct Forecasted {
    /// What is assumed, in the reporting currency.
    pub plan: ForecastPlan,
    /// The months.
    pub forecast: Forecast,
    /// The reporting currency.
    pub currency: Currency,
    /// The scenario, if there is one.
    pub scenario: Option<Arc<ScenarioName>>,
    /// The part of the stages that is counted, if not all of it is.
    pub part: Option<Box<StagePart>>,
    /// The techniques that are in use.
    pub techniques: Arc<[Box<str>]>,
    /// The last month that was, if one is recorded.
    pub after: Option<ActualStart>,
}

/// Forecasts what the months ahead cost. `assumed` is what the request assumes of them, which overrides its scenario
/// and the project; the path of its customers is relative to the working directory.
///
/// # Errors
/// Everything that is wrong with the request, the assumptions and the stages; `invalid-argument` if the revenue is unknown
/// and cash is given, or the stages are chosen by it.
pub fn forecast(workspace: &mut Workspace, request: &Request, assumed: ForecastRaw) -> Result<Forecasted, Failure> {
    forecast_with(workspace, request, assumed, &mut |_, _, _| Ok(()))
}

/// As [`forecast`]; `served` is called with the stage that runs in a month and with its inputs.
pub(crate) fn forecast_with(
    workspace: &mut Workspace,
    request: &Request,
    assumed: ForecastRaw,
    served: &mut Served<'_>,
) -> Result<Forecasted, Failure> {
    forecasted(workspace, request, assumed, true, served).map_err(|wrong| workspace.failure(wrong))
}

/// The forecast that the project or the scenario of a request assumes, without cash; `None` if they do not say how the
/// customers grow.
pub(crate) fn assumed_forecast(
    workspace: &mut Workspace,
    request: &Request,
) -> Result<Option<Forecasted>, Vec<Diagnostic>> {
    let settled = request.settled(workspace)?;
    let of_project = workspace.settings.as_ref().and_then(|settings| settings.forecast.clone());
    let raws = || settled.forecast.iter().chain(&of_project);
    let is_listed = raws().any(ForecastRaw::lists_customers);
    let is_grown = raws().any(|raw| raw.growth.is_some());
    let has_first = settled.customers.is_some()
        || raws().any(|raw| raw.from.is_some())
        || last_actual(workspace, settled.request.as_of)?.is_some();
    let says_how = is_listed || is_grown && has_first;
    if !says_how {
        return Ok(None);
    }
    forecast_of_costs(workspace, request, ForecastRaw::nothing(Span::NOWHERE)).map(Some)
}

/// As [`forecast`], without cash.
pub(crate) fn forecast_of_costs(
    workspace: &mut Workspace,
    request: &Request,
    assumed: ForecastRaw,
) -> Result<Forecasted, Vec<Diagnostic>> {
    forecasted(workspace, request, assumed, false, &mut |_, _, _| Ok(()))
}

/// A forecast, with cash or without.
fn forecasted(
    workspace: &mut Workspace,
    request: &Request,
    assumed: ForecastRaw,
    has_cash: bool,
    served: &mut Served<'_>,
) -> Result<Forecasted, Vec<Diagnostic>> {
    let settled = request.settled(workspace)?;
    let is_file_of_project = assumed.customers_file.is_none();
    let says_customers = |raw: &ForecastRaw| raw.from.is_some() || raw.lists_customers();
    let is_chosen = says_customers(&assumed)
        || settled.forecast.as_ref().is_some_and(says_customers)
        || settled.customers != customers_of_project(workspace);
    let of_project = workspace.settings.as_ref().and_then(|settings| settings.forecast.clone());
    let mut raw = settled.forecast.into_iter().chain(of_project).fold(assumed, ForecastRaw::over);
    let last = last_actual(workspace, settled.request.as_of)?;
    let after = begin(&mut raw, last, is_chosen);
    if raw.from.is_none() && !raw.lists_customers() {
        raw.from = settled.customers.map(Spanned::given);
    }
    let listed = raw
        .customers_file
        .as_ref()
        .map(|file| workspace.customer_list(Path::new(&file.value), file.span, is_file_of_project));
    let listed = listed.transpose()?;
    let first_listed = listed.as_ref().and_then(|listed| listed.first()?.month);
    let start = raw.start.or(first_listed).map_or(Month::of(settled.request.as_of), |month| month.value);
    let fixed = raw.stages.as_ref().map(|stages| stages.value.clone());
    let fixed = fixed.filter(|chosen| StageChoice::named(chosen) == StageChoice::Fixed);
    let mut days = Days { request: settled.request, fixed, first: None };
    // The first month gives the currency of all amounts.
    let first_day = calculate::day_of(start, days.request.as_of);
    let first = days.stages_on(first_day, workspace)?;
    let of_plan: Vec<&Stage> = first.iter().map(|(stage, _)| stage).collect();
    let all = days.fixed.is_none().then_some(&*of_plan);
    let currency = first.first().map_or(Currency::USD, |(stage, _)| stage.currency);
    let mut plan = workspace.forecast_plan(&raw, listed, currency, days.request.as_of, all)?;
    let part = first.first().and_then(|(stage, _)| stage.part.clone());
    let techniques = first.first().map(|(stage, _)| Arc::clone(&stage.techniques)).unwrap_or_default();
    if part.is_some() {
        plan = plan.of_part();
    }
    plan.cash = plan.cash.filter(|_| has_cash);
    plan.is_under_way = after.is_some_and(|after| after.is_used);
    check_revenue(&plan, &first)?;
    days.first = Some((first_day, first));
    let progress = workspace.progress.clone();
    let forecast = calculate::forecast(&plan, &progress, |day| days.stages_on(day, workspace), served)?;
    Ok(Forecasted { plan, forecast, currency, scenario: days.request.scenario, part, techniques, after })
}

/// Refuses a forecast that needs a revenue, or that of each customer, if it is not given.
fn check_revenue(plan: &ForecastPlan, first: &[(Stage, Revenue)]) -> Result<(), Vec<Diagnostic>> {
    if first.iter().any(|(_, revenue)| *revenue == Revenue::Unknown) {
        let needs = match plan.choice {
            StageChoice::Revenue => Some("which stage the revenue carries depends on the revenue"),
            _ => plan.cash.map(|_| "how long cash lasts depends on the revenue"),
        };
        if let Some(needs) = needs {
            let missing = Diagnostic::new(Code::InvalidArgument, needs);
            return Err(vec![missing.help("add `--arpu AMOUNT`, which may be 0")]);
        }
    }
    if plan.introductory.is_some() && first.iter().any(|(_, revenue)| matches!(revenue, Revenue::Mrr(_))) {
        let wrong = "what new customers pay less depends on the revenue of each customer";
        let wrong = Diagnostic::new(Code::InvalidArgument, wrong);
        return Err(vec![wrong.help("give `--arpu AMOUNT` in place of an MRR, or remove `introductory`")]);
    }
    Ok(())
}

/// The customers that the project names for every command.
fn customers_of_project(workspace: &Workspace) -> Option<u64> {
    let defaults = workspace.settings.as_ref()?.defaults.as_ref()?;
    defaults.customers.map(|customers| customers.value)
}

/// The stages of each day.
struct Days {
    request: resolve::Request,
    /// The one stage that serves in every month, if one is fixed.
    fixed: Option<String>,
    /// The stages of the first month with their day, once they are resolved.
    first: Option<(Date, Vec<(Stage, Revenue)>)>,
}

impl Days {
    /// The stages at the prices of a day.
    fn stages_on(&mut self, day: Date, workspace: &mut Workspace) -> Result<Vec<(Stage, Revenue)>, Vec<Diagnostic>> {
        if let Some((_, first)) = self.first.take_if(|(first, _)| *first == day) {
            return Ok(first);
        }
        let request = resolve::Request { as_of: day, ..self.request.clone() };
        let selection = self.fixed.as_deref().map_or(Selection::all().in_one_currency(), Selection::one);
        let stages = workspace.resolved(selection, &request)?;
        for (stage, _) in &stages {
            workspace.spend_on(stage, 1)?;
        }
        Ok(stages)
    }
}
