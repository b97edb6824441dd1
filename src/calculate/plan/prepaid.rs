//! What is paid for several months ahead, and what of it is paid already.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::calculate::charge::quantity::quantity_of;
use crate::calculate::cost::inputs::Rows;
use crate::calculate::cost::rows::rows_with_parts;
use crate::calculate::cost::sums::drivers;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::fault::Fault;
use crate::calculate::plan::forecast_result::ForecastEvent;
use crate::diagnostic::Diagnostic;
use crate::model::{Fraction, LineItem, Period, PricePoint, Stage, add, multiply, subtract};

/// A part of a stage's cost that is paid for several months ahead.
struct PrepaidPart {
    name: Box<str>,
    /// What is bought: units of one SKU are none of another, though a line item of another stage is called the same.
    sku: Option<Box<str>>,
    vendor: Option<Box<str>>,
    months: u32,
    /// How many units are needed; of a plain cost, which has no price of a unit, its amount.
    units: Fraction,
    /// What a month of a unit costs, in the reporting currency.
    each: Fraction,
}

impl PrepaidPart {
    fn key(&self) -> Bought {
        (self.name.clone(), self.sku.clone())
    }

    /// What a month of so many units costs.
    fn monthly(&self, units: Fraction) -> Result<Fraction, Fault> {
        Ok(self.each.multiply(units)?)
    }
}

/// The parts of a stage that are paid ahead: prices for more than a month, and the plain costs that `prepaid` names.
fn parts(stage: &Stage, customers: u64, prepaid: &[(Box<str>, u32)]) -> Result<Vec<PrepaidPart>, Vec<Diagnostic>> {
    let named = |item: &LineItem| prepaid.iter().find(|(name, _)| *name == item.name).map(|(_, months)| *months);
    let period = |item: &LineItem, charge: usize| {
        let period = item.charges()[charge].terms()?.pricing.period()?;
        (period != Period::MONTH).then_some(period.months)
    };
    let is_any = |item: &LineItem| {
        named(item).is_some() || (0..item.charges().len()).any(|charge| period(item, charge).is_some())
    };
    if !stage.selected().any(|(_, item)| is_any(item)) {
        return Ok(Vec::new());
    }
    let values = drivers(stage, customers, &mut Unobserved)?;
    let rows = Rows { stage, drivers: &values, point: PricePoint::Expected, memory: None };
    let (_, costs) = rows_with_parts(rows)?;
    let mut found = Vec::new();
    for (index, item) in stage.selected() {
        let costs = &costs[index];
        let fault = |fault: Fault| vec![fault.at(&format!("the prepayment of `{}`", item.name), Some(item.span))];
        for part in costs {
            let months = match part.charge {
                Some(charge) => period(item, charge),
                None => named(item),
            };
            let Some(months) = months else { continue };
            let name = match part.charge {
                Some(charge) => format!("{}: {}", item.name, item.charges()[charge].meter()),
                None => item.name.to_string(),
            };
            let cost = part.cost.value;
            if cost.is_zero() {
                continue;
            }
            let (units, each) = match part.charge {
                Some(_) => {
                    let units = quantity_of(rows, item).map_err(fault)?;
                    (units, cost.divide(units).map_err(Fault::from).map_err(fault)?)
                }
                None => (cost, Decimal::ONE.into()),
            };
            let (sku, vendor) = (item.sku().map(Box::from), item.vendor().map(Box::from));
            found.push(PrepaidPart { name: name.into(), sku, vendor, months, units, each });
        }
    }
    Ok(found)
}

/// The name of what is paid ahead, and its SKU.
type Bought = (Box<str>, Option<Box<str>>);

/// What is paid ahead, from month to month.
#[derive(Debug, Default)]
pub(crate) struct Prepayments {
    /// By name and SKU, how many units are paid for, and up to which month.
    paid: HashMap<Bought, Vec<(Fraction, u32)>>,
}

/// What prepayments change in what has to be paid in a month.
#[derive(Debug, Default)]
pub(crate) struct Prepaid {
    /// The part of the month's cost that is paid ahead, in this month or before.
    pub(crate) covered: Decimal,
    /// What is paid in this month for this one and those that follow.
    pub(crate) payments: Vec<ForecastEvent>,
    /// How much more has to be paid to vendors in this month than its costs, or less.
    pub(crate) by_vendor: Vec<(Box<str>, Decimal)>,
}

impl Prepayments {
    /// Pays in month `now` for the units of the stage that are not paid for.
    pub(crate) fn pay(
        &mut self,
        stage: &Stage,
        customers: u64,
        prepaid: &[(Box<str>, u32)],
        now: u32,
    ) -> Result<Prepaid, Vec<Diagnostic>> {
        let mut result = Prepaid::default();
        for part in parts(stage, customers, prepaid)? {
            let fault = |fault: Fault| vec![fault.at(&format!("the prepayment of `{}`", part.name), None)];
            let payment = self.pay_for(&part, now).map_err(fault)?;
            let covered = part.monthly(part.units).and_then(|monthly| Ok(monthly.to_decimal()?)).map_err(fault)?;
            result.covered = add(result.covered, covered).map_err(Fault::from).map_err(fault)?;
            if let Some(vendor) = part.vendor {
                let more = subtract(payment.unwrap_or_default(), covered).map_err(Fault::from).map_err(fault)?;
                result.by_vendor.push((vendor, more));
            }
            if let Some(amount) = payment {
                result.payments.push(ForecastEvent::Prepayment { name: part.name, months: part.months, amount });
            }
        }
        Ok(result)
    }

    /// What a stage costs in a month of what is paid already, for as many units as it needs.
    pub(crate) fn already_paid(
        &self,
        stage: &Stage,
        customers: u64,
        prepaid: &[(Box<str>, u32)],
        now: u32,
    ) -> Result<Decimal, Vec<Diagnostic>> {
        let mut sum = Decimal::ZERO;
        for part in parts(stage, customers, prepaid)? {
            let fault = |fault: Fault| vec![fault.at(&format!("the prepayment of `{}`", part.name), None)];
            let covered = self.units_paid(&part, now).map_err(fault)?;
            let is_all = part.units.compare(covered).map_err(Fault::from).map_err(fault)?.is_le();
            let units = if is_all { part.units } else { covered };
            let monthly = part.monthly(units).and_then(|monthly| Ok(monthly.to_decimal()?)).map_err(fault)?;
            sum = add(sum, monthly).map_err(Fault::from).map_err(fault)?;
        }
        Ok(sum)
    }

    /// How many units of a part are paid for in month `now`.
    fn units_paid(&self, part: &PrepaidPart, now: u32) -> Result<Fraction, Fault> {
        let paid = self.paid.get(&part.key()).into_iter().flatten().filter(|(_, until)| *until > now);
        Ok(paid.into_iter().try_fold(Fraction::ZERO, |sum, (units, _)| sum.add(*units))?)
    }

    fn pay_for(&mut self, part: &PrepaidPart, now: u32) -> Result<Option<Decimal>, Fault> {
        let covered = self.units_paid(part, now)?;
        if part.units.compare(covered)?.is_le() {
            return Ok(None);
        }
        let missing = part.units.subtract(covered)?;
        let amount = part.monthly(missing)?.multiply(Decimal::from(part.months).into())?.to_decimal()?;
        let paid = self.paid.entry(part.key()).or_default();
        paid.retain(|(_, until)| *until > now);
        paid.push((missing, now.saturating_add(part.months)));
        Ok(Some(amount))
    }
}

/// What the stage before costs while it runs on for some weeks beside the new one.
pub(crate) fn overlap(total: Decimal, weeks: Decimal, hours_per_month: Decimal) -> Result<Decimal, Fault> {
    let hours = multiply(weeks, Decimal::from(7 * 24)).map_err(Fault::from)?;
    let part = Fraction::new(hours, hours_per_month)?;
    Ok(part.multiply(total.into())?.to_decimal()?)
}
