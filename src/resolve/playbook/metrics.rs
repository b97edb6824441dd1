//! Measured values and the bounds of checklists: literals whose units must match.

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Bound, BoundKind, Checklist, Dimension, Expression, Measured, MeasuredOf, Metric, Metrics, Scope};
use crate::parse::{MeasuredRaw, MetricsRaw};
use crate::resolve::{check_version, formula};
use crate::source::{Span, Spanned};

/// Resolves a file of metrics. Its names must be metrics of the checklists.
pub fn metrics(raw: MetricsRaw, checklists: &[Checklist], problems: &mut Problems) -> Option<Metrics> {
    let before = problems.len();
    check_version(raw.version, problems);
    let known = known(checklists);
    let mut thresholds: Vec<(Box<str>, Bound)> = Vec::new();
    for (name, raw) in raw.thresholds.into_iter().flat_map(|thresholds| thresholds.entries) {
        let is_known = check_name(&name, &known, problems);
        let count = problems.len();
        let found = bound([raw.at_most, raw.at_least, raw.below, raw.above], problems);
        if found.is_none() && problems.len() == count {
            let message = "a threshold needs `at_most`, `at_least`, `below` or `above`";
            problems.push(Diagnostic::at(Code::MissingKey, raw.span, message, "has none of them"));
        }
        let Some(found) = found.filter(|_| is_known) else { continue };
        if let Some(other) = bound_of(checklists, &name.value) {
            check_kind(&found.limit, &other.limit, &name.value, problems);
        }
        thresholds.push((name.value.into(), found));
    }
    let mut values = Vec::new();
    for (name, raw) in raw.metrics.entries {
        let is_known = check_name(&name, &known, problems);
        let Some(value) = measured(&raw, problems).filter(|_| is_known) else { continue };
        let own = thresholds.iter().find(|(of, _)| **of == *name.value).map(|(_, bound)| bound);
        if let Some(bound) = own.or_else(|| bound_of(checklists, &name.value)) {
            check_kind(&value, &bound.limit, &name.value, problems);
        }
        values.push((name.value.into(), value));
    }
    let mut of_line_items = Vec::new();
    for (name, raw) in raw.line_items.into_iter().flat_map(|of| of.entries) {
        let is_known = check_name(&name, &known, problems);
        let own = thresholds.iter().find(|(of, _)| **of == *name.value).map(|(_, bound)| bound);
        let bound = own.or_else(|| bound_of(checklists, &name.value));
        of_line_items.extend(raw.entries.into_iter().filter_map(|(item, raw)| {
            let value = measured(&raw, problems).filter(|_| is_known)?;
            if let Some(bound) = bound {
                check_kind(&value, &bound.limit, &name.value, problems);
            }
            Some(MeasuredOf { metric: name.value.as_str().into(), line_item: item.value.into(), value })
        }));
    }
    let measured_on = raw.measured_on.map(|day| day.value);
    (problems.len() == before).then_some(Metrics { measured_on, values, of_line_items, thresholds })
}

/// Reports bounds of the same metric that have different dimensions.
pub fn check_bounds(checklists: &[Checklist], problems: &mut Problems) {
    let bounds = || metrics_of(checklists).filter_map(|metric| Some((&*metric.name.value, metric.bound.as_ref()?)));
    for (place, (name, bound)) in bounds().enumerate() {
        if let Some((_, first)) = bounds().take(place).find(|(of, _)| *of == name) {
            check_kind(&bound.limit, &first.limit, name, problems);
        }
    }
}

/// The names of everything that can be measured.
fn known(checklists: &[Checklist]) -> Vec<&str> {
    let grown = metrics_of(checklists).filter_map(|metric| metric.growth_of.as_ref()).map(|name| &*name.value);
    metrics_of(checklists).map(|metric| &*metric.name.value).chain(grown).collect()
}

fn metrics_of(checklists: &[Checklist]) -> impl Iterator<Item = &Metric> {
    checklists.iter().flat_map(|checklist| &checklist.items).filter_map(|item| item.metric.as_ref())
}

/// The first bound of a metric.
fn bound_of<'c>(checklists: &'c [Checklist], name: &str) -> Option<&'c Bound> {
    metrics_of(checklists).filter(|metric| *metric.name.value == *name).find_map(|metric| metric.bound.as_ref())
}

fn check_name(name: &Spanned<String>, known: &[&str], problems: &mut Problems) -> bool {
    let is_known = known.contains(&name.value.as_str());
    if !is_known {
        let message = format!("no checklist measures `{}`", name.value);
        let diagnostic = Diagnostic::at(Code::UnknownName, name.span, message, "");
        problems.push(diagnostic.suggest(&name.value, known.iter().copied()));
    }
    is_known
}

/// Resolves a bound from the values of `at_most`, `at_least`, `below` and `above`, in this order; `None` if there is
/// none or if it is invalid.
pub(crate) fn bound(raw: [Option<MeasuredRaw>; 4], problems: &mut Problems) -> Option<Bound> {
    let kinds = [BoundKind::AtMost, BoundKind::AtLeast, BoundKind::Below, BoundKind::Above];
    let given = kinds.into_iter().zip(raw).filter_map(|(kind, limit)| Some((kind, limit?)));
    let mut given: Vec<(BoundKind, MeasuredRaw)> = given.collect();
    given.sort_by_key(|(_, limit)| limit.formula.span);
    let mut given = given.into_iter();
    let (kind, limit) = given.next()?;
    if let Some((other, second)) = given.next() {
        let message = format!("`{}` and `{}` cannot be combined", kind.as_str(), other.as_str());
        let diagnostic = Diagnostic::at(Code::ConflictingKeys, second.formula.span, message, "second bound");
        problems.push(diagnostic.and_at(limit.formula.span, "first bound").help("write one check for each bound"));
        return None;
    }
    Some(Bound { kind, limit: measured(&limit, problems)? })
}

/// Resolves a number with its unit.
fn measured(raw: &MeasuredRaw, problems: &mut Problems) -> Option<Measured> {
    let formula = formula::compile(&raw.formula, &Scope::default(), problems)?;
    let value = match &formula.expression {
        Expression::Number(value) => value.exact(),
        Expression::Negate(inner) => match &**inner {
            Expression::Number(value) => value.negate().exact(),
            _ => None,
        },
        _ => None,
    };
    let Some(value) = value else {
        let diagnostic = Diagnostic::at(Code::InvalidNumber, formula.span, "expected a number with its unit", "");
        problems.push(diagnostic.help("write a value such as `850 ms`, `25%` or `3`"));
        return None;
    };
    let is_percentage = raw.text.ends_with('%');
    // A percentage may be negative, such as a growth; counts, sizes and durations may not.
    if value.is_sign_negative() && !value.is_zero() && !is_percentage {
        let message = "a count, a size or a duration cannot be below zero";
        problems.push(Diagnostic::at(Code::NegativeAmount, formula.span, message, ""));
        return None;
    }
    let (text, span) = (raw.text.as_str().into(), formula.span);
    Some(Measured { value, dimension: formula.dimension, is_percentage, text, span })
}

/// Reports a value that cannot be compared with a limit: another dimension, or only one of the two is a percentage.
fn check_kind(value: &Measured, limit: &Measured, metric: &str, problems: &mut Problems) {
    let kind = |of: &Measured, is_percentage: bool| match of.dimension {
        Dimension::PLAIN if is_percentage => "a percentage".to_owned(),
        dimension => dimension.to_string(),
    };
    // A ratio may be written as `0.35`; a lone 35 probably lacks its `%`.
    let may_be_a_ratio = limit.is_percentage && value.value.abs() <= Decimal::ONE;
    let is_plain = value.dimension == Dimension::PLAIN && limit.dimension == Dimension::PLAIN;
    let fits = value.dimension == limit.dimension
        && (!is_plain || value.is_percentage == limit.is_percentage || (!value.is_percentage && may_be_a_ratio));
    if fits {
        return;
    }
    let (found, wanted) = (kind(value, value.is_percentage), kind(limit, limit.is_percentage));
    let message = format!("the bound of `{metric}` is {wanted}, and this is {found}");
    let diagnostic = Diagnostic::at(Code::UnitMismatch, value.span, message, found).and_at(limit.span, "the bound");
    let lacks_its_sign = limit.is_percentage && value.dimension == Dimension::PLAIN;
    problems.push(if lacks_its_sign {
        diagnostic.help(format!("write `{}%`", value.text))
    } else {
        diagnostic.help(format!("write it like the bound, `{}`", limit.text))
    });
}

/// Resolves the measurable part of a check; `None` if it has none or if it is invalid.
pub(crate) fn metric(
    name: Option<Spanned<String>>,
    growth_of: Option<Spanned<String>>,
    raw: [Option<MeasuredRaw>; 4],
    check: Span,
    problems: &mut Problems,
) -> Option<Metric> {
    let bound = bound(raw.clone(), problems);
    for name in [&name, &growth_of].into_iter().flatten() {
        crate::resolve::check_identifier(name, "a metric", problems);
    }
    if let Some(name) = name {
        if let Some(limit) = bound.as_ref().map(|bound| &bound.limit).filter(|limit| !limit.is_percentage)
            && growth_of.is_some()
        {
            let message = "a growth is a percentage, and so is its bound";
            problems.push(Diagnostic::at(Code::UnitMismatch, limit.span, message, "not a percentage"));
        }
        return Some(Metric {
            name: name.map(String::into),
            growth_of: growth_of.map(|of| of.map(String::into)),
            bound,
        });
    }
    if let Some(of) = growth_of {
        let message = "`growth_of` needs `metric`, the name of the growth";
        let diagnostic = Diagnostic::at(Code::MissingKey, of.span, message, "no metric");
        problems.push(diagnostic.help("add `metric: storage_growth`"));
        return None;
    }
    if let Some(limit) = raw.into_iter().flatten().next() {
        let message = "a bound needs `metric`, the name of the measured value";
        let diagnostic = Diagnostic::at(Code::MissingKey, limit.formula.span, message, "no metric");
        problems.push(diagnostic.and_at(check, "this check").help("add `metric: storage_growth`"));
    }
    None
}
