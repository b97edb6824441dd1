//! A plan as the bill that it expects: what each line item costs, in rows whose price times their quantity is their cost.
//!
//! The buffer and the roundings of the plan are on no bill, so they are next to the costs and not in them.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::calculate::actuals::planned_charge::{BillPrice as Price, BilledAs, ChargeRow};
use crate::calculate::cost::costing::{Costing, LineCost};
use crate::calculate::cost::lines::adjusted::rows_of;
use crate::calculate::cost::stage::stage as compute;
use crate::calculate::cost::trace::{ChargeRecord, Observer, PricedPart, Step, Subject};
use crate::calculate::cost::usage::usage_of;
use crate::calculate::fault::Fault;
use crate::diagnostic::Diagnostic;
use crate::model::{ChargeKind, Currency, Fraction, Inputs, LineItem, LinePricing, Stage, add, multiply, subtract};

pub use crate::calculate::actuals::planned_charge::BillPrice;

/// The bill that a stage expects of a month.
#[derive(Clone, Debug)]
pub struct PlannedBill {
    /// What the stage costs.
    pub costing: Costing,
    /// The rows, in the order of the line items; then the taxes.
    pub charges: Vec<PlannedCharge>,
}

/// A row of a planned bill. Amounts are in the reporting currency.
#[derive(Clone, Debug)]
pub struct PlannedCharge {
    /// The line item, by its place; `None` for a tax.
    pub line_item: Option<usize>,
    /// The charge of its SKU, by its place.
    pub charge: Option<usize>,
    /// What kind of charge it is.
    pub kind: ChargeKind,
    /// Which part of the charge it is, if it is not all of it; what a tax or a credit is for.
    pub label: Option<String>,
    /// The price whose product with the quantity is the cost; `None` for what has none.
    pub price: Option<BillPrice>,
    /// The currency in which the vendor states the price.
    pub currency: Currency,
    /// The usage, in pricing units, where something is counted.
    pub consumed: Option<Decimal>,
    /// The cost; `None` if it is unknown.
    pub cost: Option<Decimal>,
    /// What the rounding of the line item adds; in the last row also that of the total.
    pub rounding: Decimal,
    /// The part of the buffer.
    pub buffer: Decimal,
}

impl PlannedCharge {
    /// A cost of one month.
    pub fn once(amount: Decimal, currency: Currency) -> Self {
        let row = Self::new(None, ChargeKind::Purchase, Some(amount), currency);
        Self { price: Some(Price::once(amount, amount)), ..row }
    }

    /// A row without a price.
    fn new(line_item: Option<usize>, kind: ChargeKind, cost: Option<Decimal>, currency: Currency) -> Self {
        Self {
            line_item,
            charge: None,
            kind,
            label: None,
            price: None,
            currency,
            consumed: None,
            cost,
            rounding: Decimal::ZERO,
            buffer: Decimal::ZERO,
        }
    }
}

/// Computes the bill that a stage expects.
///
/// # Errors
/// As [`stage`](crate::calculate::cost::stage::stage()).
pub fn planned_bill(stage: &Stage, inputs: Inputs) -> Result<PlannedBill, Vec<Diagnostic>> {
    let mut records = Records::default();
    let costing = compute(stage, inputs, &mut records)?;
    let mut charges = Vec::new();
    for (place, item, line) in stage.rows(&costing.line_items) {
        let row = BilledLine { stage, costing: &costing, place, item, line, records: &records };
        let of_item = row.charges();
        let fault = |fault: Fault| vec![fault.at(&format!("the bill of `{}`", item.name), Some(item.span))];
        charges.extend(of_item.map_err(fault)?);
    }
    let whole = |fault: Fault| vec![fault.at(&format!("the bill of stage {} ({})", stage.id, stage.name), None)];
    add_rest(&costing, &mut charges).map_err(whole)?;
    for rate in costing.taxed.iter().flat_map(|taxed| &taxed.rates).filter(|rate| !rate.tax.is_zero()) {
        let percent = multiply(rate.rate, Decimal::ONE_HUNDRED).map_err(Fault::from).map_err(whole)?;
        let row = PlannedCharge::new(None, ChargeKind::Tax, Some(rate.tax), stage.currency);
        charges.push(PlannedCharge { label: Some(format!("tax at {}%", percent.normalize())), ..row });
    }
    Ok(PlannedBill { costing, charges })
}

/// Adds what is left of the buffer, and the rounding of the total, to the last row.
fn add_rest(costing: &Costing, charges: &mut [PlannedCharge]) -> Result<(), Fault> {
    let Some(totals) = costing.known_totals() else { return Ok(()) };
    let spread = charges.iter().try_fold(Decimal::ZERO, |sum, charge| add(sum, charge.buffer))?;
    if let Some(last) = charges.iter_mut().rfind(|charge| charge.cost.is_some()) {
        last.buffer = add(last.buffer, subtract(totals.buffer, spread)?)?;
        last.rounding = add(last.rounding, totals.rounding)?;
    }
    Ok(())
}

/// Adds what is left of a cost to the price of a row that is paid once, if there is one.
fn add_to_one(rows: &mut [PlannedCharge], rest: Decimal) -> Result<bool, Fault> {
    let is_one = |price: &Price| price.quantity == Decimal::ONE && !price.contracted.is_zero();
    for row in rows.iter_mut().rev() {
        let (Some(price), Some(cost)) = (row.price.as_mut().filter(|price| is_one(price)), row.cost) else { continue };
        let is_list = price.list == price.contracted;
        price.contracted = add(price.contracted, rest)?;
        if is_list {
            price.list = price.contracted;
        }
        row.cost = Some(add(cost, rest)?);
        return Ok(row.cost == Some(price.contracted));
    }
    Ok(false)
}

/// What is billed for each charge.
#[derive(Default)]
struct Records(HashMap<(Subject, usize), Vec<ChargeRecord>>);

impl Observer for Records {
    fn step(&mut self, _: Subject, _: impl FnOnce() -> Step) {}

    fn charge(&mut self, subject: Subject, place: usize, record: impl FnOnce() -> ChargeRecord) {
        self.0.entry((subject, place)).or_default().push(record());
    }
}

impl Records {
    /// The priced parts of a charge.
    fn parts(&self, subject: Subject, place: usize) -> Vec<PricedPart> {
        let of_part = |record: &ChargeRecord| match record {
            ChargeRecord::Part(part) => Some(part.clone()),
            ChargeRecord::Cost(_) => None,
        };
        self.0.get(&(subject, place)).into_iter().flatten().filter_map(of_part).collect()
    }

    /// What a charge costs, in the currency of its prices.
    fn cost(&self, subject: Subject, place: usize) -> Option<(&Fraction, Currency)> {
        self.0.get(&(subject, place))?.iter().find_map(|record| match record {
            ChargeRecord::Cost(cost) => match cost.measure {
                crate::model::Measure::Money(currency) => Some((&cost.value, currency)),
                _ => None,
            },
            ChargeRecord::Part(_) => None,
        })
    }
}

/// A line item whose bill is computed.
struct BilledLine<'a> {
    stage: &'a Stage,
    costing: &'a Costing,
    place: usize,
    item: &'a LineItem,
    line: &'a LineCost,
    records: &'a Records,
}

impl BilledLine<'_> {
    /// The rows of the line item.
    fn charges(&self) -> Result<Vec<PlannedCharge>, Fault> {
        let mut rows = Vec::new();
        let count = self.item.charges().len().max(1);
        for charge in 0..count {
            rows.extend(self.charge(charge)?);
        }
        let Self { line, stage, .. } = self;
        let row = |kind, cost| PlannedCharge::new(Some(self.place), kind, cost, stage.currency);
        if line.is_known {
            let billed = rows.iter().try_fold(Decimal::ZERO, |sum, row| add(sum, row.cost.unwrap_or_default()))?;
            let rest = subtract(add(line.exact, line.off)?, billed)?;
            if !(rest.is_zero() && !rows.is_empty() || add_to_one(&mut rows, rest)?) {
                rows.push(self.rest(rest));
            }
            if !line.off.is_zero() {
                let off = subtract(Decimal::ZERO, line.off)?;
                rows.push(PlannedCharge { label: Some(self.reasons()), ..row(ChargeKind::Credit, Some(off)) });
            }
            if let Some(first) = rows.first_mut() {
                first.rounding = subtract(line.monthly, line.exact)?;
                first.buffer = multiply(line.monthly, stage.buffer.value)?;
            }
        }
        if !line.unknown.is_empty() {
            rows.push(row(ChargeKind::Usage, None));
        }
        Ok(rows)
    }

    /// What is left of the cost where converted prices were cut off.
    fn rest(&self, rest: Decimal) -> PlannedCharge {
        let is_below = rest.is_sign_negative() && !rest.is_zero();
        let kind = if is_below { ChargeKind::Adjustment } else { ChargeKind::Purchase };
        let row = PlannedCharge::new(Some(self.place), kind, Some(rest), self.stage.currency);
        let label = (!rest.is_zero()).then(|| "rounding of converted prices".to_owned());
        PlannedCharge { price: (!is_below).then(|| Price::once(rest, rest)), label, ..row }
    }

    /// What is deducted from the line item, in words.
    fn reasons(&self) -> String {
        let fits =
            |adjustment: &&crate::model::Adjustment| rows_of(self.stage, adjustment).any(|row| row == self.place);
        let reasons = self.stage.adjustments.iter().filter(fits).map(|adjustment| &*adjustment.reason);
        reasons.collect::<Vec<_>>().join(", ")
    }

    /// The rows of one charge; none if its cost is unknown.
    fn charge(&self, place: usize) -> Result<Vec<PlannedCharge>, Fault> {
        let subject = Subject::LineItem(self.place);
        let Some((cost, currency)) = self.records.cost(subject, place) else { return Ok(Vec::new()) };
        let line = self.item.charges().get(place);
        let cost = match self.stage.rate(currency) {
            Some(rate) => rate.convert(cost)?,
            None => cost.clone(),
        };
        let is_flat = line.and_then(|line| line.terms()).is_some_and(|terms| terms.pricing.period().is_some());
        let is_each = is_flat || line.is_some_and(|line| line.charge.each);
        let quantity = Fraction::from(self.line.quantity.filter(|_| is_each).unwrap_or(Decimal::ONE));
        let used = usage_of(self.stage, self.costing, self.item, self.place);
        let used = used.into_iter().find(|usage| line.is_some_and(|line| std::ptr::eq(usage.charge, line)));
        let consumed = used.map(|used| used.amount.multiply(&quantity)).transpose()?;
        let (parts, list) =
            (self.records.parts(subject, place), self.records.parts(Subject::ListPrice(self.place), place));
        let (parts, list) = (&*parts, &*list);
        let billed = BilledAs { stage: self.stage, line, currency, parts, list, quantity, consumed, cost };
        let rows = billed.rows()?;
        let is_of_sku = matches!(self.item.pricing, LinePricing::Sku(_));
        let planned = |row: ChargeRow| {
            let kind = if row.consumed.is_some() { ChargeKind::Usage } else { ChargeKind::Purchase };
            PlannedCharge {
                charge: is_of_sku.then_some(place),
                label: row.label,
                price: Some(row.price),
                consumed: row.consumed,
                ..PlannedCharge::new(Some(self.place), kind, Some(row.cost), currency)
            }
        };
        Ok(rows.into_iter().map(planned).collect())
    }
}
