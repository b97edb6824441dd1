//! What techniques save on a stage, and the best set of them.

use rust_decimal::Decimal;

use crate::app::request::{Request, Settled};
use crate::calculate::{
    self, CheapestStage, Costing, FocusSaving, Market, OfferedStage, Optimization, TechniqueSaving, Unobserved,
};
use crate::diagnostic::{Diagnostic, Failure};
use crate::model::{Inputs, Opportunity, PlanOrder, Progress, Revenue, Stage, TechniqueOffer};
use crate::resolve::{self, TechniqueSetRaw};
use crate::source::Spanned;
use crate::workspace::{Selection, Workspace};

/// The request for an optimisation, besides the inputs.
#[derive(Clone, Copy, Debug)]
pub struct Optimize {
    /// The order of the plan.
    pub order: PlanOrder,
    /// The share of a line item on which a technique is used, if no file gives one.
    pub share: Option<Spanned<Decimal>>,
    /// How many months are ahead; if not given, as many as the scenario or the project forecasts, or 12.
    pub months: Option<Spanned<u64>>,
}

/// What was found to save costs on a stage.
#[derive(Debug)]
pub struct Optimized {
    /// The stage.
    pub stage: Stage,
    /// The techniques, each with its line items.
    pub offers: Vec<TechniqueOffer>,
    /// What each technique saves alone, and the best set of them.
    pub found: Optimization,
    /// Other ways to buy the same.
    pub opportunities: Vec<Opportunity>,
    /// Why the stage is not compared with the others, if it is not.
    pub not_compared: Option<String>,
}

/// Finds which techniques save how much on a stage, and the best set of them.
///
/// # Errors
/// Everything that is wrong with the request, the stage, the techniques and the price sheets.
pub fn optimize(
    workspace: &mut Workspace,
    stage: &str,
    request: &Request,
    wanted: Optimize,
) -> Result<Optimized, Failure> {
    optimized(workspace, stage, request, wanted).map_err(|wrong| workspace.failure(wrong))
}

fn optimized(
    workspace: &mut Workspace,
    stage: &str,
    request: &Request,
    Optimize { order, share, months }: Optimize,
) -> Result<Optimized, Vec<Diagnostic>> {
    let settled = request.settled(workspace)?;
    let months = workspace.months_ahead(months, settled.forecast.as_ref())?;
    let assumed = resolve::assumed_share(share)?;
    let (choosing, comparing) = (workspace.progress.part(0, 2), workspace.progress.part(1, 2));
    let (offered, found) = ranked(stage, settled, assumed, order, &choosing, workspace)?;
    let customers = found.before.inputs.customers;
    let Offered { stage, request, offers, .. } = offered;
    let (substitutes, rates) = workspace.substitutes(&stage, &request)?;
    let cheapest = match &stage.part {
        Some(_) => Ok(None),
        None => workspace
            .resolved(Selection::all().in_currency(stage.currency), &request)
            .and_then(|all| CheapestStage::of(&all, customers)),
    };
    let market = Market {
        substitutes: &substitutes,
        rates: &rates,
        cheapest: cheapest.as_ref().ok().and_then(Option::as_ref),
        months,
    };
    let opportunities = calculate::opportunities(&stage, &found.before, &market, &comparing)?;
    let not_compared = cheapest.err().and_then(|wrong| Some(wrong.into_iter().next()?.message));
    Ok(Optimized { stage, offers, found, opportunities, not_compared })
}

/// What each technique saves on a stage, and the best set of them.
fn ranked(
    stage: &str,
    settled: Settled,
    share: Option<Spanned<Decimal>>,
    order: PlanOrder,
    progress: &Progress,
    workspace: &mut Workspace,
) -> Result<(Offered, Optimization), Vec<Diagnostic>> {
    let offered = offered(stage, settled.request, share, workspace)?;
    let customers = settled.customers.unwrap_or_else(|| offered.stage.usual_customers());
    let inputs = Inputs { customers, revenue: offered.revenue };
    let found = calculate::optimize(&offered.stage, &offered.offers, inputs, order, progress)?;
    Ok((offered, found))
}

/// What techniques save on a stage, the largest saving first.
///
/// # Errors
/// As [`optimize`].
pub(crate) fn technique_savings(
    workspace: &mut Workspace,
    stage: &str,
    request: &Request,
) -> Result<(Offered, Optimization), Failure> {
    let progress = workspace.progress.clone();
    let settled = request.settled(workspace);
    let found = settled.and_then(|settled| ranked(stage, settled, None, PlanOrder::Saving, &progress, workspace));
    found.map_err(|wrong| workspace.failure(wrong))
}

/// What the plan says to focus on, over all stages.
#[derive(Debug)]
pub struct Focused {
    /// The stages, by number.
    pub stages: Vec<FocusedStage>,
    /// What each part of the plan's list saves on them, the largest first, and then each technique that is in no part.
    pub savings: Vec<FocusSaving>,
}

/// A stage with what techniques may be used on it.
#[derive(Debug)]
pub struct FocusedStage {
    /// The stage.
    pub stage: Stage,
    /// The techniques, in the same order for each stage.
    pub offers: Vec<TechniqueOffer>,
    /// What it costs as it is.
    pub costing: Costing,
}

/// Finds what each part of the plan's list saves over all stages, each at the requested number of customers, or at the one
/// for which it is sized. `share` is the share of a line item on which a technique is used, if no file gives one.
///
/// # Errors
/// As [`optimize`], for each stage.
pub fn focus(
    workspace: &mut Workspace,
    request: &Request,
    share: Option<Spanned<Decimal>>,
) -> Result<Focused, Failure> {
    focused(workspace, request, share).map_err(|wrong| workspace.failure(wrong))
}

fn focused(
    workspace: &mut Workspace,
    request: &Request,
    share: Option<Spanned<Decimal>>,
) -> Result<Focused, Vec<Diagnostic>> {
    let settled = request.settled(workspace)?;
    let assumed = resolve::assumed_share(share)?;
    let mut request = settled.request;
    let (set, unused) = take_unused(&mut request);
    let mut stages = Vec::new();
    for (stage, revenue) in workspace.resolved(Selection::all().in_one_currency(), &request)? {
        let customers = settled.customers.unwrap_or_else(|| stage.usual_customers());
        let offers = offers_on(&stage, &set, assumed, workspace)?;
        // Each technique is computed as it is and at most, in a set with few others.
        workspace.spend_on(&stage, offers.len() as u64 * 8)?;
        let costing = calculate::stage(&stage, Inputs { customers, revenue }, &mut Unobserved)?;
        stages.push(FocusedStage { stage, offers, costing });
    }
    let mut together: Vec<TechniqueOffer> = Vec::new();
    for offers in stages.iter().map(|found| &found.offers) {
        if together.is_empty() {
            together.clone_from(offers);
        } else {
            together.iter_mut().zip(offers).for_each(|(all, more)| all.fits.extend(more.fits.iter().cloned()));
        }
    }
    resolve::check_set_offers(&together, &unused)?;
    let offered = stages.iter().map(|found| OfferedStage {
        stage: &found.stage,
        offers: &found.offers,
        inputs: found.costing.inputs,
    });
    let savings = calculate::focus_savings(&offered.collect::<Vec<_>>())?;
    Ok(Focused { stages, savings })
}

/// A stage with every technique, and what of it may be used.
#[derive(Debug)]
pub(crate) struct Offered {
    pub(crate) stage: Stage,
    pub(crate) revenue: Revenue,
    /// The request to the stage and to the others.
    pub(crate) request: resolve::Request,
    pub(crate) offers: Vec<TechniqueOffer>,
}

/// Resolves a stage with every technique. Inputs can be set here for techniques that are not in use; setting one that
/// changes nothing is refused. `assumed` is the share if none is given.
pub(crate) fn offered(
    stage: &str,
    mut request: resolve::Request,
    assumed: Option<Spanned<Decimal>>,
    workspace: &mut Workspace,
) -> Result<Offered, Vec<Diagnostic>> {
    let (set, unused) = take_unused(&mut request);
    let (stage, revenue) = workspace.stage(stage, &request)?;
    let offers = offers_on(&stage, &set, assumed, workspace)?;
    resolve::check_set_offers(&offers, &unused)?;
    Ok(Offered { stage, revenue, request, offers })
}

/// All inputs that a request sets, and those that it sets for techniques that are not in use; these are removed from it.
fn take_unused(request: &mut resolve::Request) -> (Vec<TechniqueSetRaw>, Vec<TechniqueSetRaw>) {
    let set = std::mem::take(&mut request.technique_set);
    let is_in_use = |name: &str| request.apply.iter().any(|used| used.value == name);
    let (used, unused): (Vec<_>, Vec<_>) = set.iter().cloned().partition(|set| is_in_use(&set.technique.value));
    request.technique_set = used;
    (set, unused)
}

/// Every technique on a stage, with what of it may be used.
fn offers_on(
    stage: &Stage,
    set: &[TechniqueSetRaw],
    assumed: Option<Spanned<Decimal>>,
    workspace: &mut Workspace,
) -> Result<Vec<TechniqueOffer>, Vec<Diagnostic>> {
    let techniques = workspace.techniques_for(stage, set)?;
    let scopes: usize = techniques.iter().map(|chosen| 1 + chosen.technique.applies_to.len()).sum();
    workspace.spend((scopes * stage.line_items.len()) as u64)?;
    Ok(resolve::offers(stage, &techniques, assumed))
}

/// The results of some techniques on a stage that was offered them.
pub(crate) fn savings(
    offered: &Offered,
    inputs: Inputs,
    techniques: &[&str],
) -> Result<Vec<TechniqueSaving>, Vec<Diagnostic>> {
    let mut offers = offered.offers.clone();
    offers.retain(|offer| techniques.contains(&&*offer.technique.id));
    let found = calculate::optimize(&offered.stage, &offers, inputs, PlanOrder::Saving, &Progress::default())?;
    let of_each = offers.iter().zip(&found.alone);
    of_each.map(|(offer, alone)| calculate::technique_saving(offer, alone)).collect()
}
