//! What was measured against the bounds of checklists, and what the techniques that help come to on a stage.

use rust_decimal::Decimal;

use crate::calculate::fault::Fault;
use crate::calculate::savings::optimize::Alone;
use crate::diagnostic::Diagnostic;
use crate::model::{Bound, Check, Checklist, FitStanding, Measured, Metric, Metrics, TechniqueOffer, sum};

/// Compares what was measured with the bounds of checklists, in their order. A value that nobody gives, and one that has no
/// bound, neither holds nor fails.
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

/// What a technique comes to on a stage, of what [`optimize`](crate::calculate::savings::optimize::optimize()) found of it alone.
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

/// Of which line item most can be said.
fn rank(standing: &FitStanding) -> u8 {
    match standing {
        FitStanding::Usable(_) => 0,
        FitStanding::ShareUnknown(_) => 1,
        FitStanding::InUse => 2,
        FitStanding::Conflicts(_) => 3,
        FitStanding::NotBilled => 4,
        FitStanding::Never => 5,
    }
}

/// What came of a check that can be measured.
#[derive(Clone, Debug)]
pub struct CheckResult {
    /// The stem of the checklist's file.
    pub checklist: Box<str>,
    /// What holds if all is well.
    pub text: Box<str>,
    /// The name of what is measured.
    pub metric: Box<str>,
    /// What was measured.
    pub measured: Option<Measured>,
    /// What it has to keep to.
    pub bound: Option<Bound>,
    /// Whether the file of metrics says the bound and not the checklist.
    pub is_own_bound: bool,
    /// The verdict.
    pub verdict: CheckVerdict,
    /// The technique that helps, by the stem of its file.
    pub technique: Option<Box<str>>,
}

/// Whether a check that can be measured holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckVerdict {
    /// It holds.
    Ok,
    /// It does not hold.
    Failed,
    /// Nobody gives a value.
    NotMeasured,
    /// There is a value, and nobody says what it has to keep to.
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

/// What a technique comes to on a stage, alone.
#[derive(Clone, Debug)]
pub struct TechniqueSaving {
    /// The stem of its file.
    pub technique: Box<str>,
    /// How it stands with the stage: as with the line item where most can be said; `None` if it is for no line item.
    pub standing: Option<FitStanding>,
    /// What it saves in a month where it may be used, off the exact total with the buffer; below zero if it costs more.
    /// `None` if it may be used nowhere, or if the cost is unknown.
    pub saved: Option<Decimal>,
    /// Whether the cost of every line item where it may be used is known.
    pub is_complete: bool,
    /// What it saves at most on line items of which nobody says on how much it would be used, off their exact cost. `None`
    /// if there is none of these, or if the cost of one is unknown.
    pub at_most: Option<Decimal>,
    /// The places of the line items where it may be used, and of those where nobody says on how much of them.
    pub line_items: Vec<usize>,
}
