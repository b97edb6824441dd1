//! The quantity, usage and cost of a line item that remain with the techniques in use.
//!
//! A technique leaves `after / before` of the share that it applies to, and all of the rest. Several techniques on one
//! line item leave the product of their ratios. Each result is kept to twelve decimals, as a ratio and as a value, so
//! that any ratios can be combined. Techniques are applied in the order of their names, so the order in which they are
//! requested does not affect even the last digit.

use rust_decimal::Decimal;

use crate::calculate::charge::formula::{known, operation, readable, value};
use crate::calculate::cost::trace::{Observer, Operand, Operation, Origin, Step, Subject, Unobserved};
use crate::calculate::fault::Fault;
use crate::calculate::savings::retention::named;
use crate::model::{
    Amount, Direction, Effect, Formula, Fraction, LineItem, Lowers, QUOTIENT_DECIMALS, Rounding, Technique,
    UsedTechnique,
};

/// A value that techniques reduce, and how it is shown.
pub(crate) struct Lowered<'n, M: Fn(Fraction) -> Amount> {
    /// Which value it is.
    pub(crate) what: Lowers,
    /// Its name: `quantity`, `storage: usage`.
    pub(crate) name: &'n str,
    /// The value as it is shown.
    pub(crate) measure: M,
    /// The quantity of the line item before any technique.
    pub(crate) quantity: &'n Fraction,
    /// The values of the drivers.
    pub(crate) drivers: &'n [Option<Fraction>],
}

/// The ratio that all techniques in use on a line item leave of a value; `None` if it has no result. `quantity` is that
/// before any technique.
pub fn techniques_leave(
    item: &LineItem,
    what: Lowers,
    quantity: &Fraction,
    drivers: &[Option<Fraction>],
) -> Option<Fraction> {
    let lowered = Lowered { what, name: "value", measure: Amount::plain, quantity, drivers };
    lower(item, &lowered, Decimal::ONE.into(), Subject::Subtotal, &mut Unobserved).ok()
}

/// Reduces a value of a line item by every technique in use on it, and reports the steps. Zero stays zero.
pub(crate) fn lower<M: Fn(Fraction) -> Amount, O: Observer>(
    item: &LineItem,
    lowered: &Lowered<'_, M>,
    value: Fraction,
    subject: Subject,
    observer: &mut O,
) -> Result<Fraction, Fault> {
    let mut used = item.techniques.iter().filter(|used| used.lowers == lowered.what);
    let Some(first) = used.next().filter(|_| !value.is_zero()) else { return Ok(value) };
    let mut telling = Telling { subject, observer };
    let mut left = telling.left(first, (lowered.quantity, lowered.drivers))?;
    let mut names = first.technique.id.to_string();
    for other in used {
        let one = telling.left(other, (lowered.quantity, lowered.drivers))?;
        let product = left.multiply(&one)?;
        telling.tell(|| {
            let operands = vec![ratio("left", left), ratio("left", one)];
            Step::new("remaining with all techniques", Operation::Product(operands), Amount::ratio(product.clone()))
        });
        left = telling.kept("remaining with all techniques", product, &|value| Amount::ratio(value))?;
        names = format!("{names}, {}", other.technique.id);
    }
    let after = value.multiply(&left)?;
    telling.tell(|| {
        let what = Operand::new(lowered.name.to_owned(), (lowered.measure)(value));
        let operation = Operation::Product(vec![what, ratio("left", left)]);
        Step::new(format!("{} with {names}", lowered.name), operation, (lowered.measure)(after.clone()))
    });
    telling.kept(lowered.name, after, &lowered.measure)
}

/// The ratio that a technique leaves of the value that it reduces, for a line item of this quantity. No input depends on the
/// drivers.
pub(crate) fn left_by(used: &UsedTechnique, quantity: &Fraction) -> Result<Fraction, Fault> {
    Telling { subject: Subject::Subtotal, observer: &mut Unobserved }.left(used, (quantity, &[]))
}

/// Whether any technique in use on a line item reduces this value.
pub(crate) fn is_lowered(item: &LineItem, what: Lowers) -> bool {
    item.techniques.iter().any(|used| used.lowers == what)
}

fn ratio(name: &'static str, value: Fraction) -> Operand {
    Operand::new(name, Amount::ratio(value))
}

/// Reports the steps of techniques to an observer.
struct Telling<'o, O> {
    subject: Subject,
    observer: &'o mut O,
}

impl<O: Observer> Telling<'_, O> {
    fn tell(&mut self, step: impl FnOnce() -> Step) {
        self.observer.step(self.subject, step);
    }

    /// A value rounded to twelve decimals.
    fn kept(&mut self, name: &str, exact: Fraction, measure: &dyn Fn(Fraction) -> Amount) -> Result<Fraction, Fault> {
        let rounding = Rounding { to: Decimal::new(1, QUOTIENT_DECIMALS), direction: Direction::Nearest };
        let kept = Fraction::from(rounding.apply(exact.clone())?);
        if kept.cmp(&exact).is_ne() {
            self.tell(|| {
                let operation = Operation::Round(Operand::new(name.to_owned(), measure(exact)), rounding);
                Step::new("kept to 12 decimals", operation, measure(kept.clone()))
            });
        }
        Ok(kept)
    }

    /// The ratio that a technique leaves of the value that it reduces.
    fn left(
        &mut self,
        used: &UsedTechnique,
        (quantity, drivers): (&Fraction, &[Option<Fraction>]),
    ) -> Result<Fraction, Fault> {
        let technique = &*used.technique;
        let mut given: Vec<(usize, Fraction, &'static str)> = Vec::new();
        for (place, formula) in &used.driven {
            let value = value(formula, drivers)?.ok_or(Fault::UnknownInput)?;
            given.push((*place, value, "drivers"));
        }
        given.extend(used.counts.map(|place| (place, quantity.clone(), "quantity")));
        let values = self.inputs(technique, &given)?;
        let effect = &technique.effects[used.effect];
        let (before, after) = (known(&effect.before, &values)?, known(&effect.after, &values)?);
        if before.is_zero() {
            return Err(Fault::NothingBefore);
        }
        self.tell_sides(technique, effect, &values, (before.clone(), after.clone()));
        let of_all = after.divide(&before)?;
        self.tell(|| {
            let amount = |value: Fraction| readable(value, effect.before.dimension);
            let operation =
                Operation::Quotient(Operand::new("with", amount(after)), Operand::new("without", amount(before)));
            Step::new(format!("left by {}", technique.id), operation, Amount::ratio(of_all.clone()))
        });
        let of_all = self.kept("left", of_all, &|value| Amount::ratio(value))?;
        if used.share == Decimal::ONE {
            return Ok(of_all);
        }
        let share = Fraction::from(used.share);
        let part = share.multiply(&of_all)?;
        let rest = Fraction::from(Decimal::ONE).subtract(&share)?;
        let left = rest.add(&part)?;
        self.tell(|| {
            let operands = vec![ratio("share", share), ratio("remaining part of it", of_all)];
            Step::new("remaining part of the share", Operation::Product(operands), Amount::ratio(part.clone()))
                .from(Origin::at(used.share_at))
        });
        self.tell(|| {
            let operands = vec![ratio("the rest", rest), ratio("of the share", part)];
            Step::new("remaining part of the whole", Operation::Sum(operands), Amount::ratio(left.clone()))
        });
        self.kept("remaining part of the whole", left, &|value| Amount::ratio(value))
    }

    /// The values of all names of a technique; some of its inputs may be given, each by something. Reports those that are
    /// computed.
    fn inputs(
        &mut self,
        technique: &Technique,
        given: &[(usize, Fraction, &'static str)],
    ) -> Result<Vec<Option<Fraction>>, Fault> {
        let mut values = Vec::with_capacity(technique.scope.len());
        for (place, input) in technique.inputs.iter().enumerate() {
            let is_given = given.iter().find(|(given, ..)| *given == place);
            let value = is_given.map_or_else(|| known(&input.formula, &values), |(_, value, _)| Ok(value.clone()))?;
            if is_given.is_some() || input.formula.literal().is_none() {
                let operation = match is_given {
                    Some((_, value, by)) => {
                        let amount = readable(value.clone(), input.formula.dimension);
                        Operation::Sum(vec![Operand::new(*by, amount)])
                    }
                    None => operation(&input.formula, &technique.scope, &values),
                };
                self.tell(|| {
                    let name = technique.scope.name(input.slot).to_owned();
                    Step::new(name, operation, readable(value.clone(), input.formula.dimension))
                        .from(Origin::at(input.formula.span))
                });
            }
            values.push(Some(value));
        }
        if let Some(kept) = &technique.retention {
            values.extend(named(kept, &values)?.map(Some));
        }
        Ok(values)
    }

    fn tell_sides(
        &mut self,
        technique: &Technique,
        effect: &Effect,
        values: &[Option<Fraction>],
        (before, after): (Fraction, Fraction),
    ) {
        let mut side = |word: &str, formula: &Formula, value: Fraction| {
            self.tell(|| {
                let result = readable(value, formula.dimension);
                let label = format!("{} {word} {}", effect.name, technique.id);
                Step::new(label, operation(formula, &technique.scope, values), result).from(Origin::at(formula.span))
            });
        };
        side("without", &effect.before, before);
        side("with", &effect.after, after);
    }
}
