//! Stages against budgets, goals and alerts.

use crate::app::request::Request;
use crate::app::savings::{offered, savings};
use crate::app::snapshot::read_snapshot;
use crate::app::watched::{Watch, WatchedStage};
use crate::calculate::{self, BudgetCheck, BudgetVerdict, CostedStage, Peak};
use crate::diagnostic::{Code, Diagnostic, Failure};
use crate::model::{RangePoint, Stage, Unused};
use crate::resolve::unused;
use crate::source::Span;
use crate::view::CheckedStage;
use crate::workspace::Workspace;

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
    Checked::of(&Watch::new(stages, request), workspace).map_err(|wrong| workspace.failure(wrong))
}

impl Checked {
    /// Every stage that is checked, under every scenario.
    fn of(watch: &Watch<'_>, workspace: &mut Workspace) -> Result<Self, Vec<Diagnostic>> {
        let watched = watch.watched(workspace)?;
        let budget = watched.plan.budget.as_ref();
        let growth = watched.stages.iter().find_map(|watched| watched.budget.growth());
        let before = growth.map(|growth| before(growth, workspace)).transpose()?;
        let mut checked = Self::default();
        if !workspace.is_project() {
            checked.notes.push("there is no project here: the bundled plan is checked".to_owned());
        }
        for stage in &watched.stages {
            checked.stage(stage, before.as_deref(), workspace)?;
        }
        if checked.stages.iter().all(|stage| stage.checks.is_empty()) {
            checked.notes.push("nothing is compared: no budget, goal or alert applies to what is checked".to_owned());
        }
        if growth.is_some() && !checked.stages.iter().flat_map(|stage| &stage.checks).any(is_growth_compared) {
            checked.notes.push(
                "no growth is compared: the snapshot holds nothing of what is checked at the same customers".to_owned(),
            );
        }
        if let Some(budget) = budget {
            let stages: Vec<&Stage> = watched.stages.iter().map(|watched| &watched.stage).collect();
            checked.unused = unused(budget, &stages);
        }
        Ok(checked)
    }
}

/// Whether a comparison is of growth, and there is something to compare.
fn is_growth_compared(check: &BudgetCheck) -> bool {
    check.subject.is_growth() && check.verdict != BudgetVerdict::NotApplicable
}

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
        before: Option<&[CostedStage]>,
        workspace: &mut Workspace,
    ) -> Result<(), Vec<Diagnostic>> {
        let mut points: Vec<(u64, Option<RangePoint>)> =
            watched.points().into_iter().map(|(customers, point)| (customers, Some(point))).collect();
        if let Some(peak) = self.peak(watched)? {
            points.insert(1, (peak, None));
        }
        for (customers, point) in points {
            self.point(watched, (customers, point), before, workspace)?;
        }
        Ok(())
    }

    /// The number of customers at which a stage costs more than at either end of its range, if there is one.
    fn peak(&mut self, watched: &WatchedStage) -> Result<Option<u64>, Vec<Diagnostic>> {
        if watched.customers.is_some() {
            return Ok(None);
        }
        match calculate::peak(&watched.stage)? {
            Peak::Between(peak) => Ok(Some(peak)),
            Peak::AtAnEnd => Ok(None),
            Peak::NotComputed => {
                let Stage { id, name, .. } = &watched.stage;
                let note = format!(
                    "stage {id} {name} is checked only at the two ends of its range: there are too many numbers of \
                     customers between them to compute all"
                );
                if !self.notes.contains(&note) {
                    self.notes.push(note);
                }
                Ok(None)
            }
        }
    }

    /// Checks a stage at a number of customers: a point of its range, or the number at which it costs the most.
    fn point(
        &mut self,
        watched: &WatchedStage,
        (customers, point): (u64, Option<RangePoint>),
        before: Option<&[CostedStage]>,
        workspace: &mut Workspace,
    ) -> Result<(), Vec<Diagnostic>> {
        let now = watched.costed(customers, point.unwrap_or(RangePoint::Given))?;
        let mut checks = calculate::budget_checks(&now.stage, &now.costing, &watched.budget)?;
        // A snapshot does not hold the most expensive point.
        if let Some(before) = before.filter(|_| point.is_some()) {
            let before = before.iter().find(|before| before.is_same_subject(&now));
            checks.extend(calculate::growth_checks(&now, before, &watched.budget)?);
        }
        let mut techniques: Vec<&str> = Vec::new();
        for technique in checks.iter().flat_map(|check| &check.techniques) {
            if !techniques.contains(&&**technique) {
                techniques.push(technique);
            }
        }
        let savings = if techniques.is_empty() {
            Vec::new()
        } else {
            let offered = offered(&now.stage.id.to_string(), watched.request.clone(), None, workspace)?;
            savings(&offered, now.costing.inputs, &techniques)?
        };
        self.stages.push(CheckedStage { stage: now.stage, customers, is_peak: point.is_none(), checks, savings });
        Ok(())
    }
}
