//! Allowances that charges share, within a line item or across several.

use std::collections::HashMap;

use crate::calculate::charge::formula::evaluate;
use crate::calculate::charge::meters::meters;
use crate::calculate::charge::quantity::quantity_of;
use crate::calculate::charge::steps::{From, MAX_TOLD, Steps, sum_of};
use crate::calculate::cost::inputs::Rows;
use crate::calculate::cost::trace::{Observer, Operand, Operation};
use crate::calculate::fault::Fault;
use crate::model::{Amount, ChargeLine, Formula, Fraction, LinePricing, Pool, PricingUnit, SkuLine, Stage};

/// The pools of a stage: the size of each, and how much of it is left for each charge.
///
/// Charges use up a pool one after another, in the order of the manifest and of the SKU.
pub(crate) struct Pools<'a> {
    stage: &'a Stage,
    filled: Vec<Filled<'a>>,
    /// The pool of each charge that has one, by line item and charge, with what earlier charges use of it.
    shares: HashMap<(usize, usize), (usize, Option<Fraction>)>,
}

/// A pool with its contributions, in canonical units.
struct Filled<'a> {
    pool: &'a Pool,
    /// What each line item contributes; empty where the pool has a size of its own.
    brought: Vec<(usize, Fraction)>,
    /// The size; `None` if a part is unknown.
    size: Option<Fraction>,
    used: Option<Fraction>,
}

/// What a charge may use of its pool, in canonical units.
#[derive(Clone)]
pub(crate) struct Share<'p> {
    pools: &'p Pools<'p>,
    pool: usize,
    size: Fraction,
    /// What earlier charges use.
    used: Fraction,
}

impl<'a> Pools<'a> {
    /// Processes every charge that shares its allowance. What cannot be computed counts as unknown here; the error is
    /// reported with its row.
    pub(crate) fn new(rows: Rows<'a>) -> Self {
        let stage = rows.stage;
        let mut pools = Self { stage, filled: Vec::new(), shares: HashMap::new() };
        if !stage.has_pools() {
            return pools;
        }
        for (index, item) in stage.line_items.iter().enumerate().filter(|(_, item)| item.has_pool()) {
            let LinePricing::Sku(line) = &item.pricing else { continue };
            let quantity = quantity_of(rows, item).ok().flatten();
            let values = quantity.and_then(|quantity| meters(item, line, &quantity, rows.drivers).ok());
            for (place, charge) in line.charges.iter().enumerate() {
                let Some(pool) = charge.charge.pool.as_deref() else { continue };
                pools.add((index, place), pool, line, charge, values.as_deref());
            }
        }
        pools
    }

    fn add(
        &mut self,
        at: (usize, usize),
        pool: &'a Pool,
        line: &SkuLine,
        charge: &ChargeLine,
        values: Option<&[Option<Fraction>]>,
    ) {
        let value_of = |formula: &Formula| values.and_then(|values| evaluate(&formula.expression, values).ok()?);
        let place = self.filled.iter().position(|other| other.pool.id == pool.id).unwrap_or_else(|| {
            let size = match &pool.included {
                Some(included) => {
                    let hours = values.and_then(|values| values[1].clone());
                    evaluate(&included.expression, &[hours]).ok().flatten()
                }
                None => Some(Fraction::ZERO),
            };
            self.filled.push(Filled { pool, brought: Vec::new(), size, used: Some(Fraction::ZERO) });
            self.filled.len() - 1
        });
        let filled = &mut self.filled[place];
        if pool.included.is_none() {
            let brought = match charge.terms().and_then(|terms| terms.included.as_deref()) {
                Some(included) => value_of(included),
                None => Some(Fraction::ZERO),
            };
            filled.brought.extend(brought.clone().map(|brought| (at.0, brought)));
            filled.size = filled.size.clone().zip(brought).and_then(|(size, brought)| size.add(&brought).ok());
        }
        self.shares.insert(at, (place, filled.used.clone()));
        let usage = match &charge.charge.billed_usage {
            Some(billed) => value_of(billed),
            None => values.and_then(|values| values[line.sku.meter_slot(at.1)].clone()),
        };
        filled.used = filled.used.clone().zip(usage).and_then(|(used, usage)| used.add(&usage).ok());
    }

    /// The share of a charge in its pool; `None` if it has no pool, or if the amount left is unknown.
    pub(crate) fn share(&self, line_item: usize, charge: usize) -> Option<Share<'_>> {
        let (pool, used) = self.shares.get(&(line_item, charge))?;
        Some(Share { pools: self, pool: *pool, size: self.filled[*pool].size.clone()?, used: used.clone()? })
    }
}

impl Share<'_> {
    /// What is left for the charge, in pricing units. Reports the size of the pool and who contributes to it.
    pub(crate) fn left<O: Observer>(self, unit: &PricingUnit, steps: &mut Steps<'_, O>) -> Result<Fraction, Fault> {
        let filled = &self.pools.filled[self.pool];
        let counted = |value: Fraction| Amount::unit(value, &unit.label);
        let in_units = |value: Fraction| value.divide(&unit.factor.into());
        let (size, used) = (in_units(self.size)?, in_units(self.used)?);
        let name = filled.pool.name();
        steps.tell_from(format_args!("pool of {name}"), From::Place(filled.pool.span), || {
            // The whole has been converted, so its parts can be too.
            let operands = filled.brought.iter().take(MAX_TOLD + 1).filter_map(|(line_item, value)| {
                let name = self.pools.stage.line_items[*line_item].name.to_string();
                Some(Operand::new(name, counted(in_units(value.clone()).ok()?)))
            });
            let whole = counted(size.clone());
            let operation =
                if filled.brought.is_empty() { Operation::Given } else { sum_of(operands.collect(), &whole) };
            (operation, whole)
        });
        if size.is_negative() {
            return Err(Fault::Negative);
        }
        let left = size.subtract(&used)?;
        let left = if left.is_negative() { Fraction::ZERO } else { left };
        if !used.is_zero() {
            steps.tell("left in the pool", || {
                let operands = (Operand::new("pool", counted(size)), Operand::new("used before", counted(used)));
                (Operation::Excess(operands.0, operands.1), counted(left.clone()))
            });
        }
        Ok(left)
    }
}
