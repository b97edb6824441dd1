//! What a case costs, in rational numbers.

use num_bigint::BigInt;
use num_traits::{One as _, Signed as _, Zero as _};

use super::{Amount, Billed, Case, Charge, Commitment, Model, Number, Price, Q, Sku, Step, Way};

/// An end of the ranges of prices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Point {
    Low,
    Expected,
    High,
}

/// What a charge costs: worked out, and for the whole quantity.
struct Cost {
    one: Q,
    all: Q,
}

/// A case with its numbers.
struct Given {
    quantity: Q,
    /// In pricing units, by meter.
    usages: Vec<Q>,
    /// One and the rate of the tax that the prices include.
    gross: Q,
    point: Point,
}

/// What all charges of a line item cost.
pub fn cost(sku: &Sku, case: &Case, point: Point) -> Q {
    let hundred = Q::from_integer(100.into());
    let parts = Q::from_integer(sku.unit.parts().into());
    let given = Given {
        quantity: case.quantity.exact(),
        usages: case.usages.iter().map(|usage| usage.exact() / &parts).collect(),
        gross: Q::one() + sku.tax.map_or_else(Q::zero, Number::exact) / hundred,
        point,
    };
    let mut costs: Vec<Cost> = Vec::with_capacity(sku.charges.len());
    for (place, charge) in sku.charges.iter().enumerate() {
        let one = of_charge(place, charge, &given, &costs);
        let all = if charge.is_for_one() { &one * &given.quantity } else { one.clone() };
        costs.push(Cost { one, all });
    }
    costs.into_iter().map(|cost| cost.all).sum()
}

/// The cost as a line item keeps it: with 12 decimals, half away from zero. One that ends later may also be kept whole, as
/// long as no quotient is in it.
pub fn kept(cost: &Q) -> Q {
    assert!(!cost.is_negative(), "a cost below zero");
    rounded(cost, &Q::new(BigInt::one(), BigInt::from(10).pow(12)), Way::Nearest)
}

/// What a charge costs before the quantity; `before` are the charges before it.
fn of_charge(place: usize, charge: &Charge, given: &Given, before: &[Cost]) -> Q {
    let mut cost = priced(place, charge, given, before);
    if let Some(minimum) = charge.minimum.filter(|_| !given.quantity.is_zero()) {
        cost = at_least(cost, minimum.exact());
    }
    if let Some(cap) = charge.cap {
        cost = at_most(cost, cap.exact());
    }
    if let Some((to, way)) = charge.bill {
        cost = rounded(&cost, &to.exact(), way);
    }
    cost / &given.gross
}

fn priced(place: usize, charge: &Charge, given: &Given, before: &[Cost]) -> Q {
    let units = || billable(place, charge, given);
    let is_none = given.quantity.is_zero();
    match &charge.model {
        Model::Flat { price, months } => price.at(given.point) / Q::from_integer((*months).into()),
        Model::PerUnit { price, per, commitment } => {
            let one = price.at(given.point) / per.exact();
            match commitment {
                None => units() * one,
                Some(commitment) => one * paid_for(&units(), *commitment, given),
            }
        }
        Model::Package { price, per } => (units() / per.exact()).ceil() * price.at(given.point),
        // Where nothing is bought there is no fee for the first tier, and no part of another cost.
        Model::Graduated(_) | Model::Volume(_) if is_none && units().is_zero() => Q::zero(),
        Model::Percentage { .. } if is_none => Q::zero(),
        Model::Graduated(steps) => graduated(steps, &units()),
        Model::Volume(steps) => volume(steps, &units()),
        Model::Percentage { steps, of, counts } => {
            let base = if charge.each { &before[*of].one } else { &before[*of].all };
            // Gross prices are a part of a gross cost.
            let part = graduated(steps, &(base * &given.gross));
            if *counts { part * units() } else { part }
        }
    }
}

/// The units that are paid for under a commitment, those beyond it as often as they cost more.
fn paid_for(units: &Q, commitment: Commitment, given: &Given) -> Q {
    let limit = commitment.usage.exact();
    let beyond = at_least(units - &limit, Q::zero());
    let is_paid_whole = commitment.true_up && !given.quantity.is_zero();
    let within = if is_paid_whole { limit } else { at_most(units.clone(), limit) };
    within + beyond * commitment.factor.exact()
}

/// What of the usage is billable.
fn billable(place: usize, charge: &Charge, given: &Given) -> Q {
    let usage = &given.usages[place];
    let mut units = match charge.billed {
        Some(Billed::AtLeast(least)) => at_least(usage.clone(), least.exact()),
        Some(Billed::Times(times)) => usage * times.exact(),
        Some(Billed::OrPart(part, meter)) => at_least(usage.clone(), &given.usages[meter] / part.exact()),
        None => usage.clone(),
    };
    if let Some(included) = charge.included {
        units = at_least(units - amount(included, given), Q::zero());
    }
    if let Some(least) = charge.least.filter(|_| !given.quantity.is_zero()) {
        units = at_least(units, amount(least, given));
    }
    if let Some(most) = charge.most {
        units = at_most(units, amount(most, given));
    }
    match charge.rounding {
        Some((to, way)) => rounded(&units, &to.exact(), way),
        None => units,
    }
}

fn amount(amount: Amount, given: &Given) -> Q {
    match amount {
        Amount::Units(number) => number.exact(),
        Amount::OfQuantity(number) => number.exact() * &given.quantity,
        Amount::OfMeter(times, meter) => times.exact() * &given.usages[meter],
    }
}

impl Price {
    fn at(self, point: Point) -> Q {
        let (low, expected, high) = match self {
            Self::Known(price) => return price.exact(),
            Self::Between(low, expected, high) => (low, expected, high),
        };
        match point {
            Point::Low => low.exact(),
            Point::High => high.exact(),
            Point::Expected => {
                let middle = || (low.exact() + high.exact()) / Q::from_integer(2.into());
                expected.map_or_else(middle, Number::exact)
            }
        }
    }
}

fn graduated(steps: &[Step], units: &Q) -> Q {
    let mut total = Q::zero();
    let mut below = Q::zero();
    for (index, step) in steps.iter().enumerate() {
        if index > 0 && *units <= below {
            break;
        }
        let top = step.up_to.map_or_else(|| units.clone(), |bound| at_most(bound.exact(), units.clone()));
        total += (&top - &below) * step.price.exact() + step.fee.exact();
        below = top;
    }
    total
}

fn volume(steps: &[Step], units: &Q) -> Q {
    let step = steps.iter().find(|step| step.up_to.is_none_or(|bound| *units <= bound.exact())).unwrap();
    units * step.price.exact() + step.fee.exact()
}

fn rounded(value: &Q, to: &Q, way: Way) -> Q {
    let steps = value / to;
    let whole = match way {
        Way::Nearest => (steps + Q::new(1.into(), 2.into())).floor(),
        Way::Up => steps.ceil(),
        Way::Down => steps.floor(),
    };
    whole * to
}

fn at_least(value: Q, least: Q) -> Q {
    if value < least { least } else { value }
}

fn at_most(value: Q, most: Q) -> Q {
    if value > most { most } else { value }
}
