//! The calculation against an independent one: random price models and quantities, written as price sheets and
//! manifests, computed by costplan and here in rational numbers by a second program that shares nothing with it.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod project;

use std::fmt;
use std::fmt::Write as _;

use num_bigint::BigInt;
use num_rational::BigRational;
use num_traits::{One as _, Signed as _, Zero as _};
use project::{HEAD, computed};
use rust_decimal::Decimal;

/// How many line items are computed in all.
const CASES: usize = 100_800;
/// How many of them one stage has.
const OF_STAGE: usize = 12_600;
/// How many of them one SKU has.
const OF_SKU: usize = 36;

type Q = BigRational;

/// Numbers that look random and are the same in each run.
struct Dice(u64);

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

    fn maybe<T>(&mut self, of: u64, make: impl FnOnce(&mut Self) -> T) -> Option<T> {
        self.one_in(of).then(|| make(self))
    }
}

/// A decimal as the test writes it.
#[derive(Clone, Copy, Debug)]
struct Number {
    digits: i64,
    scale: u32,
}

impl Number {
    fn whole(digits: u64) -> Self {
        Self { digits: i64::try_from(digits).unwrap(), scale: 0 }
    }

    fn exact(self) -> Q {
        Q::new(self.digits.into(), BigInt::from(10).pow(self.scale))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let power = 10_i64.pow(self.scale);
        write!(f, "{}", self.digits / power)?;
        if self.scale > 0 {
            write!(f, ".{:0width$}", self.digits % power, width = self.scale as usize)?;
        }
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Nearest,
    Up,
    Down,
}

/// A price, or the ends of one: at the low end, as expected and at the high end.
#[derive(Clone, Copy, Debug)]
enum Cost {
    Known(Number),
    Between(Number, Number),
}

impl Cost {
    fn at(self, point: usize) -> Q {
        match self {
            Self::Known(price) => price.exact(),
            Self::Between(low, high) => {
                [low.exact(), (low.exact() + high.exact()) / Q::from_integer(2.into()), high.exact()][point].clone()
            }
        }
    }
}

impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(price) => write!(f, "{price}"),
            Self::Between(low, high) => write!(f, "\"{low}..{high}\""),
        }
    }
}

#[derive(Clone, Debug)]
struct Step {
    up_to: Option<Number>,
    price: Number,
    fee: Number,
}

#[derive(Clone, Debug)]
enum Model {
    Flat { price: Cost, months: u64 },
    PerUnit { price: Cost, per: Number },
    Package { price: Cost, per: Number },
    Graduated(Vec<Step>),
    Volume(Vec<Step>),
    Percentage { steps: Vec<Step>, of: Number, counts: bool },
}

#[derive(Clone, Copy, Debug)]
enum Included {
    Units(Number),
    EachQuantity(Number),
}

#[derive(Clone, Copy, Debug)]
enum Billed {
    AtLeast(Number),
    Times(Number),
}

/// One charge in the test's own words.
#[derive(Clone, Debug)]
struct Charge {
    model: Model,
    included: Option<Included>,
    billed: Option<Billed>,
    least: Option<Number>,
    most: Option<Number>,
    rounding: Option<(Number, Way)>,
    minimum: Option<Number>,
    cap: Option<Number>,
    bill: Option<(Number, Way)>,
    commitment: Option<(Number, Number, bool)>,
    each: bool,
    tax: Option<Number>,
}

fn steps(dice: &mut Dice, of_rates: bool) -> Vec<Step> {
    let count = 1 + dice.below(4);
    let mut bound = Number::whole(0);
    let mut found = Vec::new();
    for index in 0..count {
        let more = dice.positive(200, 2);
        bound = Number { digits: bound.digits + more.digits * 10_i64.pow(2 - more.scale), scale: 2 };
        let price = if of_rates { dice.number(1, 2) } else { dice.number(9, 4) };
        let fee = if dice.one_in(3) { dice.number(50, 2) } else { Number::whole(0) };
        found.push(Step { up_to: (index + 1 < count).then_some(bound), price, fee });
    }
    found
}

fn cost(dice: &mut Dice, end: u64) -> Cost {
    if dice.one_in(6) {
        let low = dice.number(end, 2);
        let more = dice.positive(end, 2);
        let high = Number {
            digits: low.digits * 10_i64.pow(2 - low.scale) + more.digits * 10_i64.pow(2 - more.scale),
            scale: 2,
        };
        return Cost::Between(low, high);
    }
    Cost::Known(dice.number(end, 4))
}

fn charge(dice: &mut Dice) -> Charge {
    let model = match dice.below(7) {
        0 => Model::Flat { price: cost(dice, 500), months: [1, 12, 36, 7][usize::try_from(dice.below(4)).unwrap()] },
        1 | 2 => Model::PerUnit {
            price: cost(dice, 20),
            per: if dice.one_in(2) { Number::whole(1) } else { dice.positive(50, 1) },
        },
        3 => Model::Package { price: cost(dice, 20), per: dice.positive(50, 1) },
        4 => Model::Graduated(steps(dice, false)),
        5 => Model::Volume(steps(dice, false)),
        _ => Model::Percentage { steps: steps(dice, true), of: dice.number(900, 2), counts: dice.one_in(2) },
    };
    let is_flat = matches!(model, Model::Flat { .. });
    let counts = !is_flat && !matches!(model, Model::Percentage { counts: false, .. });
    let is_per_unit = matches!(model, Model::PerUnit { .. });
    let way = |dice: &mut Dice| [Way::Nearest, Way::Up, Way::Down][usize::try_from(dice.below(3)).unwrap()];
    let least = dice.maybe(6, |dice| dice.number(60, 1)).filter(|_| counts);
    let above = least.map_or(0, |least| u64::try_from(least.digits).unwrap() + 1);
    Charge {
        included: dice
            .maybe(3, |dice| {
                let units = dice.number(90, 2);
                if dice.one_in(2) { Included::Units(units) } else { Included::EachQuantity(units) }
            })
            .filter(|_| counts),
        billed: dice
            .maybe(5, |dice| {
                let units = dice.number(40, 1);
                if dice.one_in(2) { Billed::AtLeast(units) } else { Billed::Times(units) }
            })
            .filter(|_| counts),
        most: dice.maybe(6, |dice| Number::whole(above + dice.below(300))).filter(|_| counts),
        least,
        rounding: dice
            .maybe(4, |dice| (dice.positive(20, 2), if dice.one_in(2) { Way::Up } else { Way::Down }))
            .filter(|_| counts),
        minimum: dice.maybe(5, |dice| dice.number(30, 2)),
        cap: dice.maybe(5, |dice| Number::whole(30 + dice.below(400))),
        bill: dice.maybe(5, |dice| (dice.positive(3, 2), way(dice))),
        commitment: dice
            .maybe(4, |dice| (dice.positive(80, 1), dice.number(4, 2), dice.one_in(2)))
            .filter(|_| is_per_unit),
        each: !is_flat && dice.one_in(3),
        tax: dice.maybe(6, |dice| Number::whole(1 + dice.below(99))),
        model,
    }
}

/// The charge as a price sheet has it.
fn written(charge: &Charge) -> String {
    let mut text = String::new();
    let ladder = |steps: &[Step], price: &str| {
        let steps = steps.iter().map(|step| {
            let up_to = step.up_to.map(|bound| format!("up_to = {bound}, ")).unwrap_or_default();
            format!("{{ {up_to}{price} = {}, flat = {} }}", step.price, step.fee)
        });
        format!("tiers = [{}]\n", steps.collect::<Vec<_>>().join(", "))
    };
    let unit = "unit = \"unit\"\n";
    match &charge.model {
        Model::Flat { price, months } => {
            let _ = write!(text, "model = \"flat\"\nprice = {price}\nperiod = \"{months} months\"\n");
        }
        Model::PerUnit { price, per } => {
            let _ = write!(text, "{unit}model = \"per_unit\"\nprice = {price}\nper = {per}\n");
        }
        Model::Package { price, per } => {
            let _ = write!(text, "{unit}model = \"package\"\nprice = {price}\nper = {per}\n");
        }
        Model::Graduated(steps) => text = format!("{unit}model = \"graduated\"\n{}", ladder(steps, "price")),
        Model::Volume(steps) => text = format!("{unit}model = \"volume\"\n{}", ladder(steps, "price")),
        Model::Percentage { steps, counts, .. } => {
            let unit = if *counts { unit } else { "" };
            text = format!("{unit}model = \"percentage\"\nof = \"plan\"\n{}", ladder(steps, "percent"));
        }
    }
    let mut key = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            let _ = writeln!(text, "{name} = {value}");
        }
    };
    key(
        "included",
        charge.included.map(|included| match included {
            Included::Units(units) => units.to_string(),
            Included::EachQuantity(units) => format!("\"{units} * quantity\""),
        }),
    );
    key(
        "billed_usage",
        charge.billed.map(|billed| match billed {
            Billed::AtLeast(units) => format!("\"max(m, {units})\""),
            Billed::Times(times) => format!("\"m * {times}\""),
        }),
    );
    key("minimum_usage", charge.least.map(|least| least.to_string()));
    key("maximum_usage", charge.most.map(|most| most.to_string()));
    key("round_usage_up_to", charge.rounding.filter(|(_, way)| *way == Way::Up).map(|(to, _)| to.to_string()));
    key("round_usage_down_to", charge.rounding.filter(|(_, way)| *way == Way::Down).map(|(to, _)| to.to_string()));
    key("minimum", charge.minimum.map(|minimum| minimum.to_string()));
    key("cap", charge.cap.map(|cap| cap.to_string()));
    key(
        "round_cost_to",
        charge.bill.map(|(to, way)| format!("{{ to = {to}, direction = \"{}\" }}", format!("{way:?}").to_lowercase())),
    );
    key(
        "commitment",
        charge.commitment.map(|(usage, factor, true_up)| {
            format!("{{ usage = {usage}, overage_factor = {factor}, true_up = {true_up} }}")
        }),
    );
    key("each", charge.each.then(|| "true".to_owned()));
    text
}

/// The SKU of a charge: a percentage has a plan before it.
fn sku(index: usize, charge: &Charge) -> String {
    let tax = charge.tax.map(|tax| format!("includes_tax = \"{tax}%\"\n")).unwrap_or_default();
    let plan = match &charge.model {
        Model::Percentage { of, .. } => {
            format!("[[skus.s{index}.charges]]\nmeter = \"plan\"\nmodel = \"flat\"\nprice = {of}\n")
        }
        _ => String::new(),
    };
    format!("[skus.s{index}]\n{tax}{plan}[[skus.s{index}.charges]]\nmeter = \"m\"\n{}", written(charge))
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

/// What of the usage is billable.
fn billable(charge: &Charge, usage: &Q, quantity: &Q) -> Q {
    let mut units = match charge.billed {
        Some(Billed::AtLeast(least)) => at_least(usage.clone(), least.exact()),
        Some(Billed::Times(times)) => usage * times.exact(),
        None => usage.clone(),
    };
    units -= match charge.included {
        Some(Included::Units(free)) => free.exact(),
        Some(Included::EachQuantity(free)) => free.exact() * quantity,
        None => Q::zero(),
    };
    units = at_least(units, Q::zero());
    if let Some(least) = charge.least.filter(|_| !quantity.is_zero()) {
        units = at_least(units, least.exact());
    }
    if let Some(most) = charge.most {
        units = at_most(units, most.exact());
    }
    charge.rounding.map_or(units.clone(), |(to, way)| rounded(&units, &to.exact(), way))
}

/// What the charge costs, with the plan that it is a percentage of.
fn expected(charge: &Charge, usage: &Q, quantity: &Q, point: usize) -> Q {
    let units = billable(charge, usage, quantity);
    let net =
        |cost: Q| charge.tax.map_or(cost.clone(), |tax| cost / (Q::one() + tax.exact() / Q::from_integer(100.into())));
    let mut plan = Q::zero();
    let mut cost = match &charge.model {
        Model::Flat { price, months } => price.at(point) / Q::from_integer((*months).into()),
        Model::PerUnit { price, per } => {
            let one = price.at(point) / per.exact();
            match charge.commitment {
                None => units * one,
                Some((usage, factor, true_up)) => {
                    let committed = usage.exact();
                    let over = at_least(&units - &committed, Q::zero());
                    let within = if true_up && !quantity.is_zero() { committed } else { at_most(units, committed) };
                    within * &one + over * one * factor.exact()
                }
            }
        }
        Model::Package { price, per } => (units / per.exact()).ceil() * price.at(point),
        Model::Graduated(_) | Model::Volume(_) if quantity.is_zero() && units.is_zero() => Q::zero(),
        Model::Graduated(steps) => graduated(steps, &units),
        Model::Volume(steps) => volume(steps, &units),
        Model::Percentage { steps, of, counts } => {
            let one = net(of.exact());
            plan = &one * quantity;
            let gross = charge.tax.map_or(Q::one(), |tax| Q::one() + tax.exact() / Q::from_integer(100.into()));
            let part = graduated(steps, &(if charge.each { &one } else { &plan } * gross));
            match (quantity.is_zero(), *counts) {
                (true, _) => Q::zero(),
                (false, true) => part * units,
                (false, false) => part,
            }
        }
    };
    if let Some(minimum) = charge.minimum.filter(|_| !quantity.is_zero()) {
        cost = at_least(cost, minimum.exact());
    }
    if let Some(cap) = charge.cap {
        cost = at_most(cost, cap.exact());
    }
    if let Some((to, way)) = charge.bill {
        cost = rounded(&cost, &to.exact(), way);
    }
    cost = net(cost);
    let is_flat = matches!(charge.model, Model::Flat { .. });
    plan + if is_flat || charge.each { cost * quantity } else { cost }
}

/// A usage: anything, or at, just below or just above where a price changes.
fn usage(dice: &mut Dice, charge: &Charge, quantity: u64) -> Number {
    let bound = match &charge.model {
        Model::Graduated(steps) | Model::Volume(steps) => {
            steps[usize::try_from(dice.below(steps.len() as u64)).unwrap()].up_to
        }
        Model::PerUnit { per, .. } | Model::Package { per, .. } => {
            Some(Number { digits: per.digits * i64::try_from(dice.below(9)).unwrap(), ..*per })
        }
        _ => None,
    };
    let bound = match (charge.commitment, dice.one_in(2)) {
        (Some((committed, ..)), true) => Some(committed),
        _ => bound,
    };
    let Some(bound) = bound.filter(|_| !dice.one_in(3)) else { return dice.number(900, 3) };
    let free = match charge.included {
        Some(Included::Units(free)) => free,
        Some(Included::EachQuantity(free)) => Number { digits: free.digits * i64::try_from(quantity).unwrap(), ..free },
        None => Number::whole(0),
    };
    let thousandths = |number: Number| number.digits * 10_i64.pow(3 - number.scale);
    let beside = i64::try_from(dice.below(3)).unwrap() - 1;
    Number { digits: (thousandths(bound) + thousandths(free) + beside).max(0), scale: 3 }
}

/// As costplan keeps the cost of a line item: 12 decimals, half away from zero.
fn kept(cost: &Q) -> Q {
    assert!(!cost.is_negative(), "a cost below zero");
    rounded(cost, &Q::new(1.into(), BigInt::from(10).pow(12)), Way::Nearest)
}

fn rational(value: Decimal) -> Q {
    Q::new(value.mantissa().into(), BigInt::from(10).pow(value.scale()))
}

#[test]
fn random_price_models_cost_what_an_independent_calculation_says() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut compared = 0;
    while compared < CASES {
        let head = "version = 1\nvendor = \"v\"\ncurrency = \"USD\"\nsource = \"s\"\nretrieved_on = 2026-01-01\ntrust = \"fixture\"\n";
        let (mut sheet, mut manifest) = (head.to_owned(), format!("{HEAD}line_items:\n"));
        let mut cases = Vec::with_capacity(OF_STAGE);
        for index in 0..OF_STAGE / OF_SKU {
            let charge = charge(&mut dice);
            sheet.push_str(&sku(index, &charge));
            for _ in 0..OF_SKU {
                let quantity = dice.below(5);
                let usage = usage(&mut dice, &charge, quantity);
                let counts = !matches!(charge.model, Model::Flat { .. } | Model::Percentage { counts: false, .. });
                let given = if counts { format!(", usage: {{ m: {usage} }}") } else { String::new() };
                let name = cases.len();
                let _ = writeln!(
                    manifest,
                    "  - {{ name: c{name}, category: c, sku: v/s{index}, quantity: {quantity}{given} }}"
                );
                cases.push((charge.clone(), usage, quantity));
            }
        }
        let (_, costing) = computed(&[("stages/1-test.yaml", &manifest), ("pricing/v.toml", &sheet)], 0).unwrap();
        let range = costing.range.unwrap();
        for (index, ((charge, usage, quantity), line)) in cases.iter().zip(&costing.line_items).enumerate() {
            let (low, high) = range.line_items[index];
            for (point, found) in [(0, low), (1, line.exact), (2, high)] {
                let expected = kept(&expected(charge, &usage.exact(), &Q::from_integer((*quantity).into()), point));
                assert_eq!(
                    rational(found),
                    expected,
                    "point {point} of quantity {quantity}, usage {usage} of\n{}",
                    sku(0, charge)
                );
            }
            assert!(line.is_known && line.unknown.is_empty());
        }
        compared += cases.len();
    }
    assert!(compared >= 100_000, "only {compared} cases");
}
