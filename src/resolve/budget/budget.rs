//! Budgets and alerts: converts amounts into the reporting currency, finds metrics, and maps actions to techniques.

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Alert, AlertSeverity, Budget, LimitedPart, Limits, Stage, WatchedCost};
use crate::parse::{AlertRaw, AmountRaw, BudgetRaw, ConditionRaw, LimitedPartRaw, LimitsRaw};
use crate::resolve::amount;
use crate::resolve::budget::lines::LinesBy;
use crate::resolve::checks::{not_negative, share};
use crate::resolve::prices::exchange_rates::{Conversions, ExchangeRates};
use crate::source::Spanned;

/// The techniques of each built-in action and rule; `[budget.rules]` adds others or replaces them.
const RULES: [(&str, &[&str]); 6] = [
    ("scale_down_non_critical", &["auto-scaling", "serverless"]),
    ("archive_old_data", &["data-retention", "tiered-storage"]),
    ("scale_down_idle_resources", &["auto-scaling", "serverless"]),
    ("compress_old_data", &["log-retention", "image-optimization"]),
    ("cache_frequent_queries", &["materialized-views", "model-caching"]),
    ("use_spot_instances", &["spot-gpu"]),
];

/// The suffix that turns the name of a category or vendor into the name of its cost: `database_cost`.
const COST: &str = "_cost";

/// What a budget is resolved against.
#[derive(Clone, Copy, Debug)]
pub struct BudgetContext<'b> {
    /// The stage; amounts are converted into its reporting currency.
    pub stage: &'b Stage,
    /// The exchange rates for amounts in other currencies.
    pub rates: &'b ExchangeRates,
}

/// Converts a budget into the currency of a stage. [`check_budget`] checks that some stage has what each alert watches,
/// and that rules and techniques are known.
pub fn budget(raw: &BudgetRaw, context: BudgetContext<'_>, problems: &mut Problems) -> Option<Budget> {
    let before = problems.len();
    let lines = LinesBy::new(context.stage);
    let by_rule: Vec<Box<str>> = match raw.auto_optimize {
        Some(true) => raw.optimization_rules.iter().flat_map(|rule| techniques_of(raw, &rule.value)).collect(),
        _ => Vec::new(),
    };
    let alerts = raw.alerts.iter().map(|alert| Alert {
        name: alert.metric.value.as_str().into(),
        metric: metric(alert, &lines),
        threshold: alert.threshold,
        actions: alert.actions.iter().map(|action| action.value.as_str().into()).collect(),
        techniques: techniques(raw, alert, &by_rule),
        severity: alert.severity.map_or(AlertSeverity::Warn, |severity| severity.value),
        span: alert.span,
    });
    let parts = raw.limits.iter().filter_map(|raw| part_of(raw, &lines, context, problems)).collect();
    let limits = limits(raw.for_stages(), context, problems);
    let budget = Budget { limits, price_age: raw.price_age, parts, alerts: alerts.collect() };
    (problems.len() == before).then_some(budget)
}

/// Converts limits into the currency of the stage.
fn limits(raw: LimitsRaw<'_>, context: BudgetContext<'_>, problems: &mut Problems) -> Limits {
    let mut of = |raw: Option<&AmountRaw>, period| limit(raw?, period, context, problems);
    Limits {
        monthly: of(raw.monthly, "month"),
        quarterly: of(raw.quarterly, "quarter"),
        yearly: of(raw.yearly, "year"),
        daily: of(raw.daily, "day"),
        cost_per_customer: of(raw.cost_per_customer, "month"),
        share_of_mrr: raw.share_of_mrr,
        growth_amount: of(raw.growth_amount, "month"),
        growth_share: raw.growth_share,
    }
}

/// Resolves limits of a part of the plan; `None` if they are for another stage or scenario, or match no line item.
fn part_of(
    raw: &LimitedPartRaw,
    lines: &LinesBy<'_>,
    context: BudgetContext<'_>,
    problems: &mut Problems,
) -> Option<LimitedPart> {
    let limits = limits(raw.limits(), context, problems);
    let cost = limited(raw, lines)?;
    let severity = raw.severity.map_or(AlertSeverity::Fail, |severity| severity.value);
    Some(LimitedPart { name: limit_name(raw, Some(lines.stage.id)).into(), cost, limits, severity })
}

/// Reports invalid shares, entries that set no limit, and growth limits on some line items: a snapshot has no tags to
/// compare by.
fn check_limits(raw: &BudgetRaw, problems: &mut Problems) {
    for limits in [raw.for_stages()].into_iter().chain(raw.limits.iter().map(LimitedPartRaw::limits)) {
        share(limits.share_of_mrr, "a share of MRR", problems);
        // Growth may exceed 100%.
        not_negative(limits.growth_share, problems);
    }
    for part in &raw.limits {
        if part.limits().is_empty() {
            let diagnostic = Diagnostic::at(Code::MissingKey, part.span, "this entry sets no limit", "limits nothing");
            problems.push(diagnostic.help(
                "add `monthly`, `quarterly`, `yearly`, `daily`, `share_of_mrr`, `cost_per_customer`, `growth_amount` or \
                 `growth_share`",
            ));
        }
        if let (Some(condition), Some(growth)) = (&part.r#where, part.limits().growth()) {
            let message = "growth can be limited for whole stages only, not for some line items";
            let diagnostic = Diagnostic::at(Code::ConflictingKeys, growth, message, "this");
            problems.push(diagnostic.and_at(condition.span, "and this"));
        }
    }
}

/// The cost of a stage that a limit applies to; `None` if the limit is for another stage or scenario, or matches no
/// line item.
pub(crate) fn limited(raw: &LimitedPartRaw, lines: &LinesBy<'_>) -> Option<WatchedCost> {
    let stage = lines.stage;
    if !raw.stage.is_none_or(|number| is_stage(number, stage)) {
        return None;
    }
    if !raw.scenario.as_ref().is_none_or(|name| is_scenario(name, stage)) {
        return None;
    }
    match &raw.r#where {
        Some(condition) => lines.matching(condition),
        None => Some(WatchedCost::Total),
    }
}

pub(crate) fn is_stage(number: Spanned<u64>, stage: &Stage) -> bool {
    number.value == u64::from(stage.id)
}

/// Whether a stage is computed under the scenario with this file stem or name.
pub(crate) fn is_scenario(name: &Spanned<String>, stage: &Stage) -> bool {
    stage.scenario.as_deref().is_some_and(|scenario| *scenario.id == *name.value)
}

/// Describes a limit in words: its condition, its stage (or the checked one), and its scenario.
pub(crate) fn limit_name(raw: &LimitedPartRaw, checked: Option<u32>) -> String {
    let number = raw.stage.map(|number| number.value).or(checked.filter(|_| raw.r#where.is_none()).map(u64::from));
    let mut parts: Vec<String> = raw.r#where.iter().map(ToString::to_string).collect();
    parts.extend(number.map(|number| format!("stage {number}")));
    parts.extend(raw.scenario.as_ref().map(|name| format!("scenario {}", name.value)));
    if parts.is_empty() { "every stage".to_owned() } else { parts.join(", ") }
}

/// Reports a condition that matches no line item of any stage.
fn check_condition(condition: &ConditionRaw, stages: &[LinesBy<'_>], problems: &mut Problems) {
    if stages.iter().all(|lines| lines.matching(condition).is_none()) {
        let message = format!("`{condition}` matches no line item");
        problems.push(Diagnostic::at(Code::UnknownTag, condition.span, message, "watches nothing"));
    }
}

/// Converts the amount of a limit into the currency of the stage.
fn limit(
    raw: &AmountRaw,
    period: &str,
    context: BudgetContext<'_>,
    problems: &mut Problems,
) -> Option<Spanned<Decimal>> {
    let number = if period == "month" {
        amount::monthly(raw, "this", problems)?
    } else if raw.per.as_deref().is_none_or(|per| per == period) {
        not_negative(Some(Spanned::new(raw.number, raw.span)), problems)?
    } else {
        let message = format!("this must be an amount per {period}");
        problems.push(Diagnostic::at(Code::UnitMismatch, raw.span, message, format!("not per {period}")));
        return None;
    };
    let Some(written) = raw.currency else {
        let diagnostic = Diagnostic::at(Code::InvalidCurrency, raw.span, "a budget needs a currency", "no currency");
        problems.push(diagnostic.help(format!("write `\"{} {}\"`", raw.number, context.stage.currency)));
        return None;
    };
    let currency = amount::currency(Some(written), context.stage.manifest_currency, raw.span, problems)?;
    let mut conversions = Conversions::new(context.rates, context.stage.currency, context.stage.as_of);
    let amount = conversions.convert(number, currency, raw.span, problems)?;
    Some(Spanned::new(amount, raw.span))
}

/// The techniques of an alert's actions, then those of the rules, each once.
fn techniques(raw: &BudgetRaw, alert: &AlertRaw, by_rule: &[Box<str>]) -> Vec<Box<str>> {
    let of_actions = alert.actions.iter().flat_map(|action| techniques_of(raw, &action.value));
    let mut found: Vec<Box<str>> = Vec::new();
    for technique in of_actions.chain(by_rule.iter().cloned()) {
        if !found.contains(&technique) {
            found.push(technique);
        }
    }
    found
}

/// The techniques of an action or rule: as the project defines it, otherwise the built-in ones.
fn techniques_of(raw: &BudgetRaw, name: &str) -> Vec<Box<str>> {
    let own = raw.rules.iter().flat_map(|rules| &rules.entries).find(|(rule, _)| rule.value == name);
    match own {
        Some((_, techniques)) => techniques.iter().map(|technique| technique.value.as_str().into()).collect(),
        None => bundled(name).unwrap_or_default().iter().map(|technique| (*technique).into()).collect(),
    }
}

/// The names of all actions and rules that have techniques: the project's own, then the built-in ones.
pub(crate) fn rule_names(raw: &BudgetRaw) -> impl Iterator<Item = &str> {
    let own = raw.rules.iter().flat_map(|rules| &rules.entries).map(|(rule, _)| rule.value.as_str());
    own.chain(RULES.iter().map(|(rule, _)| *rule))
}

fn bundled(name: &str) -> Option<&'static [&'static str]> {
    RULES.iter().find(|(rule, _)| *rule == name).map(|(_, techniques)| *techniques)
}

/// The cost of a stage that an alert watches; `None` if the stage has no such cost.
pub(crate) fn metric(alert: &AlertRaw, lines: &LinesBy<'_>) -> Option<WatchedCost> {
    let name = alert.metric.value.as_str();
    match (&alert.r#where, &alert.line_item) {
        (Some(condition), _) => lines.matching(condition),
        (None, Some(line_item)) => lines.named(&line_item.value),
        (None, None) if name == "total_cost" => Some(WatchedCost::Total),
        (None, None) => lines.of_category_or_vendor(name.strip_suffix(COST)?),
    }
}

/// The metrics that alerts can name: the total, categories and vendors.
fn metrics(stages: &[&Stage]) -> Vec<String> {
    let mut known = vec!["total".to_owned()];
    known.extend(stages.iter().flat_map(|stage| &stage.categories).map(ToString::to_string));
    let items = stages.iter().flat_map(|stage| &stage.line_items);
    known.extend(items.filter_map(|item| item.vendor().map(str::to_owned)));
    known.sort_unstable();
    known.dedup();
    known.into_iter().map(|name| format!("{name}{COST}")).collect()
}

/// Reports problems of a budget that do not depend on one stage: alerts must watch a cost of some stage, and the
/// stages, rules and techniques that it names must exist. `techniques` are the stems of the technique files.
pub fn check_budget(raw: &BudgetRaw, stages: &[&Stage], techniques: &[&str], problems: &mut Problems) {
    check_limits(raw, problems);
    let lines = LinesBy::of_all(stages);
    for alert in &raw.alerts {
        share(Some(alert.threshold), "a threshold", problems);
        alert.actions.iter().for_each(|action| check_mark(action, "an action", problems));
        if let (Some(condition), Some(line_item)) = (&alert.r#where, &alert.line_item) {
            let message = "an alert takes `where` or `line_item`, not both";
            let diagnostic = Diagnostic::at(Code::ConflictingKeys, line_item.span, message, "this");
            problems.push(diagnostic.and_at(condition.span, "or this"));
        } else if let Some(condition) = &alert.r#where {
            check_condition(condition, &lines, problems);
        } else if lines.iter().all(|lines| metric(alert, lines).is_none()) {
            problems.push(match &alert.line_item {
                Some(name) => {
                    let message = format!("no line item is called `{}`", name.value);
                    let items = stages.iter().flat_map(|stage| &stage.line_items);
                    let diagnostic = Diagnostic::at(Code::UnknownName, name.span, message, "");
                    diagnostic.suggest(&name.value, items.map(|item| &*item.name))
                }
                None => {
                    let name = &alert.metric;
                    let message = format!("no stage has a `{}`", name.value);
                    let diagnostic = Diagnostic::at(Code::UnknownName, name.span, message, "");
                    diagnostic.suggest(&name.value, metrics(stages).iter().map(String::as_str))
                }
            });
        }
    }
    for limit in &raw.limits {
        if let Some(condition) = &limit.r#where {
            check_condition(condition, &lines, problems);
        }
        limit.stage.map(|number| stage_numbered(number, stages, problems));
    }
    let own = || raw.rules.iter().flat_map(|rules| &rules.entries);
    for rule in &raw.optimization_rules {
        let is_own = own().any(|(known, _)| known.value == rule.value);
        if !is_own && bundled(&rule.value).is_none() {
            let message = format!("there is no rule `{}`", rule.value);
            let diagnostic = Diagnostic::at(Code::UnknownName, rule.span, message, "");
            problems.push(diagnostic.suggest(&rule.value, rule_names(raw)));
        }
    }
    for technique in own().flat_map(|(_, techniques)| techniques) {
        check_mark(technique, "a technique", problems);
        if !techniques.contains(&technique.value.as_str()) {
            let message = format!("there is no technique `{}`", technique.value);
            let diagnostic = Diagnostic::at(Code::UnknownTechnique, technique.span, message, "");
            problems.push(diagnostic.suggest(&technique.value, techniques.iter().copied()));
        }
    }
}

/// Reports a name with a `;`, which would look like two names in a CSV list.
fn check_mark(name: &Spanned<String>, what: &str, problems: &mut Problems) {
    if name.value.contains(';') {
        let message = format!("the name of {what} cannot contain `;`, which separates names in CSV");
        problems.push(Diagnostic::at(Code::InvalidName, name.span, message, "in this name"));
    }
}

/// The id of the stage with this number; reports an unknown number.
pub(crate) fn stage_numbered(number: Spanned<u64>, stages: &[&Stage], problems: &mut Problems) -> Option<u32> {
    let found = stages.iter().find(|stage| is_stage(number, stage));
    if found.is_none() {
        let known: Vec<String> = stages.iter().map(|stage| stage.id.to_string()).collect();
        let diagnostic =
            Diagnostic::at(Code::UnknownStage, number.span, format!("there is no stage `{}`", number.value), "");
        problems.push(diagnostic.help(format!("choose from {}", known.join(", "))));
    }
    found.map(|stage| stage.id)
}
