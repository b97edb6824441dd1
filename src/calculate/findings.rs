//! The verdicts on a costing: a list of small checks, each of which returns its findings.

use super::Fault;
use super::reach::constant_cost_reach;
use crate::model::{Costing, Finding, Fraction, Stage, Verdict};

/// All findings, in a fixed order.
pub(super) fn findings(stage: &Stage, costing: &Costing) -> Result<Vec<Finding>, Fault> {
    let mut found = unknown_usage(costing);
    found.push(customers(stage, costing));
    found.extend(capacity(stage, costing)?);
    found.extend(budget(stage, costing)?);
    found.extend(cost_per_customer(stage, costing)?);
    found.extend(share_of_mrr(stage, costing)?);
    found.extend(category_shares(stage, costing)?);
    Ok(found)
}

fn unknown_usage(costing: &Costing) -> Vec<Finding> {
    let lines = costing.line_items.iter().enumerate();
    let unknown = lines.filter(|(_, line)| !line.unknown_usage.is_empty());
    unknown.map(|(line_item, line)| Finding::UnknownUsage { line_item, meters: line.unknown_usage.to_vec() }).collect()
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

fn budget(stage: &Stage, costing: &Costing) -> Result<Option<Finding>, Fault> {
    let Some(budget) = stage.monthly_budget else { return Ok(None) };
    let total = costing.totals.total;
    Ok(Some(Finding::Budget { total, band: budget.value, verdict: budget.value.verdict(total.into())? }))
}

/// The target against the cost before the buffer, and where in the stage's range it is met.
///
/// The reach is found here only where it costs nothing, since the stage costs the same for any number of customers;
/// [`target_reach`](super::target_reach) finds it for every stage.
fn cost_per_customer(stage: &Stage, costing: &Costing) -> Result<Vec<Finding>, Fault> {
    let Some(target) = stage.targets.cost_per_customer else { return Ok(Vec::new()) };
    let value = costing.economics.cost_per_customer_before_buffer;
    let verdict = value.map(|value| target.value.verdict(value)).transpose()?;
    let mut found = vec![Finding::CostPerCustomer { value, band: target.value, verdict }];
    let range = stage.customers.value;
    if !stage.depends_on_customers()
        && let Some(met) = constant_cost_reach(costing.totals.subtotal, target.value, range)?
    {
        found.push(Finding::TargetReach { band: target.value, range, met });
    }
    Ok(found)
}

fn share_of_mrr(stage: &Stage, costing: &Costing) -> Result<Option<Finding>, Fault> {
    let economics = &costing.economics;
    let Some(share) = economics.share_of_mrr else {
        return Ok(economics.mrr.is_some().then_some(Finding::NoRevenue));
    };
    let Some(target) = stage.targets.share_of_mrr else { return Ok(None) };
    let met = share.compare(target.value.into())?.is_lt();
    Ok(Some(Finding::ShareOfMrr { share, target: target.value, met }))
}

fn category_shares(stage: &Stage, costing: &Costing) -> Result<Vec<Finding>, Fault> {
    if costing.totals.subtotal.is_zero() {
        return Ok(Vec::new());
    }
    let finding = |(category, band): &(crate::model::CategoryId, crate::source::Spanned<crate::model::Band>)| {
        let share = Fraction::new(costing.categories[category.index()], costing.totals.subtotal)?;
        let verdict: Verdict = band.value.verdict(share)?;
        Ok(Finding::CategoryShare { category: *category, share, band: band.value, verdict })
    };
    stage.targets.category_share.iter().map(finding).collect()
}
