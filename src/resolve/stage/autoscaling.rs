//! Auto-scaling of a line item: its formulas, and the profile of its load.

use std::sync::LazyLock;

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::formula::load_profile::{bounds, delay, replicas, utilization};
use crate::model::{
    Autoscaling, Dimension, Expression, Formula, Fraction, HOURS_OF_DAY, LoadProfile, Operator, ReplicaFault, Scope,
    Stage,
};
use crate::parse::{self, AutoscalingRaw, FormulaRaw, HoursRaw, ProfileRaw};
use crate::resolve::checks::{not_negative, positive};
use crate::resolve::formula;
use crate::source::{Span, Spanned};

/// The delay of scaling down where none is given, in seconds: that of Kubernetes.
const DELAY: Decimal = Decimal::from_parts(300, 0, 0, false, 0);

/// The bundled load profiles, in the order of their file.
static BUNDLED: LazyLock<Vec<LoadProfile>> = LazyLock::new(|| {
    let problems = &mut Problems::default();
    let text = include_str!("../../../words/load-profiles.yaml");
    let raw = parse::load_profiles(Span::NOWHERE.file, text, problems);
    let entries = raw.into_iter().flat_map(|raw| raw.profiles.entries);
    let profile = |(name, raw): (Spanned<String>, parse::LoadProfileRaw)| {
        let named = Some((name.value.into(), raw.source.value.into()));
        let days = [weights(raw.weekday, problems), weights(raw.weekend, problems)];
        profile(named, days, Span::NOWHERE, problems)
    };
    entries.filter_map(profile).collect()
});

/// Compiles the average number of replicas of a line item, as a formula in place of its quantity.
pub(crate) fn average_replicas(raw: AutoscalingRaw, scope: &Scope, problems: &mut Problems) -> Option<Formula> {
    let span = raw.span;
    let numbers = numbers(&raw, scope, problems);
    let profile = profile_of(raw.profile, problems);
    let deployment = match raw.deployment {
        Some(name) => Some(deployment(name, problems)?),
        None => None,
    };
    let [load, capacity, target, minimum, maximum, delay] = numbers?;
    let profile = profile?;
    let scaling = Autoscaling { load, capacity, target, minimum, maximum, delay, profile, deployment };
    let expression = Expression::Replicas(Box::new(scaling));
    Some(Formula { expression, dimension: Dimension::PLAIN, span, text: None })
}

/// The formulas of [`Autoscaling::formulas`]. Reports what is wrong with each of them.
fn numbers(raw: &AutoscalingRaw, scope: &Scope, problems: &mut Problems) -> Option<[Formula; 6]> {
    let loads = loads(raw, scope, problems);
    let target = formula::compile_plain(&raw.target_utilization, scope, "a utilization", problems);
    let target = target.filter(|target| check(target, utilization, problems));
    let count = |raw: &FormulaRaw, problems: &mut Problems| {
        let count = formula::compile_plain(raw, scope, "a number of replicas", problems)?;
        check(&count, |value| replicas(value).map(drop), problems).then_some(count)
    };
    let one = Formula::constant(Decimal::ONE.into(), Dimension::PLAIN, raw.span);
    let minimum = raw.min_replicas.as_ref().map_or(Some(one), |raw| count(raw, problems));
    let maximum = count(&raw.max_replicas, problems);
    let waited = match &raw.scale_down_delay {
        Some(raw) => duration(raw, scope, problems),
        None => Some(Formula::constant(DELAY.into(), Dimension::TIME, raw.span)),
    };
    let (load, capacity) = loads?;
    let (minimum, maximum) = (minimum?, maximum?);
    let literal = |formula: &Formula| formula.literal().and_then(|value| replicas(&value.into()).ok());
    if let (Some(least), Some(most)) = (literal(&minimum), literal(&maximum))
        && let Err(fault) = bounds(least, most)
    {
        let diagnostic = Diagnostic::at(Code::InvalidRange, maximum.span, fault.to_string(), format!("{most}"));
        let has_minimum = raw.min_replicas.is_some() && fault == ReplicaFault::MinimumAboveMaximum;
        problems.push(if has_minimum { diagnostic.and_at(minimum.span, format!("{least}")) } else { diagnostic });
        return None;
    }
    Some([load, capacity, target?, minimum, maximum, waited?])
}

/// The mean load and the capacity of a replica, in the same dimension: a load of a month is spread over its hours where the
/// capacity is one for a time, and so is a capacity of a month.
fn loads(raw: &AutoscalingRaw, scope: &Scope, problems: &mut Problems) -> Option<(Formula, Formula)> {
    let load = formula::compile(&raw.load, scope, problems);
    let load = load.filter(|load| formula::not_below_zero(load, problems).is_some());
    let capacity = formula::compile(&raw.capacity_per_replica, scope, problems)?;
    if let Some(literal) = capacity.literal() {
        positive(Some(Spanned::new(literal, capacity.span)), "the capacity of a replica", problems)?;
    }
    let load = load?;
    let of_month = |dimension: Dimension| dimension.multiply(Dimension::TIME);
    if load.dimension == capacity.dimension {
        Some((load, capacity))
    } else if Some(load.dimension) == of_month(capacity.dimension) {
        Some((for_a_time(load)?, capacity))
    } else if load.dimension.time < 0 && Some(capacity.dimension) == of_month(load.dimension) {
        Some((load, for_a_time(capacity)?))
    } else {
        let (of_load, of_replica) = (load.dimension, capacity.dimension);
        let message = format!("a load that is {of_load} cannot be shared by replicas whose capacity is {of_replica}");
        let diagnostic = Diagnostic::at(Code::UnitMismatch, capacity.span, message, of_replica.to_string());
        let help = "write the capacity in what the load counts, for a time: `5_000/hour` or `20 GB/hour`";
        problems.push(diagnostic.and_at(load.span, of_load.to_string()).help(help));
        None
    }
}

/// An amount of a month as one for a time.
fn for_a_time(amount: Formula) -> Option<Formula> {
    let dimension = amount.dimension.multiply(Dimension::TIME.invert()?)?;
    let operands = Box::new((amount.expression, Expression::Name(Stage::HOURS_PER_MONTH)));
    Some(Formula { expression: Expression::Binary(Operator::Divide, operands), dimension, ..amount })
}

/// Compiles the delay of scaling down.
fn duration(raw: &FormulaRaw, scope: &Scope, problems: &mut Problems) -> Option<Formula> {
    let duration = formula::compile(raw, scope, problems)?;
    formula::not_below_zero(&duration, problems)?;
    if duration.dimension != Dimension::TIME {
        let message = format!("a delay must be a time, and this is {}", duration.dimension);
        let diagnostic = Diagnostic::at(Code::UnitMismatch, raw.span, message, duration.dimension.to_string());
        problems.push(diagnostic.help("write the unit: `5 minutes`, `300 seconds`"));
        return None;
    }
    check(&duration, delay, problems).then_some(duration)
}

/// Whether a literal can be what it is; reports it otherwise. Other formulas are checked when they have a value.
fn check(
    formula: &Formula,
    is_possible: impl Fn(&Fraction) -> Result<(), ReplicaFault>,
    problems: &mut Problems,
) -> bool {
    let Some(literal) = formula.literal() else { return true };
    let Err(fault) = is_possible(&literal.into()) else { return true };
    let diagnostic = Diagnostic::at(Code::InvalidRange, formula.span, fault.to_string(), "not such a number");
    let is_percentage = fault == ReplicaFault::Utilization;
    problems.push(if is_percentage { diagnostic.help("write it like `70%`") } else { diagnostic });
    false
}

/// The profile that a manifest names, or whose weights it has.
fn profile_of(raw: ProfileRaw, problems: &mut Problems) -> Option<LoadProfile> {
    match raw {
        ProfileRaw::Named(name) => {
            let is_named = |profile: &&LoadProfile| named(profile) == Some(name.value.as_str());
            let Some(found) = BUNDLED.iter().find(is_named) else {
                let message = format!("there is no load profile `{}`", name.value);
                let diagnostic = Diagnostic::at(Code::InvalidChoice, name.span, message, "");
                problems.push(diagnostic.suggest(&name.value, BUNDLED.iter().filter_map(named)));
                return None;
            };
            Some(LoadProfile { span: name.span, ..found.clone() })
        }
        ProfileRaw::EveryDay(hours) => {
            let span = hours.span;
            let day = weights(hours, problems);
            profile(None, [day, day], span, problems)
        }
        ProfileRaw::Week(week) => {
            let days = [weights(week.weekday, problems), weights(week.weekend, problems)];
            profile(None, days, week.span, problems)
        }
    }
}

fn named(profile: &LoadProfile) -> Option<&str> {
    profile.name.as_ref().map(|(name, _)| &**name)
}

fn profile(
    name: Option<(Box<str>, Box<str>)>,
    [weekday, weekend]: [Option<[Decimal; HOURS_OF_DAY]>; 2],
    span: Span,
    problems: &mut Problems,
) -> Option<LoadProfile> {
    let profile = LoadProfile { name, span, weekday: weekday?, weekend: weekend? };
    let problem = match profile.whole() {
        Ok(whole) if whole.is_zero() => {
            "a profile needs an hour that has load, and all its weights are zero".to_owned()
        }
        Ok(_) => return Some(profile),
        Err(error) => format!("the weights of a profile cannot be added: {error}"),
    };
    problems.push(Diagnostic::at(Code::InvalidRange, span, problem, "these weights"));
    None
}

/// The weights of the hours of a day.
fn weights(hours: HoursRaw, problems: &mut Problems) -> Option<[Decimal; HOURS_OF_DAY]> {
    let count = hours.weights.len();
    let known = hours.weights.into_iter().map(|weight| not_negative(Some(weight), problems)).collect::<Vec<_>>();
    let known: Option<Vec<Decimal>> = known.into_iter().collect();
    match <[Decimal; HOURS_OF_DAY]>::try_from(known?) {
        Ok(weights) => Some(weights),
        Err(_) => {
            let message =
                format!("a day of a profile has {HOURS_OF_DAY} weights, one for each hour, and this has {count}");
            problems.push(Diagnostic::at(Code::WrongType, hours.span, message, format!("{count} weights")));
            None
        }
    }
}

/// A name that a deployment can have.
fn deployment(name: Spanned<String>, problems: &mut Problems) -> Option<Spanned<Box<str>>> {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'.');
    let is_edge = |edge: Option<u8>| edge.is_some_and(|edge| edge.is_ascii_lowercase() || edge.is_ascii_digit());
    let text = name.value.as_bytes();
    let has_edges = name.value.split('.').all(|part| is_edge(part.bytes().next()) && is_edge(part.bytes().next_back()));
    if text.len() <= 253 && has_edges && text.iter().copied().all(is_part) {
        return Some(name.map(String::into_boxed_str));
    }
    let message = "a deployment cannot have this name";
    let diagnostic = Diagnostic::at(Code::InvalidName, name.span, message, "");
    problems.push(diagnostic.help("use lower-case letters, digits, `-` and `.`, with a letter or digit at both ends"));
    None
}

#[test]
fn every_bundled_profile_is_read() {
    let names: Vec<&str> = BUNDLED.iter().filter_map(named).collect();
    assert_eq!(names, ["flat", "office-hours", "shop-hours", "evenings", "nightly"]);
}
