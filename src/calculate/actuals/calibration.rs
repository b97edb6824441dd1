//! What bills say of the numbers per customer of a plan.
//!
//! The core computes the usage of a charge at the plan's number and at another one. In a straight line through both, the number
//! is where the usage of all months together is what was billed; there the core computes it once more. Only if that is exactly
//! what was billed, the number is one that the bills say. For `customers * number` it is all usage over all customers.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::calculate::actuals::billed_stage::billed_usage;
use crate::calculate::actuals::matching::{Target, matched};
use crate::calculate::actuals::per_customer::{PerCustomer, per_customer};
use crate::calculate::charge::meters::meters;
use crate::calculate::charge::quantity::quantity_of;
use crate::calculate::cost::inputs::Rows;
use crate::calculate::cost::stage::stage as compute;
use crate::calculate::cost::sums::drivers;
use crate::calculate::cost::trace::Unobserved;
use crate::diagnostic::Diagnostic;
use crate::model::{
    ActualMonth, ArithmeticError, BilledCharge, Fraction, Inputs, LinePricing, MatchRule, Month, PricePoint, Revenue,
    Sku, Stage,
};

/// A charge of a line item, by their places.
pub type ChargePlace = (usize, usize);

/// A month with its number of customers.
#[derive(Clone, Copy, Debug)]
pub struct CountedMonth<'m> {
    /// The month.
    pub month: &'m ActualMonth,
    /// Its customers, at least one.
    pub customers: u64,
}

/// What a month says of a number per customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthSays {
    /// The month.
    pub month: Month,
    /// Its customers.
    pub customers: u64,
    /// The billed usage, in the unit of the price.
    pub usage: Fraction,
    /// The number, in canonical units.
    pub value: Fraction,
}

/// What the bills of a charge say of a number per customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChargeSays {
    /// The charge.
    pub charge: ChargePlace,
    /// The months with billed usage, in order.
    pub months: Vec<MonthSays>,
    /// The months without, in order.
    pub without: Vec<Month>,
    /// The number over all months, in canonical units.
    pub value: Fraction,
    /// Whether the usage of the charge is the number times the customers, with nothing between.
    is_direct: bool,
}

/// What was found of a number per customer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Evidence {
    /// The bills of a charge say it; those of others, which have further numbers between, say something else.
    Says(ChargeSays, Vec<ChargeSays>),
    /// Several charges say different numbers, and none of them more directly.
    Disagrees(Vec<ChargeSays>),
    /// No charge says it, with the reason of each that depends on it.
    Unsaid(Vec<(ChargePlace, NoEvidence)>),
}

/// Why a charge says nothing of a number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NoEvidence {
    /// It depends on several numbers per customer, by their places in [`Calibration::numbers`].
    Several(Vec<usize>),
    /// Its usage is no straight line in the number.
    NotLinear,
    /// What does not depend on the number is more than what was billed.
    BelowZero,
}

/// What bills say of the numbers per customer of a plan.
#[derive(Clone, Debug)]
pub struct Calibration {
    /// The numbers per customer, in the order of the manifest, with what was found of each.
    pub numbers: Vec<(PerCustomer, Evidence)>,
    /// The charges that say nothing of a number which others say, by its place in `numbers`, with the reason.
    pub silent: Vec<(usize, ChargePlace, NoEvidence)>,
    /// The charges with billed usage that depend on no number per customer.
    pub independent: Vec<ChargePlace>,
}

/// How often a calibration computes a part of a stage for each month and number, at most.
pub const COMPUTATIONS: u64 = 4;

/// Compares the numbers per customer of a stage with the billed usage of some months.
///
/// # Errors
/// Errors of the computation at the plan's own numbers.
pub fn calibrate(
    stage: &Stage,
    months: &[CountedMonth<'_>],
    rules: &[MatchRule],
    revenue: Revenue,
) -> Result<Calibration, Vec<Diagnostic>> {
    let billed = billed_of(stage, months, rules);
    let mut items: Vec<usize> = billed.keys().map(|(item, _)| *item).collect();
    items.dedup();
    let numbers = per_customer(stage, &items);
    let mut said: Vec<Vec<ChargeSays>> = vec![Vec::new(); numbers.len()];
    let mut unsaid: Vec<Vec<(ChargePlace, NoEvidence)>> = vec![Vec::new(); numbers.len()];
    let mut independent = Vec::new();
    for (place, usage) in &billed {
        let charge = Charge { stage, place: *place, months, usage, revenue };
        let planned = charge.planned(stage)?;
        // What cannot be computed with another number, depends on it too.
        let changed: Vec<usize> = (0..numbers.len())
            .filter(|nth| numbers[*nth].may_change(place.0))
            .filter(|nth| !charge.planned(&charge.other(&numbers[*nth]).0).is_ok_and(|other| other == planned))
            .collect();
        let uses: Vec<usize> = changed.iter().copied().filter(|nth| !numbers[*nth].is_share()).collect();
        match if uses.is_empty() { &changed[..] } else { &uses[..] } {
            [] => independent.push(*place),
            [one] => match charge.says(&numbers[*one], &planned) {
                Ok(says) => said[*one].push(says),
                Err(reason) => unsaid[*one].push((*place, reason)),
            },
            several => {
                for nth in several {
                    unsaid[*nth].push((*place, NoEvidence::Several(several.to_vec())));
                }
            }
        }
    }
    let is_said = |nth: &usize| !said[*nth].is_empty();
    let silent = (0..numbers.len()).filter(is_said).flat_map(|nth| {
        let reasons = unsaid[nth].iter().filter(|(_, why)| !matches!(why, NoEvidence::Several(_)));
        reasons.map(move |(place, why)| (nth, *place, why.clone()))
    });
    let silent = silent.collect();
    let evidence = said.into_iter().zip(unsaid).map(|(said, unsaid)| evidence(said, unsaid));
    Ok(Calibration { numbers: numbers.into_iter().zip(evidence).collect(), silent, independent })
}

/// Chooses among charges that say a number: the only one, the only direct one, or the first of those that say the same.
fn evidence(mut said: Vec<ChargeSays>, unsaid: Vec<(ChargePlace, NoEvidence)>) -> Evidence {
    let direct: Vec<usize> = (0..said.len()).filter(|place| said[*place].is_direct).collect();
    let is_same = said.windows(2).all(|pair| pair[0].value == pair[1].value);
    match (&direct[..], said.len()) {
        (_, 0) => Evidence::Unsaid(unsaid),
        ([one], _) => Evidence::Says(said.remove(*one), said),
        _ if is_same => Evidence::Says(said.remove(0), said),
        _ => Evidence::Disagrees(said),
    }
}

/// The billed usage of each charge, in canonical units, by month; `None` where a month has none.
fn billed_of(
    stage: &Stage,
    months: &[CountedMonth<'_>],
    rules: &[MatchRule],
) -> BTreeMap<ChargePlace, Vec<Option<Fraction>>> {
    let mut found: BTreeMap<ChargePlace, Vec<Option<Fraction>>> = BTreeMap::new();
    for (nth, counted) in months.iter().enumerate() {
        let mut of_items: BTreeMap<usize, Vec<BilledCharge>> = BTreeMap::new();
        for (charge, target) in matched(stage, counted.month, rules) {
            if let Target::LineItem(place) = target {
                of_items.entry(place).or_default().push(charge.clone());
            }
        }
        for (item, charges) in of_items {
            let LinePricing::Sku(line) = &stage.line_items[item].pricing else { continue };
            for (charge, usage) in billed_usage(line, &charges) {
                if let Some(usage) = usage {
                    found.entry((item, charge)).or_insert_with(|| vec![None; months.len()])[nth] = Some(usage);
                }
            }
        }
    }
    found
}

/// A charge with what was billed of it.
struct Charge<'c> {
    stage: &'c Stage,
    place: ChargePlace,
    months: &'c [CountedMonth<'c>],
    /// The billed usage by month, in canonical units.
    usage: &'c [Option<Fraction>],
    revenue: Revenue,
}

impl Charge<'_> {
    /// The months with billed usage, and that usage.
    fn counted(&self) -> impl Iterator<Item = (&CountedMonth<'_>, &Fraction)> {
        self.months.iter().zip(self.usage).filter_map(|(month, usage)| Some((month, usage.as_ref()?)))
    }

    /// The stage with another number than that of the plan, and that number.
    fn other(&self, number: &PerCustomer) -> (Stage, Fraction) {
        let one = Fraction::from(Decimal::ONE);
        let twice = number.value.add(&number.value).ok().filter(|twice| !twice.is_zero()).unwrap_or(one);
        (number.set(self.stage, &twice), twice)
    }

    /// The usage of a stage in each month with billed usage, in canonical units.
    fn planned(&self, stage: &Stage) -> Result<Vec<Option<Fraction>>, Vec<Diagnostic>> {
        self.counted().map(|(month, _)| self.planned_in(stage, month.customers)).collect()
    }

    fn planned_in(&self, stage: &Stage, customers: u64) -> Result<Option<Fraction>, Vec<Diagnostic>> {
        let (item, charge) = (&stage.line_items[self.place.0], self.place.1);
        let LinePricing::Sku(line) = &item.pricing else { return Ok(None) };
        let inputs = Inputs { customers, revenue: self.revenue };
        let drivers = drivers(stage, inputs, &mut Unobserved)?;
        let rows = Rows { stage, inputs, drivers: &drivers, point: PricePoint::Expected, memory: None };
        let usage = || {
            let Some(quantity) = quantity_of(rows, item)? else { return Ok(None) };
            let values = meters(item, line, &quantity, &drivers)?;
            let value = values.into_iter().nth(Sku::FIRST_INPUT + line.inputs.len() + charge).flatten();
            match value {
                Some(value) if line.charges[charge].charge.each => Ok(Some(value.multiply(&quantity)?)),
                value => Ok(value),
            }
        };
        usage().map_err(|fault: crate::calculate::fault::Fault| {
            vec![fault.at(&format!("`{}`", item.name), Some(item.span))]
        })
    }

    /// What the bills say of a number on which the usage depends. `planned` is the usage at the plan's number.
    fn says(&self, number: &PerCustomer, planned: &[Option<Fraction>]) -> Result<ChargeSays, NoEvidence> {
        let not_linear = |_| NoEvidence::NotLinear;
        let known = |usage: &[Option<Fraction>]| usage.iter().cloned().collect::<Option<Vec<Fraction>>>();
        let planned = known(planned).ok_or(NoEvidence::NotLinear)?;
        let (stage, other) = self.other(number);
        let at_other = known(&self.planned(&stage).map_err(|_| NoEvidence::NotLinear)?).ok_or(NoEvidence::NotLinear)?;
        let step = other.subtract(&number.value).map_err(not_linear)?;
        let solved = |billed: &Fraction, planned: &Fraction, at_other: &Fraction| {
            let slope = at_other.subtract(planned)?.divide(&step)?;
            number.value.add(&billed.subtract(planned)?.divide(&slope)?)
        };
        let billed: Vec<Fraction> = self.counted().map(|(_, usage)| usage.clone()).collect();
        let sums = [&billed, &planned, &at_other].map(|of| added(of));
        let [Ok(all_billed), Ok(all_planned), Ok(all_other)] = sums else { return Err(NoEvidence::NotLinear) };
        let value = solved(&all_billed, &all_planned, &all_other).map_err(not_linear)?;
        if value.is_negative() {
            return Err(NoEvidence::BelowZero);
        }
        let solved_usage = self.planned(&number.set(self.stage, &value)).ok().and_then(|usage| known(&usage));
        let is_exact = solved_usage.is_some_and(|usage| added(&usage).is_ok_and(|sum| sum == all_billed));
        if !is_exact {
            return Err(NoEvidence::NotLinear);
        }
        let mut months = Vec::new();
        for (nth, (month, usage)) in self.counted().enumerate() {
            let value = solved(usage, &planned[nth], &at_other[nth]).map_err(not_linear)?;
            let usage = self.in_unit(usage).map_err(not_linear)?;
            months.push(MonthSays { month: month.month.month, customers: month.customers, usage, value });
        }
        let slope = all_other.subtract(&all_planned).and_then(|rise| rise.divide(&step)).map_err(not_linear)?;
        let is_direct = self.is_direct(&slope).map_err(not_linear)?;
        let without = self.months.iter().zip(self.usage).filter(|(_, usage)| usage.is_none());
        let without = without.map(|(month, _)| month.month.month).collect();
        Ok(ChargeSays { charge: self.place, months, without, value, is_direct })
    }

    /// Usage in the unit of the price.
    fn in_unit(&self, usage: &Fraction) -> Result<Fraction, ArithmeticError> {
        let LinePricing::Sku(line) = &self.stage.line_items[self.place.0].pricing else { return Ok(usage.clone()) };
        match &line.charges[self.place.1].charge.unit {
            Some(unit) => usage.divide(&unit.factor.into()),
            None => Ok(usage.clone()),
        }
    }

    /// Whether the usage grows with the number as the customers do, or as they do over the hours of a month.
    fn is_direct(&self, slope: &Fraction) -> Result<bool, ArithmeticError> {
        let customers = self.counted().map(|(month, _)| Fraction::from(Decimal::from(month.customers)));
        let customers = added(&customers.collect::<Vec<_>>())?;
        let seconds = Fraction::from(self.stage.hours_per_month.value).multiply(&Decimal::from(3600).into())?;
        Ok(*slope == customers || *slope == customers.multiply(&seconds)?)
    }
}

fn added(of: &[Fraction]) -> Result<Fraction, ArithmeticError> {
    of.iter().try_fold(Fraction::ZERO, |sum, one| sum.add(one))
}

/// The exact total of a stage with the numbers of the plan, and with others.
///
/// # Errors
/// Errors of the computation.
pub fn calibrated_totals(
    stage: &Stage,
    inputs: Inputs,
    numbers: &[(&PerCustomer, Fraction)],
) -> Result<[Decimal; 2], Vec<Diagnostic>> {
    let changed = numbers.iter().fold(stage.clone(), |stage, (number, value)| number.set(&stage, value));
    let total = |stage: &Stage| compute(stage, inputs, &mut Unobserved).map(|costing| costing.totals.total_exact);
    Ok([total(stage)?, total(&changed)?])
}
