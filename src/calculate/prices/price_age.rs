//! The age of the list prices and exchange rates that stages use.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::model::{Citation, Currency, ExchangeRate, LineItem, MaxAge, Sku, Stage, Terms, days_between};
use crate::source::Span;

/// A list price that stages use.
#[derive(Clone, Debug)]
pub struct PriceAge<'a> {
    /// The SKU.
    pub sku: &'a Sku,
    /// The meter of the charge.
    pub meter: &'a str,
    /// The price.
    pub terms: &'a Terms,
    /// Where it was read.
    pub citation: &'a Citation,
    /// The days since it was read; negative if it was read later.
    pub days: i32,
    /// Whether it is older than the maximum age.
    pub is_stale: bool,
    /// The line items that use it, each with its stage; never empty.
    pub used_by: Vec<(&'a Stage, &'a LineItem)>,
}

/// An exchange rate that stages use.
#[derive(Clone, Debug)]
pub struct RateAge<'a> {
    /// The rate.
    pub rate: &'a ExchangeRate,
    /// The currency into which it converts.
    pub into: Currency,
    /// The days since it was read.
    pub days: i32,
    /// Whether it is older than the maximum age.
    pub is_stale: bool,
    /// The stages that use it; never empty.
    pub used_by: Vec<&'a Stage>,
}

/// The exchange rates that stages use, each once, oldest first.
pub fn rate_ages<'a>(stages: impl IntoIterator<Item = &'a Stage>, max_age: MaxAge, day: Date) -> Vec<RateAge<'a>> {
    let mut found: Vec<RateAge<'a>> = Vec::new();
    let mut places: BTreeMap<Span, usize> = BTreeMap::new();
    for stage in stages {
        for rate in &stage.rates {
            // A rate is identified by the place where it is written.
            let place = *places.entry(rate.span).or_insert(found.len());
            if let Some(known) = found.get_mut(place) {
                known.used_by.push(stage);
                continue;
            }
            found.push(RateAge {
                rate,
                into: stage.currency,
                days: days_between(rate.read_on, day),
                is_stale: !max_age.admits(rate.read_on, day),
                used_by: vec![stage],
            });
        }
    }
    found.sort_by_key(|age| (age.rate.read_on, age.rate.from, age.into));
    found
}

/// The list prices that stages use, each once, oldest first; prices read on the same day are in the order of SKUs and
/// charges. Agreed prices are left out.
pub fn price_ages<'a>(stages: impl IntoIterator<Item = &'a Stage>, max_age: MaxAge, day: Date) -> Vec<PriceAge<'a>> {
    let mut found: Vec<PriceAge<'a>> = Vec::new();
    let mut places: BTreeMap<Span, usize> = BTreeMap::new();
    for stage in stages {
        for (item, line, charge, citation) in stage.list_prices_used() {
            let Some(terms) = charge.list.as_deref() else { continue };
            // A price is identified by the place where it is written.
            let place = *places.entry(terms.span).or_insert(found.len());
            if let Some(known) = found.get_mut(place) {
                known.used_by.push((stage, item));
                continue;
            }
            found.push(PriceAge {
                sku: &line.sku,
                meter: charge.meter(),
                terms,
                citation,
                days: days_between(citation.retrieved_on, day),
                is_stale: !max_age.admits(citation.retrieved_on, day),
                used_by: vec![(stage, item)],
            });
        }
    }
    let place = |age: &PriceAge<'a>| age.sku.charges.iter().position(|charge| *charge.meter == *age.meter);
    found.sort_by(|a, b| {
        let by_day = a.citation.retrieved_on.cmp(&b.citation.retrieved_on);
        by_day.then_with(|| a.sku.id.cmp(&b.sku.id)).then_with(|| place(a).cmp(&place(b)))
    });
    found
}
