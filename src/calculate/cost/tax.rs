//! The tax on what vendors bill, and the total with tax.

use rust_decimal::Decimal;

use crate::calculate::charge::currency::{convert, keep, stored};
use crate::calculate::charge::exact::ExactCost;
use crate::calculate::cost::costing::{LineCost, TaxAtRate, TaxedTotal, Totals};
use crate::calculate::cost::trace::{Observer, Operand, Operation, Origin, Step, Subject};
use crate::calculate::fault::Fault;
use crate::model::{Adjustment, Amount, Deduction, Fraction, Setting, Stage, Tax, multiply, subtract, sum};

/// What is billed for a line item, before tax.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Bill {
    /// The place of the line item in the stage.
    pub(crate) line_item: usize,
    /// The amount, in the reporting currency.
    pub(crate) net: Decimal,
}

/// The total with tax and less the credits after tax. The buffer and the rounding of the total are in no bill, so they
/// are not taxed.
pub(crate) fn taxed_total<O: Observer>(
    stage: &Stage,
    tax: &Tax,
    lines: &[LineCost],
    totals: &Totals,
    observer: &mut O,
) -> Result<TaxedTotal, Fault> {
    let money = |value: Decimal| Amount::money(value, stage.currency);
    let known = stage.rows(lines).filter(|(_, _, line)| line.is_known);
    let bills: Vec<Bill> = known.map(|(line_item, _, line)| Bill { line_item, net: line.monthly }).collect();
    let rates = tax_on(stage, tax, &bills, observer)?;
    let taxable = sum(rates.iter().map(|of| of.taxable))?;
    let of_all = match &rates[..] {
        [one] => one.tax,
        _ => stored(stage, exact_sum(rates.iter().map(|of| of.tax))?, Subject::Tax, observer, |all| {
            let operands = rates.iter().map(|of| Operand::new(at_rate("tax", of.rate), money(of.tax)));
            Step::new("tax", Operation::Sum(operands.collect()), all)
        })?,
    };
    let total = stored(stage, exact_sum([totals.total, of_all])?, Subject::TotalWithTax, observer, |total| {
        let operands = vec![Operand::new("total", money(totals.total)), Operand::new("tax", money(of_all))];
        Step::new("total with tax", Operation::Sum(operands), total)
    })?;
    let credits = credits(stage, tax, &bills, total, observer)?;
    let mut to_pay = total;
    if !credits.is_empty() {
        let all = exact_sum(credits.iter().copied())?;
        let all = stored(stage, all, Subject::CreditsAfterTax, observer, |all| {
            let operands = tax.credits.iter().zip(&credits);
            let operands = operands.map(|(credit, amount)| Operand::new(credit.reason.to_string(), money(*amount)));
            Step::new("credits after tax", Operation::Sum(operands.collect()), all)
        })?;
        let rest = Fraction::from(total).subtract(&all.into())?;
        to_pay = stored(stage, rest, Subject::ToPay, observer, |rest| {
            let (total, all) = (Operand::new("total with tax", money(total)), Operand::new("credits", money(all)));
            Step::new("to pay", Operation::Difference(total, all), rest)
        })?;
    }
    Ok(TaxedTotal { rate: tax.rate.value, taxable, tax: of_all, total, rates, credits, to_pay })
}

/// The tax on bills at each rate. The rate where no other one applies comes first, even if nothing is taxed at it.
pub(crate) fn tax_on<O: Observer>(
    stage: &Stage,
    tax: &Tax,
    bills: &[Bill],
    observer: &mut O,
) -> Result<Vec<TaxAtRate>, Fault> {
    let rate_on = |bill: &Bill| tax.rate_on(&stage.line_items[bill.line_item]);
    let mut rates: Vec<Setting<Decimal>> = vec![tax.rate];
    for rate in bills.iter().filter_map(rate_on) {
        if rates.iter().all(|known| known.value != rate.value) {
            rates.push(rate);
        }
    }
    let is_one = rates.len() == 1;
    let tax_at = |rate: Setting<Decimal>| {
        let of_rate = bills.iter().filter(|bill| rate_on(bill).is_some_and(|other| other.value == rate.value));
        let of_rate: Vec<&Bill> = of_rate.collect();
        tax_at_rate(stage, tax, rate, &of_rate, is_one, observer)
    };
    rates.into_iter().map(tax_at).collect()
}

fn tax_at_rate<O: Observer>(
    stage: &Stage,
    tax: &Tax,
    rate: Setting<Decimal>,
    bills: &[&Bill],
    is_one: bool,
    observer: &mut O,
) -> Result<TaxAtRate, Fault> {
    let money = |value: Decimal| Amount::money(value, stage.currency);
    let label = |label: &str| if is_one { label.to_owned() } else { at_rate(label, rate.value) };
    let taxable = exact_sum(bills.iter().map(|bill| bill.net))?;
    let taxable = stored(stage, taxable, Subject::Tax, observer, |taxable| {
        let name = |bill: &Bill| stage.line_items[bill.line_item].name.to_string();
        let operands = bills.iter().map(|bill| Operand::new(name(bill), money(bill.net)));
        Step::new(label("taxable"), Operation::Sum(operands.collect()), taxable)
    })?;
    let exact = Fraction::from(taxable).multiply(&rate.value.into())?;
    observer.step(Subject::Tax, || {
        let operands = vec![Operand::new("taxable", money(taxable)), Operand::new("rate", Amount::ratio(rate.value))];
        Step::new(label("tax"), Operation::Product(operands), Amount::money(exact.clone(), stage.currency))
            .from(Origin::at(rate.span))
    });
    let tax = match tax.rounding {
        Some(rounding) => {
            let rounded = rounding.value.apply(exact.clone())?;
            observer.step(Subject::Tax, || {
                let operand = Operand::new("tax", Amount::money(exact, stage.currency));
                Step::new(label("rounded tax"), Operation::Round(operand, rounding.value), money(rounded))
                    .from(Origin::at(rounding.span))
            });
            rounded
        }
        None => keep(stage, &ExactCost { value: exact, currency: stage.currency }, Subject::Tax, observer)?,
    };
    Ok(TaxAtRate { rate: rate.value, taxable, tax })
}

/// A label with a rate: `tax at 19%`.
fn at_rate(label: &str, rate: Decimal) -> String {
    match multiply(rate, Decimal::ONE_HUNDRED) {
        Ok(percent) => format!("{label} at {}%", percent.normalize()),
        Err(_) => label.to_owned(),
    }
}

/// What each credit after tax deducts from the bills with their tax, none of which falls below zero.
fn credits<O: Observer>(
    stage: &Stage,
    tax: &Tax,
    bills: &[Bill],
    mut total: Decimal,
    observer: &mut O,
) -> Result<Vec<Decimal>, Fault> {
    let mut left: Vec<(usize, Decimal)> = Vec::new();
    for bill in bills.iter().filter(|_| !tax.credits.is_empty()) {
        let rate = tax.rate_on(&stage.line_items[bill.line_item]).map_or(Decimal::ZERO, |rate| rate.value);
        let with_tax = Fraction::from(bill.net).multiply(&Fraction::from(rate).add(&Decimal::ONE.into())?)?;
        left.push((bill.line_item, with_tax.to_decimal()?));
    }
    let mut all = Vec::with_capacity(tax.credits.len());
    for credit in &tax.credits {
        let used = deduct(stage, credit, &mut left, total, observer)?;
        total = subtract(total, used)?;
        all.push(used);
    }
    Ok(all)
}

/// What a credit deducts from the bills that it is for, and at most `total`, which is less than their sum where the tax
/// is rounded down.
fn deduct<O: Observer>(
    stage: &Stage,
    credit: &Adjustment,
    left: &mut [(usize, Decimal)],
    total: Decimal,
    observer: &mut O,
) -> Result<Decimal, Fault> {
    let money = |value: Decimal| Amount::money(value, stage.currency);
    let (Deduction::Amount { amount, currency } | Deduction::AmountEach { amount, currency, .. }) = credit.off else {
        return Ok(Decimal::ZERO);
    };
    let subject = Subject::CreditsAfterTax;
    let amount = convert(stage, ExactCost { value: amount.into(), currency }, subject, observer)?;
    let amount = keep(stage, &amount, subject, observer)?;
    let fits = |line_item: usize| credit.on.fits(line_item, &stage.line_items[line_item]);
    let mut fitting: Vec<&mut Decimal> =
        left.iter_mut().filter(|(line_item, _)| fits(*line_item)).map(|(_, bill)| bill).collect();
    let bills = sum(fitting.iter().map(|bill| **bill))?.min(total);
    let used = amount.min(bills);
    let mut rest = used;
    for bill in &mut fitting {
        let of_bill = rest.min(**bill);
        (**bill, rest) = (subtract(**bill, of_bill)?, subtract(rest, of_bill)?);
    }
    observer.step(subject, || {
        let (amount, bills) = (Operand::new("credit", money(amount)), Operand::new("bills with tax", money(bills)));
        Step::new(credit.reason.to_string(), Operation::AtMost(amount, bills), money(used))
    });
    Ok(used)
}

fn exact_sum(amounts: impl IntoIterator<Item = Decimal>) -> Result<Fraction, Fault> {
    Ok(amounts.into_iter().try_fold(Fraction::ZERO, |sum, amount| sum.add(&amount.into()))?)
}
