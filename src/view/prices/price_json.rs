//! Prices in JSON, for every command that lists prices.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;

use crate::model::{Charge, Terms};
use crate::source::Sources;
use crate::view::page::number::Number;
use crate::view::prices::price_terms;

/// How usage is priced. A key that does not apply to the model is `null`.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct TermsJson {
    model: &'static str,
    currency: String,
    price: Option<Number>,
    price_low: Option<Number>,
    price_high: Option<Number>,
    per: Option<Number>,
    period: Option<String>,
    tiers: Option<Vec<TierJson>>,
    included: Option<String>,
    minimum: Option<Number>,
    cap: Option<Number>,
    commitment: Option<CommitmentJson>,
    includes_tax: Option<Number>,
    when: BTreeMap<Box<str>, Box<str>>,
    ordered_from: Option<String>,
    ordered_to: Option<String>,
    effective_from: Option<String>,
    effective_to: Option<String>,
    retrieved_on: Option<String>,
    trust: Option<&'static str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TierJson {
    up_to: Option<Number>,
    price: Number,
    flat: Number,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CommitmentJson {
    usage: Number,
    overage_factor: Number,
    true_up: bool,
}

impl TermsJson {
    /// The terms of one price of a charge.
    pub(crate) fn new(charge: &Charge, terms: &Terms, sources: &Sources) -> Self {
        let tiers = terms.pricing.tiers().iter().map(|tier| TierJson {
            up_to: tier.up_to.map(Number),
            price: Number(tier.price),
            flat: Number(tier.flat),
        });
        let tiers: Vec<TierJson> = tiers.collect();
        let citation = terms.citation.as_deref();
        let price = terms.pricing.price();
        let day = |day: Option<Date>| day.map(|day| day.to_string());
        Self {
            model: terms.pricing.name(),
            currency: terms.currency.to_string(),
            price: price.map(|price| Number(price.expected)),
            price_low: price.map(|price| Number(price.low)),
            price_high: price.map(|price| Number(price.high)),
            per: price_terms::per(terms),
            period: terms.pricing.period().map(price_terms::period),
            tiers: (!tiers.is_empty()).then_some(tiers),
            included: price_terms::allowance(terms, charge.unit.as_ref(), sources),
            minimum: terms.minimum.map(Number),
            cap: terms.cap.map(Number),
            commitment: terms.commitment.map(|commitment| CommitmentJson {
                usage: Number(commitment.usage),
                overage_factor: Number(commitment.overage_factor),
                true_up: commitment.true_up,
            }),
            includes_tax: terms.includes_tax.map(Number),
            when: terms.when.iter().cloned().collect(),
            ordered_from: day(terms.ordered_from),
            ordered_to: day(terms.ordered_to),
            effective_from: day(terms.effective_from),
            effective_to: day(terms.effective_to),
            retrieved_on: citation.map(|citation| citation.retrieved_on.to_string()),
            trust: citation.map(|citation| citation.trust.as_str()),
        }
    }
}
