//! The stages that a check covers, and the parts of a budget that apply to none of them.

use crate::diagnostic::{Problems, closest};
use crate::model::{Stage, Unused, UnusedKind};
use crate::parse::{BudgetRaw, CheckPlanRaw, LimitedPartRaw};
use crate::resolve::budget::budget::{is_scenario, is_stage, limit_name, limited, metric, rule_names, stage_numbered};
use crate::resolve::budget::lines::LinesBy;
use crate::source::Span;

/// The numbers of the stages to check, each once; empty means all.
pub fn checked_stages(raw: &CheckPlanRaw, stages: &[&Stage], problems: &mut Problems) -> Vec<u32> {
    let mut numbers = Vec::new();
    for number in &raw.stages {
        let found = stage_numbered(*number, stages, problems);
        numbers.extend(found.filter(|found| !numbers.contains(found)));
    }
    numbers
}

/// The limits, alerts and rules of a budget that apply to none of the checked stages, in the order of the file.
pub fn unused(raw: &BudgetRaw, checked: &[&Stage]) -> Vec<Unused> {
    let entry = |kind, name: &str, because: String, span: Span| Unused {
        kind,
        name: name.into(),
        because: because.into_boxed_str(),
        span,
    };
    let lines = LinesBy::of_all(checked);
    let limits = raw.limits.iter().filter_map(|limit| {
        let because = unmet(limit, &lines)?;
        Some(entry(UnusedKind::Limit, &limit_name(limit, None), because, limit.span))
    });
    let is_unmet = |alert: &&_| lines.iter().all(|lines| metric(alert, lines).is_none());
    let alerts = raw.alerts.iter().filter(is_unmet).map(|alert| {
        let because = "no checked stage has this cost".to_owned();
        entry(UnusedKind::Alert, &alert.metric.value, because, alert.span)
    });
    let because = match raw.auto_optimize {
        Some(true) if !raw.alerts.is_empty() => None,
        Some(true) => Some("there is no alert"),
        _ => Some("`auto_optimize` is not true"),
    };
    let rules = raw.optimization_rules.iter().filter_map(|rule| {
        let because = because?.to_owned();
        Some(entry(UnusedKind::Rule, &rule.value, because, rule.span))
    });
    let actions = || raw.alerts.iter().flat_map(|alert| &alert.actions);
    let is_named = |name: &str| actions().chain(&raw.optimization_rules).any(|named| named.value == name);
    let own = raw.rules.iter().flat_map(|rules| &rules.entries).map(|(name, _)| name);
    let own = own.filter(|name| !is_named(&name.value)).map(|name| {
        let because = "neither an alert nor `optimization_rules` names it".to_owned();
        entry(UnusedKind::Rule, &name.value, because, name.span)
    });
    // An action need not have techniques, but a name close to one that has them is probably a typo.
    let misspelt = actions().filter_map(|action| {
        let known: Vec<&str> = rule_names(raw).collect();
        let meant = closest(&action.value, known.iter().copied()).filter(|_| !known.contains(&&*action.value))?;
        let because = format!("it has no techniques; did you mean `{meant}`?");
        Some(entry(UnusedKind::Action, &action.value, because, action.span))
    });
    let mut found: Vec<Unused> = limits.chain(alerts).chain(rules).chain(own).chain(misspelt).collect();
    found.sort_by_key(|unused| unused.span);
    found
}

/// Why a limit applies to none of the checked stages; `None` if it applies to one.
fn unmet(limit: &LimitedPartRaw, lines: &[LinesBy<'_>]) -> Option<String> {
    if lines.iter().any(|lines| limited(limit, lines).is_some()) {
        return None;
    }
    let checked: Vec<&Stage> = lines.iter().map(|lines| lines.stage).collect();
    let stage = limit.stage.filter(|number| !checked.iter().any(|stage| is_stage(*number, stage)));
    if let Some(number) = stage {
        return Some(format!("stage {} is not checked", number.value));
    }
    let scenario = limit.scenario.as_ref().filter(|name| !checked.iter().any(|stage| is_scenario(name, stage)));
    if let Some(name) = scenario {
        return Some(format!("the scenario {} is not checked", name.value));
    }
    let is_meant = |stage: &&&Stage| {
        let is_stage = limit.stage.is_none_or(|number| is_stage(number, stage));
        is_stage && limit.scenario.as_ref().is_none_or(|name| is_scenario(name, stage))
    };
    match (limit.stage, &limit.scenario) {
        (Some(number), Some(name)) if !checked.iter().any(|stage| is_meant(&stage)) => {
            Some(format!("stage {} is not checked under the scenario {}", number.value, name.value))
        }
        _ => Some("no checked stage has such line items".to_owned()),
    }
}
