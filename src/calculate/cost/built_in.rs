//! The values of the names that every stage has.

use std::collections::BTreeSet;

use rust_decimal::Decimal;

use crate::calculate::charge::currency::in_currency;
use crate::calculate::charge::exact::ExactCost;
use crate::calculate::cost::finding::Unknown;
use crate::calculate::cost::revenue::{arpu, mrr};
use crate::calculate::cost::trace::{Observer, Operand, Operation, Origin, Step, Subject};
use crate::calculate::fault::Fault;
use crate::diagnostic::Diagnostic;
use crate::model::{Amount, Formula, Fraction, Inputs, Measure, Revenue, Slot, Stage, multiply};

/// The values of [`Stage::BUILT_IN`] by slot, in canonical units. A name that no formula uses has no value, and neither
/// has a revenue that is not given.
pub(crate) fn built_in<O: Observer>(
    stage: &Stage,
    inputs: Inputs,
    observer: &mut O,
) -> Result<[Option<Fraction>; Stage::BUILT_IN.len()], Vec<Diagnostic>> {
    let hours = stage.hours_per_month;
    let seconds = multiply(hours.value, Decimal::from(3600))
        .map_err(|error| vec![Fault::from(error).at("`hours_per_month`", hours.span)])?;
    let customers = Fraction::from(Decimal::from(inputs.customers));
    observer.step(Subject::Driver(Stage::CUSTOMERS), || {
        Step::new("customers", Operation::Given, Amount::plain(customers.clone()))
    });
    observer.step(Subject::Driver(Stage::HOURS_PER_MONTH), || {
        let result = Amount { value: hours.value.into(), measure: Measure::Unit("hour".into()) };
        Step::new("hours a month", Operation::Given, result).from(Origin::at(hours.span))
    });
    let reads = |slot: Slot| stage.reads.contains(&slot);
    let fault = |fault: Fault| vec![fault.at(&format!("the revenue of stage {}", stage.id), None)];
    let mut values = [Some(customers.clone()), Some(seconds.into()), None, None, None, None];
    if reads(Stage::MRR) {
        let mrr = mrr(stage, inputs).map_err(fault)?;
        values[Stage::MRR.index()] = in_manifest(stage, Stage::MRR, mrr, observer).map_err(fault)?;
    }
    if reads(Stage::ARPU) {
        let arpu = arpu(stage, inputs).map_err(fault)?;
        tell_arpu(stage, inputs, arpu.clone(), observer).map_err(fault)?;
        values[Stage::ARPU.index()] = in_manifest(stage, Stage::ARPU, arpu, observer).map_err(fault)?;
    }
    if reads(Stage::PAYING_CUSTOMERS) {
        let paying = customers.multiply(&stage.payers.paying.value.into()).map_err(Fault::from).map_err(fault)?;
        observer.step(Subject::Driver(Stage::PAYING_CUSTOMERS), || {
            let share = Operand::new("paying", Amount::ratio(stage.payers.paying.value));
            let operands = vec![Operand::new("customers", Amount::plain(customers.clone())), share];
            Step::new("paying customers", Operation::Product(operands), Amount::plain(paying.clone()))
                .from(Origin::at(stage.payers.paying.span))
        });
        values[Stage::PAYING_CUSTOMERS.index()] = Some(paying);
    }
    if reads(Stage::MONTH) {
        let month = Fraction::from(Decimal::from(stage.as_of.month()));
        observer.step(Subject::Driver(Stage::MONTH), || {
            let remark = format!("of {}", stage.as_of);
            Step::new("month", Operation::Given, Amount::plain(month.clone())).from(Origin::at(None).remark(remark))
        });
        values[Stage::MONTH.index()] = Some(month);
    }
    Ok(values)
}

/// A revenue as formulas read it: a number in the currency of the manifest.
fn in_manifest<O: Observer>(
    stage: &Stage,
    slot: Slot,
    revenue: Option<Fraction>,
    observer: &mut O,
) -> Result<Option<Fraction>, Fault> {
    let Some(value) = revenue else { return Ok(None) };
    if !stage.is_converted() {
        return Ok(Some(value));
    }
    let exact = ExactCost { value: value.clone(), currency: stage.currency };
    let converted = in_currency(stage, exact, stage.manifest_currency)?;
    observer.step(Subject::Driver(slot), || {
        let given = Operand::new(stage.scope.name(slot).to_owned(), Amount::money(value, stage.currency));
        let result = Amount::money(converted.clone(), stage.manifest_currency);
        let Some(rate) = stage.rate(stage.manifest_currency) else {
            return Step::new("in the currency of the manifest", Operation::Given, result);
        };
        let (from, to) = rate.written(stage.currency);
        let factor = Operand::new(format!("rate of {to} per {from}"), Amount::plain(rate.rate));
        let operation =
            if rate.inverse { Operation::Product(vec![given, factor]) } else { Operation::Quotient(given, factor) };
        Step::new("in the currency of the manifest", operation, result).from(Origin::at(rate.span))
    });
    Ok(Some(converted))
}

/// Reports how the revenue per paying customer is found.
fn tell_arpu<O: Observer>(
    stage: &Stage,
    inputs: Inputs,
    arpu: Option<Fraction>,
    observer: &mut O,
) -> Result<(), Fault> {
    let Some(arpu) = arpu else { return Ok(()) };
    let money = |value: Fraction| Amount::money(value, stage.currency);
    let subject = Subject::Driver(Stage::ARPU);
    match inputs.revenue {
        Revenue::Unknown => {}
        Revenue::Arpu(given) => {
            observer.step(subject, || Step::new("ARPU", Operation::Given, money(arpu)).from(Origin::at(given.span)));
        }
        Revenue::Mrr(mrr) => {
            let per_arpu = stage.payers.mrr_per_arpu(inputs.customers)?;
            observer.step(subject, || {
                let payers = Operand::new("paying customers at the full price", Amount::plain(per_arpu));
                let operation = Operation::Quotient(Operand::new("MRR", money(mrr.value.into())), payers);
                Step::new("ARPU", operation, money(arpu))
            });
        }
    }
    Ok(())
}

/// The revenue that a formula without a value lacks, directly or through drivers.
pub(crate) fn lacking(stage: &Stage, formula: &Formula, values: &[Option<Fraction>]) -> BTreeSet<Unknown> {
    let mut found = BTreeSet::new();
    let mut seen = vec![false; values.len()];
    let mut open = formula.slots();
    while let Some(slot) = open.pop() {
        let is_known = values.get(slot.index()).is_none_or(Option::is_some);
        if is_known || std::mem::replace(&mut seen[slot.index()], true) {
            continue;
        }
        match slot {
            Stage::MRR => {
                found.insert(Unknown::Mrr);
            }
            Stage::ARPU => {
                found.insert(Unknown::Arpu);
            }
            _ => match stage.drivers.iter().find(|driver| driver.slot == slot) {
                Some(driver) => open.extend(driver.formula.slots()),
                // A frozen stage keeps a formula only where a revenue is not given.
                None => {
                    found.insert(Unknown::Mrr);
                }
            },
        }
    }
    found
}
