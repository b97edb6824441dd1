//! The revenue of a month.

use rust_decimal::Decimal;

use crate::calculate::charge::currency::in_currency;
use crate::calculate::charge::exact::ExactCost;
use crate::calculate::cost::trace::{Observer, Operand, Operation, Origin, Step, Subject};
use crate::calculate::fault::Fault;
use crate::model::{Amount, Currency, Fraction, Inputs, Revenue, Stage};

/// The exact MRR in the reporting currency; `None` if no revenue is given.
pub(crate) fn mrr(stage: &Stage, inputs: Inputs) -> Result<Option<Fraction>, Fault> {
    Ok(match inputs.revenue {
        Revenue::Unknown => None,
        Revenue::Mrr(mrr) => Some(mrr.value.into()),
        Revenue::Arpu(arpu) => Some(stage.payers.mrr_per_arpu(inputs.customers)?.multiply(&arpu.value.into())?),
    })
}

/// The revenue per paying customer before the discount of yearly payers, in the reporting currency; `None` if no revenue
/// is given, or an MRR that nobody pays.
pub(crate) fn arpu(stage: &Stage, inputs: Inputs) -> Result<Option<Fraction>, Fault> {
    Ok(match inputs.revenue {
        Revenue::Unknown => None,
        Revenue::Arpu(arpu) => Some(arpu.value.into()),
        Revenue::Mrr(mrr) => {
            let per_arpu = stage.payers.mrr_per_arpu(inputs.customers)?;
            if per_arpu.is_zero() { None } else { Some(Fraction::from(mrr.value).divide(&per_arpu)?) }
        }
    })
}

/// The MRR in a currency; `None` if no revenue is given.
pub(crate) fn mrr_in(stage: &Stage, inputs: Inputs, currency: Currency) -> Result<Option<Fraction>, Fault> {
    let of_month = mrr(stage, inputs)?;
    of_month.map(|value| in_currency(stage, ExactCost { value, currency: stage.currency }, currency)).transpose()
}

/// Reports how MRR is computed.
pub(crate) fn tell_mrr<O: Observer>(stage: &Stage, inputs: Inputs, mrr: Fraction, observer: &mut O) {
    let money = |value: Fraction| Amount::money(value, stage.currency);
    match inputs.revenue {
        Revenue::Unknown => {}
        Revenue::Mrr(given) => {
            observer.step(Subject::Mrr, || Step::new("MRR", Operation::Given, money(mrr)).from(Origin::at(given.span)));
        }
        Revenue::Arpu(arpu) => observer.step(Subject::Mrr, || {
            let mut operands = vec![Operand::new("customers", Amount::plain(Decimal::from(inputs.customers)))];
            if stage.payers.paying.value != Decimal::ONE {
                operands.push(Operand::new("paying", Amount::ratio(stage.payers.paying.value)));
            }
            if let Some(left) = stage.payers.yearly.and_then(|_| stage.payers.left_of_price().ok()) {
                operands.push(Operand::new("left after the yearly discount", Amount::ratio(left)));
            }
            operands.push(Operand::new("ARPU", money(arpu.value.into())));
            Step::new("MRR", Operation::Product(operands), money(mrr)).from(Origin::at(arpu.span))
        }),
    }
}
