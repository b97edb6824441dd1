//! How far an agreed price is from the list price: a price per hour that is written as one per month, or a cent that is
//! written as a dollar, is far from it.

use rust_decimal::Decimal;

use crate::model::{Currency, Dimension, FarFromList, Fraction, Price, Pricing, PricingUnit, Terms};
use crate::resolve::prices::exchange_rates::Conversions;

/// The lowest and the highest price, above zero, of the same thing in the same currency.
type Ends = (Fraction, Fraction);

/// The distance of an agreed price from the list, where it is a factor of [`FarFromList::FACTOR`] or more.
///
/// `None` too if the two are not prices of the same unit or period, if no rate converts one into the currency of the
/// other, and if one of them is zero: nothing is a price that one agrees on purpose.
pub(crate) fn far_from_list(
    agreed: &Terms,
    list: &Terms,
    unit: Option<&PricingUnit>,
    hours_per_month: Decimal,
    conversions: &Conversions<'_>,
) -> Option<FarFromList> {
    let (agreed_low, agreed_high, (list_low, list_high)) = match agreed.pricing {
        Pricing::Flat { .. } => {
            let (low, high) = monthly(agreed, unit, hours_per_month)?;
            (low, high, monthly(list, unit, hours_per_month)?)
        }
        _ => {
            let (low, high) = per_unit(&agreed.pricing)?;
            (low, high, per_unit(&list.pricing)?)
        }
    };
    let in_list_currency = |price: Fraction| converted(price, agreed.currency, list.currency, conversions);
    let above = in_list_currency(agreed_low)?.divide(&list_high).ok()?;
    let below = list_low.divide(&in_list_currency(agreed_high)?).ok()?;
    let is_far = |factor: &Fraction| *factor >= FarFromList::FACTOR.into();
    let (factor, is_above) = if is_far(&above) { (above, true) } else { (below, false) };
    is_far(&factor).then_some(FarFromList { factor: factor.round(1).ok()?.normalize(), is_above })
}

/// The prices of one unit.
fn per_unit(pricing: &Pricing) -> Option<Ends> {
    match pricing {
        Pricing::PerUnit { price, per } | Pricing::Package { price, per } => {
            let of_one = |price: Decimal| Fraction::new(price, *per).ok();
            ends(*price, of_one)
        }
        Pricing::Graduated { tiers, per } | Pricing::Volume { tiers, per } => {
            let prices = || tiers.iter().map(|tier| tier.price).filter(|price| !price.is_zero());
            let of_one = |price: Decimal| Fraction::new(price, *per).ok();
            Some((of_one(prices().min()?)?, of_one(prices().max()?)?))
        }
        Pricing::Flat { .. } | Pricing::Percentage(_) | Pricing::Quote => None,
    }
}

/// The prices of a month, up to the cap: of a flat charge, or of one that counts all hours of the month.
fn monthly(terms: &Terms, unit: Option<&PricingUnit>, hours_per_month: Decimal) -> Option<Ends> {
    if let Pricing::Flat { price, period } = terms.pricing {
        return ends(price, |price| Fraction::new(price, Decimal::from(period.months)).ok());
    }
    let unit = unit.filter(|unit| unit.dimension == Dimension::TIME)?;
    let seconds = Fraction::from(hours_per_month).multiply(&Decimal::from(3600).into()).ok()?;
    let units = seconds.divide(&unit.factor.into()).ok()?;
    let (low, high) = per_unit(&terms.pricing)?;
    let of_month = |price: Fraction| {
        let price = price.multiply(&units).ok()?;
        let cap = terms.cap.map(Fraction::from).filter(|cap| price > *cap);
        Some(cap.unwrap_or(price))
    };
    Some((of_month(low)?, of_month(high)?))
}

/// Both ends of a price, unless it is zero.
fn ends(price: Price, of_one: impl Fn(Decimal) -> Option<Fraction>) -> Option<Ends> {
    let low = if price.low.is_zero() { price.high } else { price.low };
    (!low.is_zero()).then(|| Some((of_one(low)?, of_one(price.high)?)))?
}

fn converted(price: Fraction, from: Currency, to: Currency, conversions: &Conversions<'_>) -> Option<Fraction> {
    if from == to { Some(price) } else { conversions.between(from, to)?.convert(&price).ok() }
}
