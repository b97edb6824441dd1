//! Measurements of a running system against the checklists, and what helps.

use std::path::Path;

use jiff::civil::Date;

use crate::app::actuals::actual_costs::{ActualCosts, compared};
use crate::app::check::Checked;
use crate::app::request::Request;
use crate::app::savings::{Offered, offered, savings};
use crate::calculate::{self, CheckResult, Unobserved};
use crate::diagnostic::{Code, Diagnostic, Failure, Problems};
use crate::model::{ActualMonth, Checklist, Inputs, Metrics, Month, RecordedCheck};
use crate::resolve::RevenueRaw;
use crate::source::Spanned;
use crate::view::{ReviewBill, ReviewMonth, ReviewStage};
use crate::workspace::{MeasuredMonth, MeasuredPlan, Selection, Workspace, check_named};

/// The most months before that of the review whose values are shown.
const EARLIER: usize = 5;

/// A review.
#[derive(Debug)]
pub struct Reviewed {
    /// The checks, in the order of the checklists.
    pub results: Vec<CheckResult>,
    /// The day of the measurement, if it is known.
    pub measured_on: Option<Date>,
    /// The named stage, if any, with what the suggested techniques save on it.
    pub stage: Option<ReviewStage>,
    /// What is recorded of the month, if that of a month is reviewed.
    pub month: Option<ReviewMonth>,
}

/// Checks the measurements of a file of metrics against all checklists or one of them.
///
/// # Errors
/// Everything that is wrong with the files, the request and the stage.
pub fn review(
    workspace: &mut Workspace,
    metrics: &Path,
    checklist: Option<&str>,
    stage: Option<&str>,
    request: &Request,
) -> Result<Reviewed, Failure> {
    let read = workspace.metrics(metrics, checklist);
    let on_stage = on_stage(stage, request, workspace);
    let reviewed = both(read, on_stage).and_then(|((checklists, measured), on_stage)| {
        let results = calculate::review(&checklists, &measured.metrics, None);
        let stage = on_stage.map(|on_stage| on_stage.computed(&techniques(&results))).transpose()?;
        Ok(Reviewed { results, measured_on: measured.metrics.measured_on, stage, month: None })
    });
    reviewed.map_err(|wrong| workspace.failure(wrong))
}

/// Reviews a month by what the project records of it and of the months before: the measurements, the checks that were
/// done, and what the stage costs. `metrics` replaces the recorded measurements of the month. Without a stage, that which
/// the customers need is reviewed.
///
/// # Errors
/// Everything that is wrong with the records, the files, the request and the stage; `invalid-argument` for a month that
/// has not begun.
pub fn review_month(
    workspace: &mut Workspace,
    month: Spanned<Month>,
    metrics: Option<&Path>,
    (checklist, stage): (Option<&str>, Option<&str>),
    request: &Request,
) -> Result<Reviewed, Failure> {
    of_month(workspace, month, metrics, (checklist, stage), request).map_err(|wrong| workspace.failure(wrong))
}

fn of_month(
    workspace: &mut Workspace,
    month: Spanned<Month>,
    metrics: Option<&Path>,
    (checklist, stage): (Option<&str>, Option<&str>),
    request: &Request,
) -> Result<Reviewed, Vec<Diagnostic>> {
    let Recorded { lists, record, months } = recorded(workspace, month.value, metrics, checklist)?;
    let day = day_of(month, request)?;
    let nothing = MeasuredPlan::default();
    let of = |wanted: Month| months.iter().find(|of| of.month == wanted).map(|of| &of.measured);
    let before = |month: Month| month.earlier(1).and_then(of).map(|measured| &measured.metrics);
    let results_of = |month: Month, metrics: &Metrics| calculate::review(&lists, metrics, before(month));
    let measured = of(month.value).unwrap_or(&nothing);
    let results = results_of(month.value, &measured.metrics);
    let earlier = months.iter().filter(|of| of.month < month.value);
    let earlier: Vec<_> = earlier.map(|of| (of.month, results_of(of.month, &of.measured.metrics))).collect();
    let first = earlier.len().saturating_sub(EARLIER);
    let actual = workspace.actual_month(month.value)?.filter(|actual| actual.charges().next().is_some());
    let bill = actual.map(|actual| bill(workspace, &actual, measured, (stage, day), request)).transpose()?;
    let request = request_of(request, measured, bill.as_ref().map(|bill| &bill.month), day);
    let (stage, costing) = match stage_of_month(stage, &request, workspace)? {
        Some(on_stage) => {
            let costing = calculate::stage(&on_stage.offered.stage, on_stage.inputs, &mut Unobserved)?;
            (Some(on_stage.computed(&techniques(&results))?), Some(costing))
        }
        None => (None, None),
    };
    let failing = stage.as_ref().zip(costing.as_ref());
    let failing =
        failing.map(|(on, costing)| calculate::failing_line_items(&on.stage, costing, &results)).transpose()?;
    let status = calculate::check_status(&lists, &record, day);
    let of_month = ReviewMonth {
        month: month.value,
        day,
        is_measured: of(month.value).is_some(),
        costing,
        bill,
        failing: failing.unwrap_or_default(),
        earlier: earlier.into_iter().skip(first).collect(),
        status,
        checklists: lists.clone(),
    };
    Ok(Reviewed { results, measured_on: measured.metrics.measured_on, stage, month: Some(of_month) })
}

/// What a project records, up to a month.
struct Recorded {
    /// The lists: all, or the one that is requested.
    lists: Vec<Checklist>,
    record: Vec<RecordedCheck>,
    /// The last months with measurements.
    months: Vec<MeasuredMonth>,
}

/// Reads what is recorded up to a month. `metrics` replaces the measurements of that month.
fn recorded(
    workspace: &mut Workspace,
    month: Month,
    metrics: Option<&Path>,
    checklist: Option<&str>,
) -> Result<Recorded, Vec<Diagnostic>> {
    let given = metrics.map(|path| workspace.metrics(path, None)).transpose()?;
    let mut problems = Problems::default();
    let mut lists = workspace.checklists(&mut problems);
    check_named(checklist, &lists, &mut problems);
    let record = workspace.check_record(&mut problems);
    // The first of the months before needs that before it for its growth.
    let mut months = workspace.measured_months(&lists, Some((month, EARLIER + 2)), &mut problems);
    if !problems.is_empty() {
        return Err(problems.into_sorted());
    }
    if let Some((_, measured)) = given {
        months.retain(|of| of.month != month);
        months.push(MeasuredMonth { month, measured });
    }
    lists.retain(|list| checklist.is_none_or(|name| *list.id == *name));
    let values = |of: &Metrics| of.values.len() + of.of_line_items.len() + of.thresholds.len();
    let values: usize = months.iter().map(|of| values(&of.measured.metrics)).sum();
    let checks: usize = lists.iter().map(|list| list.items.len()).sum();
    workspace.spend((checks as u64).saturating_mul(values as u64))?;
    Ok(Recorded { lists, record, months })
}

/// The named stage, or that which the requested customers need; `None` if neither is given.
fn stage_of_month(
    stage: Option<&str>,
    request: &Request,
    workspace: &mut Workspace,
) -> Result<Option<OnStage>, Vec<Diagnostic>> {
    let customers = request.settled(workspace)?.customers;
    let name = match (stage, customers) {
        (Some(name), _) => Some(name.to_owned()),
        (None, Some(customers)) => needed(customers, request, workspace)?,
        (None, None) => None,
    };
    on_stage(name.as_deref(), request, workspace)
}

/// Keeps a file of measurements as those of a month.
///
/// # Errors
/// `no-project`, `file-exists` if the month has some already.
#[cfg(feature = "cli")]
pub(crate) fn keep_metrics(workspace: &mut Workspace, month: Month, metrics: &Path) -> Result<(), Failure> {
    workspace.require_project()?;
    workspace.keep_metrics(month, metrics).map_err(|wrong| workspace.failure(wrong))
}

/// The day of which a month is reviewed: its last one, or today.
fn day_of(month: Spanned<Month>, request: &Request) -> Result<Date, Vec<Diagnostic>> {
    let today = request.as_of.map_or(request.today, |day| day.value);
    if today < month.value.first_day() {
        let message = format!("{} has not begun on {today}", month.value);
        let wrong = Diagnostic::at(Code::InvalidArgument, month.span, message, "this month");
        return Err(vec![wrong.help("review a month that is over, or the one that is running")]);
    }
    Ok(month.value.last_day().min(today))
}

/// The request with the customers and the revenue that were recorded, unless it has its own, on a day.
fn request_of(request: &Request, measured: &MeasuredPlan, bill: Option<&ActualMonth>, day: Date) -> Request {
    let mrr = measured.mrr.clone().map(RevenueRaw::Mrr);
    Request {
        customers: request.customers.or(measured.customers).or(bill.and_then(|bill| bill.customers)),
        revenue: request.revenue.clone().or(mrr),
        as_of: Some(Spanned::given(day)),
        ..request.clone()
    }
}

/// What was billed in a month, against the plan at the prices of a day, and against budgets and alerts.
fn bill(
    workspace: &mut Workspace,
    actual: &ActualMonth,
    measured: &MeasuredPlan,
    (stage, day): (Option<&str>, Date),
    request: &Request,
) -> Result<ReviewBill, Vec<Diagnostic>> {
    // What is recorded with the bills comes before what was measured.
    let customers = request.customers.or(measured.customers.filter(|_| actual.customers.is_none()));
    let mrr = measured.mrr.clone().map(RevenueRaw::Mrr).filter(|_| actual.mrr.is_none());
    let revenue = request.revenue.clone().or(mrr);
    let request = Request { customers, revenue, as_of: Some(Spanned::given(day)), ..request.clone() };
    let costs = compared(workspace, Some(actual.month), stage, &request)?;
    let checked = match Checked::of_bill(&costs, &[], &request, workspace) {
        Ok(checked) => checked.stages,
        // The project does not watch the stage.
        Err(wrong) if wrong.iter().all(|problem| problem.code == Code::UnknownStage) => Vec::new(),
        Err(wrong) => return Err(wrong),
    };
    let ActualCosts { month, stage, plan, comparison, notes } = costs;
    Ok(ReviewBill { month, stage, plan, comparison, notes, checked })
}

/// The number of the stage that a number of customers needs, if one serves or could carry them.
fn needed(customers: u64, request: &Request, workspace: &mut Workspace) -> Result<Option<String>, Vec<Diagnostic>> {
    let settled = request.settled(workspace)?;
    let stages = workspace.resolved(Selection::all().in_one_currency(), &settled.request)?;
    for (stage, _) in &stages {
        workspace.spend_on(stage, 1)?;
    }
    let found = calculate::recommend(&stages, customers)?;
    let place = found.chosen.or(found.could_carry);
    Ok(place.map(|place| stages[place].0.id.to_string()))
}

/// The techniques that checks name.
fn techniques(results: &[CheckResult]) -> Vec<&str> {
    results.iter().filter_map(|result| result.technique.as_deref()).collect()
}

/// Both values, or everything that is wrong with either.
fn both<A, B>(a: Result<A, Vec<Diagnostic>>, b: Result<B, Vec<Diagnostic>>) -> Result<(A, B), Vec<Diagnostic>> {
    match (a, b) {
        (Ok(a), Ok(b)) => Ok((a, b)),
        (a, b) => Err(a.err().into_iter().chain(b.err()).flatten().collect()),
    }
}

/// A stage with the techniques of the project, to be computed.
struct OnStage {
    offered: Offered,
    inputs: Inputs,
}

fn on_stage(
    stage: Option<&str>,
    request: &Request,
    workspace: &mut Workspace,
) -> Result<Option<OnStage>, Vec<Diagnostic>> {
    let settled = request.settled(workspace)?;
    let Some(name) = stage else { return Ok(None) };
    let offered = offered(name, settled.request, None, workspace)?;
    let customers = settled.customers.unwrap_or_else(|| offered.stage.usual_customers());
    let inputs = Inputs { customers, revenue: offered.revenue };
    Ok(Some(OnStage { offered, inputs }))
}

impl OnStage {
    /// The result of each of some techniques.
    fn computed(self, techniques: &[&str]) -> Result<ReviewStage, Vec<Diagnostic>> {
        let savings = savings(&self.offered, self.inputs, techniques)?;
        Ok(ReviewStage { stage: self.offered.stage, customers: self.inputs.customers, savings })
    }
}
