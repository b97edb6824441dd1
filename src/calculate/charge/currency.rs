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

/// Converts an amount into the currency of a sheet, at the rates of the stage. It reports no step: the percentage that
/// uses the amount does.
pub(crate) fn in_currency(stage: &Stage, cost: ExactCost, to: Currency) -> Result<Fraction, Fault> {
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

/// The cost of the line item as it is stored and summed: the only place where a quotient becomes a decimal.
pub(crate) fn keep<O: Observer>(
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
