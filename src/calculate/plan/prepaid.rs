//! Costs that are paid several months in advance, and how much of them has been paid.

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

/// A part of a stage's cost that is paid several months in advance.
struct PrepaidPart {
    name: Box<str>,
    /// What is bought. Units of one SKU do not count for another, even if a line item of another stage has the same
    /// name.
    sku: Option<Box<str>>,
    vendor: Option<Box<str>>,
    months: u32,
    /// The number of units that are needed; for a plain cost, which has no unit price, its amount.
    units: Fraction,
    /// The monthly cost of one unit, in the reporting currency.
    each: Fraction,
}

impl PrepaidPart {
    fn key(&self) -> Bought {
        (self.name.clone(), self.sku.clone())
    }

    /// The monthly cost of a number of units.
    fn monthly(&self, units: Fraction) -> Result<Fraction, Fault> {
        Ok(self.each.multiply(units)?)
    }
}

/// The parts of a stage that are paid in advance: prices for more than a month, and the plain costs that `prepaid`
/// names.
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

/// The name of a prepaid part, and its SKU.
type Bought = (Box<str>, Option<Box<str>>);

/// Prepayments, from month to month.
#[derive(Debug, Default)]
pub(crate) struct Prepayments {
    /// The units that are paid for, by name and SKU, and the month up to which they are.
    paid: HashMap<Bought, Vec<(Fraction, u32)>>,
}

/// How prepayments change the amount to pay in a month.
#[derive(Debug, Default)]
pub(crate) struct Prepaid {
    /// The part of the month's cost that is paid in advance, in this month or earlier.
    pub(crate) covered: Decimal,
    /// The payment in this month for this and following months.
    pub(crate) payments: Vec<ForecastEvent>,
    /// By how much the payment to vendors in this month exceeds its costs; negative if it is lower.
    pub(crate) by_vendor: Vec<(Box<str>, Decimal)>,
}

impl Prepayments {
    /// Pays in month `now` for the units of the stage that are not yet paid for.
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

    /// The part of a stage's monthly cost that is already paid, up to the units that it needs.
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

    /// How many units of a part are already paid for in month `now`.
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

/// The cost of the previous stage while it runs in parallel with the new one for some weeks.
pub(crate) fn overlap(total: Decimal, weeks: Decimal, hours_per_month: Decimal) -> Result<Decimal, Fault> {
    let hours = multiply(weeks, Decimal::from(7 * 24)).map_err(Fault::from)?;
    let part = Fraction::new(hours, hours_per_month)?;
    Ok(part.multiply(total.into())?.to_decimal()?)
}
