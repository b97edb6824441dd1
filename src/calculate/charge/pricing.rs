//! The price models: from an amount of usage or money to its cost.

use std::fmt;

use rust_decimal::Decimal;

use crate::calculate::charge::regime::{RegimeKind, RegimeState};
use crate::calculate::charge::steps::{From, Steps};
use crate::calculate::cost::trace::{Observer, Operand, Operation};
use crate::calculate::fault::Fault;
use crate::model::{
    Amount, Currency, Direction, Fraction, Measure, PricePoint, Pricing, PricingUnit, Rounding, Terms, Tier,
};

/// What a price counts, and how a step names it.
pub(crate) struct Counted<'a> {
    /// The label of the pricing unit; `None` where a percentage applies to money.
    unit: Option<&'a PricingUnit>,
    currency: Currency,
    /// What chooses the tier of a volume price, if it is not the usage.
    tier_by: Option<Fraction>,
}

impl<'a> Counted<'a> {
    /// Usage in pricing units.
    pub(crate) fn units(unit: &'a PricingUnit, terms: &Terms) -> Self {
        Self { unit: Some(unit), currency: terms.currency, tier_by: None }
    }

    /// With another size than the usage to choose the tier of a volume price.
    pub(crate) fn tier_by(self, size: Option<Fraction>) -> Self {
        Self { tier_by: size, ..self }
    }

    /// A cost to which a percentage applies.
    pub(crate) fn money(terms: &Terms) -> Self {
        Self { unit: None, currency: terms.currency, tier_by: None }
    }

    fn label(&self) -> &str {
        self.unit.map_or_else(|| self.currency.as_str(), |unit| &unit.label)
    }

    fn amount(&self, value: Fraction) -> Amount {
        match self.unit {
            Some(unit) => Amount::unit(value, &unit.label),
            None => Amount::money(value, self.currency),
        }
    }

    /// Labels the price of a unit, or the ratio of a percentage.
    fn price(&self, price: Decimal) -> Operand {
        match self.unit {
            Some(_) => Operand::new("price", Amount::money(price, self.currency)),
            None => Operand::new("rate", Amount { value: price.into(), measure: Measure::Ratio }),
        }
    }

    /// The units or blocks that are paid for, of which a price buys `per` units.
    fn bought(&self, blocks: Fraction, per: Decimal, units: &'static str) -> Operand {
        if per == Decimal::ONE {
            Operand::new(units, self.amount(blocks))
        } else {
            Operand::new("blocks", Amount::plain(blocks))
        }
    }

    /// The name of the whole amount.
    fn whole(&self) -> &'static str {
        if self.unit.is_some() { "billable" } else { "percentage base" }
    }
}

/// The price of billable usage, before the minimum and the cap of the charge.
pub(crate) fn price<O: Observer>(
    billable: Fraction,
    counted: &Counted<'_>,
    terms: &Terms,
    point: PricePoint,
    steps: &mut Steps<'_, O>,
) -> Result<Fraction, Fault> {
    match &terms.pricing {
        Pricing::PerUnit { price, per } => {
            let price = tell_price(price.at(point), *per, counted, terms, steps);
            let blocks = blocks(billable, *per, counted.whole(), counted, steps)?;
            times_price(blocks, *per, price, counted, steps)
        }
        Pricing::Package { price, per } => {
            let price = tell_price(price.at(point), *per, counted, terms, steps);
            let blocks = blocks(billable, *per, counted.whole(), counted, steps)?;
            let started = blocks.ceil()?;
            steps.regime(RegimeKind::Packages, RegimeState::Amount(started.clone()));
            let rounding = Rounding { to: Decimal::ONE, direction: Direction::Up };
            steps.tell("started blocks", || {
                (
                    Operation::Round(Operand::new("blocks", Amount::plain(blocks)), rounding),
                    Amount::plain(started.clone()),
                )
            });
            times_price(started, *per, price, counted, steps)
        }
        Pricing::Graduated { tiers, per } => graduated(&billable, (tiers, *per), counted, terms, steps),
        Pricing::Percentage(tiers) => graduated(&billable, (tiers, Decimal::ONE), counted, terms, steps),
        Pricing::Volume { tiers, per } => volume(billable, (tiers, *per), counted, terms, steps),
        Pricing::Flat { .. } | Pricing::Quote => Ok(Fraction::ZERO),
    }
}

/// Reports the price and returns it.
fn tell_price<O: Observer>(
    price: Decimal,
    per: Decimal,
    counted: &Counted<'_>,
    terms: &Terms,
    steps: &mut Steps<'_, O>,
) -> Decimal {
    let given = || (Operation::Given, Amount::money(price, counted.currency));
    let (from, label) = (From::Price(terms), counted.label());
    if per == Decimal::ONE {
        steps.tell_from(format_args!("price per {label}"), from, given);
    } else {
        steps.tell_from(format_args!("price per {per} {label}"), from, given);
    }
    price
}

/// How many times the usage contains the units that one price buys.
fn blocks<O: Observer>(
    billable: Fraction,
    per: Decimal,
    name: &'static str,
    counted: &Counted<'_>,
    steps: &mut Steps<'_, O>,
) -> Result<Fraction, Fault> {
    if per == Decimal::ONE {
        return Ok(billable);
    }
    let blocks = billable.divide(&per.into())?;
    steps.tell("blocks", || {
        let whole = Operand::new(name, counted.amount(billable));
        let size = Operand::new("block", counted.amount(per.into()));
        (Operation::Quotient(whole, size), Amount::plain(blocks.clone()))
    });
    Ok(blocks)
}

fn times_price<O: Observer>(
    blocks: Fraction,
    per: Decimal,
    price: Decimal,
    counted: &Counted<'_>,
    steps: &mut Steps<'_, O>,
) -> Result<Fraction, Fault> {
    let cost = blocks.multiply(&price.into())?;
    steps.part((&blocks, per), price, None);
    steps.tell("price times units", || {
        let units = counted.bought(blocks, per, counted.whole());
        (Operation::Product(vec![units, counted.price(price)]), Amount::money(cost.clone(), counted.currency))
    });
    Ok(cost)
}

/// `tier 2, over 1000 to 10000 GB`.
#[derive(Clone, Copy)]
struct TierLabel<'a> {
    tiers: &'a [Tier],
    index: usize,
    unit: &'a str,
}

impl fmt::Display for TierLabel<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { tiers, index, unit } = *self;
        let over = index.checked_sub(1).and_then(|before| tiers[before].up_to).unwrap_or_default();
        match tiers[index].up_to {
            None if index == 0 => f.write_str("part"),
            Some(up_to) => write!(f, "tier {}, over {over} to {up_to} {unit}", index + 1),
            None => write!(f, "tier {}, over {over} {unit}", index + 1),
        }
    }
}

/// Reports what is billed of a tier: its units, and its fee.
fn tell_tier<O: Observer>(bought: (&Fraction, Decimal), tier: &Tier, label: TierLabel<'_>, steps: &mut Steps<'_, O>) {
    let is_one_of_several = label.tiers.len() > 1;
    steps.part(bought, tier.price, is_one_of_several.then_some(&label));
    if !tier.flat.is_zero() {
        let fee = format_args!("fee of tier {}", label.index + 1);
        steps.part((&Decimal::ONE.into(), Decimal::ZERO), tier.flat, Some(&fee));
    }
}

/// Each part of the amount at the price of its own tier. The fee of the first tier is always charged; that of any other
/// tier once the amount exceeds the tier before it.
fn graduated<O: Observer>(
    billable: &Fraction,
    (tiers, per): (&[Tier], Decimal),
    counted: &Counted<'_>,
    terms: &Terms,
    steps: &mut Steps<'_, O>,
) -> Result<Fraction, Fault> {
    let money = |value: Fraction| Amount::money(value, terms.currency);
    let mut total = Fraction::ZERO;
    let mut costs = Vec::with_capacity(tiers.len());
    let mut lower = Fraction::ZERO;
    let in_tier = if tiers.len() == 1 { counted.whole() } else { "units in the tier" };
    for (index, tier) in tiers.iter().enumerate() {
        if index > 0 && billable.cmp(&lower).is_le() {
            break;
        }
        let upper = match tier.up_to {
            Some(up_to) if billable.cmp(&up_to.into()).is_gt() => up_to.into(),
            _ => billable.clone(),
        };
        let units = blocks(upper.subtract(&lower)?, per, in_tier, counted, steps)?;
        let cost = units.multiply(&tier.price.into())?;
        let label = TierLabel { tiers, index, unit: counted.label() };
        tell_tier((&units, per), tier, label, steps);
        steps.tell_from(label, From::Price(terms), || {
            let units = counted.bought(units, per, in_tier);
            (Operation::Product(vec![units, counted.price(tier.price)]), money(cost.clone()))
        });
        costs.push(cost.clone());
        total = total.add(&cost)?.add(&tier.flat.into())?;
        lower = upper;
    }
    if tiers.len() > 1 {
        steps.regime(RegimeKind::Tier, RegimeState::Place(costs.len().saturating_sub(1)));
    }
    if costs.len() > 1 || tiers.first().is_some_and(|first| !first.flat.is_zero()) {
        steps.tell("all tiers", || {
            let mut operands = Vec::new();
            for (index, (cost, tier)) in costs.iter().zip(tiers).enumerate() {
                let label = TierLabel { tiers, index, unit: counted.label() };
                operands.push(Operand::new(label.to_string(), money(cost.clone())));
                if !tier.flat.is_zero() {
                    operands.push(Operand::new(format!("fee of tier {}", index + 1), money(tier.flat.into())));
                }
            }
            (Operation::Sum(operands), money(total.clone()))
        });
    }
    Ok(total)
}

/// All usage at the price of the tier that it reaches, or that another size reaches, plus the fee of that tier. Zero
/// reaches the first tier.
fn volume<O: Observer>(
    billable: Fraction,
    (tiers, per): (&[Tier], Decimal),
    counted: &Counted<'_>,
    terms: &Terms,
    steps: &mut Steps<'_, O>,
) -> Result<Fraction, Fault> {
    let money = |value: Fraction| Amount::money(value, terms.currency);
    let size = counted.tier_by.clone().unwrap_or_else(|| billable.clone());
    let units = blocks(billable, per, counted.whole(), counted, steps)?;
    for (index, tier) in tiers.iter().enumerate() {
        let fits = match tier.up_to {
            Some(up_to) => size.cmp(&up_to.into()).is_le(),
            None => true,
        };
        if !fits {
            continue;
        }
        let cost = units.multiply(&tier.price.into())?;
        steps.regime(RegimeKind::Tier, RegimeState::Place(index));
        let label = TierLabel { tiers, index, unit: counted.label() };
        tell_tier((&units, per), tier, label, steps);
        steps.tell_from(label, From::Price(terms), || {
            let units = counted.bought(units, per, counted.whole());
            (Operation::Product(vec![units, counted.price(tier.price)]), money(cost.clone()))
        });
        let total = cost.add(&tier.flat.into())?;
        if !tier.flat.is_zero() {
            steps.tell("with the fee of the tier", || {
                let operands = vec![Operand::new("units", money(cost)), Operand::new("fee", money(tier.flat.into()))];
                (Operation::Sum(operands), money(total.clone()))
            });
        }
        return Ok(total);
    }
    Ok(Fraction::ZERO)
}
