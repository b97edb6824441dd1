//! One line item: its quantity, its charges, and their sum in the reporting currency.

use rust_decimal::Decimal;

use super::Fault;
use super::charge::{ChargeInputs, Evaluated, charge};
use super::formula::{self, evaluate};
use crate::model::{
    Amount, Currency, ExchangeRate, Formula, Fraction, LineCost, LineItem, LinePricing, Money, Observer, Operand,
    Operation, Origin, PlainCost, Sku, SkuLine, Stage, Step, Subject, Terms, Usage, add, multiply,
};

/// What a line item costs in a month. `drivers` holds the values of the stage's scope.
pub(super) fn line_item<O: Observer>(
    stage: &Stage,
    index: usize,
    item: &LineItem,
    drivers: &[Option<Fraction>],
    observer: &mut O,
) -> Result<LineCost, Fault> {
    let subject = Subject::LineItem(index);
    let quantity = quantity(stage, item, drivers, subject, observer)?;
    let mut line = match &item.pricing {
        LinePricing::Cost(cost) => plain_cost(stage, cost, quantity, drivers, subject, observer)?,
        LinePricing::Sku(line) => sku_line(stage, line, quantity, drivers, index, observer)?,
    };
    if let Some(rounding) = stage.rounding.line_items.filter(|_| line.is_known) {
        line.monthly = rounding.value.apply(line.exact).map_err(Fault::from)?;
        observer.step(subject, || {
            let exact = Operand::new("cost", Amount::money(line.exact, stage.currency));
            let result = Amount::money(line.monthly, stage.currency);
            Step::new("monthly cost", Operation::Round(exact, rounding.value), result)
                .from(Origin::at(rounding.span).remark("rounding of line items"))
        });
    }
    Ok(line)
}

fn quantity<O: Observer>(
    stage: &Stage,
    item: &LineItem,
    drivers: &[Option<Fraction>],
    subject: Subject,
    observer: &mut O,
) -> Result<Decimal, Fault> {
    let Some(formula) = &item.quantity else { return Ok(Decimal::ONE) };
    let quantity = known(formula, drivers)?;
    observer.step(subject, || {
        let operation = formula::operation(formula, &stage.scope, drivers);
        Step::new("quantity", operation, Amount::plain(quantity)).from(Origin::at(formula.span))
    });
    // A quotient that does not terminate becomes a decimal here: a third of a server is 0.333333333333.
    Ok(quantity.to_decimal()?)
}

/// The value of a formula over drivers, all of which have one; never below zero.
fn known(formula: &Formula, drivers: &[Option<Fraction>]) -> Result<Fraction, Fault> {
    let value = evaluate(&formula.expression, drivers)?.unwrap_or(Fraction::ZERO);
    if value.is_negative() { Err(Fault::Negative) } else { Ok(value) }
}

fn plain_cost<O: Observer>(
    stage: &Stage,
    cost: &PlainCost,
    quantity: Decimal,
    drivers: &[Option<Fraction>],
    subject: Subject,
    observer: &mut O,
) -> Result<LineCost, Fault> {
    let one = known(&cost.amount, drivers)?.to_decimal()?;
    let money = |value: Decimal| Amount::money(value, cost.currency);
    observer.step(subject, || {
        let operation = formula::operation(&cost.amount, &stage.scope, drivers);
        Step::new("cost of one", operation, money(one)).from(Origin::at(cost.amount.span))
    });
    let native = multiply(one, quantity).map_err(Fault::from)?;
    if quantity != Decimal::ONE {
        observer.step(subject, || {
            let quantity = Operand::new("quantity", Amount::plain(quantity));
            let operands = vec![quantity, Operand::new("cost of one", money(one))];
            Step::new("cost", Operation::Product(operands), money(native))
        });
    }
    let exact = convert(stage, Money::new(native, cost.currency), subject, observer)?;
    Ok(LineCost {
        quantity,
        native: Some(Money::new(native, cost.currency)),
        list: None,
        exact,
        monthly: exact,
        unknown_usage: Box::default(),
        is_known: true,
    })
}

fn sku_line<O: Observer>(
    stage: &Stage,
    line: &SkuLine,
    quantity: Decimal,
    drivers: &[Option<Fraction>],
    index: usize,
    observer: &mut O,
) -> Result<LineCost, Fault> {
    let subject = Subject::LineItem(index);
    let values = meters(line, quantity, drivers)?;
    let mut unknown_usage = Vec::new();
    let mut costs = Vec::with_capacity(line.charges.len());
    for (place, charge_line) in line.charges.iter().enumerate() {
        let Some(terms) = charge_line.terms() else { continue };
        match charge(&inputs(stage, line, place, drivers, &values, quantity), terms, subject, observer)? {
            Some(cost) => costs.push((place, cost)),
            None => unknown_usage.push(u16::try_from(place).unwrap_or(u16::MAX)),
        }
    }
    let list =
        if line.has_agreed_price() { at_list(stage, line, drivers, &values, quantity, index, observer)? } else { None };
    let native = one_currency(&costs)?;
    let exact = match native {
        Some(native) => {
            if costs.len() > 1 {
                tell_sum(line, &costs, Amount::money(native.amount, native.currency), subject, observer);
            }
            convert(stage, native, subject, observer)?
        }
        None => {
            let mut converted = Vec::with_capacity(costs.len());
            for (place, cost) in &costs {
                let amount = convert(stage, *cost, subject, observer)?;
                converted.push((*place, Money::new(amount, stage.currency)));
            }
            let sum = crate::model::sum(converted.iter().map(|(_, cost)| cost.amount)).map_err(Fault::from)?;
            if !converted.is_empty() {
                tell_sum(line, &converted, Amount::money(sum, stage.currency), subject, observer);
            }
            sum
        }
    };
    let is_known = !costs.is_empty();
    Ok(LineCost { quantity, native, list, exact, monthly: exact, unknown_usage: unknown_usage.into(), is_known })
}

fn inputs<'a>(
    stage: &'a Stage,
    line: &'a SkuLine,
    place: usize,
    drivers: &'a [Option<Fraction>],
    values: &'a [Option<Fraction>],
    quantity: Decimal,
) -> ChargeInputs<'a> {
    let charge = &line.charges[place];
    let usage_from = match &charge.usage {
        Usage::Given(formula) => Some(Evaluated { formula, scope: &stage.scope, values: drivers }),
        Usage::Default(formula) => Some(Evaluated { formula, scope: &line.sku.scope, values }),
        _ => None,
    };
    ChargeInputs {
        line: charge,
        scope: &line.sku.scope,
        values,
        usage: values[Sku::FIRST_METER + place],
        usage_from,
        assumed_within: match charge.usage {
            Usage::WithinAllowance(rule) => Some(rule),
            _ => None,
        },
        quantity,
        reason: line.reason.as_deref(),
    }
}

/// The values of the SKU's scope: quantity, hours of the month, and the usage of each meter in canonical units.
fn meters(line: &SkuLine, quantity: Decimal, drivers: &[Option<Fraction>]) -> Result<Vec<Option<Fraction>>, Fault> {
    let seconds = multiply(line.hours_per_month.value, Decimal::from(3600)).map_err(Fault::from)?;
    let mut values = Vec::with_capacity(line.sku.scope.len());
    values.push(Some(quantity.into()));
    values.push(Some(seconds.into()));
    for charge in &line.charges {
        let (formula, known): (_, &[Option<Fraction>]) = match &charge.usage {
            Usage::Flat => {
                values.push(Some(quantity.into()));
                continue;
            }
            Usage::WithinAllowance(_) | Usage::Unknown => {
                values.push(None);
                continue;
            }
            Usage::Given(formula) => (formula, drivers),
            Usage::Default(formula) => (formula, &values),
        };
        let usage = evaluate(&formula.expression, known)?;
        if usage.is_some_and(Fraction::is_negative) {
            return Err(Fault::Negative);
        }
        values.push(usage);
    }
    Ok(values)
}

/// What the line costs at list prices, in their currency; `None` where a list price or a usage is unknown.
fn at_list<O: Observer>(
    stage: &Stage,
    line: &SkuLine,
    drivers: &[Option<Fraction>],
    values: &[Option<Fraction>],
    quantity: Decimal,
    index: usize,
    observer: &mut O,
) -> Result<Option<Money>, Fault> {
    let mut costs = Vec::with_capacity(line.charges.len());
    for (place, charge_line) in line.charges.iter().enumerate() {
        let terms: Option<&Terms> = charge_line.list.as_deref();
        let Some(terms) = terms else { return Ok(None) };
        let subject = Subject::ListPrice(index);
        let Some(cost) = charge(&inputs(stage, line, place, drivers, values, quantity), terms, subject, observer)?
        else {
            return Ok(None);
        };
        costs.push((place, cost));
    }
    let list = one_currency(&costs)?;
    if let Some(list) = list.filter(|_| costs.len() > 1) {
        tell_sum(line, &costs, Amount::money(list.amount, list.currency), Subject::ListPrice(index), observer);
    }
    Ok(list)
}

/// The sum of the charges, if they are of one currency.
fn one_currency(costs: &[(usize, Money)]) -> Result<Option<Money>, Fault> {
    let Some((_, first)) = costs.first() else { return Ok(None) };
    if costs.iter().any(|(_, cost)| cost.currency != first.currency) {
        return Ok(None);
    }
    let sum = costs[1..].iter().try_fold(*first, |sum, (_, cost)| sum.add(*cost))?;
    Ok(Some(sum))
}

fn tell_sum<O: Observer>(line: &SkuLine, costs: &[(usize, Money)], result: Amount, subject: Subject, observer: &mut O) {
    observer.step(subject, || {
        let operands = costs
            .iter()
            .map(|(place, cost)| {
                Operand::new(line.charges[*place].meter.to_string(), Amount::money(cost.amount, cost.currency))
            })
            .collect();
        Step::new("all charges", Operation::Sum(operands), result)
    });
}

/// An amount in the reporting currency.
fn convert<O: Observer>(stage: &Stage, native: Money, subject: Subject, observer: &mut O) -> Result<Decimal, Fault> {
    let Some(rate) = stage.rate(native.currency) else { return Ok(native.amount) };
    let factor = Fraction::from(rate.rate);
    let amount = Fraction::from(native.amount);
    let converted = if rate.inverse { amount.divide(factor)? } else { amount.multiply(factor)? }.to_decimal()?;
    observer.step(subject, || conversion_step(rate, native, converted, stage.currency));
    Ok(converted)
}

fn conversion_step(rate: &ExchangeRate, native: Money, converted: Decimal, currency: Currency) -> Step {
    let (one, buys) = if rate.inverse { (currency, native.currency) } else { (native.currency, currency) };
    let amount = Operand::new("cost", Amount::money(native.amount, native.currency));
    let factor = Operand::new(format!("rate of {buys} per {one}"), Amount::plain(rate.rate));
    let operation = if rate.inverse {
        Operation::RoundedQuotient(amount, factor)
    } else {
        Operation::Product(vec![amount, factor])
    };
    let remark = format!("rate from {} on: {}", rate.effective_from, rate.source);
    Step::new("exact cost", operation, Amount::money(converted, currency)).from(Origin::at(rate.span).remark(remark))
}

/// The sum of what the rows cost.
pub(super) fn total(lines: &[LineCost], amount: impl Fn(&LineCost) -> Decimal) -> Result<Decimal, Fault> {
    lines.iter().try_fold(Decimal::ZERO, |sum, line| add(sum, amount(line))).map_err(Fault::from)
}
