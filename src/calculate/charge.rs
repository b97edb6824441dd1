//! One charge: usage into money.

use rust_decimal::Decimal;

use super::Fault;
use super::formula::{self, evaluate};
use crate::model::{
    Amount, ChargeLine, Currency, Direction, Formula, Fraction, Money, Observer, Operand, Operation, Origin, Period,
    Pricing, PricingUnit, Rounding, Scope, Step, Subject, Terms, Tier,
};

use crate::source::Span;

/// What a charge is computed from, beside its terms.
pub(super) struct ChargeInputs<'a> {
    /// The charge.
    pub(super) line: &'a ChargeLine,
    /// The names that formulas of the sheet may use.
    pub(super) scope: &'a Scope,
    /// Their values; `None` for the usage of a meter that nobody gives.
    pub(super) values: &'a [Option<Fraction>],
    /// The usage, in canonical units.
    pub(super) usage: Option<Fraction>,
    /// The formula behind the usage.
    pub(super) usage_from: Option<Evaluated<'a>>,
    /// Where the manifest says that usage that nobody gives stays within what is included, if it does.
    pub(super) assumed_within: Option<Span>,
    /// How many units the line item has.
    pub(super) quantity: Fraction,
    /// Why prices of the line are agreed.
    pub(super) reason: Option<&'a str>,
}

/// A formula with the names that it uses and their values.
#[derive(Clone, Copy)]
pub(super) struct Evaluated<'a> {
    pub(super) formula: &'a Formula,
    pub(super) scope: &'a Scope,
    pub(super) values: &'a [Option<Fraction>],
}

/// Tells the steps of one charge to an observer.
struct Steps<'o, O> {
    observer: &'o mut O,
    subject: Subject,
    meter: &'o str,
    reason: Option<&'o str>,
}

impl<O: Observer> Steps<'_, O> {
    /// Where a price comes from: the sheet with the days on which it holds, or the manifest with the reason.
    fn price_origin(&self, terms: &Terms) -> Origin {
        let days = match (terms.effective_from, terms.effective_to) {
            (None, None) => None,
            (Some(from), None) => Some(format!("from {from} on")),
            (None, Some(to)) => Some(format!("until {to}")),
            (Some(from), Some(to)) => Some(format!("from {from} to {to}")),
        };
        let agreed = || format!("agreed price: {}", self.reason.unwrap_or_default());
        let remark = if terms.citation.is_none() { Some(agreed()) } else { days };
        Origin { span: Some(terms.span), citation: terms.citation.clone(), remark: remark.map(Into::into) }
    }

    fn tell(&mut self, label: &str, step: impl FnOnce() -> (Operation, Amount)) {
        self.tell_from(label, None, step);
    }

    fn tell_from(&mut self, label: &str, origin: Option<Origin>, step: impl FnOnce() -> (Operation, Amount)) {
        let meter = self.meter;
        self.observer.step(self.subject, || {
            let (operation, result) = step();
            Step { label: format!("{meter}: {label}").into(), operation, result, origin }
        });
    }
}

/// An exact amount of money that may be a quotient; it becomes a decimal where the line item's cost is kept.
#[derive(Clone, Copy, Debug)]
pub(super) struct ExactCost {
    pub(super) value: Fraction,
    pub(super) currency: Currency,
}

impl ExactCost {
    pub(super) fn amount(self) -> Amount {
        Amount::money(self.value, self.currency)
    }

    /// The amount as it is kept: to twelve decimals, if it does not terminate before.
    pub(super) fn kept(self) -> Result<Money, Fault> {
        Ok(Money::new(self.value.to_decimal()?, self.currency))
    }
}

/// What a charge costs in a month under given terms, in the currency of the terms; `None` if the usage is unknown.
///
/// The steps are those of `docs/price-sheets.md`: usage, less what is included and never below zero, rounded up to the
/// billing increment, priced, at least the minimum and at most the cap, times the quantity where it is priced each.
pub(super) fn charge<O: Observer>(
    inputs: &ChargeInputs<'_>,
    terms: &Terms,
    subject: Subject,
    observer: &mut O,
) -> Result<Option<ExactCost>, Fault> {
    let mut steps = Steps { observer, subject, meter: &inputs.line.meter, reason: inputs.reason };
    let cost = |value: Fraction| ExactCost { value, currency: terms.currency };
    if let Pricing::Flat { price, period } = terms.pricing {
        let one = flat(price, period, terms, &mut steps)?;
        return times_quantity(cost(one), "price a month", inputs.quantity, &mut steps).map(Some);
    }
    let Some(unit) = &inputs.line.unit else { return Ok(None) };
    let billable = match inputs.usage {
        Some(usage) => billable(inputs, terms, usage, unit, &mut steps)?,
        None => without_usage(inputs, terms, unit, &mut steps)?,
    };
    let Some(billable) = billable else { return Ok(None) };
    let priced = price(billable, unit, terms, &mut steps)?;
    let bounded = cost(bounds(priced, terms, &mut steps)?);
    if !inputs.line.each {
        return Ok(Some(bounded));
    }
    times_quantity(bounded, "cost of one", inputs.quantity, &mut steps).map(Some)
}

fn times_quantity<O: Observer>(
    one: ExactCost,
    name: &'static str,
    quantity: Fraction,
    steps: &mut Steps<'_, O>,
) -> Result<ExactCost, Fault> {
    let cost = ExactCost { value: one.value.multiply(quantity)?, ..one };
    if quantity.exact() != Some(Decimal::ONE) {
        steps.tell("cost", || {
            let operands = vec![Operand::new("quantity", Amount::plain(quantity)), Operand::new(name, one.amount())];
            (Operation::Product(operands), cost.amount())
        });
    }
    Ok(cost)
}

fn flat<O: Observer>(
    price: Decimal,
    period: Period,
    terms: &Terms,
    steps: &mut Steps<'_, O>,
) -> Result<Fraction, Fault> {
    let money = |value: Fraction| Amount::money(value, terms.currency);
    let label = if period == Period::Year { "price a year" } else { "price a month" };
    steps.tell_from(label, Some(steps.price_origin(terms)), || (Operation::Given, money(price.into())));
    if period == Period::Month {
        return Ok(price.into());
    }
    let monthly = Fraction::new(price, Decimal::from(12))?;
    steps.tell("price a month", || {
        let year = Operand::new("price a year", money(price.into()));
        let months = Operand::new("months", Amount::plain(Decimal::from(12)));
        (Operation::Quotient(year, months), money(monthly))
    });
    Ok(monthly)
}

/// The billable usage where nobody gives any: nothing where it is free or said to stay within what is included. Only a
/// charge that includes something is covered by that; it may still come to nothing, such as for no units, and then so does
/// the usage. `None` if it is unknown.
fn without_usage<O: Observer>(
    inputs: &ChargeInputs<'_>,
    terms: &Terms,
    unit: &PricingUnit,
    steps: &mut Steps<'_, O>,
) -> Result<Option<Fraction>, Fault> {
    let included = match &terms.included {
        Some(included) => evaluate(&included.expression, inputs.values)?,
        None => None,
    };
    if included.is_some_and(Fraction::is_negative) {
        return Err(Fault::Negative);
    }
    let never =
        terms.included.as_ref().and_then(|included| included.literal()).is_some_and(|literal| literal.is_zero());
    let (label, origin) = match inputs.assumed_within.filter(|_| included.is_some() && !never) {
        _ if terms.is_free() => ("billable, free whatever the usage", steps.price_origin(terms)),
        Some(rule) => ("billable, assumed within the allowance", Origin::at(rule)),
        None => return Ok(None),
    };
    steps.tell_from(label, Some(origin), || (Operation::Assumed, Amount::unit(Fraction::ZERO, &unit.label)));
    Ok(Some(Fraction::ZERO))
}

/// Usage in pricing units: less what is included, rounded up to the increment. `None` if the allowance depends on usage
/// that nobody gives.
fn billable<O: Observer>(
    inputs: &ChargeInputs<'_>,
    terms: &Terms,
    usage: Fraction,
    unit: &PricingUnit,
    steps: &mut Steps<'_, O>,
) -> Result<Option<Fraction>, Fault> {
    let counted = |value: Fraction| Amount::unit(value, &unit.label);
    let mut billable = usage.divide(unit.factor.into())?;
    if let Some(from) = inputs.usage_from {
        tell_formula("usage", from, billable, unit, steps);
    }
    if let Some(included) = &terms.included {
        let Some(allowance) = evaluate(&included.expression, inputs.values)? else { return Ok(None) };
        if allowance.is_negative() {
            return Err(Fault::Negative);
        }
        let allowance = allowance.divide(unit.factor.into())?;
        let from = Evaluated { formula: included, scope: inputs.scope, values: inputs.values };
        tell_formula("included", from, allowance, unit, steps);
        let rest = billable.subtract(allowance)?;
        let rest = if rest.is_negative() { Fraction::ZERO } else { rest };
        steps.tell("billable", || {
            let operands = (Operand::new("usage", counted(billable)), Operand::new("included", counted(allowance)));
            (Operation::Excess(operands.0, operands.1), counted(rest))
        });
        billable = rest;
    }
    if let Some(to) = inputs.line.round_usage_up_to {
        let started = Decimal::from(1);
        let rounded = Fraction::from(billable.divide(to.into())?.ceil()?).multiply(to.into())?;
        if rounded.compare(billable)?.is_ne() {
            let rounding = Rounding { to, direction: Direction::Up };
            let label = if to == started { "started units" } else { "billing increments" };
            steps.tell(label, || {
                (Operation::Round(Operand::new("billable", counted(billable)), rounding), counted(rounded))
            });
        }
        billable = rounded;
    }
    Ok(Some(billable))
}

/// Tells how a usage or an allowance comes about, in pricing units.
fn tell_formula<O: Observer>(
    label: &str,
    from: Evaluated<'_>,
    value: Fraction,
    unit: &PricingUnit,
    steps: &mut Steps<'_, O>,
) {
    steps.tell_from(label, Some(Origin::at(from.formula.span)), || {
        (formula::operation(from.formula, from.scope, from.values), Amount::unit(value, &unit.label))
    });
}

fn price<O: Observer>(
    billable: Fraction,
    unit: &PricingUnit,
    terms: &Terms,
    steps: &mut Steps<'_, O>,
) -> Result<Fraction, Fault> {
    let money = |value: Fraction| Amount::money(value, terms.currency);
    let origin = Some(steps.price_origin(terms));
    let units = |value: Fraction| Operand::new("billable", Amount::unit(value, &unit.label));
    match &terms.pricing {
        Pricing::PerUnit { price, per } | Pricing::Package { price, per } => {
            let label = per_label(*per, unit);
            steps.tell_from(&label, origin, || (Operation::Given, money((*price).into())));
            let mut blocks = billable;
            if *per != Decimal::ONE {
                blocks = billable.divide((*per).into())?;
                steps.tell("blocks", || {
                    let size = Operand::new("block", Amount::unit(*per, &unit.label));
                    (Operation::Quotient(units(billable), size), Amount::plain(blocks))
                });
            }
            if matches!(terms.pricing, Pricing::Package { .. }) {
                let started = Fraction::from(blocks.ceil()?);
                let rounding = Rounding { to: Decimal::ONE, direction: Direction::Up };
                steps.tell("started blocks", || {
                    (Operation::Round(Operand::new("blocks", Amount::plain(blocks)), rounding), Amount::plain(started))
                });
                blocks = started;
            }
            let cost = blocks.multiply((*price).into())?;
            steps.tell("price times units", || {
                let counted =
                    if *per == Decimal::ONE { units(blocks) } else { Operand::new("blocks", Amount::plain(blocks)) };
                (Operation::Product(vec![counted, Operand::new("price", money((*price).into()))]), money(cost))
            });
            Ok(cost)
        }
        Pricing::Graduated(tiers) => graduated(billable, tiers, unit, terms, steps),
        Pricing::Volume(tiers) => volume(billable, tiers, unit, terms, steps),
        Pricing::Flat { .. } | Pricing::Quote => Ok(Fraction::ZERO),
    }
}

fn per_label(per: Decimal, unit: &PricingUnit) -> String {
    if per == Decimal::ONE { format!("price per {}", unit.label) } else { format!("price per {per} {}", unit.label) }
}

/// `tier 2, over 1000 to 10000 GB`.
fn tier_label(tiers: &[Tier], index: usize, unit: &PricingUnit) -> String {
    let over = index.checked_sub(1).and_then(|before| tiers[before].up_to).unwrap_or_default();
    match tiers[index].up_to {
        Some(up_to) => format!("tier {}, over {over} to {up_to} {}", index + 1, unit.label),
        None => format!("tier {}, over {over} {}", index + 1, unit.label),
    }
}

/// Each part of the usage at the price of its own tier; a tier's fee is charged once the usage goes beyond the tier
/// before it.
fn graduated<O: Observer>(
    billable: Fraction,
    tiers: &[Tier],
    unit: &PricingUnit,
    terms: &Terms,
    steps: &mut Steps<'_, O>,
) -> Result<Fraction, Fault> {
    let money = |value: Fraction| Amount::money(value, terms.currency);
    let mut total = Fraction::ZERO;
    let mut parts = Vec::new();
    let mut lower = Fraction::ZERO;
    for (index, tier) in tiers.iter().enumerate() {
        if billable.compare(lower)?.is_le() {
            break;
        }
        let upper = match tier.up_to {
            Some(up_to) if billable.compare(up_to.into())?.is_gt() => up_to.into(),
            _ => billable,
        };
        let units = upper.subtract(lower)?;
        let cost = units.multiply(tier.price.into())?;
        let label = tier_label(tiers, index, unit);
        steps.tell_from(&label, Some(steps.price_origin(terms)), || {
            let units = Operand::new("units in the tier", Amount::unit(units, &unit.label));
            (Operation::Product(vec![units, Operand::new("price", money(tier.price.into()))]), money(cost))
        });
        parts.push((label, cost));
        if !tier.flat.is_zero() {
            parts.push((format!("fee of tier {}", index + 1), tier.flat.into()));
        }
        total = total.add(cost)?.add(tier.flat.into())?;
        lower = upper;
    }
    if parts.len() > 1 {
        steps.tell("all tiers", || {
            let operands = parts.into_iter().map(|(label, cost)| Operand::new(label, money(cost))).collect();
            (Operation::Sum(operands), money(total))
        });
    }
    Ok(total)
}

/// All usage at the price of the tier that it reaches; no usage costs nothing.
fn volume<O: Observer>(
    billable: Fraction,
    tiers: &[Tier],
    unit: &PricingUnit,
    terms: &Terms,
    steps: &mut Steps<'_, O>,
) -> Result<Fraction, Fault> {
    if billable.is_zero() {
        return Ok(Fraction::ZERO);
    }
    let money = |value: Fraction| Amount::money(value, terms.currency);
    for (index, tier) in tiers.iter().enumerate() {
        let fits = match tier.up_to {
            Some(up_to) => billable.compare(up_to.into())?.is_le(),
            None => true,
        };
        if !fits {
            continue;
        }
        let cost = billable.multiply(tier.price.into())?;
        steps.tell_from(&tier_label(tiers, index, unit), Some(steps.price_origin(terms)), || {
            let units = Operand::new("billable", Amount::unit(billable, &unit.label));
            (Operation::Product(vec![units, Operand::new("price", money(tier.price.into()))]), money(cost))
        });
        let total = cost.add(tier.flat.into())?;
        if !tier.flat.is_zero() {
            steps.tell("with the fee of the tier", || {
                let operands = vec![Operand::new("units", money(cost)), Operand::new("fee", money(tier.flat.into()))];
                (Operation::Sum(operands), money(total))
            });
        }
        return Ok(total);
    }
    Ok(Fraction::ZERO)
}

fn bounds<O: Observer>(priced: Fraction, terms: &Terms, steps: &mut Steps<'_, O>) -> Result<Fraction, Fault> {
    let money = |value: Fraction| Amount::money(value, terms.currency);
    let mut cost = priced;
    if let Some(minimum) = terms.minimum
        && cost.compare(minimum.into())?.is_lt()
    {
        steps.tell_from("at least the minimum", Some(steps.price_origin(terms)), || {
            let operands = (Operand::new("cost", money(cost)), Operand::new("minimum", money(minimum.into())));
            (Operation::AtLeast(operands.0, operands.1), money(minimum.into()))
        });
        cost = minimum.into();
    }
    if let Some(cap) = terms.cap
        && cost.compare(cap.into())?.is_gt()
    {
        steps.tell_from("at most the cap", Some(steps.price_origin(terms)), || {
            let operands = (Operand::new("cost", money(cost)), Operand::new("cap", money(cap.into())));
            (Operation::AtMost(operands.0, operands.1), money(cap.into()))
        });
        cost = cap.into();
    }
    Ok(cost)
}
