//! What techniques in use leave of the quantity, the usage and the cost of a line item.
//!
//! A technique leaves `after / before` of what it is about, and all of the rest. Several of them on one line item leave the
//! product, so that their order does not matter and nothing falls below zero.

use super::Fault;
use super::formula::{known, operation, readable};
use super::retention::named;
use crate::model::{
    Amount, Formula, Fraction, LineItem, Lowers, Observer, Operand, Operation, Origin, Step, Subject, Technique,
    UsedTechnique,
};
use rust_decimal::Decimal;

/// What is lowered, for messages: `usage of storage`, with the measure of its amounts.
pub(super) struct Lowered<'n, M: Fn(Fraction) -> Amount> {
    /// What it is.
    pub(super) what: Lowers,
    /// What it is called.
    pub(super) name: &'n str,
    /// The value as it is shown.
    pub(super) measure: M,
    /// How many units the line item has before any technique.
    pub(super) quantity: Fraction,
}

/// Lowers a value of a line item by every technique that is in use on it, and tells how.
pub(super) fn lower<M: Fn(Fraction) -> Amount, O: Observer>(
    item: &LineItem,
    lowered: &Lowered<'_, M>,
    mut value: Fraction,
    subject: Subject,
    observer: &mut O,
) -> Result<Fraction, Fault> {
    for used in item.techniques.iter().filter(|used| used.lowers == lowered.what) {
        let left = left(used, lowered.quantity, subject, observer)?;
        let before = value;
        value = before.multiply(left)?;
        observer.step(subject, || {
            let what = Operand::new(lowered.name.to_owned(), (lowered.measure)(before));
            let operation = Operation::Product(vec![what, Operand::new("left", Amount::ratio(left))]);
            let label = format!("{} with {}", lowered.name, used.technique.id);
            Step::new(label, operation, (lowered.measure)(value)).from(Origin::at(used.share_at))
        });
    }
    Ok(value)
}

/// Whether any technique in use on a line item lowers this.
pub(super) fn is_lowered(item: &LineItem, what: Lowers) -> bool {
    item.techniques.iter().any(|used| used.lowers == what)
}

/// What a technique leaves of what it lowers, as a ratio.
fn left<O: Observer>(
    used: &UsedTechnique,
    quantity: Fraction,
    subject: Subject,
    observer: &mut O,
) -> Result<Fraction, Fault> {
    let technique = &*used.technique;
    let values = inputs(technique, used.counts.map(|place| (place, quantity)))?;
    let effect = &technique.effects[used.effect];
    let side = |formula: &Formula| known(formula, &values);
    let (before, after) = (side(&effect.before)?, side(&effect.after)?);
    let of_all = after.divide(before)?;
    let mut tell = |label: String, formula: &Formula, value: Fraction| {
        observer.step(subject, || {
            let result = readable(value, formula.dimension);
            Step::new(label, operation(formula, &technique.scope, &values), result).from(Origin::at(formula.span))
        });
    };
    tell(format!("{} without {}", effect.name, technique.id), &effect.before, before);
    tell(format!("{} with {}", effect.name, technique.id), &effect.after, after);
    observer.step(subject, || {
        let amount = |value: Fraction| readable(value, effect.before.dimension);
        let operation =
            Operation::Quotient(Operand::new("with", amount(after)), Operand::new("without", amount(before)));
        Step::new(format!("left by {}", technique.id), operation, Amount::ratio(of_all))
    });
    if used.share == Decimal::ONE {
        return Ok(of_all);
    }
    let share = Fraction::from(used.share);
    let part = share.multiply(of_all)?;
    let rest = Fraction::from(Decimal::ONE).subtract(share)?;
    let left = rest.add(part)?;
    observer.step(subject, || {
        let operands =
            vec![Operand::new("share", Amount::ratio(share)), Operand::new("left of it", Amount::ratio(of_all))];
        Step::new("left of the share", Operation::Product(operands), Amount::ratio(part))
            .from(Origin::at(used.share_at))
    });
    observer.step(subject, || {
        let operands =
            vec![Operand::new("the rest", Amount::ratio(rest)), Operand::new("of the share", Amount::ratio(part))];
        Step::new("left of all", Operation::Sum(operands), Amount::ratio(left))
    });
    Ok(left)
}

/// The inputs of a technique, one of which may be given.
fn inputs(technique: &Technique, given: Option<(usize, Fraction)>) -> Result<Vec<Option<Fraction>>, Fault> {
    let mut values = Vec::with_capacity(technique.inputs.len());
    for (place, input) in technique.inputs.iter().enumerate() {
        let value = match given {
            Some((given, value)) if given == place => value,
            _ => known(&input.formula, &values)?,
        };
        values.push(Some(value));
    }
    if let Some(kept) = &technique.retention {
        values.extend(named(kept, &values)?.map(Some));
    }
    Ok(values)
}
