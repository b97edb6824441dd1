//! A stage with what was billed in place of what was planned: its exchange rates, its quantities and its usage. It is
//! computed like any other stage, so that no cause of a difference has a formula of its own.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::Costing;
use crate::calculate::cost::usage::usage_of;
use crate::model::{
    BilledCharge, ChargeKind, ChargeLine, Dimension, ExchangeRate, Formula, Fraction, LineItem, LinePricing,
    PricingUnit, SkuLine, Stage, Usage,
};

/// A stage at other exchange rates; a rate that is not given stays.
pub(super) fn at_rates(stage: &Stage, rates: &[ExchangeRate]) -> Stage {
    let at = |rate: &ExchangeRate| rates.iter().find(|other| other.from == rate.from).unwrap_or(rate).clone();
    Stage { rates: stage.rates.iter().map(at).collect(), ..stage.clone() }
}

/// What the bill says of a line item.
#[derive(Clone, Debug, Default)]
pub(super) struct BilledUse {
    /// The quantity.
    quantity: Option<Fraction>,
    /// The usage of charges, in canonical units, by their places.
    usage: Vec<(usize, Fraction)>,
    /// Whether the bill says how much was used of everything that is counted.
    pub(super) is_whole: bool,
}

impl BilledUse {
    /// Sets the quantity.
    pub(super) fn set_quantity(&self, item: &mut LineItem) {
        if let Some(quantity) = &self.quantity {
            item.quantity = Some(Formula::constant(quantity.clone(), Dimension::PLAIN, item.span));
        }
    }

    /// Sets the usage.
    pub(super) fn set_usage(&self, item: &mut LineItem) {
        let span = item.span;
        let LinePricing::Sku(line) = &mut item.pricing else { return };
        for (place, amount) in &self.usage {
            let charge = &mut line.charges[*place];
            let dimension = charge.charge.unit.as_ref().map_or(Dimension::PLAIN, |unit| unit.dimension);
            charge.usage = Usage::Given(Formula::constant(amount.clone(), dimension, span));
        }
    }
}

/// What charges of a bill say of the quantity and the usage of a line item, as far as they count in its units.
pub(super) fn billed_use(stage: &Stage, costing: &Costing, place: usize, charges: &[BilledCharge]) -> BilledUse {
    let item = &stage.line_items[place];
    let LinePricing::Sku(line) = &item.pricing else { return BilledUse { is_whole: true, ..BilledUse::default() } };
    let planned = usage_of(stage, costing, item, place);
    let mut found = BilledUse { is_whole: true, ..BilledUse::default() };
    for (at, amount) in billed_usage(line, charges) {
        let charge = &line.charges[at];
        let (Some(amount), Some(unit)) = (amount, &charge.charge.unit) else {
            found.is_whole = false;
            continue;
        };
        let of_plan = planned.iter().find(|usage| std::ptr::eq(usage.charge, charge));
        let of_one = of_plan.and_then(|usage| usage.amount.multiply(&unit.factor.into()).ok());
        let quantity = costing.line_items[place].quantity.map(Fraction::from);
        // Hours of several servers are billed together: they say how many there were.
        let is_each = charge.charge.each;
        let is_time = unit.dimension == PricingUnit::parse("hour").map_or(Dimension::PLAIN, |hour| hour.dimension);
        match (is_each, is_time, of_one, quantity) {
            (true, true, Some(of_one), _) if !of_one.is_zero() => match amount.divide(&of_one) {
                Ok(quantity) => found.quantity = Some(quantity),
                Err(_) => found.is_whole = false,
            },
            (true, _, _, Some(quantity)) if !quantity.is_zero() => match amount.divide(&quantity) {
                Ok(amount) => found.usage.push((at, amount)),
                Err(_) => found.is_whole = false,
            },
            (true, ..) => found.is_whole = false,
            (false, ..) => found.usage.push((at, amount)),
        }
    }
    found
}

/// What was billed of each charge that is counted, by its place and in canonical units; `None` where the bill does not say it.
pub(super) fn billed_usage(line: &SkuLine, charges: &[BilledCharge]) -> Vec<(usize, Option<Fraction>)> {
    let counted: Vec<(usize, &ChargeLine, &PricingUnit)> = line
        .charges
        .iter()
        .enumerate()
        .filter(|(_, charge)| charge.usage.is_counted() || charge.usage == Usage::Unknown)
        .filter_map(|(place, charge)| Some((place, charge, charge.charge.unit.as_ref()?)))
        .collect();
    let of_charge = |(place, charge, unit): &(usize, &ChargeLine, &PricingUnit)| {
        let is_only = counted.iter().filter(|(.., other)| other.is_kind_of(unit)).count() == 1;
        let names_other = |meter: &str| {
            line.charges.iter().any(|other| other.meter().eq_ignore_ascii_case(meter))
                && !charge.meter().eq_ignore_ascii_case(meter)
        };
        (*place, billed_amount(charges, charge, unit, (is_only, &names_other)))
    };
    counted.iter().map(of_charge).collect()
}

/// What was billed of a charge, in canonical units: the quantities in units of its kind, of its meter if several charges
/// count in such units.
/// What names the meter of another charge belongs to that one.
fn billed_amount(
    billed: &[BilledCharge],
    charge: &ChargeLine,
    unit: &PricingUnit,
    (is_only, names_other): (bool, &dyn Fn(&str) -> bool),
) -> Option<Fraction> {
    let mut sum: Option<Fraction> = None;
    for billed in billed.iter().filter(|billed| matches!(billed.product.kind, ChargeKind::Usage | ChargeKind::Purchase))
    {
        let label = billed.product.unit.as_deref();
        let of = label.and_then(billed_unit).filter(|of| of.is_kind_of(unit) || unit.is_kind_of(of));
        let is_of_meter =
            billed.product.meter.as_deref().is_some_and(|meter| meter.eq_ignore_ascii_case(charge.meter()));
        let is_only = is_only && !billed.product.meter.as_deref().is_some_and(names_other);
        let (Some(of), Some(quantity), true) = (of, billed.quantity, is_only || is_of_meter) else { continue };
        let amount = Fraction::from(quantity).multiply(&Fraction::from(of.factor)).ok()?;
        sum = Some(sum.unwrap_or_else(|| Decimal::ZERO.into()).add(&amount).ok()?);
    }
    sum
}

/// The unit of a bill: `Hours`, `GB-Months`, `Requests`, `GB`.
fn billed_unit(label: &str) -> Option<PricingUnit> {
    let exact = PricingUnit::parse(label);
    exact.or_else(|| {
        let words = label.trim().replace(' ', "-");
        let singular = |word: &str| {
            let lower = word.to_lowercase();
            match lower.strip_suffix('s') {
                Some(one) if lower.len() > 2 => one.to_owned(),
                // Symbols of units have capital letters: GB.
                _ => word.to_owned(),
            }
        };
        let parts: Vec<String> = words.split('-').map(singular).collect();
        PricingUnit::parse(&parts.join("-"))
    })
}
