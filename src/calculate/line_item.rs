//! One line item: its quantity, its charges, and their sum in the reporting currency.

use rust_decimal::Decimal;

use super::Fault;
use super::charge::{ChargeInputs, Evaluated, ExactCost, charge};
use super::formula::{self, evaluate};
use crate::model::{
    Amount, Direction, Formula, Fraction, LineCost, LineItem, LinePricing, Money, Observer, Operand, Operation, Origin,
    PlainCost, QUOTIENT_DECIMALS, Rounding, Sku, SkuLine, Stage, Step, Subject, Terms, Usage, add, multiply,
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
) -> Result<Fraction, Fault> {
    let Some(formula) = &item.quantity else { return Ok(Decimal::ONE.into()) };
    let quantity = known(formula, drivers)?;
    observer.step(subject, || {
        let operation = formula::operation(formula, &stage.scope, drivers);
        Step::new("quantity", operation, Amount::plain(quantity)).from(Origin::at(formula.span))
    });
    Ok(quantity)
}

/// The value of a formula over drivers, all of which have one; never below zero.
fn known(formula: &Formula, drivers: &[Option<Fraction>]) -> Result<Fraction, Fault> {
    let value = evaluate(&formula.expression, drivers)?.unwrap_or(Fraction::ZERO);
    if value.is_negative() { Err(Fault::Negative) } else { Ok(value) }
}

fn plain_cost<O: Observer>(
    stage: &Stage,
    cost: &PlainCost,
    quantity: Fraction,
    drivers: &[Option<Fraction>],
    subject: Subject,
    observer: &mut O,
) -> Result<LineCost, Fault> {
    let one = ExactCost { value: known(&cost.amount, drivers)?, currency: cost.currency };
    observer.step(subject, || {
        let operation = formula::operation(&cost.amount, &stage.scope, drivers);
        Step::new("cost of one", operation, one.amount()).from(Origin::at(cost.amount.span))
    });
    let native = ExactCost { value: one.value.multiply(quantity)?, ..one };
    if quantity.exact() != Some(Decimal::ONE) {
        observer.step(subject, || {
            let quantity = Operand::new("quantity", Amount::plain(quantity));
            let operands = vec![quantity, Operand::new("cost of one", one.amount())];
            Step::new("cost", Operation::Product(operands), native.amount())
        });
    }
    let exact = keep(stage, convert(stage, native, subject, observer)?, subject, observer)?;
    Ok(LineCost {
        quantity: quantity.to_decimal()?,
        native: Some(native.kept()?),
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
    quantity: Fraction,
    drivers: &[Option<Fraction>],
    index: usize,
    observer: &mut O,
) -> Result<LineCost, Fault> {
    let subject = Subject::LineItem(index);
    tell_hours(stage, line, subject, observer);
    let values = meters(line, quantity, drivers)?;
    let mut unknown_usage = Vec::new();
    let mut costs = Vec::with_capacity(line.charges.len());
    for (place, charge_line) in line.charges.iter().enumerate() {
        let Some(terms) = charge_line.terms() else { continue };
        match charge(&inputs(stage, line, place, drivers, &values, quantity), terms, subject, observer)? {
            Some(cost) => costs.push((place, cost)),
            None => lacking(line, place, terms, &values, &mut unknown_usage),
        }
    }
    let list =
        if line.has_agreed_price() { at_list(stage, line, drivers, &values, quantity, index, observer)? } else { None };
    let native = one_currency(&costs)?;
    let in_reporting = match native {
        Some(native) => {
            if costs.len() > 1 {
                tell_sum(line, &costs, native.amount(), subject, observer);
            }
            convert(stage, native, subject, observer)?
        }
        None => {
            let mut sum = Fraction::ZERO;
            let mut converted = Vec::with_capacity(costs.len());
            for (place, cost) in &costs {
                let cost = convert(stage, *cost, subject, observer)?;
                sum = sum.add(cost.value)?;
                converted.push((*place, cost));
            }
            let sum = ExactCost { value: sum, currency: stage.currency };
            if !converted.is_empty() {
                tell_sum(line, &converted, sum.amount(), subject, observer);
            }
            sum
        }
    };
    let exact = keep(stage, in_reporting, subject, observer)?;
    let is_known = !costs.is_empty();
    unknown_usage.sort_unstable();
    unknown_usage.dedup();
    Ok(LineCost {
        quantity: quantity.to_decimal()?,
        native: native.map(ExactCost::kept).transpose()?,
        list,
        exact,
        monthly: exact,
        unknown_usage: unknown_usage.into(),
        is_known,
    })
}

/// Adds the meters for want of which a charge has no cost: its own, or those that its allowance looks at.
fn lacking(line: &SkuLine, place: usize, terms: &Terms, values: &[Option<Fraction>], found: &mut Vec<u16>) {
    let mut add = |place: usize| found.push(u16::try_from(place).unwrap_or(u16::MAX));
    if values[Sku::FIRST_METER + place].is_none() {
        return add(place);
    }
    let asked = terms.included.iter().flat_map(|included| included.slots());
    let unknown = asked.filter(|slot| values.get(slot.index()).is_none_or(Option::is_none));
    let meters = unknown.filter_map(|slot| slot.index().checked_sub(Sku::FIRST_METER));
    for meter in meters.filter(|meter| *meter < line.charges.len()) {
        add(meter);
    }
}

/// Tells the hours of the SKU's month, where they are not those of the stage.
fn tell_hours<O: Observer>(stage: &Stage, line: &SkuLine, subject: Subject, observer: &mut O) {
    let hours = line.hours_per_month;
    if hours != stage.hours_per_month {
        observer.step(subject, || {
            let result = Amount::unit(Fraction::from(hours.value), "hour");
            Step::new("hours a month", Operation::Given, result).from(Origin::at(hours.span))
        });
    }
}

fn inputs<'a>(
    stage: &'a Stage,
    line: &'a SkuLine,
    place: usize,
    drivers: &'a [Option<Fraction>],
    values: &'a [Option<Fraction>],
    quantity: Fraction,
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
fn meters(line: &SkuLine, quantity: Fraction, drivers: &[Option<Fraction>]) -> Result<Vec<Option<Fraction>>, Fault> {
    let seconds = multiply(line.hours_per_month.value, Decimal::from(3600)).map_err(Fault::from)?;
    let mut values = Vec::with_capacity(line.sku.scope.len());
    values.push(Some(quantity));
    values.push(Some(seconds.into()));
    for charge in &line.charges {
        let (formula, known): (_, &[Option<Fraction>]) = match &charge.usage {
            Usage::Flat => {
                values.push(Some(quantity));
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
    quantity: Fraction,
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
        tell_sum(line, &costs, list.amount(), Subject::ListPrice(index), observer);
    }
    list.map(ExactCost::kept).transpose()
}

/// The sum of the charges, if they are of one currency.
fn one_currency(costs: &[(usize, ExactCost)]) -> Result<Option<ExactCost>, Fault> {
    let Some((_, first)) = costs.first() else { return Ok(None) };
    if costs.iter().any(|(_, cost)| cost.currency != first.currency) {
        return Ok(None);
    }
    let sum = costs[1..].iter().try_fold(first.value, |sum, (_, cost)| sum.add(cost.value))?;
    Ok(Some(ExactCost { value: sum, ..*first }))
}

fn tell_sum<O: Observer>(
    line: &SkuLine,
    costs: &[(usize, ExactCost)],
    result: Amount,
    subject: Subject,
    observer: &mut O,
) {
    observer.step(subject, || {
        let operands = costs
            .iter()
            .map(|(place, cost)| Operand::new(line.charges[*place].meter.to_string(), cost.amount()))
            .collect();
        Step::new("all charges", Operation::Sum(operands), result)
    });
}

/// An amount in the reporting currency, exactly.
fn convert<O: Observer>(
    stage: &Stage,
    native: ExactCost,
    subject: Subject,
    observer: &mut O,
) -> Result<ExactCost, Fault> {
    let Some(rate) = stage.rate(native.currency) else { return Ok(native) };
    let converted = ExactCost { value: rate.convert(native.value)?, currency: stage.currency };
    observer.step(subject, || {
        let (one, buys) =
            if rate.inverse { (stage.currency, native.currency) } else { (native.currency, stage.currency) };
        let amount = Operand::new("cost", native.amount());
        let factor = Operand::new(format!("rate of {buys} per {one}"), Amount::plain(rate.rate));
        let operation =
            if rate.inverse { Operation::Quotient(amount, factor) } else { Operation::Product(vec![amount, factor]) };
        let remark = format!("rate from {} on: {}", rate.effective_from, rate.source);
        Step::new("exact cost", operation, converted.amount()).from(Origin::at(rate.span).remark(remark))
    });
    Ok(converted)
}

/// The cost of the line as it is kept and summed: the one place where a quotient becomes a decimal.
fn keep<O: Observer>(stage: &Stage, exact: ExactCost, subject: Subject, observer: &mut O) -> Result<Decimal, Fault> {
    let kept = exact.value.to_decimal()?;
    if exact.value.exact().is_none() {
        let rounding = Rounding { to: Decimal::new(1, QUOTIENT_DECIMALS), direction: Direction::Nearest };
        observer.step(subject, || {
            let operation = Operation::Round(Operand::new("cost", exact.amount()), rounding);
            Step::new("kept to 12 decimals", operation, Amount::money(kept, stage.currency))
        });
    }
    Ok(kept)
}

/// The sum of what the rows cost.
pub(super) fn total(lines: &[LineCost], amount: impl Fn(&LineCost) -> Decimal) -> Result<Decimal, Fault> {
    lines.iter().try_fold(Decimal::ZERO, |sum, line| add(sum, amount(line))).map_err(Fault::from)
}
