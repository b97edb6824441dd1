//! Compares measured values with the bounds of checklists, and finds what the techniques that help would save on a
//! stage.

use rust_decimal::Decimal;

use crate::calculate::fault::Fault;
use crate::calculate::savings::optimize::Alone;
use crate::diagnostic::Diagnostic;
use crate::model::{Bound, Check, Checklist, FitStanding, Measured, Metric, Metrics, TechniqueOffer, sum};

/// Compares measured values with the bounds of checklists, in order. A check without a value or without a bound neither
/// holds nor fails.
pub fn review(checklists: &[Checklist], metrics: &Metrics) -> Vec<CheckResult> {
    let checks = checklists.iter().flat_map(|checklist| checklist.items.iter().map(move |item| (checklist, item)));
    let measurable = checks.filter_map(|(checklist, item)| Some((checklist, item, item.metric.as_ref()?)));
    measurable.map(|(checklist, item, metric)| result(checklist, item, metric, metrics)).collect()
}

fn result(checklist: &Checklist, item: &Check, metric: &Metric, metrics: &Metrics) -> CheckResult {
    let name = &metric.name.value;
    let measured = metrics.values.iter().find(|(of, _)| of == name).map(|(_, value)| value);
    let own = metrics.thresholds.iter().find(|(of, _)| of == name).map(|(_, bound)| bound);
    let bound = own.or(metric.bound.as_ref());
    let verdict = match (measured, bound) {
        (None, _) => CheckVerdict::NotMeasured,
        (Some(_), None) => CheckVerdict::NoBound,
        (Some(measured), Some(bound)) if bound.kind.holds(measured.value, bound.limit.value) => CheckVerdict::Ok,
        (Some(_), Some(_)) => CheckVerdict::Failed,
    };
    CheckResult {
        checklist: checklist.id.clone(),
        text: item.text.clone(),
        metric: name.clone(),
        measured: measured.cloned(),
        bound: bound.cloned(),
        is_own_bound: own.is_some(),
        verdict,
        technique: item.technique.clone(),
    }
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
        FitStanding::NeedsInput(_) => 2,
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
    /// The bound for the value.
    pub bound: Option<Bound>,
    /// Whether the bound comes from the metrics file instead of the checklist.
    pub is_own_bound: bool,
    /// The verdict.
    pub verdict: CheckVerdict,
    /// The technique that helps, by the stem of its file.
    pub technique: Option<Box<str>>,
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
