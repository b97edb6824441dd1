//! The plan of a month against its bills.
//!
//! The stage is computed three more times, each time with one more thing of the bill: its exchange rates, its quantities, its
//! usage. What each changes is a cause. What is left is the price. So the causes of a row add up to its difference.

use std::collections::BTreeMap;

use rust_decimal::Decimal;

use crate::calculate::actuals::billed_stage::{BilledUse, at_rates, billed_use};
use crate::calculate::actuals::comparison::{ComparedRow, Comparison, DifferenceCause, RowSubject};
use crate::calculate::actuals::matching::{Target, matched};
use crate::calculate::actuals::run_rate::{days_of, projected};
use crate::calculate::cost::costing::{Completeness, Costing};
use crate::calculate::cost::stage::stage as compute;
use crate::calculate::cost::trace::Unobserved;
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    ActualMonth, ArithmeticError, BilledCharge, ChargeKind, ExchangeRate, Fraction, MatchRule, Money, Stage, add,
    subtract,
};

/// A charge in the reporting currency, up to now and at the end of the month.
struct Converted {
    charge: BilledCharge,
    billed: Decimal,
    projected: Decimal,
}

/// The charges of a row.
type Row = Vec<Converted>;

/// Compares a stage with the bills of a month. `rates` are those of the month.
///
/// # Errors
/// `missing-exchange-rate`, and errors of the computation.
pub fn compare(
    stage: &Stage,
    plan: &Costing,
    month: &ActualMonth,
    rules: &[MatchRule],
    rates: &[ExchangeRate],
) -> Result<Comparison, Vec<Diagnostic>> {
    let mut of_items: BTreeMap<usize, Row> = BTreeMap::new();
    let mut of_vendors: BTreeMap<String, Row> = BTreeMap::new();
    let mut others: BTreeMap<(String, String), Row> = BTreeMap::new();
    let mut tax = Row::new();
    for (charge, target) in matched(stage, month, rules) {
        let converted = converted(charge, month, stage, rates)?;
        match target {
            Target::LineItem(place) => of_items.entry(place).or_default().push(converted),
            Target::Vendor(vendor) => of_vendors.entry(vendor).or_default().push(converted),
            Target::NotInPlan => others.entry(unplanned_name(charge)).or_default().push(converted),
            Target::Tax => tax.push(converted),
        }
    }
    let steps = Steps::new(stage, plan, rates, &of_items)?;
    let rows = rows(&steps, &of_items, &of_vendors, others, &tax);
    let compared = rows.and_then(|rows| comparison(rows, month, stage, rates));
    compared.map_err(|error| vec![too_large(error)])
}

fn too_large(error: ArithmeticError) -> Diagnostic {
    let code = if error == ArithmeticError::Overflow { Code::Overflow } else { Code::LostDigits };
    Diagnostic::new(code, format!("the bills of the month cannot be added up: {error}"))
}

/// What a charge that no line item stands for is called: by its vendor and its service.
fn unplanned_name(charge: &BilledCharge) -> (String, String) {
    let product = &charge.product;
    let closer = product.service.as_deref().or(product.sku.as_deref()).unwrap_or_default();
    (product.vendor.to_string(), closer.to_owned())
}

fn converted(
    charge: &BilledCharge,
    month: &ActualMonth,
    stage: &Stage,
    rates: &[ExchangeRate],
) -> Result<Converted, Vec<Diagnostic>> {
    let whole = projected(charge, days_of(charge, month)).map_err(|error| vec![too_large(error)])?;
    let into = |money: Money| convert(money, stage, rates);
    let missing = || {
        let Money { currency, .. } = charge.cost;
        let message = format!("no exchange rate from {currency} to {} on {}", stage.currency, month.month.last_day());
        let diagnostic = Diagnostic::at(Code::MissingExchangeRate, charge.span, message, format!("in {currency}"));
        vec![diagnostic.help("add a rate to pricing/fx.toml that is effective on or before that day")]
    };
    let in_reporting = |money: Money| match into(money) {
        Some(amount) => amount.map_err(|error| vec![too_large(error)]),
        None => Err(missing()),
    };
    Ok(Converted { billed: in_reporting(charge.cost)?, projected: in_reporting(whole.cost)?, charge: whole })
}

/// An amount in the reporting currency; `None` without a rate.
fn convert(money: Money, stage: &Stage, rates: &[ExchangeRate]) -> Option<Result<Decimal, ArithmeticError>> {
    if money.currency == stage.currency {
        return Some(Ok(money.amount));
    }
    let rate = rates.iter().find(|rate| rate.from == money.currency)?;
    Some(rate.convert(&money.amount.into()).and_then(|amount| amount.to_decimal()))
}

/// The stage as planned, and with one more thing of the bill each time.
struct Steps<'s> {
    stage: &'s Stage,
    plan: &'s Costing,
    at_rates: Costing,
    with_quantity: Costing,
    with_usage: Costing,
    uses: BTreeMap<usize, BilledUse>,
}

impl<'s> Steps<'s> {
    fn new(
        stage: &'s Stage,
        plan: &'s Costing,
        rates: &[ExchangeRate],
        of_items: &BTreeMap<usize, Row>,
    ) -> Result<Self, Vec<Diagnostic>> {
        let use_of = |(place, row): (&usize, &Row)| {
            let charges: Vec<BilledCharge> = row.iter().map(|converted| converted.charge.clone()).collect();
            (*place, billed_use(stage, plan, *place, &charges))
        };
        let uses: BTreeMap<usize, BilledUse> = of_items.iter().map(use_of).collect();
        let mut changed = at_rates(stage, rates);
        let at_rates = compute(&changed, plan.inputs, &mut Unobserved)?;
        for (place, billed) in &uses {
            billed.set_quantity(&mut changed.line_items[*place]);
        }
        let with_quantity = compute(&changed, plan.inputs, &mut Unobserved)?;
        for (place, billed) in &uses {
            billed.set_usage(&mut changed.line_items[*place]);
        }
        let with_usage = compute(&changed, plan.inputs, &mut Unobserved)?;
        Ok(Self { stage, plan, at_rates, with_quantity, with_usage, uses })
    }

    /// The sum of some line items in a costing.
    fn sum(costing: &Costing, places: &[usize]) -> Result<Decimal, ArithmeticError> {
        places.iter().try_fold(Decimal::ZERO, |sum, place| add(sum, costing.line_items[*place].exact))
    }

    /// The row of some line items, with what was billed of them.
    fn row(
        &self,
        subject: RowSubject,
        places: &[usize],
        name: &str,
        billed: &Row,
    ) -> Result<ComparedRow, ArithmeticError> {
        let mut row = ComparedRow::new(subject, name);
        let item = places.first().map(|place| &self.stage.line_items[*place]);
        row.vendor = item.and_then(|item| item.vendor()).map(Into::into);
        row.category = item.map(|item| self.stage.category(item.category).into());
        row.planned = Self::sum(self.plan, places)?;
        let lines = || places.iter().map(|place| &self.plan.line_items[*place]);
        row.is_known = Completeness::of(lines()) == Completeness::Full;
        put(&mut row, billed)?;
        if row.billed.is_none() {
            row.rest(DifferenceCause::NotBilled)?;
            return Ok(row);
        }
        if !row.is_known {
            row.rest(DifferenceCause::NotKnown)?;
            return Ok(row);
        }
        let steps = [self.plan, &self.at_rates, &self.with_quantity, &self.with_usage];
        let causes = [DifferenceCause::ExchangeRate, DifferenceCause::Quantity, DifferenceCause::Usage];
        for (pair, cause) in steps.windows(2).zip(causes) {
            row.cause(cause, subtract(Self::sum(pair[1], places)?, Self::sum(pair[0], places)?)?)?;
        }
        let off =
            places.iter().try_fold(Decimal::ZERO, |sum, place| add(sum, self.with_usage.line_items[*place].off))?;
        row.cause(DifferenceCause::Credits, off)?;
        let is_whole = places.iter().all(|place| self.uses.get(place).is_some_and(|billed| billed.is_whole));
        row.rest(if is_whole { DifferenceCause::Price } else { DifferenceCause::UsageOrPrice })?;
        Ok(row)
    }
}

/// Puts what was billed into a row: its sums, and what is credited, corrected, or still to come.
fn put(row: &mut ComparedRow, billed: &Row) -> Result<(), ArithmeticError> {
    for Converted { charge, billed, projected } in billed {
        row.billed = Some(add(row.billed.unwrap_or_default(), *billed)?);
        row.projected = add(row.projected, *projected)?;
        row.cause(DifferenceCause::NotBilled, subtract(*billed, *projected)?)?;
        match charge.product.kind {
            ChargeKind::Credit => row.cause(DifferenceCause::Credits, *projected)?,
            ChargeKind::Adjustment => row.cause(DifferenceCause::Corrections, *projected)?,
            _ if charge.product.is_correction => row.cause(DifferenceCause::Corrections, *projected)?,
            ChargeKind::Usage | ChargeKind::Purchase | ChargeKind::Tax => {}
        }
    }
    Ok(())
}

/// The rows: line items in the order of the stage, then what is not in the plan, then the tax.
fn rows(
    steps: &Steps<'_>,
    of_items: &BTreeMap<usize, Row>,
    of_vendors: &BTreeMap<String, Row>,
    others: BTreeMap<(String, String), Row>,
    tax: &Row,
) -> Result<Vec<ComparedRow>, ArithmeticError> {
    let mut rows = Vec::new();
    let mut shown: Vec<&String> = Vec::new();
    let none = Row::new();
    for (place, item, _) in steps.stage.rows(&steps.plan.line_items) {
        let vendor = item.vendor().map(str::to_lowercase);
        let Some((vendor, billed)) = vendor.and_then(|vendor| of_vendors.get_key_value(&vendor)) else {
            let billed = of_items.get(&place).unwrap_or(&none);
            rows.push(steps.row(RowSubject::LineItem(place), &[place], &item.name, billed)?);
            continue;
        };
        if shown.contains(&vendor) {
            continue;
        }
        shown.push(vendor);
        let is_of = |item: &crate::model::LineItem| item.vendor().is_some_and(|own| own.eq_ignore_ascii_case(vendor));
        let all = steps.stage.rows(&steps.plan.line_items).filter(|(_, item, _)| is_of(item));
        let places: Vec<usize> = all.map(|(place, ..)| place).collect();
        let name = format!("{vendor}, {} line items", places.len());
        rows.push(steps.row(RowSubject::Vendor(places.clone()), &places, &name, billed)?);
    }
    for ((vendor, closer), billed) in others {
        let name = if closer.is_empty() { vendor.clone() } else { format!("{vendor}: {closer}") };
        let mut row = ComparedRow::new(RowSubject::NotInPlan, &name);
        row.vendor = Some(vendor.into());
        put(&mut row, &billed)?;
        row.rest(DifferenceCause::NotInPlan)?;
        rows.push(row);
    }
    let planned = steps.plan.taxed.as_ref().map(|taxed| taxed.tax);
    if planned.is_some() || !tax.is_empty() {
        let mut row = ComparedRow::new(RowSubject::Tax, "Tax");
        row.planned = planned.unwrap_or_default();
        put(&mut row, tax)?;
        row.rest(if tax.is_empty() { DifferenceCause::NotBilled } else { DifferenceCause::Tax })?;
        rows.push(row);
    }
    Ok(rows)
}

/// The rows with their sums.
fn comparison(
    rows: Vec<ComparedRow>,
    month: &ActualMonth,
    stage: &Stage,
    rates: &[ExchangeRate],
) -> Result<Comparison, ArithmeticError> {
    let mut total = ComparedRow::new(RowSubject::Sum, "Total");
    rows.iter().try_for_each(|row| total.add(row))?;
    let untaxed = || rows.iter().filter(|row| row.subject != RowSubject::Tax);
    let billed_before_tax = untaxed().try_fold(Decimal::ZERO, |sum, row| add(sum, row.billed.unwrap_or_default()))?;
    let projected_before_tax = untaxed().try_fold(Decimal::ZERO, |sum, row| add(sum, row.projected))?;
    let per = |of: Option<Decimal>| {
        let of = of.filter(|of| !of.is_zero());
        of.map(|of| Fraction::new(projected_before_tax, of)).transpose()
    };
    let mrr = month.mrr.and_then(|mrr| convert(mrr, stage, rates)).transpose()?;
    Ok(Comparison {
        cost_per_customer: per(month.customers.map(Decimal::from))?,
        share_of_mrr: per(mrr)?,
        rows,
        total,
        billed_before_tax,
        projected_before_tax,
    })
}
