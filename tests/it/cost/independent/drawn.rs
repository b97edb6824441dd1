//! Random cases, the same in each run.

use super::{Amount, Billed, Case, Charge, Commitment, Model, Number, Price, Sku, Step, Unit, Way};

/// Numbers that look random and are the same for the same seed, which is not zero.
pub struct Dice(pub u64);

impl Dice {
    /// A number below `end`.
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) % end
    }

    /// Whether one of `of` comes.
    fn one_in(&mut self, of: u64) -> bool {
        self.below(of) == 0
    }

    /// A number with up to `scale` decimals, below `end` before the point.
    fn number(&mut self, end: u64, scale: u32) -> Number {
        let scale = u32::try_from(self.below(u64::from(scale) + 1)).unwrap();
        let digits = self.below(end * 10_u64.pow(scale));
        Number { digits: i64::try_from(digits).unwrap(), scale }
    }

    /// A number above zero.
    fn positive(&mut self, end: u64, scale: u32) -> Number {
        loop {
            let number = self.number(end, scale);
            if number.digits > 0 {
                return number;
            }
        }
    }

    fn of<T: Copy>(&mut self, all: &[T]) -> T {
        all[usize::try_from(self.below(all.len() as u64)).unwrap()]
    }

    fn maybe<T>(&mut self, of: u64, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.one_in(of).then(|| make(self))
    }
}

/// A SKU of one to four charges.
pub fn sku(dice: &mut Dice) -> Sku {
    let unit = dice.of(&[Unit::Counted, Unit::Counted, Unit::Gigabytes, Unit::Hours]);
    let count = dice.of(&[1, 1, 2, 2, 3, 4]);
    let mut models: Vec<Model> = Vec::with_capacity(count);
    for _ in 0..count {
        models.push(model(dice, &models));
    }
    let counted: Vec<usize> = (0..count).filter(|place| models[*place].counts()).collect();
    let mut charges: Vec<Charge> = Vec::with_capacity(count);
    for (place, model) in models.into_iter().enumerate() {
        let others: Vec<usize> = counted.iter().copied().filter(|other| *other != place).collect();
        charges.push(charge(dice, model, &others, &charges));
    }
    Sku { unit, tax: dice.maybe(6, |dice| Number::whole(1 + dice.below(40))), charges }
}

/// A line item, mostly with usage where prices change.
pub fn case(dice: &mut Dice, sku: &Sku) -> Case {
    let quantity = if dice.one_in(6) { dice.number(5, 1) } else { Number::whole(dice.below(5)) };
    let mut usages = Vec::with_capacity(sku.charges.len());
    for charge in &sku.charges {
        usages.push(usage(dice, charge, sku.unit, quantity, &usages));
    }
    Case { quantity, usages }
}

fn model(dice: &mut Dice, before: &[Model]) -> Model {
    match dice.below(if before.is_empty() { 6 } else { 8 }) {
        0 => Model::Flat { price: price(dice, 500), months: dice.of(&[1, 1, 12, 36, 7]) },
        1 | 2 => Model::PerUnit {
            price: price(dice, 20),
            per: per(dice),
            commitment: dice.maybe(3, |dice| Commitment {
                usage: dice.positive(80, 1),
                factor: dice.number(4, 2),
                true_up: dice.one_in(2),
            }),
        },
        3 => Model::Package { price: price(dice, 20), per: per(dice) },
        4 => Model::Graduated(steps(dice, None)),
        5 => Model::Volume(steps(dice, None)),
        _ => {
            let of = usize::try_from(dice.below(before.len() as u64)).unwrap();
            // A part of a part for each unit, and this for each unit again, would need more than 28 digits.
            let counts = dice.one_in(2) && !matches!(before[of], Model::Percentage { .. });
            Model::Percentage { steps: steps(dice, Some(&before[of])), of, counts }
        }
    }
}

fn per(dice: &mut Dice) -> Number {
    match dice.below(4) {
        0 | 1 => Number::whole(1),
        2 => Number::whole(dice.of(&[2, 3, 7, 10, 25, 64, 100, 256, 1000])),
        _ => dice.positive(20, 1),
    }
}

fn price(dice: &mut Dice, end: u64) -> Price {
    if !dice.one_in(6) {
        return Price::Known(dice.number(end, 4));
    }
    let at = |digits: i64| Number { digits, scale: 2 };
    let low = dice.number(end, 2).digits_at(2);
    let expected = low + dice.number(end, 2).digits_at(2);
    let high = expected + dice.number(end, 2).digits_at(2);
    Price::Between(at(low), dice.maybe(2, |_| at(expected)), at(high))
}

/// Tiers of prices, or of the rates of a percentage of another charge; one of a flat price may end where that is.
fn steps(dice: &mut Dice, rates_of: Option<&Model>) -> Vec<Step> {
    let count = if rates_of.is_some() { dice.of(&[1, 1, 2, 3]) } else { dice.of(&[1, 2, 3, 4]) };
    let base = match rates_of {
        Some(Model::Flat { price: Price::Known(price), months: 1 }) if price.digits > 0 => dice.maybe(2, |_| *price),
        _ => None,
    };
    let mut bound = 0;
    let mut found = Vec::new();
    for index in 0..count {
        bound += match base {
            Some(base) if index == 0 => base.digits_at(4) * i64::try_from(1 + dice.below(4)).unwrap(),
            _ => dice.positive(200, 2).digits_at(4),
        };
        let price = if rates_of.is_some() { dice.number(1, 2) } else { dice.number(9, 4) };
        let fee = if dice.one_in(3) { dice.number(50, 2) } else { Number::ZERO };
        found.push(Step { up_to: (index + 1 < count).then_some(Number { digits: bound, scale: 4 }), price, fee });
    }
    found
}

fn amount(dice: &mut Dice, end: u64, scale: u32, others: &[usize]) -> Amount {
    match dice.below(if others.is_empty() { 4 } else { 6 }) {
        0 | 1 => Amount::Units(dice.number(end, scale)),
        2 | 3 => Amount::OfQuantity(dice.number(end, scale)),
        _ => Amount::OfMeter(dice.number(3, 1), dice.of(others)),
    }
}

fn billed(dice: &mut Dice, others: &[usize]) -> Billed {
    match dice.below(if others.is_empty() { 2 } else { 4 }) {
        0 => Billed::AtLeast(dice.number(40, 1)),
        1 => Billed::Times(dice.number(40, 1)),
        _ => Billed::OrPart(Number::whole(1 + dice.below(9)), dice.of(others)),
    }
}

/// A charge of a model: `others` are the meters of other charges, and `before` the charges before it.
fn charge(dice: &mut Dice, model: Model, others: &[usize], before: &[Charge]) -> Charge {
    let counts = model.counts();
    let least = dice.maybe(5, |dice| amount(dice, 60, 1, others)).filter(|_| counts);
    let most = dice.maybe(5, |dice| most(dice, least, others)).filter(|_| counts);
    let can_be_each = match model {
        Model::Percentage { of, .. } => before[of].is_for_one(),
        _ => true,
    };
    let way = dice.of(&[Way::Nearest, Way::Up, Way::Down]);
    let usage_way = dice.of(&[Way::Up, Way::Down]);
    Charge {
        included: dice.maybe(3, |dice| amount(dice, 90, 2, others)).filter(|_| counts),
        billed: dice.maybe(5, |dice| billed(dice, others)).filter(|_| counts),
        least,
        most,
        rounding: dice.maybe(4, |dice| (dice.positive(20, 2), usage_way)).filter(|_| counts),
        minimum: dice.maybe(5, |dice| dice.number(30, 2)),
        cap: dice.maybe(5, |dice| Number::whole(30 + dice.below(400))),
        bill: dice.maybe(5, |dice| (dice.positive(3, 2), way)),
        each: can_be_each && dice.one_in(3),
        model,
    }
}

/// The most that is billable; as a plain number not below a plain least.
fn most(dice: &mut Dice, least: Option<Amount>, others: &[usize]) -> Amount {
    match (amount(dice, 300, 1, others), least) {
        (Amount::Units(_), Some(Amount::Units(least))) => {
            Amount::Units(Number { digits: least.digits_at(1) + dice.number(300, 1).digits_at(1), scale: 1 })
        }
        (most, _) => most,
    }
}

/// A usage of a meter in the smaller unit: anything, or at, just below or just above where what it costs changes.
/// `before` are the usages of the meters before.
fn usage(dice: &mut Dice, charge: &Charge, unit: Unit, quantity: Number, before: &[Number]) -> Number {
    // The decimals are few enough for a product of two usages to keep its digits.
    let (parts, scale) = (unit.parts(), unit.decimals());
    let at_scale = |ten_thousandths: i64| ten_thousandths * parts / 10_i64.pow(4 - scale);
    if dice.one_in(3) {
        let part = i64::try_from(dice.below(parts.unsigned_abs())).unwrap();
        return Number { digits: at_scale(dice.number(900, 3).digits_at(4)) + part, scale };
    }
    let free = match charge.included {
        Some(Amount::Units(free)) => at_scale(free.digits_at(4)),
        Some(Amount::OfQuantity(free)) => {
            let free = Number { digits: free.digits * quantity.digits, scale: free.scale + quantity.scale };
            at_scale(free.digits_at(4))
        }
        Some(Amount::OfMeter(times, meter)) => {
            let other = before.get(meter).map_or(0, |usage| usage.digits_at(scale));
            other * times.digits / 10_i64.pow(times.scale)
        }
        None => 0,
    };
    let bounds = bounds(dice, charge);
    let billed = at_scale(dice.of(&bounds)) + free;
    let used = match charge.billed {
        Some(Billed::Times(times)) if times.digits > 0 => billed * 10_i64.pow(times.scale) / times.digits,
        _ => billed,
    };
    let beside = dice.of(&[-1, 0, 1]);
    Number { digits: (used + beside).max(0), scale }
}

/// The billable usages where what the charge costs changes, in ten-thousandths of a pricing unit; the first is none.
fn bounds(dice: &mut Dice, charge: &Charge) -> Vec<i64> {
    let mut found = vec![0];
    let times = i64::try_from(dice.below(9)).unwrap();
    match &charge.model {
        Model::Graduated(steps) | Model::Volume(steps) => {
            found.extend(steps.iter().filter_map(|step| step.up_to).map(|bound| bound.digits_at(4)));
        }
        Model::PerUnit { per, commitment, .. } => {
            found.push(per.digits_at(4) * times);
            found.extend(commitment.map(|commitment| commitment.usage.digits_at(4)));
        }
        Model::Package { per, .. } => found.push(per.digits_at(4) * times),
        Model::Flat { .. } | Model::Percentage { .. } => {}
    }
    for bound in [charge.least, charge.most] {
        if let Some(Amount::Units(units)) = bound {
            found.push(units.digits_at(4));
        }
    }
    found.extend(charge.rounding.map(|(to, _)| to.digits_at(4) * times));
    if let Some(Billed::AtLeast(least)) = charge.billed {
        found.push(least.digits_at(4));
    }
    found
}
