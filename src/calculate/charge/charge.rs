//! One charge: from usage to money.

use rust_decimal::Decimal;

use crate::calculate::charge::billable::{billable, tier_size, without_usage};
use crate::calculate::charge::charge_inputs::{ChargeInputs, holds};
use crate::calculate::charge::exact::{ChargeCost, ExactCost};
use crate::calculate::charge::pricing::{Counted, price};
use crate::calculate::charge::regime::{RegimeKind, RegimeState};
use crate::calculate::charge::steps::{From, Steps};
use crate::calculate::cost::trace::{Observer, Operand, Operation, Subject};
use crate::calculate::fault::Fault;
use crate::model::{Amount, Commitment, Fraction, Period, Pricing, PricingUnit, Terms};

/// The monthly cost of a charge under given terms, in the currency of the terms; `None` if it depends on something
/// unknown.
///
/// The steps are those of `docs/price-models.md`: take the usage, replace it by the billed usage, deduct the allowance
/// (never below zero), keep it within its bounds, round it to the billing increment, price it, apply the minimum and
/// the cap, round the cost, and multiply by the quantity where the price is for each unit.
pub(crate) fn charge<O: Observer>(
    inputs: &ChargeInputs<'_>,
    terms: &Terms,
    subject: Subject,
    observer: &mut O,
) -> Result<Option<ChargeCost>, Fault> {
    let charge = &inputs.line.charge;
    let mut steps = Steps { observer, subject, meter: &charge.meter, place: inputs.place, reason: inputs.reason };
    let of_one = match terms.pricing.period() {
        Some(_) => Some("price a month"),
        None => charge.each.then_some("cost of one"),
    };
    let priced = priced(inputs, terms, &mut steps)?;
    // What is not bought costs nothing, unless usage of it is given.
    let is_unused = inputs.quantity.is_zero() && inputs.line.usage.given().is_none();
    let Some(priced) = priced.or(is_unused.then_some(Fraction::ZERO)) else { return Ok(None) };
    let bounded = bounds(priced, inputs, terms, &mut steps);
    let rounded = rounded(bounded, inputs, terms, &mut steps)?;
    let cost = ExactCost { value: without_tax(rounded, terms, &mut steps)?, currency: terms.currency };
    Ok(Some(match of_one {
        Some(name) => {
            let all = times_quantity(&cost, name, inputs.quantity, &mut steps)?;
            ChargeCost { all, one: Some(cost.value) }
        }
        None => ChargeCost { all: cost, one: None },
    }))
}

/// The flat price, or the price of the billable usage, before minimum and cap.
fn priced<O: Observer>(
    inputs: &ChargeInputs<'_>,
    terms: &Terms,
    steps: &mut Steps<'_, O>,
) -> Result<Option<Fraction>, Fault> {
    if let Pricing::Flat { price, period } = terms.pricing {
        return flat(price.at(inputs.point), period, terms, steps).map(Some);
    }
    let units = match &inputs.line.charge.unit {
        Some(unit) => {
            let billable = match &inputs.usage {
                Some(usage) => billable(inputs, terms, usage, unit, steps)?,
                None => without_usage(inputs, terms, unit, steps)?,
            };
            let Some(billable) = billable else { return Ok(None) };
            Some((billable, unit))
        }
        None => None,
    };
    let is_bought = !inputs.quantity.is_zero();
    if terms.pricing.is_percentage() {
        if !is_bought {
            return Ok(Some(Fraction::ZERO));
        }
        let Some(base) = &inputs.base else { return Ok(None) };
        let base = with_tax(base.clone(), terms, steps)?;
        let part = price(base, &Counted::money(terms), terms, inputs.point, steps)?;
        let Some((count, unit)) = units else { return Ok(Some(part)) };
        let cost = part.multiply(&count)?;
        steps.tell("part times units", || {
            let count = Operand::new("billable", Amount::unit(count, &unit.label));
            let part = Operand::new("part", Amount::money(part, terms.currency));
            (Operation::Product(vec![count, part]), Amount::money(cost.clone(), terms.currency))
        });
        return Ok(Some(cost));
    }
    let Some((billable, unit)) = units else { return Ok(None) };
    if !is_bought && billable.is_zero() {
        // Reaching a tier costs no fee.
        return Ok(Some(Fraction::ZERO));
    }
    if terms.pricing.is_quote() {
        return Ok(on_request(&billable, terms, steps));
    }
    match terms.commitment {
        Some(commitment) => committed(&billable, commitment, unit, inputs, terms, steps).map(Some),
        None => {
            let units = Counted::units(unit, terms).tier_by(tier_size(inputs, unit, steps)?);
            price(billable, &units, terms, inputs.point, steps).map(Some)
        }
    }
}

/// The cost of billable usage whose price is on request: nothing for none, otherwise unknown.
fn on_request<O: Observer>(billable: &Fraction, terms: &Terms, steps: &mut Steps<'_, O>) -> Option<Fraction> {
    let is_paid_anyway = terms.commitment.is_some_and(|commitment| commitment.true_up);
    (billable.is_zero() && !is_paid_anyway).then(|| {
        steps.tell_from("nothing billable, so no price is needed", From::Price(terms), || {
            (Operation::Given, Amount::money(Fraction::ZERO, terms.currency))
        });
        Fraction::ZERO
    })
}

/// The cost of usage under a commitment: usage within it at the price, usage beyond it at a multiple of the price. With
/// a true-up the whole commitment is paid for.
fn committed<O: Observer>(
    billable: &Fraction,
    commitment: Commitment,
    unit: &PricingUnit,
    inputs: &ChargeInputs<'_>,
    terms: &Terms,
    steps: &mut Steps<'_, O>,
) -> Result<Fraction, Fault> {
    let money = |value: Fraction| Amount::money(value, terms.currency);
    let counted = |value: Fraction| Amount::unit(value, &unit.label);
    let limit = Fraction::from(commitment.usage);
    let operands =
        || (Operand::new("billable", counted(billable.clone())), Operand::new("commitment", counted(limit.clone())));
    let is_over = billable.cmp(&limit).is_gt();
    steps.regime(RegimeKind::Commitment, RegimeState::Holds(is_over));
    let is_paid_in_full = is_over || (commitment.true_up && !inputs.quantity.is_zero());
    let within = if is_paid_in_full { limit.clone() } else { billable.clone() };
    steps.tell_from("within the commitment", From::Place(terms.span), || {
        let (usage, limit) = operands();
        let operation = match (is_over, is_paid_in_full) {
            (true, _) => Operation::AtMost(usage, limit),
            (false, true) => Operation::AtLeast(usage, limit),
            (false, false) => Operation::Sum(vec![usage]),
        };
        (operation, counted(within.clone()))
    });
    let units = Counted::units(unit, terms);
    let cost = price(within, &units, terms, inputs.point, steps)?;
    if !is_over {
        return Ok(cost);
    }
    let beyond = billable.subtract(&limit)?;
    steps.tell("beyond the commitment", || {
        let (usage, limit) = operands();
        (Operation::Excess(usage, limit), counted(beyond.clone()))
    });
    let at_price = price(beyond, &units, terms, inputs.point, steps)?;
    let overage = at_price.multiply(&commitment.overage_factor.into())?;
    steps.tell("overage", || {
        let factor = Operand::new("overage factor", Amount::plain(commitment.overage_factor));
        (
            Operation::Product(vec![Operand::new("beyond the commitment", money(at_price)), factor]),
            money(overage.clone()),
        )
    });
    let total = cost.add(&overage)?;
    steps.tell("with the overage", || {
        let parts = vec![Operand::new("within the commitment", money(cost)), Operand::new("overage", money(overage))];
        (Operation::Sum(parts), money(total.clone()))
    });
    Ok(total)
}

fn times_quantity<O: Observer>(
    one: &ExactCost,
    name: &'static str,
    quantity: &Fraction,
    steps: &mut Steps<'_, O>,
) -> Result<ExactCost, Fault> {
    let cost = ExactCost { value: one.value.multiply(quantity)?, ..*one };
    if !quantity.is_one() {
        steps.tell("cost", || {
            let quantity = Operand::new("quantity", Amount::plain(quantity.clone()));
            let operands = vec![quantity, Operand::new(name, one.amount())];
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
    let origin = From::Price(terms);
    if period == Period::MONTH {
        steps.part((&Decimal::ONE.into(), Decimal::ZERO), price, None);
        steps.tell_from("price a month", origin, || (Operation::Given, money(price.into())));
        return Ok(price.into());
    }
    let name = || if period == Period::YEAR { "price a year".to_owned() } else { format!("price for {period}") };
    steps.tell_from(name(), origin, || (Operation::Given, money(price.into())));
    let monthly = Fraction::new(price, Decimal::from(period.months))?;
    steps.part((&Decimal::ONE.into(), Decimal::ZERO), monthly.clone(), None);
    steps.tell("price a month", || {
        let whole = Operand::new(name(), money(price.into()));
        let months = Operand::new("months", Amount::plain(Decimal::from(period.months)));
        (Operation::Quotient(whole, months), money(monthly.clone()))
    });
    Ok(monthly)
}

/// The amount, rounded as the vendor rounds it.
fn rounded<O: Observer>(
    cost: Fraction,
    inputs: &ChargeInputs<'_>,
    terms: &Terms,
    steps: &mut Steps<'_, O>,
) -> Result<Fraction, Fault> {
    let Some(rounding) = inputs.line.charge.cost_rounding else { return Ok(cost) };
    let money = |value: Fraction| Amount::money(value, terms.currency);
    let rounded = Fraction::from(rounding.apply(cost.clone())?);
    steps.tell("rounded as on the bill", || {
        (Operation::Round(Operand::new("cost", money(cost)), rounding), money(rounded.clone()))
    });
    Ok(rounded)
}

/// Turns a net cost into the gross cost that a percentage of gross prices is based on.
fn with_tax<O: Observer>(base: Fraction, terms: &Terms, steps: &mut Steps<'_, O>) -> Result<Fraction, Fault> {
    let Some(rate) = terms.includes_tax else { return Ok(base) };
    let money = |value: Fraction| Amount::money(value, terms.currency);
    let factor = Fraction::from(rate).add(&Decimal::ONE.into())?;
    let gross = base.multiply(&factor)?;
    steps.tell("cost with the included tax", || {
        let factor = Operand::new("tax factor", Amount::plain(factor));
        (Operation::Product(vec![Operand::new("percentage base", money(base)), factor]), money(gross.clone()))
    });
    Ok(gross)
}

/// The net amount, where the prices include tax.
fn without_tax<O: Observer>(cost: Fraction, terms: &Terms, steps: &mut Steps<'_, O>) -> Result<Fraction, Fault> {
    let Some(rate) = terms.includes_tax else { return Ok(cost) };
    let money = |value: Fraction| Amount::money(value, terms.currency);
    let gross = Fraction::from(rate).add(&Decimal::ONE.into())?;
    let net = cost.divide(&gross)?;
    steps.tell("net of the included tax", || {
        let factor = Operand::new("tax factor", Amount::plain(gross));
        (Operation::Quotient(Operand::new("cost", money(cost)), factor), money(net.clone()))
    });
    Ok(net)
}

/// The amount within the minimum and the cap of the charge. The minimum does not apply where nothing is bought.
fn bounds<O: Observer>(
    priced: Fraction,
    inputs: &ChargeInputs<'_>,
    terms: &Terms,
    steps: &mut Steps<'_, O>,
) -> Fraction {
    let money = |value: Fraction| Amount::money(value, terms.currency);
    let mut cost = priced;
    if let Some(minimum) = terms.minimum.filter(|_| !inputs.quantity.is_zero())
        && holds(RegimeKind::Minimum, cost.cmp(&minimum.into()).is_lt(), steps)
    {
        steps.tell_from("at least the minimum", From::Price(terms), || {
            let operands = (Operand::new("cost", money(cost)), Operand::new("minimum", money(minimum.into())));
            (Operation::AtLeast(operands.0, operands.1), money(minimum.into()))
        });
        cost = minimum.into();
    }
    if let Some(cap) = terms.cap
        && holds(RegimeKind::Cap, cost.cmp(&cap.into()).is_gt(), steps)
    {
        steps.tell_from("at most the cap", From::Price(terms), || {
            let operands = (Operand::new("cost", money(cost)), Operand::new("cap", money(cap.into())));
            (Operation::AtMost(operands.0, operands.1), money(cap.into()))
        });
        cost = cap.into();
    }
    cost
}
