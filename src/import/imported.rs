//! The prices of an answer, whoever wrote it: the list that every reader makes and that is merged into a price sheet.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::model::{Currency, PriceModel, Trust};

/// A SKU of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImportedSku {
    /// The vendor's id.
    pub(crate) vendor: String,
    /// The name in the price sheet, with the region if it is not the usual one.
    pub(crate) sku: String,
    /// The name in the price sheet without a region, and the region.
    pub(crate) in_region: Option<(String, String)>,
    pub(crate) name: Option<String>,
    pub(crate) category: Option<String>,
    pub(crate) description: Option<String>,
    pub(crate) note: Option<String>,
    /// Keys and values of the specification.
    pub(crate) specification: Vec<(String, String)>,
    pub(crate) sold_until: Option<Date>,
    pub(crate) currency: Currency,
    pub(crate) includes_tax: Option<Decimal>,
    pub(crate) source: String,
    pub(crate) trust: Trust,
    pub(crate) retrieved_on: Date,
    /// The charges; at least one.
    pub(crate) charges: Vec<ImportedCharge>,
}

/// A charge of an imported SKU.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImportedCharge {
    pub(crate) shape: ChargeShape,
    /// The prices by their first day, in order; one without a first day comes first.
    pub(crate) prices: Vec<ImportedPrice>,
}

/// How a charge is billed, whatever the price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ChargeShape {
    pub(crate) meter: String,
    pub(crate) description: Option<String>,
    pub(crate) unit: Option<String>,
    pub(crate) model: Option<PriceModel>,
    pub(crate) each: bool,
    pub(crate) usage: Option<String>,
    pub(crate) included: Option<String>,
    pub(crate) round_usage_up_to: Option<Decimal>,
    /// Whether the answer says what a month costs at most and at least, even if it is nothing.
    pub(crate) says_cap: bool,
    pub(crate) says_minimum: bool,
}

/// A price of an imported charge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ImportedPrice {
    /// The first day; `None` if the answer does not say it.
    pub(crate) from: Option<Date>,
    pub(crate) amount: ImportedAmount,
    /// How many units it buys, as a sheet writes it.
    pub(crate) per: Option<String>,
    pub(crate) cap: Option<Decimal>,
    pub(crate) minimum: Option<Decimal>,
}

/// What is paid for the units of an imported price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ImportedAmount {
    One(Decimal),
    /// The lowest and the highest price of a market.
    Range(Decimal, Decimal),
    /// Prices by the first unit of each tier, in order; at least two, and the first begins at zero.
    Tiers(Vec<(Decimal, Decimal)>),
}

impl ImportedCharge {
    /// The price model in a sheet.
    pub(crate) fn model(&self) -> PriceModel {
        let has_tiers = self.prices.iter().any(|price| matches!(price.amount, ImportedAmount::Tiers(_)));
        match self.shape.model {
            Some(PriceModel::PerUnit) | None if has_tiers => PriceModel::Graduated,
            Some(model) => model,
            None if self.shape.unit.is_some() => PriceModel::PerUnit,
            None => PriceModel::Flat,
        }
    }
}

/// Puts the parts of a SKU together that an answer has in several records.
#[derive(Debug, Default)]
pub(crate) struct ImportedList {
    skus: Vec<ImportedSku>,
    places: std::collections::HashMap<(String, String), usize>,
}

/// Two prices of a SKU that cannot both be right.
#[derive(Debug)]
pub(crate) struct Conflict;

impl ImportedList {
    /// Adds a record. `is_tier`: its prices are tiers of those of other records; `is_market`: they are offers of a market.
    pub(crate) fn add(&mut self, sku: ImportedSku, is_tier: bool, is_market: bool) -> Result<(), Conflict> {
        let key = (sku.vendor.clone(), sku.sku.clone());
        let Some(place) = self.places.get(&key) else {
            self.places.insert(key, self.skus.len());
            self.skus.push(sku);
            return Ok(());
        };
        let known = &mut self.skus[*place];
        if known.currency != sku.currency || known.includes_tax != sku.includes_tax {
            return Err(Conflict);
        }
        for charge in sku.charges {
            match known.charges.iter_mut().find(|known| known.shape.meter == charge.shape.meter) {
                None => known.charges.push(charge),
                Some(known) if known.shape == charge.shape => {
                    for price in charge.prices {
                        join(&mut known.prices, price, is_tier, is_market)?;
                    }
                }
                Some(_) => return Err(Conflict),
            }
        }
        Ok(())
    }

    /// The SKUs, in the order of the answer.
    pub(crate) fn into_skus(mut self) -> Vec<ImportedSku> {
        let charges = self.skus.iter_mut().flat_map(|sku| &mut sku.charges);
        for price in charges.flat_map(|charge| &mut charge.prices) {
            if let ImportedAmount::Tiers(tiers) = &price.amount
                && let [(from, amount)] = tiers[..]
                && from.is_zero()
            {
                price.amount = ImportedAmount::One(amount);
            }
        }
        self.skus
    }
}

/// Adds a price to those of a charge.
fn join(prices: &mut Vec<ImportedPrice>, price: ImportedPrice, is_tier: bool, is_market: bool) -> Result<(), Conflict> {
    let Some(known) = prices.iter_mut().find(|known| known.from == price.from) else {
        let place = prices.partition_point(|known| known.from < price.from);
        prices.insert(place, price);
        return Ok(());
    };
    if *known == price {
        return Ok(());
    }
    if (&known.per, known.cap, known.minimum) != (&price.per, price.cap, price.minimum) {
        return Err(Conflict);
    }
    known.amount = match (known.amount.clone(), price.amount) {
        (ImportedAmount::Tiers(mut tiers), ImportedAmount::Tiers(more)) if is_tier => {
            for tier in more {
                match tiers.binary_search_by_key(&tier.0, |known| known.0) {
                    Ok(place) if tiers[place] != tier => return Err(Conflict),
                    Ok(_) => {}
                    Err(place) => tiers.insert(place, tier),
                }
            }
            ImportedAmount::Tiers(tiers)
        }
        (amount, more) if is_market => {
            let ends = |amount: ImportedAmount| match amount {
                ImportedAmount::One(price) => Some((price, price)),
                ImportedAmount::Range(low, high) => Some((low, high)),
                ImportedAmount::Tiers(_) => None,
            };
            let ((low, high), (other_low, other_high)) = ends(amount).zip(ends(more)).ok_or(Conflict)?;
            let (low, high) = (low.min(other_low), high.max(other_high));
            if low == high { ImportedAmount::One(low) } else { ImportedAmount::Range(low, high) }
        }
        _ => return Err(Conflict),
    };
    Ok(())
}
