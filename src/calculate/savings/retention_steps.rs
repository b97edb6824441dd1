//! How the stored data and the cost of the month that counts are computed: for each class and tier, periods times data times
//! price; with growth, the data that arrived in those periods times price.

use rust_decimal::Decimal;

use crate::calculate::cost::trace::{Operand, Operation, Origin, Step};
use crate::calculate::fault::Fault;
use crate::calculate::savings::arrivals::{Arrivals, holds_data};
use crate::calculate::savings::retention_result::{PlannedClass, RetentionMonth, RetentionPlan, TierMonth};
use crate::diagnostic::Diagnostic;
use crate::model::{Amount, Fraction, Retention};
use crate::source::Span;

/// The steps of a month; the last four give the names that effects use.
pub(crate) fn steps(plan: &RetentionPlan, counted: &RetentionMonth) -> Result<Vec<Step>, Diagnostic> {
    let mut telling = Telling { plan, number: counted.number, steps: Vec::new(), sums: Default::default() };
    for (class, month) in plan.classes.iter().zip(&counted.classes) {
        let arrivals = Arrivals::new(plan, class, counted.number)?;
        let mut tell = || -> Result<(), Fault> {
            telling.before(class, &arrivals)?;
            for (place, (tier, month)) in class.tiers.iter().zip(&month.tiers).enumerate() {
                if holds_data(tier) {
                    telling.tier(class, place, &arrivals, month)?;
                }
            }
            Ok(())
        };
        tell().map_err(|fault| fault.at(&format!("the cost of `{}`", class.name), Some(class.span)))?;
    }
    let Telling { mut steps, sums: [stored_before, stored_after, cost_before, cost_after], .. } = telling;
    let sums = [
        (stored_before, data(counted.stored.before.clone())),
        (stored_after, data(counted.stored.after.clone())),
        (cost_before, Amount::money(counted.cost.before.clone(), plan.currency)),
        (cost_after, Amount::money(counted.cost.after.clone(), plan.currency)),
    ];
    for (name, (operands, result)) in Retention::NAMES.into_iter().zip(sums) {
        steps.push(Step::new(name, Operation::Sum(operands), result));
    }
    Ok(steps)
}

struct Telling<'p> {
    plan: &'p RetentionPlan,
    number: u32,
    steps: Vec<Step>,
    /// The operands of the sums that give the values of [`Retention::NAMES`].
    sums: [Vec<Operand>; 4],
}

impl Telling<'_> {
    /// The data of a class without the technique, and its cost.
    fn before(&mut self, class: &PlannedClass, arrivals: &Arrivals) -> Result<(), Fault> {
        let label = format!("{}, before", class.name);
        let stored = arrivals.between(self.number, &Fraction::ZERO, &class.kept)?;
        let mut factors = self.held(&label, "kept", class, arrivals, [Fraction::ZERO, class.kept.clone()])?;
        factors.push(Operand::new("price", Amount::money(class.price.clone(), self.plan.currency)));
        let cost = stored.multiply(&class.price)?;
        self.sums[0].push(Operand::new(label.clone(), data(stored)));
        self.cost(2, label, factors, cost, class.span);
        for tier in class.tiers.iter().filter(|tier| holds_data(tier) && !tier.read.is_zero()) {
            let here = arrivals.between(self.number, &tier.from, &tier.to)?;
            let label = format!("reading {} as in {}, before", class.name, tier.name);
            let cost = here.multiply(&tier.read)?.multiply(&class.read_price)?;
            self.cost(2, label, self.reading(here, tier.read.clone(), class.read_price.clone()), cost, class.span);
        }
        Ok(())
    }

    /// The data of a tier, and its cost.
    fn tier(
        &mut self,
        class: &PlannedClass,
        place: usize,
        arrivals: &Arrivals,
        month: &TierMonth,
    ) -> Result<(), Fault> {
        let tier = &class.tiers[place];
        let label = format!("{} in {}", class.name, tier.name);
        let is_longer = tier.billed_to.cmp(&tier.to).is_gt();
        let word = if is_longer { "billed" } else { "held" };
        let mut factors = self.held(&label, word, class, arrivals, [tier.from.clone(), tier.billed_to.clone()])?;
        if !class.left.is_one() {
            factors.push(Operand::new("compressed to", Amount::ratio(class.left.clone())));
        }
        factors.push(Operand::new("price", Amount::money(tier.price.clone(), self.plan.currency)));
        self.sums[1].push(Operand::new(label.clone(), data(month.stored.clone())));
        self.cost(3, label, factors, month.storage.clone(), tier.span);
        if !tier.read.is_zero() {
            let label = format!("reading {} in {}", class.name, tier.name);
            let factors = self.reading(month.stored.clone(), tier.read.clone(), tier.read_price.clone());
            self.cost(3, label, factors, month.reading.clone(), tier.span);
        }
        Ok(())
    }

    /// The factors of the data of some ages: periods and arrivals per period; with growth, the data that arrived in
    /// them.
    fn held(
        &mut self,
        label: &str,
        word: &'static str,
        class: &PlannedClass,
        arrivals: &Arrivals,
        [from, to]: [Fraction; 2],
    ) -> Result<Vec<Operand>, Fault> {
        let period = self.plan.period.as_str();
        if self.plan.growth.is_zero() {
            // Before data has reached an age, only what has arrived so far is there.
            let so_far = self.plan.month.multiply(&Decimal::from(self.number).into())?;
            let (from, to) = (from.min(so_far.clone()), to.min(so_far));
            let periods = Operand::new(word, Amount::unit(to.subtract(&from)?, period));
            return Ok(vec![periods, Operand::new("arrives", data(class.arrives.clone()))]);
        }
        let until = |age: &Fraction| -> Result<Operand, Fault> {
            let age_shown = age.round(6)?.normalize();
            let name = if age.is_zero() {
                format!("arrived until month {}", self.number)
            } else {
                format!("until {age_shown} {period}{} before", if age_shown == Decimal::ONE { "" } else { "s" })
            };
            Ok(Operand::new(name, data(arrivals.until(self.number, age)?)))
        };
        let difference = Operation::Difference(until(&from)?, until(&to)?);
        let amount = data(arrivals.between(self.number, &from, &to)?);
        let step = Step::new(format!("{label}, data"), difference, amount.clone());
        self.steps.push(step.from(Origin::at(class.span)));
        Ok(vec![Operand::new("data", amount)])
    }

    fn reading(&self, stored: Fraction, read: Fraction, price: Fraction) -> Vec<Operand> {
        let price = Operand::new("read price", Amount::money(price, self.plan.currency));
        vec![Operand::new("stored", data(stored)), Operand::new("read", Amount::ratio(read)), price]
    }

    /// A cost as the product of its factors, added to the sum at a place of [`Retention::NAMES`].
    fn cost(&mut self, sum: usize, label: String, factors: Vec<Operand>, cost: Fraction, span: Span) {
        let result = Amount::money(cost, self.plan.currency);
        self.sums[sum].push(Operand::new(label.clone(), result.clone()));
        self.steps.push(Step::new(label, Operation::Product(factors), result).from(Origin::at(span)));
    }
}

fn data(value: Fraction) -> Amount {
    Amount::unit(value, "GB")
}
