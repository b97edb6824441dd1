//! Stages against budgets, goals and alerts.

use std::collections::HashMap;

use crate::app::actuals::actual_costs::{ActualCosts, actual_costs};
use crate::app::forecast::assumed_forecast;
use crate::app::playbook::checklist::incomplete;
use crate::app::request::Request;
use crate::app::savings::{offered, savings};
use crate::app::snapshot::read_snapshot;
use crate::app::watched::{Watch, WatchedStage};
use crate::calculate::{self, BudgetCheck, BudgetVerdict, CostedStage, Peak, PeriodCheck, PointOfStage};
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::model::{Month, RangePoint, Requirement, Stage, Unused, UnusedKind};
use crate::resolve::{self, unused};
use crate::source::{Span, Spanned};
use crate::view::CheckedStage;
use crate::workspace::Workspace;

/// Why nothing is compared, and what to add.
const NO_LIMIT: &str = "no budget, goal or alert applies to what is checked; add `monthly_budget` or `targets` to a stage, or \
                        `[budget]` to costplan.toml";

/// What was checked, with notes about it.
#[derive(Debug, Default)]
pub struct Checked {
    /// The stages, each at a number of customers and under a scenario, with their comparisons.
    pub stages: Vec<CheckedStage>,
    /// Names in the budget that no stage has.
    pub unused: Vec<Unused>,
    /// Notes about the comparisons, in sentences.
    pub notes: Vec<String>,
}

/// Compares stages with budgets, goals and alerts: the stages that are named, otherwise those that the project watches.
///
/// # Errors
/// Everything that is wrong with the request, the scenarios, the stages and the budget.
pub fn check(workspace: &mut Workspace, stages: &[String], request: &Request) -> Result<Checked, Failure> {
    check_requiring(workspace, stages, request, &[])
}

/// As [`check()`], and requires some comparisons besides those that the project requires.
///
/// # Errors
/// As [`check()`].
pub fn check_requiring(
    workspace: &mut Workspace,
    stages: &[String],
    request: &Request,
    required: &[Requirement],
) -> Result<Checked, Failure> {
    let required: Vec<_> = required.iter().map(|requirement| Spanned::new(*requirement, Span::NOWHERE)).collect();
    Checked::of(&Watch::new(stages, request), required, workspace).map_err(|wrong| workspace.failure(wrong))
}

/// Compares the bill of a month, otherwise of the last one, with budgets and alerts: at what it ends at if it goes on by days.
///
/// # Errors
/// As [`check()`] and [`actual_costs`](crate::app::actual_costs).
pub fn check_actuals(
    workspace: &mut Workspace,
    month: Option<Month>,
    stage: Option<&str>,
    request: &Request,
    required: &[Requirement],
) -> Result<Checked, Failure> {
    let costs = actual_costs(workspace, month, stage, request)?;
    let required: Vec<_> = required.iter().map(|requirement| Spanned::new(*requirement, Span::NOWHERE)).collect();
    Checked::of_bill(&costs, &required, request, workspace).map_err(|wrong| workspace.failure(wrong))
}

impl Checked {
    /// The bill of a month.
    pub(super) fn of_bill(
        costs: &ActualCosts,
        required: &[Spanned<Requirement>],
        request: &Request,
        workspace: &mut Workspace,
    ) -> Result<Self, Vec<Diagnostic>> {
        let names = [costs.stage.id.to_string()];
        // Which budget is that of the stage does not depend on the customers.
        let request = Request { customers: None, ..request.clone() };
        let watched = Watch::new(&names, &request).watched(workspace)?;
        let Some(first) = watched.stages.first() else {
            let message = format!("`[check]` leaves out stage {}, so its bill has no budget", costs.stage.id);
            return Err(vec![Diagnostic::new(Code::UnknownStage, message)]);
        };
        // What was billed is no assumption: it is held against the plan as it is, and not under a scenario of `[check]`.
        let leaves_out = first.stage.scenario.is_some() && request.scenarios.is_empty();
        let budget = watched.plan.budget.as_ref().map(|raw| workspace.budget(raw, &costs.stage)).transpose()?;
        let budget = budget.unwrap_or_default();
        let under = request.settled(workspace)?.request;
        let ActualCosts { month, stage, plan, comparison, notes } = costs;
        let checks = calculate::bill_checks(stage, plan, month, comparison, &budget)?;
        let mut checked = Self { notes: notes.clone(), ..Self::default() };
        let through = month.through().filter(|day| *day < month.month.last_day());
        let how = through.map(|day| format!(", billed up to {day} and going on by days")).unwrap_or_default();
        checked.notes.push(format!("what is checked is the bill of {}{how}, without taxes", month.month));
        if leaves_out {
            checked.notes.push("the scenarios of `[check]` are of the plan: a bill is checked without them".to_owned());
        }
        let project_budget = budget.limits.monthly.map(|limit| limit.value);
        let now = CostedStage { stage: stage.clone(), costing: plan.clone(), point: RangePoint::Given, project_budget };
        let is_billed = |place: usize| comparison.rows.iter().any(|row| row.billed.is_some() && row.subject.has(place));
        let unbilled: Vec<usize> = (0..stage.line_items.len()).filter(|place| !is_billed(*place)).collect();
        checked.judged(now, false, checks, &unbilled, &under, workspace)?;
        if checked.stages.iter().all(|stage| stage.checks.is_empty()) {
            checked.notes.push("nothing is compared: no budget or alert is for a month".to_owned());
        }
        checked.require(required);
        Ok(checked)
    }

    /// Every stage that is checked, under every scenario.
    fn of(
        watch: &Watch<'_>,
        mut required: Vec<Spanned<Requirement>>,
        workspace: &mut Workspace,
    ) -> Result<Self, Vec<Diagnostic>> {
        let mut watched = watch.watched(workspace)?;
        let budget = watched.plan.budget.as_ref();
        let growth = watched.stages.iter().find_map(|watched| watched.budget.growth());
        let before = growth.map(|growth| before(growth, workspace)).transpose()?;
        let by_subject = before.as_ref().map(|before| before.iter().map(|costed| (costed.subject(), costed)).collect());
        let mut checked = Self::default();
        if !workspace.has_own_stages() {
            checked.notes.push("what is checked is the bundled plan, which is an example".to_owned());
        }
        // The forecast is a part of the work, and each stage another.
        let (progress, parts) = (workspace.progress.clone(), watched.stages.len() as u64 + 1);
        workspace.progress = progress.part(0, parts);
        let periods = period_checks(watch, &mut watched.stages, workspace)?;
        for (place, stage) in (1..).zip(&watched.stages) {
            workspace.progress = progress.part(place, parts);
            workspace.progress.report(0, 1);
            checked.stage(stage, by_subject.as_ref(), workspace)?;
        }
        workspace.progress = progress;
        checked.stages.extend(periods);
        if growth.is_some() && !checked.stages.iter().flat_map(|stage| &stage.checks).any(is_growth_compared) {
            checked.notes.push(
                "no growth is compared: the snapshot holds nothing of what is checked at the same customers".to_owned(),
            );
        }
        if let Some(budget) = budget {
            let stages: Vec<&Stage> = watched.stages.iter().map(|watched| &watched.stage).collect();
            checked.unused = unused(budget, &stages);
        }
        let demanded: Vec<_> = watched.plan.check.iter().flat_map(|check| check.checklists.iter().cloned()).collect();
        let day = watched.stages.iter().map(|watched| watched.stage.as_of).max().unwrap_or(watch.request.today);
        checked.unused.extend(incomplete(workspace, &demanded, day)?);
        required.extend(watched.plan.check.iter().flat_map(|check| check.require.iter().copied()));
        checked.require(&required);
        let is_reported = checked.unused.iter().any(|unused| &*unused.because == NO_LIMIT);
        if checked.stages.iter().all(|stage| stage.checks.is_empty()) && !is_reported {
            checked.notes.push(format!("nothing is compared: {NO_LIMIT}"));
        }
        Ok(checked)
    }

    /// Marks the comparisons that are required, and reports what is required and compared nowhere.
    fn require(&mut self, required: &[Spanned<Requirement>]) {
        let checks = || self.stages.iter().flat_map(|stage| &stage.checks);
        let is_met = |requirement: Requirement| {
            let mut of = checks().filter(|check| check.subject.is_of(requirement)).peekable();
            // A range is a row only where it is not checked.
            let is_range = requirement == Requirement::CustomerRange;
            is_range && of.peek().is_none() || of.any(|check| check.verdict != BudgetVerdict::NotApplicable)
        };
        // What is not checked fails by itself; where there is no comparison at all, nothing does.
        let is_anything = checks().any(|check| check.verdict != BudgetVerdict::NotApplicable);
        let is_missing = |required: &&Spanned<Requirement>| match required.value {
            Requirement::All => !is_anything,
            kind => !is_met(kind),
        };
        let missing = required.iter().filter(is_missing).map(|required| match required.value {
            Requirement::All => Unused {
                kind: UnusedKind::Requirement,
                name: "comparison".into(),
                because: NO_LIMIT.into(),
                span: required.span,
            },
            kind => Unused {
                kind: UnusedKind::Requirement,
                name: kind.as_str().into(),
                because: "nothing that is checked is compared with such a limit".into(),
                span: required.span,
            },
        });
        self.unused.extend(missing);
        for check in self.stages.iter_mut().flat_map(|stage| &mut stage.checks) {
            check.is_required = required.iter().any(|required| check.subject.is_of(required.value));
        }
    }
}

/// Compares the forecast of the project under each scenario with the budgets for quarters and years, and takes these from
/// the stages, which would otherwise be compared as if every month were alike. So they are where there is no forecast, and
/// at a number of customers that is typed.
fn period_checks(
    watch: &Watch<'_>,
    stages: &mut [WatchedStage],
    workspace: &mut Workspace,
) -> Result<Vec<CheckedStage>, Vec<Diagnostic>> {
    let has_limit =
        |stage: &WatchedStage| stage.budget.limits.quarterly.is_some() || stage.budget.limits.yearly.is_some();
    let mut found: Vec<CheckedStage> = Vec::new();
    if watch.request.customers.is_some() || !stages.iter().any(has_limit) {
        return Ok(found);
    }
    let id_of = |stage: &Stage| stage.scenario.as_deref().map(|scenario| scenario.id.to_string());
    let id = |stage: &WatchedStage| id_of(&stage.stage);
    let mut scenarios: Vec<Option<String>> = stages.iter().map(id).collect();
    scenarios.dedup();
    for scenario in scenarios {
        let request = Request { scenarios: scenario.iter().cloned().collect(), ..watch.request.clone() };
        let Some(forecasted) = assumed_forecast(workspace, &request)? else { continue };
        let under = || stages.iter().filter(|stage| id(stage) == scenario);
        // The amounts of a budget are in the currency of its stage.
        let Some(of_currency) = under().find(|stage| stage.stage.currency == forecasted.currency) else { continue };
        let (limits, own) = (&of_currency.budget.limits, &of_currency.stage);
        for PeriodCheck { check, last } in calculate::period_checks(&forecasted.forecast, limits, own)? {
            let month = &forecasted.forecast.months[last];
            let runs = |stage: &&WatchedStage| month.stage.as_ref().is_some_and(|name| name.id == stage.stage.id);
            let is_same =
                |checked: &&mut CheckedStage| checked.customers == month.customers && id_of(&checked.stage) == scenario;
            if let Some(same) = found.last_mut().filter(is_same) {
                same.checks.push(check);
                continue;
            }
            let stage = under().find(runs).map_or(own, |stage| &stage.stage).clone();
            let checks = vec![check];
            found.push(CheckedStage { stage, customers: month.customers, is_peak: false, checks, savings: Vec::new() });
        }
        for stage in stages.iter_mut().filter(|stage| id(stage) == scenario) {
            (stage.budget.limits.quarterly, stage.budget.limits.yearly) = (None, None);
        }
    }
    Ok(found)
}

/// Whether a comparison is of growth, and there is something to compare.
fn is_growth_compared(check: &BudgetCheck) -> bool {
    check.subject.is_growth() && check.verdict.is_compared()
}

/// Stages of a snapshot by what they are about.
type BySubject<'s> = HashMap<PointOfStage<'s>, &'s CostedStage>;

/// The stages of the snapshot from which growth is measured.
fn before(growth: Span, workspace: &mut Workspace) -> Result<Vec<CostedStage>, Vec<Diagnostic>> {
    let needed = |diagnostic: Diagnostic| match diagnostic.code {
        Code::MissingSnapshot => diagnostic.and_at(growth, "growth since the snapshot is limited here"),
        _ => diagnostic,
    };
    let found = workspace.snapshot_path().and_then(|path| read_snapshot(&path, workspace));
    found.map(|snapshot| snapshot.stages).map_err(|wrong| wrong.into_iter().map(needed).collect())
}

impl Checked {
    /// Checks a stage at a number of customers, or at both ends of its range and where it costs more than at either.
    fn stage(
        &mut self,
        watched: &WatchedStage,
        before: Option<&BySubject<'_>>,
        workspace: &mut Workspace,
    ) -> Result<(), Vec<Diagnostic>> {
        let mut points: Vec<(u64, Option<RangePoint>)> =
            watched.points().into_iter().map(|(customers, point)| (customers, Some(point))).collect();
        let of_range = watched.customers.is_none().then(|| calculate::peak_operations(&watched.stage)).flatten();
        workspace
            .spend(of_range.unwrap_or(0).saturating_add(watched.budget.operations(watched.stage.line_items.len())))?;
        workspace.spend_on(&watched.stage, points.len() as u64 + 1)?;
        let peak = match watched.customers {
            Some(_) => Peak::AtAnEnd,
            None => calculate::peak(&watched.stage, &workspace.progress)?,
        };
        if let Peak::Between(peak) = peak {
            points.insert(1, (peak, None));
        }
        let first = self.stages.len();
        for (customers, point) in points {
            self.point(watched, (customers, point), before, workspace)?;
        }
        let unchecked = calculate::unchecked_range(&watched.stage, peak);
        if let Some(first) = self.stages.get_mut(first).filter(|stage| !stage.checks.is_empty()) {
            first.checks.extend(unchecked);
        }
        Ok(())
    }

    /// Checks a stage at a number of customers: a point of its range, or the number at which it costs the most.
    fn point(
        &mut self,
        watched: &WatchedStage,
        (customers, point): (u64, Option<RangePoint>),
        before: Option<&BySubject<'_>>,
        workspace: &mut Workspace,
    ) -> Result<(), Vec<Diagnostic>> {
        let now = watched.costed(customers, point.unwrap_or(RangePoint::Given))?;
        let mut checks = calculate::budget_checks(&now.stage, &now.costing, &watched.budget)?;
        // A snapshot does not hold the most expensive point.
        if let Some(before) = before.filter(|_| point.is_some()) {
            let before = before.get(&now.subject()).copied();
            checks.extend(calculate::growth_checks(&now, before, &watched.budget)?);
        }
        self.judged(now, point.is_none(), checks, &[], &watched.request, workspace)
    }

    /// Adds the comparisons of a stage, with what the techniques of failing ones save.
    fn judged(
        &mut self,
        now: CostedStage,
        is_peak: bool,
        mut checks: Vec<BudgetCheck>,
        unbilled: &[usize],
        request: &resolve::Request,
        workspace: &mut Workspace,
    ) -> Result<(), Vec<Diagnostic>> {
        let customers = now.costing.inputs.customers;
        let has_techniques = |check: &BudgetCheck| !check.techniques.is_empty();
        let mut savings = Vec::new();
        if checks.iter().any(has_techniques) {
            let mut offered = offered(&now.stage.id.to_string(), request.clone(), None, workspace)?;
            // What is on no bill lowers none.
            for offer in &mut offered.offers {
                offer.fits.retain(|fit| !unbilled.contains(&fit.line_item));
            }
            for check in &mut checks {
                workspace.spend_on(&offered.stage, check.techniques.len() as u64)?;
                calculate::keep_remedies(check, &offered.stage, &offered.offers, customers)?;
            }
            let mut techniques: Vec<&str> =
                checks.iter().flat_map(|check| &check.techniques).map(|name| &**name).collect();
            techniques.sort_unstable();
            techniques.dedup();
            savings = self::savings(&offered, now.costing.inputs, &techniques)?;
        }
        self.stages.push(CheckedStage { stage: now.stage, customers, is_peak, checks, savings });
        Ok(())
    }
}
