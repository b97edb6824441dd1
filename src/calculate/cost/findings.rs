//! The findings of a costing: a list of small checks, each of which returns its findings.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Completeness, Costing};
use crate::calculate::cost::economics::is_under_share;
use crate::calculate::cost::finding::{Finding, Unknown};
use crate::calculate::cost::reach::constant_cost_reach;
use crate::calculate::fault::Fault;
use crate::calculate::prices::offer_check::offer_findings;
use crate::model::formula::evaluation::week_of;
use crate::model::formula::load_profile::replicas;
use crate::model::{ArithmeticError, Band, Capacity, Fraction, LinePricing, Slot, Stage, Verdict};

/// All findings, in a fixed order.
pub(crate) fn findings(stage: &Stage, costing: &Costing) -> Result<Vec<Finding>, Fault> {
    let mut found = unknown(costing);
    found.extend(far_from_list(stage));
    found.extend(part_of_stage(stage, costing));
    found.push(customers(stage, costing));
    found.extend(capacity(stage, costing)?);
    let overload =
        |Overload { line_item, replicas, hours, excess }| Finding::Overload { line_item, replicas, hours, excess };
    found.extend(overloads(stage, &costing.drivers)?.into_iter().map(overload));
    found.extend(offer_findings(stage, costing)?.into_iter().map(Finding::Offer));
    let completeness = costing.completeness();
    if stage.part.is_some() {
        // Budgets and targets apply to the whole stage.
        found.extend(price_range(stage, costing)?);
        found.extend(no_revenue(costing));
        return Ok(found);
    }
    found.extend(budget(stage, costing, completeness)?);
    found.extend(price_range(stage, costing)?);
    if completeness != Completeness::Nothing {
        found.extend(cost_per_customer(stage, costing, completeness)?);
    }
    found.extend(share_of_mrr(stage, costing, completeness)?);
    if completeness == Completeness::Full {
        found.extend(category_shares(stage, costing)?);
    }
    Ok(found)
}

/// How a total compares with the budget; `None` without a budget, where an unknown cost could change the verdict, and
/// for a part of a stage.
pub(crate) fn budget_verdict(
    stage: &Stage,
    total: Option<Decimal>,
    completeness: Completeness,
) -> Result<Option<Verdict>, Fault> {
    match stage.monthly_budget.filter(|_| stage.part.is_none()).zip(total) {
        Some((budget, total)) => verdict(stage, &total.into(), budget.value, completeness),
        None => Ok(None),
    }
}

/// How a cost per customer before the buffer compares with its target; `None` without a target or a cost, where an
/// unknown cost could change the verdict, and for a part of a stage.
pub(crate) fn cost_per_customer_verdict(
    stage: &Stage,
    cost: Option<Fraction>,
    completeness: Completeness,
) -> Result<Option<Verdict>, Fault> {
    match stage.targets.cost_per_customer.filter(|_| stage.part.is_none()).zip(cost) {
        Some((target, cost)) => verdict(stage, &cost, target.value, completeness),
        None => Ok(None),
    }
}

/// Whether a total is under its target share of MRR, by whoever set it; `None` without a target or revenue, where an unknown cost could
/// change the verdict, and for a part of a stage.
pub(crate) fn is_share_met(
    stage: &Stage,
    total: Decimal,
    mrr: Option<Decimal>,
    completeness: Completeness,
) -> Result<Option<bool>, Fault> {
    let target = stage.targets.any_share_of_mrr().filter(|_| stage.part.is_none());
    let (Some(mrr), Some(target)) = (mrr.filter(|mrr| !mrr.is_zero()), target) else {
        return Ok(None);
    };
    is_under_share(stage, target, total, completeness, mrr)
}

/// The value of the driver that a capacity limits, and how it compares; `None` if the driver has no value.
pub(crate) fn capacity_verdict(
    stage: &Stage,
    capacity: &Capacity,
    driver: impl Fn(Slot) -> Option<Fraction>,
) -> Result<Option<(Fraction, Verdict)>, Fault> {
    let Some((slot, value)) = capacity.driver.and_then(|slot| Some((slot, driver(slot)?))) else { return Ok(None) };
    // Limits are in hours for a time, and in GB for data.
    let value = crate::calculate::charge::formula::readable(value, stage.scope.dimension(slot)).value;
    let verdict = capacity.limit.verdict(&value)?;
    Ok(Some((value, verdict)))
}

/// The verdict on a cost. Where only part of the cost is known, `None` unless no unknown cost can change the verdict.
fn verdict(stage: &Stage, cost: &Fraction, band: Band, completeness: Completeness) -> Result<Option<Verdict>, Fault> {
    let verdict = stage.verdict(cost, band, Decimal::ONE)?;
    Ok((completeness == Completeness::Full || verdict == Verdict::Above).then_some(verdict))
}

/// A finding for each line item and kind of unknown input, and for each limit without a price beyond it that is exceeded
/// or not checked.
fn unknown(costing: &Costing) -> Vec<Finding> {
    let mut found = Vec::new();
    for (line_item, line) in costing.line_items.iter().enumerate() {
        let beyond = |unknown: &Unknown| matches!(unknown, Unknown::PriceBeyond(_)) && !line.limits.is_empty();
        for kind in line.unknown.chunk_by(|first, second| first.is_like(*second)) {
            // Limits say by how much they are exceeded.
            if !kind.first().is_some_and(beyond) {
                found.push(Finding::Unknown { line_item, unknown: kind.to_vec() });
            }
        }
        found.extend(line.limits.iter().map(|limit| Finding::UsageLimit { line_item, limit: limit.clone() }));
    }
    found
}

/// A finding for each agreed price that is far from the list.
fn far_from_list(stage: &Stage) -> impl Iterator<Item = Finding> {
    let lines = stage.selected().filter_map(|(line_item, item)| match &item.pricing {
        LinePricing::Sku(line) => Some((line_item, line)),
        LinePricing::Cost(_) => None,
    });
    lines.flat_map(|(line_item, line)| {
        line.charges.iter().enumerate().filter_map(move |(charge, line)| {
            let distance = line.far_from_list.filter(|_| line.agreed.is_some())?;
            Some(Finding::FarFromList { line_item, charge, distance })
        })
    })
}

/// Which part of the stage the figures cover, unless they cover all of it.
fn part_of_stage(stage: &Stage, costing: &Costing) -> Option<Finding> {
    stage.part.as_ref()?;
    let (selected, line_items) = (stage.selected().count(), stage.line_items.len());
    Some(Finding::PartOfStage { selected, line_items, share: costing.share_of_stage.clone() })
}

fn no_revenue(costing: &Costing) -> Option<Finding> {
    (costing.economics.mrr == Some(Decimal::ZERO)).then_some(Finding::NoRevenue)
}

fn customers(stage: &Stage, costing: &Costing) -> Finding {
    Finding::Customers { customers: costing.inputs.customers, range: stage.customers.value }
}

fn capacity(stage: &Stage, costing: &Costing) -> Result<Vec<Finding>, Fault> {
    let finding = |capacity: &Capacity| {
        let (value, verdict) = capacity_verdict(stage, capacity, |slot| costing.drivers[slot.index()].clone())?.unzip();
        Ok(Finding::Capacity { name: capacity.name.clone(), value, limit: capacity.limit, verdict })
    };
    stage.capacity.iter().map(finding).collect()
}

/// More load than all replicas of an auto-scaled line item can handle.
pub(crate) struct Overload {
    /// The place of the line item.
    pub(crate) line_item: usize,
    /// The largest number of its replicas.
    replicas: u32,
    /// In how many hours of a week.
    hours: usize,
    /// By how much at most, as a ratio of what they can handle.
    excess: Fraction,
}

/// The auto-scaled line items that have more load than all their replicas can handle.
pub(crate) fn overloads(stage: &Stage, drivers: &[Option<Fraction>]) -> Result<Vec<Overload>, Fault> {
    let mut found = Vec::new();
    for (line_item, item) in stage.selected() {
        let Some(scaling) = item.autoscaling() else { continue };
        let Some(week) = week_of(scaling, drivers)? else { continue };
        let excess = week.excess()?;
        let (replicas, hours) = (replicas(&week.numbers.maximum).map_err(ArithmeticError::from)?, week.overloaded);
        found.extend(excess.map(|excess| Overload { line_item, replicas, hours, excess }));
    }
    Ok(found)
}

fn budget(stage: &Stage, costing: &Costing, completeness: Completeness) -> Result<Option<Finding>, Fault> {
    let Some(budget) = stage.monthly_budget else { return Ok(None) };
    let total = costing.known_totals().map(|totals| totals.total);
    let verdict = budget_verdict(stage, total, completeness)?;
    Ok(Some(Finding::Budget { total, band: budget.value, verdict }))
}

/// The totals at both ends of price ranges, and whether only the high one exceeds the budget.
fn price_range(stage: &Stage, costing: &Costing) -> Result<Option<Finding>, Fault> {
    let Some(range) = &costing.range else { return Ok(None) };
    if !costing.has_range() {
        return Ok(None);
    }
    let (low, expected, high) = (range.low.total, costing.totals.total, range.high.total);
    let mut exceeds = None;
    if let Some(budget) = stage.monthly_budget.filter(|_| stage.part.is_none()) {
        let verdict = |total: Decimal| stage.verdict(&total.into(), budget.value, Decimal::ONE);
        let is_new = verdict(high)? == Verdict::Above && verdict(expected)? != Verdict::Above;
        exceeds = is_new.then_some(budget.value);
    }
    Ok(Some(Finding::PriceRange { low, expected, high, exceeds }))
}

/// The cost before the buffer compared with the target, and where in the stage's range the target is met.
///
/// The reach is found here only for a stage that costs the same for any number of customers, since that needs no
/// search; [`target_reach`](crate::calculate::cost::reach::target_reach) finds it for every stage.
fn cost_per_customer(stage: &Stage, costing: &Costing, completeness: Completeness) -> Result<Vec<Finding>, Fault> {
    let Some(target) = stage.targets.cost_per_customer else { return Ok(Vec::new()) };
    let value = costing.economics.cost_per_customer_before_buffer.clone();
    let verdict = cost_per_customer_verdict(stage, value.clone(), completeness)?;
    let mut found = vec![Finding::CostPerCustomer { value, band: target.value, verdict }];
    if completeness == Completeness::Full
        && !stage.depends_on_customers()
        && let Some(reach) = constant_cost_reach(stage, costing.totals.subtotal, target.value)?
    {
        found.push(reach);
    }
    Ok(found)
}

fn share_of_mrr(stage: &Stage, costing: &Costing, completeness: Completeness) -> Result<Option<Finding>, Fault> {
    let economics = &costing.economics;
    if let Some(finding) = no_revenue(costing) {
        return Ok(Some(finding));
    }
    let (Some(share), Some(mrr)) = (economics.share_of_mrr.clone(), economics.mrr) else { return Ok(None) };
    let Some(target) = stage.targets.any_share_of_mrr() else { return Ok(None) };
    let met = is_share_met(stage, costing.totals.total, Some(mrr), completeness)?;
    Ok(Some(Finding::ShareOfMrr { share, target, met }))
}

fn category_shares(stage: &Stage, costing: &Costing) -> Result<Vec<Finding>, Fault> {
    if costing.totals.subtotal.is_zero() {
        return Ok(Vec::new());
    }
    let finding = |(category, band): &(crate::model::CategoryId, crate::source::Spanned<crate::model::Band>)| {
        let (cost, subtotal) = (costing.categories[category.index()].monthly, costing.totals.subtotal);
        let share = Fraction::new(cost, subtotal)?;
        let verdict = stage.verdict(&cost.into(), band.value, subtotal)?;
        Ok(Finding::CategoryShare { category: *category, share, band: band.value, verdict })
    };
    stage.targets.category_share.iter().map(finding).collect()
}
