//! One line item: its quantity, its charges, and their sum in the reporting currency.

use rust_decimal::Decimal;

use super::Fault;
use super::charge::ExactCost;
use super::formula::{self, known};
use super::rows::{Part, Rows, Shared};
use super::sku_line::sku_line;
use super::technique_use::{Lowered, lower};
use crate::model::{
    Amount, Currency, Direction, Fraction, LineCost, LineItem, LinePricing, Lowers, Observer, Operand, Operation,
    Origin, PlainCost, QUOTIENT_DECIMALS, RegimeKey, RegimeKind, RegimeState, Rounding, Stage, Step, Subject,
    Unobserved, add,
};

/// What a line item costs in a month, before the rounding of rows. `shared` is what rows know of each other.
pub(super) fn line_item<O: Observer>(
    rows: Rows<'_>,
    index: usize,
    item: &LineItem,
    shared: &mut Shared<'_>,
    observer: &mut O,
) -> Result<LineCost, Fault> {
    let quantity = quantity(rows, item, Subject::LineItem(index), observer)?;
    match &item.pricing {
        LinePricing::Cost(cost) => plain_cost(rows, item, cost, quantity, index, shared, observer),
        LinePricing::Sku(line) => sku_line(rows, line, quantity, index, shared, observer),
    }
}

/// Rounds what a line item costs as the manifest says.
pub(super) fn round<O: Observer>(
    stage: &Stage,
    index: usize,
    line: &mut LineCost,
    observer: &mut O,
) -> Result<(), Fault> {
    line.monthly = line.exact;
    if let Some(rounding) = stage.rounding.line_items.filter(|_| line.is_known) {
        line.monthly = rounding.value.apply(line.exact).map_err(Fault::from)?;
        observer.step(Subject::LineItem(index), || {
            let exact = Operand::new("cost", Amount::money(line.exact, stage.currency));
            let result = Amount::money(line.monthly, stage.currency);
            Step::new("monthly cost", Operation::Round(exact, rounding.value), result)
                .from(Origin::at(rounding.span).remark("rounding of line items"))
        });
    }
    Ok(())
}

fn quantity<O: Observer>(
    rows: Rows<'_>,
    item: &LineItem,
    subject: Subject,
    observer: &mut O,
) -> Result<Fraction, Fault> {
    let written = written_quantity(rows, item)?;
    if let Some(formula) = &item.quantity {
        observer.step(subject, || {
            let operation = formula::operation(formula, &rows.stage.scope, rows.drivers);
            Step::new("quantity", operation, Amount::plain(written)).from(Origin::at(formula.span))
        });
    }
    let quantity = lowered_quantity(item, written, subject, observer)?;
    if item.quantity.is_some() {
        tell_amount(RegimeKind::Quantity, quantity, subject, observer);
        if let Subject::LineItem(line_item) = subject {
            let key = RegimeKey { line_item, part: 0, kind: RegimeKind::Bought };
            observer.regime(key, RegimeState::Holds(!quantity.is_zero()));
        }
    }
    Ok(quantity)
}

/// How many units a line item has with the techniques that lower them.
fn lowered_quantity<O: Observer>(
    item: &LineItem,
    written: Fraction,
    subject: Subject,
    observer: &mut O,
) -> Result<Fraction, Fault> {
    let lowered = Lowered { what: Lowers::Quantity, name: "quantity", measure: Amount::plain, quantity: written };
    lower(item, &lowered, written, subject, observer)
}

fn tell_amount<O: Observer>(kind: RegimeKind, amount: Fraction, subject: Subject, observer: &mut O) {
    if let Subject::LineItem(line_item) = subject {
        observer.regime(RegimeKey { line_item, part: 0, kind }, RegimeState::Amount(amount));
    }
}

/// How many units a line item has.
pub(super) fn quantity_of(rows: Rows<'_>, item: &LineItem) -> Result<Fraction, Fault> {
    lowered_quantity(item, written_quantity(rows, item)?, Subject::Subtotal, &mut Unobserved)
}

/// How many units the manifest says that a line item has.
fn written_quantity(rows: Rows<'_>, item: &LineItem) -> Result<Fraction, Fault> {
    item.quantity.as_ref().map_or(Ok(Decimal::ONE.into()), |formula| known(formula, rows.drivers))
}

fn plain_cost<O: Observer>(
    rows: Rows<'_>,
    item: &LineItem,
    cost: &PlainCost,
    quantity: Fraction,
    index: usize,
    shared: &mut Shared<'_>,
    observer: &mut O,
) -> Result<LineCost, Fault> {
    let Rows { stage, drivers, .. } = rows;
    let subject = Subject::LineItem(index);
    let one = ExactCost { value: known(&cost.amount, drivers)?, currency: cost.currency };
    tell_amount(RegimeKind::PlainCost, one.value, subject, observer);
    observer.step(subject, || {
        let operation = formula::operation(&cost.amount, &stage.scope, drivers);
        Step::new("cost of one", operation, one.amount()).from(Origin::at(cost.amount.span))
    });
    let native = ExactCost { value: one.value.multiply(quantity)?, ..one };
    if !quantity.is_one() {
        observer.step(subject, || {
            let quantity = Operand::new("quantity", Amount::plain(quantity));
            let operands = vec![quantity, Operand::new("cost of one", one.amount())];
            Step::new("cost", Operation::Product(operands), native.amount())
        });
    }
    let lowered = Lowered {
        what: Lowers::Cost(None),
        name: "cost",
        measure: |value| ExactCost { value, ..one }.amount(),
        quantity,
    };
    let native = ExactCost { value: lower(item, &lowered, native.value, subject, observer)?, ..one };
    let in_reporting = convert(stage, native, subject, observer)?;
    if let Some(parts) = shared.parts.get_mut(index) {
        parts.push(Part { charge: None, cost: in_reporting });
    }
    let exact = keep(stage, in_reporting, subject, observer)?;
    Ok(LineCost {
        quantity: quantity.to_decimal()?,
        native: Some(native.kept()?),
        list: None,
        exact,
        off: Decimal::ZERO,
        monthly: exact,
        unknown: Box::default(),
        is_known: true,
        is_left_out: false,
    })
}

/// An amount in the reporting currency, exactly.
pub(super) fn convert<O: Observer>(
    stage: &Stage,
    native: ExactCost,
    subject: Subject,
    observer: &mut O,
) -> Result<ExactCost, Fault> {
    let Some(rate) = stage.rate(native.currency) else {
        debug_assert_eq!(native.currency, stage.currency, "`resolve` has found a rate for every other currency in use");
        return Ok(native);
    };
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

/// An amount in the currency of a sheet, by the rates of the stage. No step tells of it: the percentage that is taken does.
pub(super) fn in_currency(stage: &Stage, cost: ExactCost, to: Currency) -> Result<Fraction, Fault> {
    if cost.currency == to {
        return Ok(cost.value);
    }
    let in_reporting = convert(stage, cost, Subject::Subtotal, &mut Unobserved)?;
    match stage.rate(to) {
        Some(rate) => Ok(rate.convert_back(in_reporting.value)?),
        None => {
            debug_assert_eq!(to, stage.currency, "`resolve` has found a rate for every other currency in use");
            Ok(in_reporting.value)
        }
    }
}

/// The cost of the line as it is kept and summed: the one place where a quotient becomes a decimal.
pub(super) fn keep<O: Observer>(
    stage: &Stage,
    exact: ExactCost,
    subject: Subject,
    observer: &mut O,
) -> Result<Decimal, Fault> {
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

/// The sum of what the rows cost that are not left out.
pub(super) fn total(lines: &[LineCost], amount: impl Fn(&LineCost) -> Decimal) -> Result<Decimal, Fault> {
    let mut counted = lines.iter().filter(|line| !line.is_left_out);
    counted.try_fold(Decimal::ZERO, |sum, line| add(sum, amount(line))).map_err(Fault::from)
}
