//! Compares measured values with the bounds of checklists, and finds what the techniques that help would save on a
//! stage.

use std::collections::{HashMap, HashSet};

use rust_decimal::Decimal;

use crate::calculate::cost::costing::Costing;
use crate::calculate::fault::Fault;
use crate::calculate::savings::optimize::Alone;
use crate::diagnostic::Diagnostic;
use crate::model::{
    Bound, BoundKind, Check, Checklist, Dimension, FitStanding, Fraction, Measured, Metric, Metrics, Stage,
    TechniqueOffer, multiply, subtract, sum,
};

/// Compares measured values with the bounds of checklists, in order. A check without a value or without a bound neither
/// holds nor fails. `before` are the values of the month before, from which growths are computed that are not measured.
pub fn review(checklists: &[Checklist], metrics: &Metrics, before: Option<&Metrics>) -> Vec<CheckResult> {
    let checks = checklists.iter().flat_map(|checklist| checklist.items.iter().map(move |item| (checklist, item)));
    let measurable = checks.filter_map(|(checklist, item)| Some((checklist, item, item.metric.as_ref()?)));
    measurable.map(|(checklist, item, metric)| result(checklist, item, metric, (metrics, before))).collect()
}

fn result(
    checklist: &Checklist,
    item: &Check,
    metric: &Metric,
    (metrics, before): (&Metrics, Option<&Metrics>),
) -> CheckResult {
    let name = &metric.name.value;
    let given = metrics.value(name);
    let growth = metric.growth_of.as_ref().and_then(|of| growth(metrics.value(&of.value)?, before?.value(&of.value)?));
    let own = metrics.thresholds.iter().find(|(of, _)| of == name).map(|(_, bound)| bound);
    let bound = own.or(metric.bound.as_ref());
    let of_line_items = metrics.of_line_items.iter().filter(|of| of.metric == *name);
    let holds = |value: &Measured| bound.is_none_or(|bound| bound.kind.holds(value.value, bound.limit.value));
    let line_items = of_line_items.map(|of| MeasuredLineItem {
        name: of.line_item.clone(),
        measured: of.value.clone(),
        holds: holds(&of.value),
    });
    let line_items: Vec<MeasuredLineItem> = line_items.collect();
    // The check of all line items is that of the worst one.
    let worst = line_items.iter().map(|item| &item.measured).reduce(|worst, next| {
        let is_least = bound.is_none_or(|bound| matches!(bound.kind, BoundKind::AtLeast | BoundKind::Above));
        if (next.value < worst.value) == is_least { next } else { worst }
    });
    let is_computed = given.is_none() && growth.is_some();
    let measured = given.cloned().or(growth).or_else(|| worst.cloned());
    let fails = measured.as_ref().is_some_and(|measured| !holds(measured)) || line_items.iter().any(|item| !item.holds);
    let verdict = match (&measured, bound) {
        (None, _) => CheckVerdict::NotMeasured,
        (Some(_), None) => CheckVerdict::NoBound,
        (Some(_), Some(_)) if fails => CheckVerdict::Failed,
        (Some(_), Some(_)) => CheckVerdict::Ok,
    };
    CheckResult {
        checklist: checklist.id.clone(),
        text: item.text.clone(),
        metric: name.clone(),
        measured,
        is_computed,
        line_items,
        bound: bound.cloned(),
        is_own_bound: own.is_some(),
        verdict,
        technique: item.technique.clone(),
    }
}

/// The growth of a value since another: 25% from 80 GB to 100 GB, to a tenth of a per cent in words. `None` if they cannot
/// be compared, or if there was nothing before.
fn growth(now: &Measured, before: &Measured) -> Option<Measured> {
    if now.dimension != before.dimension || before.value <= Decimal::ZERO {
        return None;
    }
    let ratio = Fraction::new(now.value, before.value).ok()?.subtract(&Decimal::ONE.into()).ok()?;
    let percent = ratio.multiply(&Decimal::ONE_HUNDRED.into()).ok()?.round(1).ok()?.normalize();
    let text = format!("{}{percent}%", if percent > Decimal::ZERO { "+" } else { "" }).into();
    let (value, dimension, span) = (ratio.to_decimal().ok()?, Dimension::PLAIN, now.span);
    Some(Measured { value, dimension, is_percentage: true, text, span })
}

/// What the line items cost whose values of a metric fail its check. `costing` is that of the stage.
///
/// # Errors
/// `overflow`, `lost-digits`.
pub fn failing_line_items(
    stage: &Stage,
    costing: &Costing,
    results: &[CheckResult],
) -> Result<Vec<FailingLineItem>, Vec<Diagnostic>> {
    let names = stage.line_items.iter().enumerate().map(|(place, item)| (&*item.name, place));
    let places: HashMap<&str, usize> = names.collect();
    let mut seen: HashSet<(&str, &str)> = HashSet::new();
    let mut found: Vec<FailingLineItem> = Vec::new();
    for result in results {
        for item in result.line_items.iter().filter(|item| !item.holds) {
            if !seen.insert((&result.metric, &item.name)) {
                continue;
            }
            let place = places.get(&*item.name).copied();
            let cost = place.map(|place| &costing.line_items[place]).filter(|line| line.unknown.is_empty());
            let cost = cost.map(|line| line.monthly);
            let unused = unused(cost, &item.measured, result.bound.as_ref());
            let unused = unused.map_err(|fault| vec![fault.at(&format!("what {} costs", item.name), None)])?;
            found.push(FailingLineItem {
                metric: result.metric.clone(),
                name: item.name.clone(),
                measured: item.measured.clone(),
                bound: result.bound.clone(),
                place,
                cost,
                unused,
            });
        }
    }
    Ok(found)
}

/// The part of a cost that a share in use, such as 35%, leaves unused where at least 50% should be: `cost * (1 - 35 / 50)`.
fn unused(cost: Option<Decimal>, value: &Measured, bound: Option<&Bound>) -> Result<Option<Decimal>, Fault> {
    let limit = bound.filter(|bound| matches!(bound.kind, BoundKind::AtLeast | BoundKind::Above) && value.is_ratio());
    let limit = limit.map(|bound| bound.limit.value).filter(|limit| *limit > value.value);
    let Some((cost, limit)) = cost.zip(limit) else { return Ok(None) };
    Ok(Some(Fraction::new(multiply(cost, subtract(limit, value.value)?)?, limit)?.to_decimal()?))
}

/// What a technique saves on a stage, from what [`optimize`](crate::calculate::savings::optimize::optimize()) found for
/// it alone.
///
/// # Errors
/// `overflow`, `lost-digits`.
pub fn technique_saving(offer: &TechniqueOffer, alone: &Alone) -> Result<TechniqueSaving, Vec<Diagnostic>> {
    let standing = offer.fits.iter().map(|fit| &fit.standing).min_by_key(|standing| rank(standing));
    let usable = offer.fits.iter().zip(&alone.of_line_items).filter(|(fit, _)| is_usable(&fit.standing));
    let usable: Vec<_> = usable.map(|(_, saved)| *saved).collect();
    let of_unknown = offer.fits.iter().zip(&alone.at_most);
    let of_unknown = of_unknown.filter(|(fit, _)| matches!(fit.standing, FitStanding::ShareUnknown(_)));
    let of_unknown: Vec<_> = of_unknown.map(|(_, at_most)| *at_most).collect();
    let at_most = of_unknown.iter().copied().collect::<Option<Vec<_>>>().filter(|amounts| !amounts.is_empty());
    let at_most = at_most.map(|amounts| sum(amounts.into_iter())).transpose();
    let at_most = at_most.map_err(|error| vec![Fault::from(error).at("what a technique saves at most", None)])?;
    let counts = |standing: &FitStanding| is_usable(standing) || matches!(standing, FitStanding::ShareUnknown(_));
    Ok(TechniqueSaving {
        technique: offer.technique.id.clone(),
        standing: standing.cloned(),
        saved: alone.saved.filter(|_| usable.iter().any(Option::is_some)),
        is_complete: usable.iter().all(Option::is_some),
        at_most,
        line_items: offer.fits.iter().filter(|fit| counts(&fit.standing)).map(|fit| fit.line_item).collect(),
    })
}

fn is_usable(standing: &FitStanding) -> bool {
    matches!(standing, FitStanding::Usable(_))
}

/// The rank of a standing; the lowest says the most about a technique.
fn rank(standing: &FitStanding) -> u8 {
    match standing {
        FitStanding::Usable(_) => 0,
        FitStanding::ShareUnknown(_) => 1,
        FitStanding::NeedsInput { .. } => 2,
        FitStanding::InUse => 3,
        FitStanding::Conflicts(_) => 4,
        FitStanding::NotBilled => 5,
        FitStanding::Never => 6,
    }
}

/// The result of a measurable check.
#[derive(Clone, Debug)]
pub struct CheckResult {
    /// The stem of the checklist's file.
    pub checklist: Box<str>,
    /// What is true if the check holds.
    pub text: Box<str>,
    /// The name of the metric.
    pub metric: Box<str>,
    /// The measured value.
    pub measured: Option<Measured>,
    /// Whether the value is a growth that was computed from two months.
    pub is_computed: bool,
    /// The values of single line items.
    pub line_items: Vec<MeasuredLineItem>,
    /// The bound for the value.
    pub bound: Option<Bound>,
    /// Whether the bound comes from the metrics file instead of the checklist.
    pub is_own_bound: bool,
    /// The verdict.
    pub verdict: CheckVerdict,
    /// The technique that helps, by the stem of its file.
    pub technique: Option<Box<str>>,
}

/// The value of a metric of one line item.
#[derive(Clone, Debug)]
pub struct MeasuredLineItem {
    /// The name of the line item.
    pub name: Box<str>,
    /// The value.
    pub measured: Measured,
    /// Whether it is within the bound, if there is one.
    pub holds: bool,
}

/// A line item whose value fails a check, with its money.
#[derive(Clone, Debug)]
pub struct FailingLineItem {
    /// The name of the metric.
    pub metric: Box<str>,
    /// The name of the line item.
    pub name: Box<str>,
    /// The value.
    pub measured: Measured,
    /// The bound that it fails.
    pub bound: Option<Bound>,
    /// The place of the line item in the stage; `None` if the stage has none of this name.
    pub place: Option<usize>,
    /// What it costs a month; `None` if that is unknown.
    pub cost: Option<Decimal>,
    /// The part of the cost that is unused at this value, to 12 decimals, where at least a share should be in use.
    pub unused: Option<Decimal>,
}

/// Whether a measurable check holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckVerdict {
    /// It holds.
    Ok,
    /// It does not hold.
    Failed,
    /// No value is given.
    NotMeasured,
    /// There is a value, but no bound for it.
    NoBound,
}

impl CheckVerdict {
    /// The name in JSON and CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::NotMeasured => "not_measured",
            Self::NoBound => "no_bound",
        }
    }
}

/// What a technique saves on a stage, alone.
#[derive(Clone, Debug)]
pub struct TechniqueSaving {
    /// The stem of its file.
    pub technique: Box<str>,
    /// How it applies to the stage: its standing on the line item with the best one; `None` if it applies to no line
    /// item.
    pub standing: Option<FitStanding>,
    /// The monthly saving where it may be used, deducted from the exact total with the buffer; negative if it costs
    /// more. `None` if it may not be used anywhere, or if the cost is unknown.
    pub saved: Option<Decimal>,
    /// Whether the cost of every line item where it may be used is known.
    pub is_complete: bool,
    /// The most that it saves on line items for which the manifest does not say how much of them it would apply to,
    /// deducted from their exact cost. `None` if there are none, or if the cost of one is unknown.
    pub at_most: Option<Decimal>,
    /// The places of the line items where it may be used, and of those for which it is not said how much of them it
    /// applies to.
    pub line_items: Vec<usize>,
}
