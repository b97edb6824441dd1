//! The stages that checks, snapshots and differences watch: under each scenario of `[check]`, at the customers that
//! each is meant for.

use crate::app::request::{Request, Settled, whole_stages};
use crate::calculate::{self, CostedStage, Unobserved};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Budget, Inputs, RangePoint, Revenue, Stage};
use crate::resolve::{self, ScenarioFile, checked_stages};
use crate::workspace::{CheckPlan, Selection, Workspace};

/// Which stages are watched.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Watch<'a> {
    /// The stages by number, name or file stem; those of `[check]`, or all of them, if there is none.
    pub(crate) stages: &'a [String],
    /// The numbers of the stages, instead of their names; those that exist.
    pub(crate) numbers: Option<&'a [u64]>,
    pub(crate) request: &'a Request,
}

/// What a project watches.
pub(crate) struct Watched {
    /// Its budget, and its settings for checks.
    pub(crate) plan: CheckPlan,
    /// The stages, under each scenario.
    pub(crate) stages: Vec<WatchedStage>,
}

/// A stage that is watched.
pub(crate) struct WatchedStage {
    pub(crate) stage: Stage,
    pub(crate) revenue: Revenue,
    pub(crate) request: resolve::Request,
    /// The number of customers that is given; the ends of the stage's range, if none is.
    pub(crate) customers: Option<u64>,
    /// The budget of the project, in the currency of the stage.
    pub(crate) budget: Budget,
}

impl WatchedStage {
    /// The numbers of customers at which it is computed.
    pub(crate) fn points(&self) -> Vec<(u64, RangePoint)> {
        let range = self.stage.customers.value;
        if let Some(customers) = self.customers {
            return vec![(customers, RangePoint::Given)];
        }
        let high = range.high.filter(|high| *high != range.low).map(|high| (high, RangePoint::High));
        [(range.low, RangePoint::Low)].into_iter().chain(high).collect()
    }

    /// The stage with what it costs at a number of customers.
    ///
    /// # Errors
    /// As [`calculate::stage()`].
    pub(crate) fn costed(&self, customers: u64, point: RangePoint) -> Result<CostedStage, Vec<Diagnostic>> {
        let inputs = Inputs { customers, revenue: self.revenue };
        let costing = calculate::stage(&self.stage, inputs, &mut Unobserved)?;
        let project_budget = self.budget.limits.monthly.map(|limit| limit.value);
        Ok(CostedStage { stage: self.stage.clone(), costing, point, project_budget })
    }
}

impl<'a> Watch<'a> {
    /// The stages with these names, numbers or file stems.
    pub(crate) fn new(stages: &'a [String], request: &'a Request) -> Self {
        Self { stages, numbers: None, request }
    }

    /// The stages of a snapshot whose scenario the arguments name; all of them if they name none.
    #[cfg(feature = "files")]
    pub(crate) fn under_scenarios(&self, mut stages: Vec<CostedStage>) -> Vec<CostedStage> {
        let scenarios = &self.request.scenarios;
        let is_under = |stage: &Stage| {
            let scenario = stage.scenario.as_deref();
            let is = |name: &String| {
                scenario.is_some_and(|is| *is.id == **name || is.name.to_lowercase() == name.to_lowercase())
            };
            scenarios.is_empty() || scenarios.iter().any(is)
        };
        stages.retain(|costed| is_under(&costed.stage));
        stages
    }

    /// The watched stages with what they cost.
    ///
    /// # Errors
    /// As [`Self::watched`], and errors of the computation.
    pub(crate) fn costed(&self, workspace: &mut Workspace) -> Result<Vec<CostedStage>, Vec<Diagnostic>> {
        let mut costed = Vec::new();
        for watched in self.watched(workspace)?.stages {
            workspace.spend_on(&watched.stage, watched.points().len() as u64)?;
            for (customers, point) in watched.points() {
                costed.push(watched.costed(customers, point)?);
            }
        }
        Ok(costed)
    }

    /// The watched stages.
    ///
    /// # Errors
    /// Everything that is wrong with the arguments, the scenarios, the stages and the budget.
    pub(crate) fn watched(&self, workspace: &mut Workspace) -> Result<Watched, Vec<Diagnostic>> {
        let request = self.request.under(None, workspace)?.request;
        let mut problems = Problems::default();
        let mut plan = workspace.check_plan(&self.request.scenarios, &mut problems);
        if !problems.is_empty() {
            workspace.check_names(&plan, &request, &mut problems);
            problems.extend(workspace.resolved(Selection::all(), &request).err().into_iter().flatten());
            return Err(problems.into_sorted());
        }
        let files = std::mem::take(&mut plan.scenarios);
        let mut scenarios: Vec<Option<&ScenarioFile>> = files.iter().map(Some).collect();
        if scenarios.is_empty() {
            scenarios.push(None);
        }
        let mut stages = Vec::new();
        let mut wrong: Vec<Diagnostic> = Vec::new();
        for file in scenarios {
            let settled = self.request.under(file, workspace);
            match settled.and_then(|settled| self.stages(&settled, &plan, workspace)) {
                Ok(found) => stages.extend(found),
                Err(problems) => {
                    for problem in problems {
                        // What is wrong under each scenario is reported once.
                        if !wrong.contains(&problem) {
                            wrong.push(problem);
                        }
                    }
                }
            }
        }
        if wrong.is_empty() {
            return Ok(Watched { plan, stages });
        }
        // What is wrong with the budget is reported with what is wrong with the stages.
        let mut of_plan = Problems::default();
        workspace.check_names(&plan, &request, &mut of_plan);
        wrong.extend(of_plan.into_sorted().into_iter().filter(|problem| !wrong.contains(problem)).collect::<Vec<_>>());
        Err(wrong)
    }

    /// The watched stages under a scenario.
    fn stages(
        &self,
        settled: &Settled,
        plan: &CheckPlan,
        workspace: &mut Workspace,
    ) -> Result<Vec<WatchedStage>, Vec<Diagnostic>> {
        let Settled { customers, request, .. } = settled;
        whole_stages(request, "whole stages are compared")?;
        let stages = workspace.stages(Selection::all(), request)?;
        let all: Vec<&Stage> = stages.iter().map(|(stage, _)| stage).collect();
        if let Some(budget) = &plan.budget
            && workspace.check_budget(budget, &all).is_err()
        {
            // Reported with all other errors.
            let mut problems = Problems::default();
            workspace.check_names(plan, request, &mut problems);
            return Err(problems.into_sorted());
        }
        let asked = self.asked_numbers(plan, &all, request, workspace)?;
        let mut watched = Vec::new();
        for (stage, revenue) in stages {
            let serves = customers.is_none_or(|customers| stage.customers.value.contains(customers));
            let is_meant = match self.numbers {
                Some(numbers) => numbers.contains(&stage.id.into()),
                None => asked.contains(&stage.id) || asked.is_empty() && serves,
            };
            if is_meant {
                let budget = plan.budget.as_ref().map(|raw| workspace.budget(raw, &stage)).transpose()?;
                let (request, budget) = (request.clone(), budget.unwrap_or_default());
                watched.push(WatchedStage { stage, revenue, request, customers: *customers, budget });
            }
        }
        if watched.is_empty() && self.numbers.is_none() {
            let under = request.scenario.as_deref().map(|scenario| format!(" under the scenario {}", scenario.id));
            let message = format!(
                "no stage is meant for {} customers{}, so nothing would be compared",
                customers.unwrap_or_default(),
                under.unwrap_or_default()
            );
            return Err(vec![Diagnostic::new(Code::InvalidArgument, message).help("name the stages")]);
        }
        Ok(watched)
    }

    /// The numbers of the stages that the arguments name, or `[check]`; none if neither does.
    fn asked_numbers(
        &self,
        plan: &CheckPlan,
        stages: &[&Stage],
        request: &resolve::Request,
        workspace: &mut Workspace,
    ) -> Result<Vec<u32>, Vec<Diagnostic>> {
        if !self.stages.is_empty() {
            let named = workspace.stages(Selection::named(self.stages), request)?;
            return Ok(named.iter().map(|(stage, _)| stage.id).collect());
        }
        let mut problems = Problems::default();
        let numbers = plan.check.as_ref().map(|check| checked_stages(check, stages, &mut problems));
        if problems.is_empty() { Ok(numbers.unwrap_or_default()) } else { Err(problems.into_sorted()) }
    }
}
