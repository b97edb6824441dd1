//! The stages of a project that are watched: under each scenario of `[check]`, at the customers that each is meant for.

use clap::ArgMatches;

use super::args::{InputArgs, Scenario, SettingArgs, TaxArgs};
use super::tags::whole_stages;
use crate::calculate;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{CostedStage, Inputs, RangePoint, Stage, Unobserved};
use crate::parse::{BudgetRaw, CheckPlanRaw};
use crate::resolve::Request;
use crate::source::Spanned;
use crate::workspace::Workspace;

/// What is asked for on the command line.
#[derive(Clone, Copy)]
pub(super) struct Asked<'a> {
    /// The stages by number, name or file stem; those of `[check]`, or all of them, if there is none.
    pub(super) stages: &'a [String],
    pub(super) inputs: &'a InputArgs,
    pub(super) settings: &'a SettingArgs,
    pub(super) matches: &'a ArgMatches,
}

impl Asked<'_> {
    /// The watched stages with what they cost.
    ///
    /// # Errors
    /// Everything that is wrong with the arguments, the scenarios and the stages.
    pub(super) fn costed(&self, workspace: &mut Workspace) -> Result<Vec<CostedStage>, Vec<Diagnostic>> {
        let settings = workspace.settings.as_mut();
        let (budget, plan) = settings.map_or((None, None), |settings| (settings.budget.take(), settings.check.take()));
        let typed = self.settings.scenarios();
        let of_plan = plan.iter().flat_map(|plan| &plan.scenarios).map(|name| name.value.as_str());
        let mut names: Vec<&str> = if typed.is_empty() { of_plan.collect() } else { typed };
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(*name));
        // What is wrong with the arguments is wrong under each scenario, and said once.
        let tax = TaxArgs::default();
        let alone = self.settings.under(None, self.inputs, &tax, self.matches, workspace)?;
        let mut costed = Vec::new();
        if names.is_empty() {
            costed.extend(self.under(&alone, budget.as_ref(), plan.as_ref(), workspace)?);
        }
        for name in names {
            let file = workspace.scenario(name)?;
            let scenario = self.settings.under(Some(&file), self.inputs, &tax, self.matches, workspace)?;
            costed.extend(self.under(&scenario, budget.as_ref(), plan.as_ref(), workspace)?);
        }
        Ok(costed)
    }

    fn under(
        &self,
        scenario: &Scenario,
        budget: Option<&BudgetRaw>,
        plan: Option<&CheckPlanRaw>,
        workspace: &mut Workspace,
    ) -> Result<Vec<CostedStage>, Vec<Diagnostic>> {
        let Scenario { customers, request, .. } = scenario;
        whole_stages(request, "whole stages are compared")?;
        let stages = workspace.stages(request)?;
        let all: Vec<&Stage> = stages.iter().map(|(stage, _)| stage).collect();
        if let Some(budget) = budget {
            workspace.check_budget(budget, &all)?;
        }
        let asked = self.numbers(plan, &all, request, workspace)?;
        let mut costed = Vec::new();
        for (stage, revenue) in stages {
            let serves = customers.is_none_or(|customers| stage.customers.value.contains(customers));
            if !(asked.contains(&stage.id) || asked.is_empty() && serves) {
                continue;
            }
            let limits = budget.map(|raw| workspace.budget(raw, &stage)).transpose()?.unwrap_or_default();
            for (customers, point) in points(&stage, *customers) {
                let costing = calculate::stage(&stage, Inputs { customers, revenue }, &mut Unobserved)?;
                let project_budget = limits.monthly.map(|limit| limit.value);
                costed.push(CostedStage { stage: stage.clone(), costing, point, project_budget });
            }
        }
        if costed.is_empty() {
            let message = "no stage is meant for so many customers, so that nothing would be compared";
            return Err(vec![Diagnostic::new(Code::InvalidArgument, message).help("name the stages")]);
        }
        Ok(costed)
    }

    /// The numbers of the stages that the arguments name, or `[check]`; none if neither does.
    fn numbers(
        &self,
        plan: Option<&CheckPlanRaw>,
        stages: &[&Stage],
        request: &Request,
        workspace: &mut Workspace,
    ) -> Result<Vec<u32>, Vec<Diagnostic>> {
        if !self.stages.is_empty() {
            let named = workspace.stages_named(self.stages, request)?;
            return Ok(named.iter().map(|(stage, _)| stage.id).collect());
        }
        let number = |number: &Spanned<u64>| {
            let stage = stages.iter().find(|stage| u64::from(stage.id) == number.value);
            stage.map(|stage| stage.id).ok_or_else(|| {
                let known: Vec<String> = stages.iter().map(|stage| stage.id.to_string()).collect();
                let message = format!("there is no stage `{}`", number.value);
                let diagnostic = Diagnostic::at(Code::UnknownStage, number.span, message, "");
                vec![diagnostic.help(format!("choose from {}", known.join(", ")))]
            })
        };
        plan.iter().flat_map(|plan| &plan.stages).map(number).collect()
    }
}

/// The numbers of customers that a stage is looked at: the one that is given, or the two ends of its range.
fn points(stage: &Stage, customers: Option<u64>) -> Vec<(u64, RangePoint)> {
    let range = stage.customers.value;
    let Some(customers) = customers else {
        let high = range.high.filter(|high| *high != range.low).map(|high| (high, RangePoint::High));
        return [(range.low, RangePoint::Low)].into_iter().chain(high).collect();
    };
    vec![(customers, RangePoint::Given)]
}
