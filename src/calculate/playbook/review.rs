//! What was measured against the bounds of checklists, and what the techniques that help come to on a stage.

use crate::calculate::fault::Fault;
use crate::diagnostic::Diagnostic;
use crate::model::{
    Alone, Check, CheckResult, CheckVerdict, Checklist, FitStanding, Metric, Metrics, TechniqueOffer, TechniqueSaving,
    sum,
};

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
