//! What the plan says to focus on, over all stages: what each part saves, and at most could.
//!
//! The plan's list has five parts, each with one technique or several. What a part saves on a stage is what the best set of
//! its techniques saves, as `optimize` finds it. What it saves at most is what the best one of them saves if it were used on all
//! of every line item that it may be used on, with the figures of its example where nothing closer is given.

use std::cmp::Reverse;

use rust_decimal::Decimal;

use crate::calculate::fault::Fault;
use crate::calculate::savings::optimize::optimize;
use crate::diagnostic::Diagnostic;
use crate::model::{FitStanding, Focus, Inputs, PlanOrder, Progress, Stage, TechniqueOffer, sum};

/// A stage with all techniques, in the same order on each stage.
#[derive(Clone, Copy, Debug)]
pub struct OfferedStage<'s> {
    /// The stage.
    pub stage: &'s Stage,
    /// What of each technique may be used on it.
    pub offers: &'s [TechniqueOffer],
    /// What it is computed for.
    pub inputs: Inputs,
}

/// The savings of a part of the plan's list, or of a technique that is in none, over all stages.
#[derive(Clone, Debug)]
pub struct FocusSaving {
    /// The part; `None` for a technique that is in none.
    pub focus: Option<Focus>,
    /// The places of its techniques among the offers.
    pub techniques: Vec<usize>,
    /// What it saves on each stage.
    pub of_stages: Vec<FocusOnStage>,
    /// The known monthly saving on all stages, on their exact totals.
    pub saved: Decimal,
    /// The most that it could save; `None` if that cannot be computed.
    pub at_most: Option<Decimal>,
}

/// The savings of a part of the plan's list on a stage.
#[derive(Clone, Debug)]
pub struct FocusOnStage {
    /// The known monthly saving on the exact total.
    pub saved: Decimal,
    /// The most that it could save; `None` if that cannot be computed.
    pub at_most: Option<Decimal>,
    /// The places of the techniques that save it, in the order in which to begin.
    pub saving: Vec<usize>,
    /// The places of the techniques that would save the most: one, after those that it needs, or those that are known to.
    pub saving_at_most: Vec<usize>,
    /// The places of the techniques that are in use on a line item, which the total accounts for.
    pub in_use: Vec<usize>,
}

/// Computes what each part of the plan's list saves, the largest possible saving first; then the same for each technique that
/// is in no part. Of equal ones, the known saving decides, and then the order of the plan.
///
/// # Errors
/// As [`optimize`].
pub fn focus_savings(stages: &[OfferedStage<'_>]) -> Result<Vec<FocusSaving>, Vec<Diagnostic>> {
    let offers = stages.first().map_or(&[][..], |first| first.offers);
    let places = |wanted: &dyn Fn(&TechniqueOffer) -> bool| -> Vec<usize> {
        (0..offers.len()).filter(|place| wanted(&offers[*place])).collect()
    };
    let of_focus = |focus: Focus| (Some(focus), places(&|offer| offer.technique.focus == Some(focus)));
    let parts = Focus::WORDS.iter().map(|(_, focus)| of_focus(*focus));
    let others = places(&|offer| offer.technique.focus.is_none());
    let all = parts.chain(others.into_iter().map(|place| (None, vec![place])));
    let savings = all.map(|(focus, techniques)| of_all(focus, techniques, stages));
    let mut savings = savings.collect::<Result<Vec<FocusSaving>, _>>()?;
    savings.sort_by_key(|found| (found.focus.is_none(), Reverse((found.impact(), found.saved)), found.focus));
    Ok(savings)
}

impl FocusSaving {
    /// What it is ranked by: the most that it could save, or what it is known to save.
    fn impact(&self) -> Decimal {
        self.at_most.unwrap_or(self.saved)
    }
}

/// Whether the parts of the plan's list, as they are ranked, are in the order of the plan.
pub fn is_in_plan_order(ranked: &[FocusSaving]) -> bool {
    ranked.iter().filter_map(|found| found.focus).is_sorted()
}

fn of_all(
    focus: Option<Focus>,
    techniques: Vec<usize>,
    stages: &[OfferedStage<'_>],
) -> Result<FocusSaving, Vec<Diagnostic>> {
    let of_stages = stages.iter().map(|stage| of_stage(stage, &techniques)).collect::<Result<Vec<_>, _>>()?;
    let total = |of: Vec<Decimal>| {
        sum(of.into_iter()).map_err(|error| vec![Fault::from(error).at("what techniques save on all stages", None)])
    };
    let saved = total(of_stages.iter().map(|found| found.saved).collect())?;
    let at_most = of_stages.iter().map(|found| found.at_most).collect::<Option<Vec<_>>>().map(total).transpose()?;
    Ok(FocusSaving { focus, techniques, of_stages, saved, at_most })
}

fn of_stage(offered: &OfferedStage<'_>, techniques: &[usize]) -> Result<FocusOnStage, Vec<Diagnostic>> {
    let known = best_of(offered, &with_needed(offered.offers, techniques), TechniqueOffer::clone)?;
    // A technique whose example cannot be computed has no bound; what is known of it does not depend on that.
    let alone =
        |technique: &usize| best_of(offered, &with_needed(offered.offers, &[*technique]), TechniqueOffer::at_most).ok();
    let bounds: Option<Vec<Best>> = techniques.iter().map(alone).collect();
    let most = bounds.map(|bounds| {
        bounds.into_iter().fold(known.clone(), |most, next| if next.saved > most.saved { next } else { most })
    });
    let is_in_use = |place: &usize| {
        let fits = &offered.offers[*place].fits;
        fits.iter().any(|fit| fit.standing == FitStanding::InUse && offered.stage.is_selected(fit.line_item))
    };
    Ok(FocusOnStage {
        saved: known.saved,
        at_most: most.as_ref().map(|most| most.saved),
        saving: known.techniques,
        saving_at_most: most.map(|most| most.techniques).unwrap_or_default(),
        in_use: techniques.iter().copied().filter(is_in_use).collect(),
    })
}

/// The best set of some techniques.
#[derive(Clone)]
struct Best {
    saved: Decimal,
    techniques: Vec<usize>,
}

/// The set that saves the most, of techniques that are taken `as_if` they could be used so.
fn best_of(
    offered: &OfferedStage<'_>,
    places: &[usize],
    as_if: fn(&TechniqueOffer) -> TechniqueOffer,
) -> Result<Best, Vec<Diagnostic>> {
    let offers: Vec<TechniqueOffer> = places.iter().map(|place| as_if(&offered.offers[*place])).collect();
    let plan = optimize(offered.stage, &offers, offered.inputs, PlanOrder::Saving, &Progress::default())?.plan;
    let saved = sum(plan.iter().map(|planned| planned.saved))
        .map_err(|error| vec![Fault::from(error).at(&format!("the savings on stage {}", offered.stage.id), None)])?;
    Ok(Best { saved, techniques: plan.iter().map(|planned| places[planned.offer]).collect() })
}

/// The places of techniques and of those that they need.
fn with_needed(offers: &[TechniqueOffer], techniques: &[usize]) -> Vec<usize> {
    let mut places = techniques.to_vec();
    let mut next = 0;
    while next < places.len() {
        for stem in &offers[places[next]].technique.requires {
            let needed = offers.iter().position(|other| other.technique.id == *stem);
            places.extend(needed.filter(|needed| !places.contains(needed)));
        }
        next += 1;
    }
    places
}
