//! The verdicts on a costing: a list of small checks, each of which returns its findings.

use rust_decimal::Decimal;

use super::Fault;
use super::reach::constant_cost_reach;
use crate::model::{Band, Costing, Finding, Fraction, Knowledge, Stage, Verdict, multiply};

/// All findings, in a fixed order.
pub(super) fn findings(stage: &Stage, costing: &Costing) -> Result<Vec<Finding>, Fault> {
    let mut found = unknown(costing);
    found.push(customers(stage, costing));
    found.extend(capacity(stage, costing)?);
    let knowledge = costing.knowledge();
    found.extend(budget(stage, costing, knowledge)?);
    found.extend(price_range(stage, costing)?);
    if knowledge != Knowledge::Nothing {
        found.extend(cost_per_customer(stage, costing, knowledge)?);
    }
    found.extend(share_of_mrr(stage, costing, knowledge)?);
    if knowledge == Knowledge::Full {
        found.extend(category_shares(stage, costing)?);
    }
    Ok(found)
}

/// The verdict on a cost. Where only part of the cost is known, the one that what is unknown cannot change.
fn verdict(stage: &Stage, cost: Fraction, band: Band, knowledge: Knowledge) -> Result<Option<Verdict>, Fault> {
    let verdict = stage.verdict(cost, band, Decimal::ONE)?;
    Ok((knowledge == Knowledge::Full || verdict == Verdict::Above).then_some(verdict))
}

/// What is unknown, a finding for each line item and kind.
fn unknown(costing: &Costing) -> Vec<Finding> {
    let mut found = Vec::new();
    for (line_item, line) in costing.line_items.iter().enumerate() {
        for kind in line.unknown.chunk_by(|first, second| first.is_like(*second)) {
            found.push(Finding::Unknown { line_item, unknown: kind.to_vec() });
        }
    }
    found
}

fn customers(stage: &Stage, costing: &Costing) -> Finding {
    Finding::Customers { customers: costing.inputs.customers, range: stage.customers.value }
}

fn capacity(stage: &Stage, costing: &Costing) -> Result<Vec<Finding>, Fault> {
    let finding = |capacity: &crate::model::Capacity| {
        // The limit of a time is in hours, that of data in GB.
        let counted = |slot: crate::model::Slot| {
            super::formula::readable(costing.drivers[slot.index()], stage.scope.dimension(slot)).value
        };
        let value: Option<Fraction> = capacity.driver.map(counted);
        let verdict = value.map(|value| capacity.limit.verdict(value)).transpose()?;
        Ok(Finding::Capacity { name: capacity.name.clone(), value, limit: capacity.limit, verdict })
    };
    stage.capacity.iter().map(finding).collect()
}

fn budget(stage: &Stage, costing: &Costing, knowledge: Knowledge) -> Result<Option<Finding>, Fault> {
    let Some(budget) = stage.monthly_budget else { return Ok(None) };
    let total = costing.known_totals().map(|totals| totals.total);
    let verdict = match total {
        Some(total) => verdict(stage, total.into(), budget.value, knowledge)?,
        None => None,
    };
    Ok(Some(Finding::Budget { total, band: budget.value, verdict }))
}

/// The totals at the ends of prices that are ranges, and whether the high one exceeds the budget where the expected one
/// does not.
fn price_range(stage: &Stage, costing: &Costing) -> Result<Option<Finding>, Fault> {
    let Some(range) = &costing.range else { return Ok(None) };
    if !costing.has_range() {
        return Ok(None);
    }
    let (low, expected, high) = (range.low.total, costing.totals.total, range.high.total);
    let mut exceeds = None;
    if let Some(budget) = stage.monthly_budget {
        let verdict = |total: Decimal| stage.verdict(total.into(), budget.value, Decimal::ONE);
        let is_new = verdict(high)? == Verdict::Above && verdict(expected)? != Verdict::Above;
        exceeds = is_new.then_some(budget.value);
    }
    Ok(Some(Finding::PriceRange { low, expected, high, exceeds }))
}

/// The target against the cost before the buffer, and where in the stage's range it is met.
///
/// The reach is found here only where it costs nothing, since the stage costs the same for any number of customers;
/// [`target_reach`](super::target_reach) finds it for every stage.
fn cost_per_customer(stage: &Stage, costing: &Costing, knowledge: Knowledge) -> Result<Vec<Finding>, Fault> {
    let Some(target) = stage.targets.cost_per_customer else { return Ok(Vec::new()) };
    let value = costing.economics.cost_per_customer_before_buffer;
    let verdict = match value {
        Some(value) => verdict(stage, value, target.value, knowledge)?,
        None => None,
    };
    let mut found = vec![Finding::CostPerCustomer { value, band: target.value, verdict }];
    if knowledge == Knowledge::Full
        && !stage.depends_on_customers()
        && let Some(reach) = constant_cost_reach(stage, costing.totals.subtotal, target.value)?
    {
        found.push(reach);
    }
    Ok(found)
}

fn share_of_mrr(stage: &Stage, costing: &Costing, knowledge: Knowledge) -> Result<Option<Finding>, Fault> {
    let economics = &costing.economics;
    if economics.mrr == Some(Decimal::ZERO) {
        return Ok(Some(Finding::NoRevenue));
    }
    let (Some(share), Some(mrr)) = (economics.share_of_mrr, economics.mrr) else { return Ok(None) };
    let Some(target) = stage.targets.share_of_mrr else { return Ok(None) };
    let bound = multiply(target.value, mrr).map_err(Fault::from)?;
    let is_met = stage.compare(costing.totals.total.into(), bound.into())?.is_lt();
    let met = (knowledge == Knowledge::Full || !is_met).then_some(is_met);
    Ok(Some(Finding::ShareOfMrr { share, target: target.value, met }))
}

fn category_shares(stage: &Stage, costing: &Costing) -> Result<Vec<Finding>, Fault> {
    if costing.totals.subtotal.is_zero() {
        return Ok(Vec::new());
    }
    let finding = |(category, band): &(crate::model::CategoryId, crate::source::Spanned<crate::model::Band>)| {
        let (cost, subtotal) = (costing.categories[category.index()].monthly, costing.totals.subtotal);
        let share = Fraction::new(cost, subtotal)?;
        let verdict = stage.verdict(cost.into(), band.value, subtotal)?;
        Ok(Finding::CategoryShare { category: *category, share, band: band.value, verdict })
    };
    stage.targets.category_share.iter().map(finding).collect()
}
