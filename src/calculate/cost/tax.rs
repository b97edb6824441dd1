//! The total with tax.

use rust_decimal::Decimal;

use crate::calculate::charge::currency::keep;
use crate::calculate::charge::exact::ExactCost;
use crate::calculate::cost::costing::{LineCost, TaxedTotal, Totals};
use crate::calculate::cost::trace::{Observer, Operand, Operation, Origin, Step, Subject};
use crate::calculate::fault::Fault;
use crate::model::{Amount, Fraction, Stage, Tax, add};

/// The total with tax. Tax applies to the taxable line items' part of the total.
pub(crate) fn taxed_total<O: Observer>(
    stage: &Stage,
    tax: &Tax,
    lines: &[LineCost],
    totals: &Totals,
    observer: &mut O,
) -> Result<TaxedTotal, Fault> {
    let money = |value: Fraction| Amount::money(value, stage.currency);
    let step = |label: &'static str, operation: Operation, result: Amount| Step::new(label, operation, result);
    let is_paid_on_all = stage.selected().all(|(_, item)| tax.is_paid_on(item));
    let mut taxable = Fraction::from(totals.total);
    if !is_paid_on_all {
        let paid = || stage.rows(lines).filter(|(_, item, _)| tax.is_paid_on(item));
        let part = paid().try_fold(Decimal::ZERO, |sum, (_, _, line)| add(sum, line.monthly)).map_err(Fault::from)?;
        observer.step(Subject::Tax, || {
            let operands = paid()
                .filter(|(_, _, line)| line.is_known)
                .map(|(_, item, line)| Operand::new(item.name.to_string(), money(line.monthly.into())));
            step("taxable subtotal", Operation::Sum(operands.collect()), money(part.into()))
        });
        let share = if totals.subtotal.is_zero() { Fraction::ZERO } else { Fraction::new(part, totals.subtotal)? };
        observer.step(Subject::Tax, || {
            let operands = (
                Operand::new("taxable subtotal", money(part.into())),
                Operand::new("subtotal", money(totals.subtotal.into())),
            );
            let operation = if totals.subtotal.is_zero() {
                Operation::Assumed
            } else {
                Operation::Quotient(operands.0, operands.1)
            };
            step("taxable share", operation, Amount::ratio(share))
        });
        taxable = taxable.multiply(share)?;
        observer.step(Subject::Tax, || {
            let operands =
                vec![Operand::new("total", money(totals.total.into())), Operand::new("share", Amount::ratio(share))];
            step("taxable part of the total", Operation::Product(operands), money(taxable))
        });
    }
    let rate = tax.rate.value;
    let exact = ExactCost { value: taxable.multiply(rate.into())?, currency: stage.currency };
    observer.step(Subject::Tax, || {
        let operands = vec![Operand::new("taxable total", money(taxable)), Operand::new("tax", Amount::ratio(rate))];
        step("tax", Operation::Product(operands), exact.amount()).from(Origin::at(tax.rate.span))
    });
    let amount = keep(stage, exact, Subject::Tax, observer)?;
    let total = add(totals.total, amount).map_err(Fault::from)?;
    observer.step(Subject::TotalWithTax, || {
        let operands =
            vec![Operand::new("total", money(totals.total.into())), Operand::new("tax", money(amount.into()))];
        step("total with tax", Operation::Sum(operands), money(total.into()))
    });
    Ok(TaxedTotal { rate, taxable: taxable.to_decimal()?, tax: amount, total })
}
