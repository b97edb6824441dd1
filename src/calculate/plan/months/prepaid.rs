//! Costs that are paid several months in advance, and how much of them has been paid.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::calculate::charge::quantity::quantity_of;
use crate::calculate::cost::inputs::Rows;
use crate::calculate::cost::lines::rows::rows_with_parts;
use crate::calculate::cost::sums::drivers;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::fault::Fault;
use crate::calculate::plan::months::forecast_result::ForecastEvent;
use crate::diagnostic::Diagnostic;
use crate::model::{ForecastPlan, Fraction, Inputs, LineItem, Month, PricePoint, Stage, add, multiply, subtract};

/// A part of a stage's cost that is paid several months in advance.
struct PrepaidPart {
    name: Box<str>,
    /// What is bought. Units of one SKU do not count for another, even if a line item of another stage has the same
    /// name.
    sku: Option<Box<str>>,
    /// The place of the line item.
    line_item: usize,
    months: u32,
    /// When it is billed; `None` means when it is first needed.
    billed: Option<Billed>,
    /// The number of units that are needed; for a plain cost, which has no unit price, its amount.
    units: Fraction,
    /// The monthly cost of one unit, in the reporting currency.
    each: Fraction,
}

/// The months in which a part is billed, counted from the first month of the forecast.
#[derive(Clone, Copy)]
struct Billed {
    /// A month with a bill.
    month: i64,
    /// Whether it is the first bill.
    is_first: bool,
}

impl Billed {
    /// The last bill up to month `now`, if there is one, and the next one after it.
    fn around(self, now: u32, months: u32) -> (Option<i64>, i64) {
        let (now, months) = (i64::from(now), i64::from(months));
        let last = now - (now - self.month).rem_euclid(months);
        if self.is_first && self.month > now { (None, self.month) } else { (Some(last), last + months) }
    }
}

impl PrepaidPart {
    fn key(&self) -> Bought {
        (self.name.clone(), self.sku.clone())
    }

    /// The monthly cost of a number of units.
    fn monthly(&self, units: &Fraction) -> Result<Fraction, Fault> {
        Ok(self.each.multiply(units)?)
    }
}

/// The parts of a stage that are paid in advance: prices for more than a month, and the plain costs that `prepaid`
/// names.
fn parts(stage: &Stage, inputs: Inputs, plan: &ForecastPlan) -> Result<Vec<PrepaidPart>, Vec<Diagnostic>> {
    let named = |item: &LineItem| plan.prepaid.iter().find(|prepaid| prepaid.line_item == item.name);
    let is_any = |item: &LineItem| {
        named(item).is_some() || item.charges().iter().any(|charge| charge.prepaid_period().is_some())
    };
    if !stage.selected().any(|(_, item)| is_any(item)) {
        return Ok(Vec::new());
    }
    let values = drivers(stage, inputs, &mut Unobserved)?;
    let rows = Rows { stage, inputs, drivers: &values, point: PricePoint::Expected, memory: None };
    let (_, costs) = rows_with_parts(rows)?;
    let mut found = Vec::new();
    for (index, item) in stage.selected() {
        let costs = &costs[index];
        let fault = |fault: Fault| vec![fault.at(&format!("the prepayment of `{}`", item.name), Some(item.span))];
        for part in costs {
            let named = named(item);
            let months = match part.charge {
                Some(charge) => item.charges()[charge].prepaid_period().map(|period| period.months),
                None => named.map(|named| named.months),
            };
            let Some(months) = months else { continue };
            let ordered = item.ordered_on().map(|day| (Month::of(day), true));
            let billed = ordered.or_else(|| Some((named?.month?, false)));
            let billed = billed.map(|(month, is_first)| Billed { month: month.since(plan.start), is_first });
            let name = match part.charge {
                Some(charge) => format!("{}: {}", item.name, item.charges()[charge].meter()),
                None => item.name.to_string(),
            };
            let cost = part.cost.value.clone();
            if cost.is_zero() {
                continue;
            }
            let (units, each) = match part.charge {
                Some(_) => {
                    // A part with a cost has a quantity.
                    let units = quantity_of(rows, item).map_err(fault)?.unwrap_or(Decimal::ONE.into());
                    (units.clone(), cost.divide(&units).map_err(Fault::from).map_err(fault)?)
                }
                None => (cost, Decimal::ONE.into()),
            };
            let sku = item.sku().map(Box::from);
            found.push(PrepaidPart { name: name.into(), sku, line_item: index, months, billed, units, each });
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
    paid: HashMap<Bought, Vec<(Fraction, i64)>>,
}

/// How prepayments change the amount to pay in a month.
#[derive(Debug, Default)]
pub(crate) struct Prepaid {
    /// The part of the month's cost that is paid in advance, in this month or earlier.
    pub(crate) covered: Decimal,
    /// The payment in this month for this and following months.
    pub(crate) payments: Vec<ForecastEvent>,
    /// By how much the bill for line items exceeds their cost of the month, by place; negative if it is lower.
    pub(crate) more: Vec<(usize, Decimal)>,
}

impl Prepayments {
    /// Pays in month `now` for the units of the stage that are not yet paid for.
    pub(crate) fn pay(
        &mut self,
        stage: &Stage,
        inputs: Inputs,
        plan: &ForecastPlan,
        now: u32,
    ) -> Result<Prepaid, Vec<Diagnostic>> {
        let mut result = Prepaid::default();
        for part in parts(stage, inputs, plan)? {
            let fault = |fault: Fault| vec![fault.at(&format!("the prepayment of `{}`", part.name), None)];
            let payment = self.pay_for(&part, now).map_err(fault)?;
            let covered = part.monthly(&part.units).and_then(|monthly| Ok(monthly.to_decimal()?)).map_err(fault)?;
            result.covered = add(result.covered, covered).map_err(Fault::from).map_err(fault)?;
            let paid = payment.map(|(_, amount)| amount).unwrap_or_default();
            let more = subtract(paid, covered).map_err(Fault::from).map_err(fault)?;
            result.more.push((part.line_item, more));
            if let Some((months, amount)) = payment {
                result.payments.push(ForecastEvent::Prepayment { name: part.name, months, amount });
            }
        }
        Ok(result)
    }

    /// The part of the monthly cost of line items that is already paid, up to the units that they need, by place.
    pub(crate) fn already_paid(
        &self,
        stage: &Stage,
        inputs: Inputs,
        plan: &ForecastPlan,
        now: u32,
    ) -> Result<Vec<(usize, Decimal)>, Vec<Diagnostic>> {
        let paid = |part: PrepaidPart| {
            let fault = |fault: Fault| vec![fault.at(&format!("the prepayment of `{}`", part.name), None)];
            let covered = self.units_paid(&part, now).map_err(fault)?;
            let units = (&covered).min(&part.units);
            let monthly = part.monthly(units).and_then(|monthly| Ok(monthly.to_decimal()?)).map_err(fault)?;
            Ok((part.line_item, monthly))
        };
        parts(stage, inputs, plan)?.into_iter().map(paid).collect()
    }

    /// How many units of a part are already paid for in month `now`.
    fn units_paid(&self, part: &PrepaidPart, now: u32) -> Result<Fraction, Fault> {
        let paid = self.paid.get(&part.key()).into_iter().flatten().filter(|(_, until)| *until > i64::from(now));
        Ok(paid.into_iter().try_fold(Fraction::ZERO, |sum, (units, _)| sum.add(units))?)
    }

    /// Pays for the units that are not yet paid for, and returns for how many months with the amount. Where the months
    /// with a bill are known, it is paid up to the next one: what was billed before the forecast is paid, and nothing is
    /// due before the first bill.
    fn pay_for(&mut self, part: &PrepaidPart, now: u32) -> Result<Option<(u32, Decimal)>, Fault> {
        let covered = self.units_paid(part, now)?;
        if part.units.cmp(&covered).is_le() {
            return Ok(None);
        }
        let missing = part.units.subtract(&covered)?;
        let is_new = !self.paid.contains_key(&part.key());
        let (is_due, until) = match part.billed.map(|billed| billed.around(now, part.months)) {
            Some((last, next)) => (last.is_some_and(|last| !is_new || last >= 0), next),
            None => (true, i64::from(now) + i64::from(part.months)),
        };
        let paid = self.paid.entry(part.key()).or_default();
        paid.retain(|(_, until)| *until > i64::from(now));
        paid.push((missing.clone(), until));
        // A bill is at most `part.months` ahead, unless the first one is yet to come.
        let Some(months) = u32::try_from(until - i64::from(now)).ok().filter(|_| is_due) else { return Ok(None) };
        Ok(Some((months, part.monthly(&missing)?.multiply(&Decimal::from(months).into())?.to_decimal()?)))
    }
}

/// The part of a month for which the previous stage runs in parallel with the new one.
pub(crate) fn overlap(weeks: Decimal, hours_per_month: Decimal) -> Result<Fraction, Fault> {
    let hours = multiply(weeks, Decimal::from(7 * 24)).map_err(Fault::from)?;
    Ok(Fraction::new(hours, hours_per_month)?)
}
