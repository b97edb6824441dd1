//! What is paid for several months ahead, and what of it is paid already.

use std::collections::HashMap;

use rust_decimal::Decimal;

use super::Fault;
use super::line_item::quantity_of;
use super::rows::{Rows, rows_with_parts};
use super::stage::drivers;
use crate::diagnostic::Diagnostic;
use crate::model::{ForecastEvent, Fraction, LineItem, Period, PricePoint, Pricing, Stage, Unobserved, multiply};

/// A part of a stage's cost that is paid for several months ahead.
struct PrepaidPart {
    name: Box<str>,
    months: u32,
    units: Fraction,
    /// What a month of all units costs, in the reporting currency.
    monthly: Fraction,
}

/// The parts of a stage that are paid ahead: prices for more than a month, and the plain costs that `prepaid` names.
fn parts(stage: &Stage, customers: u64, prepaid: &[(Box<str>, u32)]) -> Result<Vec<PrepaidPart>, Vec<Diagnostic>> {
    let named = |item: &LineItem| prepaid.iter().find(|(name, _)| *name == item.name).map(|(_, months)| *months);
    let period = |item: &LineItem, charge: usize| match item.charges()[charge].terms()?.pricing {
        Pricing::Flat { period, .. } if period != Period::MONTH => Some(period.months),
        _ => None,
    };
    let is_any = |item: &LineItem| {
        named(item).is_some() || (0..item.charges().len()).any(|charge| period(item, charge).is_some())
    };
    if !stage.line_items.iter().any(is_any) {
        return Ok(Vec::new());
    }
    let values = drivers(stage, customers, &mut Unobserved)?;
    let rows = Rows { stage, drivers: &values, point: PricePoint::Expected, memory: None };
    let (_, costs) = rows_with_parts(rows)?;
    let mut found = Vec::new();
    for (item, costs) in stage.line_items.iter().zip(costs) {
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
            let units = quantity_of(rows, item).map_err(fault)?;
            found.push(PrepaidPart { name: name.into(), months, units, monthly: part.cost.value });
        }
    }
    Ok(found)
}

/// What is paid ahead, from month to month.
#[derive(Debug, Default)]
pub(super) struct Prepayments {
    /// By name, how many units are paid for, and up to which month.
    paid: HashMap<Box<str>, Vec<(Fraction, u32)>>,
}

/// What prepayments change in what has to be paid in a month.
#[derive(Debug, Default)]
pub(super) struct Prepaid {
    /// The part of the month's cost that is paid ahead, in this month or before.
    pub(super) covered: Decimal,
    /// What is paid in this month for this one and those that follow.
    pub(super) payments: Vec<ForecastEvent>,
}

impl Prepayments {
    /// Pays in month `now` for the units of the stage that are not paid for.
    pub(super) fn pay(
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
            let covered = part.monthly.to_decimal().map_err(Fault::from).map_err(fault)?;
            result.covered = crate::model::add(result.covered, covered).map_err(Fault::from).map_err(fault)?;
            if let Some(amount) = payment {
                result.payments.push(ForecastEvent::Prepayment { name: part.name, months: part.months, amount });
            }
        }
        Ok(result)
    }

    fn pay_for(&mut self, part: &PrepaidPart, now: u32) -> Result<Option<Decimal>, Fault> {
        let paid = self.paid.entry(part.name.clone()).or_default();
        paid.retain(|(_, until)| *until > now);
        let mut covered = Fraction::ZERO;
        for (units, _) in paid.iter() {
            covered = covered.add(*units)?;
        }
        if part.units.compare(covered)?.is_le() {
            return Ok(None);
        }
        let missing = part.units.subtract(covered)?;
        let monthly = part.monthly.multiply(missing)?.divide(part.units)?;
        let amount = monthly.multiply(Decimal::from(part.months).into())?.to_decimal()?;
        paid.push((missing, now.saturating_add(part.months)));
        Ok(Some(amount))
    }
}

/// What the stage before costs while it runs on for some weeks beside the new one.
pub(super) fn overlap(total: Decimal, weeks: Decimal, hours_per_month: Decimal) -> Result<Decimal, Fault> {
    let hours = multiply(weeks, Decimal::from(7 * 24)).map_err(Fault::from)?;
    let part = Fraction::new(hours, hours_per_month)?;
    Ok(part.multiply(total.into())?.to_decimal()?)
}
