//! Amounts in the currency of the stage.

use rust_decimal::Decimal;

use crate::calculate::charge::exact::ExactCost;
use crate::calculate::cost::trace::{Observer, Operand, Operation, Origin, Step, Subject, Unobserved};
use crate::calculate::fault::Fault;
use crate::model::{Amount, Currency, Direction, Fraction, QUOTIENT_DECIMALS, Rounding, Stage};

/// An amount in the reporting currency, exactly.
pub(crate) fn convert<O: Observer>(
    stage: &Stage,
    native: ExactCost,
    subject: Subject,
    observer: &mut O,
) -> Result<ExactCost, Fault> {
    let Some(rate) = stage.rate(native.currency) else {
        debug_assert_eq!(native.currency, stage.currency, "`resolve` has found a rate for every other currency in use");
        return Ok(native);
    };
    let converted = ExactCost { value: rate.convert(&native.value)?, currency: stage.currency };
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

/// Converts an amount into the currency of a sheet, at the rates of the stage. It reports no step: the percentage that
/// uses the amount does.
pub(crate) fn in_currency(stage: &Stage, cost: ExactCost, to: Currency) -> Result<Fraction, Fault> {
    if cost.currency == to {
        return Ok(cost.value);
    }
    let in_reporting = convert(stage, cost, Subject::Subtotal, &mut Unobserved)?;
    match stage.rate(to) {
        Some(rate) => Ok(rate.convert_back(&in_reporting.value)?),
        None => {
            debug_assert_eq!(to, stage.currency, "`resolve` has found a rate for every other currency in use");
            Ok(in_reporting.value)
        }
    }
}

/// An amount as it is stored and summed: the only place where a quotient, or a number of more than 28 digits, becomes a
/// decimal.
pub(crate) fn keep<O: Observer>(
    stage: &Stage,
    exact: &ExactCost,
    subject: Subject,
    observer: &mut O,
) -> Result<Decimal, Fault> {
    let kept = exact.value.to_decimal()?;
    if exact.value.exact().is_none() {
        // A large number has fewer decimals.
        let decimals = if kept.is_zero() { QUOTIENT_DECIMALS } else { kept.scale() };
        let rounding = Rounding { to: Decimal::new(1, decimals), direction: Direction::Nearest };
        observer.step(subject, || {
            let operation = Operation::Round(Operand::new("cost", exact.amount()), rounding);
            Step::new(format!("kept to {decimals} decimals"), operation, Amount::money(kept, stage.currency))
        });
    }
    Ok(kept)
}

/// A sum, a difference or a product of stored amounts, as it is stored itself; `step` is how it is computed.
pub(crate) fn stored<O: Observer>(
    stage: &Stage,
    exact: Fraction,
    subject: Subject,
    observer: &mut O,
    step: impl FnOnce(Amount) -> Step,
) -> Result<Decimal, Fault> {
    let exact = ExactCost { value: exact, currency: stage.currency };
    observer.step(subject, || step(exact.amount()));
    keep(stage, &exact, subject, observer)
}
