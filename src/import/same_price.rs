//! Whether a price of a sheet is the one of an answer.

use std::sync::Arc;

use crate::import::imported::{ChargeShape, ImportedAmount, ImportedCharge, ImportedPrice};
use crate::model::{Charge, Fraction, Period, PriceModel, Pricing, Terms};

/// Whether two charges are billed in the same way, so that a price of one can be a price of the other.
pub(crate) fn is_alike(known: &Charge, new: &Charge) -> bool {
    let model = |charge: &Charge| charge.prices.iter().find_map(|terms| terms.pricing.model());
    known.meter == new.meter
        && known.unit == new.unit
        && known.each == new.each
        && (model(known) == model(new) || model(known).is_none())
}

/// A price by the hour as a sheet has it that only knows months: what a month costs at most. `None` if the sheet does not, or
/// the answer does not say it.
pub(crate) fn by_month(known: &Charge, imported: &ImportedCharge, new: &Charge) -> Option<(ImportedCharge, Charge)> {
    let is_by_month = |terms: &Terms| terms.pricing.period() == Some(Period::MONTH);
    if known.prices.is_empty() || !known.prices.iter().all(|terms| is_by_month(terms)) {
        return None;
    }
    let of_month = |price: &ImportedPrice| {
        let amount = ImportedAmount::One(price.cap?);
        Some(ImportedPrice { amount, per: None, cap: None, ..price.clone() })
    };
    let prices = imported.prices.iter().map(of_month).collect::<Option<Vec<_>>>()?;
    let terms = new.prices.iter().map(|terms| {
        let pricing = Pricing::Flat { price: terms.cap?.into(), period: Period::MONTH };
        Some(Arc::new(Terms { pricing, cap: None, ..(**terms).clone() }))
    });
    let terms = terms.collect::<Option<Vec<_>>>()?;
    let shape = ChargeShape { unit: None, model: Some(PriceModel::Flat), says_cap: false, ..imported.shape.clone() };
    Some((
        ImportedCharge { shape, prices },
        Charge { unit: None, each: known.each, period: Period::MONTH, prices: terms, ..new.clone() },
    ))
}

/// Whether a price is the same in all that the answer says.
pub(crate) fn is_same(known: &Terms, new: &Terms, shape: &ChargeShape) -> bool {
    known.currency == new.currency
        && known.includes_tax == new.includes_tax
        && (!shape.says_cap || known.cap == new.cap)
        && (!shape.says_minimum || known.minimum == new.minimum)
        && is_same_pricing(&known.pricing, &new.pricing)
}

/// 0.10 for a million is 0.0000001 for one.
fn is_same_pricing(known: &Pricing, new: &Pricing) -> bool {
    let (Pricing::PerUnit { price, per }, Pricing::PerUnit { price: other, per: other_per }) = (known, new) else {
        return known == new;
    };
    let ends = [(price.low, other.low), (price.high, other.high)];
    ends.into_iter().all(|(price, other)| {
        let cross = |price, per: &rust_decimal::Decimal| Fraction::from(price).multiply(&(*per).into());
        match (cross(price, other_per), cross(other, per)) {
            (Ok(one), Ok(another)) => {
                one.is_identical(&another) || one.subtract(&another).is_ok_and(|rest| rest.is_zero())
            }
            _ => false,
        }
    })
}
