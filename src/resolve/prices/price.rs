//! One price of a charge: its terms, its tiers and the checks of its amounts.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    Citation, Commitment, Currency, Formula, Fraction, Period, Price, PriceModel, Pricing, PricingUnit, Scope, Terms,
    Tier,
};
use crate::parse::{
    AmountRaw, CommitmentRaw, DatedPriceRaw, Mapping, PriceRangeRaw, PriceRaw, ScalarOr, TierRaw, UnitsRaw,
};
use crate::resolve::checks::{check_days, not_negative, positive, share};
use crate::resolve::prices::citation::cite;
use crate::resolve::prices::units::{money, sheet_amount, units};
use crate::resolve::{check_identifier, formula};
use crate::source::{Span, Spanned};

/// Values of the charge for what a dated price leaves out.
pub(crate) struct Fallback {
    pub(crate) included: Option<Arc<Formula>>,
    pub(crate) per: Option<UnitsRaw>,
    pub(crate) minimum: Option<AmountRaw>,
    pub(crate) cap: Option<AmountRaw>,
    pub(crate) commitment: Option<Commitment>,
}

/// Values that all prices of a charge share.
pub(crate) struct PriceContext<'r> {
    pub(crate) currency: Currency,
    pub(crate) model: PriceModel,
    pub(crate) period: Period,
    pub(crate) unit: Option<&'r PricingUnit>,
    pub(crate) scope: &'r Scope,
    /// The rate of the tax that prices include unless they give their own.
    pub(crate) includes_tax: Option<Spanned<Decimal>>,
}

/// The keys that make up a price.
struct PriceKeys<'r> {
    price: Option<&'r PriceOrRange>,
    percent: Option<Spanned<Decimal>>,
    per: Option<&'r UnitsRaw>,
    currency: Currency,
    tiers: &'r [TierRaw],
    span: Span,
}

type PriceOrRange = ScalarOr<Spanned<PriceRaw>, PriceRangeRaw>;

/// The place of a price.
pub(crate) fn span_of_price(raw: &PriceOrRange) -> Span {
    match raw {
        ScalarOr::Scalar(price) => price.span,
        ScalarOr::Table(range) => range.span,
    }
}

impl PriceContext<'_> {
    pub(crate) fn dated_terms(
        &self,
        raw: DatedPriceRaw,
        fallback: &Fallback,
        citation: &Arc<Citation>,
        problems: &mut Problems,
    ) -> Option<Arc<Terms>> {
        check_days("a price", raw.terms.effective_from, raw.terms.effective_to, problems);
        check_days("the orders that get a price", raw.ordered_from, raw.ordered_to, problems);
        let included = match raw.terms.included.as_ref().zip(self.unit) {
            Some((raw, unit)) => formula::compile_allowance(raw, self.scope, unit, problems).map(Arc::new),
            None => fallback.included.clone(),
        };
        let currency = raw.currency.map_or(self.currency, |currency| currency.value);
        let bound = |own: &Option<AmountRaw>, of_charge: &Option<AmountRaw>, problems: &mut Problems| {
            let amount = own.as_ref().or(of_charge.as_ref())?;
            sheet_amount(amount, currency, Some("month"), problems).map(|amount| amount.value)
        };
        let minimum = bound(&raw.terms.minimum, &fallback.minimum, problems);
        let cap = bound(&raw.terms.cap, &fallback.cap, problems);
        if let (Some(least), Some(most)) = (minimum, cap)
            && least > most
        {
            let message = format!("`minimum` {least} is above `cap` {most}");
            problems.push(Diagnostic::at(Code::ConflictingKeys, raw.span, message, "here"));
        }
        let commitment = match &raw.terms.commitment {
            Some(raw) => self.commitment(raw, problems),
            None => fallback.commitment,
        };
        let keys = PriceKeys {
            price: raw.terms.price.as_ref(),
            percent: raw.terms.percent.map(|percent| percent.0),
            per: raw.terms.per.as_ref().or(fallback.per.as_ref()),
            currency,
            tiers: &raw.terms.tiers,
            span: raw.span,
        };
        let pricing = self.pricing(&keys, problems)?;
        // An explanation points at the line of the price.
        let span = raw.terms.price.as_ref().map(span_of_price).or(raw.terms.percent.map(|percent| percent.0.span));
        let citation = cite(citation, raw.source, raw.retrieved_on, raw.trust, raw.note, problems);
        Some(Arc::new(Terms {
            effective_from: raw.terms.effective_from.map(|day| day.value),
            effective_to: raw.terms.effective_to.map(|day| day.value),
            ordered_from: raw.ordered_from.map(|day| day.value),
            ordered_to: raw.ordered_to.map(|day| day.value),
            when: raw.when.map(|when| when_of(when, problems)).unwrap_or_default(),
            included,
            currency,
            pricing,
            commitment,
            minimum,
            cap,
            includes_tax: tax_rate(raw.includes_tax.or(self.includes_tax), problems),
            buys: None,
            citation: Some(citation),
            span: span.unwrap_or(raw.span),
        }))
    }

    fn pricing(&self, raw: &PriceKeys<'_>, problems: &mut Problems) -> Option<Pricing> {
        let price = match raw.price {
            Some(price) => match price_of(price, raw.currency, self.priced(raw).as_deref(), problems) {
                Some(PriceOf::Quote) => return Some(Pricing::Quote),
                Some(PriceOf::Price(price)) => Some(price),
                None => return None,
            },
            None => None,
        };
        let of_percent = raw.percent.map(|percent| percent.span);
        let build: fn(Price, Decimal, Period) -> Pricing = match self.model {
            PriceModel::Percentage => return self.rates(raw, problems).map(Pricing::Percentage),
            PriceModel::Graduated | PriceModel::Volume => {
                conflict(raw.price.map(span_of_price), "a price by tiers has no `price` of its own", problems);
                conflict(of_percent, "`percent` goes with the model `percentage`", problems);
                let tiers = self.ladder(raw, false, problems)?;
                let per = self.per(raw, problems)?;
                return Some(if self.model == PriceModel::Volume {
                    Pricing::Volume { tiers, per }
                } else {
                    Pricing::Graduated { tiers, per }
                });
            }
            PriceModel::Flat => |price, _, period| Pricing::Flat { price, period },
            PriceModel::PerUnit => |price, per, _| Pricing::PerUnit { price, per },
            PriceModel::Package => |price, per, _| Pricing::Package { price, per },
        };
        let with_tiers = PriceModel::listed(|model| model.tiers.is_some());
        let of_tiers = raw.tiers.first().map(|tier| tier.span);
        conflict(of_tiers, &format!("`tiers` go with the models {with_tiers}"), problems);
        conflict(of_percent, "`percent` needs the model `percentage`", problems);
        let Some(price) = price else {
            problems.push(Diagnostic::at(Code::MissingKey, raw.span, "a price needs the key `price`", "missing here"));
            return None;
        };
        Some(build(price, self.per(raw, problems)?, self.period))
    }

    /// The rates of a percentage: one for every amount, or a ladder.
    fn rates(&self, raw: &PriceKeys<'_>, problems: &mut Problems) -> Option<Vec<Tier>> {
        let of_amount = raw.price.map(span_of_price).or(raw.per.map(|per| per.span));
        conflict(of_amount, "a percentage has the key `percent` and no price", problems);
        if raw.percent.is_none() && raw.tiers.is_empty() {
            let message = "a percentage needs the key `percent` or `tiers`";
            problems.push(Diagnostic::at(Code::MissingKey, raw.span, message, "missing here"));
            return None;
        }
        let Some(percent) = raw.percent else { return self.ladder(raw, true, problems) };
        let of_tiers = raw.tiers.first().map(|tier| tier.span);
        conflict(of_tiers, "a percentage takes `percent` or `tiers`, not both", problems);
        let price = not_negative(Some(percent), problems)?;
        Some(vec![Tier { up_to: None, price, flat: Decimal::ZERO }])
    }

    /// How many units a price buys; one unless given.
    fn per(&self, raw: &PriceKeys<'_>, problems: &mut Problems) -> Option<Decimal> {
        match raw.per {
            Some(per) => positive(Some(units(per, self.unit, problems)?), "`per`", problems),
            None => Some(Decimal::ONE),
        }
    }

    /// Resolves a commitment, where the model has a price for usage beyond it.
    pub(crate) fn commitment(&self, raw: &CommitmentRaw, problems: &mut Problems) -> Option<Commitment> {
        if !self.model.traits().takes_commitment {
            let with = PriceModel::listed(|model| model.takes_commitment);
            let message = format!("a `commitment` goes with the model {with}");
            problems.push(Diagnostic::at(Code::ConflictingKeys, raw.span, message, "remove this"));
            return None;
        }
        commitment(raw, self.unit, problems)
    }

    /// What a price is for: a period, or a unit where it buys one.
    fn priced(&self, raw: &PriceKeys<'_>) -> Option<String> {
        if self.model == PriceModel::Flat {
            return Some(self.period.to_string().trim_start_matches("a ").to_owned());
        }
        self.unit.filter(|_| raw.per.is_none()).map(|unit| unit.label.to_string())
    }

    /// The tiers of a price. Bounds are in pricing units, and those of rates in money.
    fn ladder(&self, raw: &PriceKeys<'_>, of_rates: bool, problems: &mut Problems) -> Option<Vec<Tier>> {
        let before = problems.len();
        let bounds = raw.tiers.iter().map(|tier| match &tier.up_to {
            Some(up_to) if of_rates => money(up_to, raw.currency, problems),
            Some(up_to) => units(up_to, self.unit, problems),
            None => None,
        });
        let bounds: Vec<Option<Spanned<Decimal>>> = bounds.collect();
        if problems.len() > before {
            return None;
        }
        ladder(raw, &bounds, of_rates, self.unit, problems)
    }
}

/// Reports a key that does not go with the price model, if it is given.
fn conflict(given: Option<Span>, message: &str, problems: &mut Problems) {
    if let Some(span) = given {
        problems.push(Diagnostic::at(Code::ConflictingKeys, span, message.to_owned(), "remove this"));
    }
}

/// Checks a commitment.
pub(crate) fn commitment(
    raw: &CommitmentRaw,
    unit: Option<&PricingUnit>,
    problems: &mut Problems,
) -> Option<Commitment> {
    let usage = units(&raw.usage, unit, problems);
    let usage = positive(usage, "the committed usage", problems);
    let factor = match raw.overage_factor {
        Some(factor) => not_negative(Some(factor), problems),
        None => Some(Decimal::ONE),
    };
    Some(Commitment { usage: usage?, overage_factor: factor?, true_up: raw.true_up.unwrap_or(true) })
}

enum PriceOf {
    Price(Price),
    Quote,
}

/// Resolves a price; the expected price of a range is its middle unless given.
fn price_of(raw: &PriceOrRange, currency: Currency, per: Option<&str>, problems: &mut Problems) -> Option<PriceOf> {
    let span = span_of_price(raw);
    let (low, expected, high) = match raw {
        ScalarOr::Scalar(Spanned { value: PriceRaw::Quote, .. }) => return Some(PriceOf::Quote),
        ScalarOr::Scalar(Spanned { value: PriceRaw::Amount(amount), .. }) => {
            return sheet_amount(amount, currency, per, problems).map(|price| PriceOf::Price(price.value.into()));
        }
        ScalarOr::Scalar(Spanned { value: PriceRaw::Range(low, high), .. }) => (low, None, high),
        ScalarOr::Table(range) => (&range.low, range.expected.as_ref(), &range.high),
    };
    let expected = match expected {
        Some(expected) => Some(sheet_amount(expected, currency, per, problems)?),
        None => None,
    };
    let low = sheet_amount(low, currency, per, problems)?;
    let high = sheet_amount(high, currency, per, problems)?;
    if high.value < low.value {
        let message = format!("the range begins at {}, above its end {}", low.value, high.value);
        problems.push(Diagnostic::at(Code::InvalidRange, high.span, message, "below the lower end"));
        return None;
    }
    let (low, high) = (low.value, high.value);
    let expected = match expected {
        Some(expected) if (low..=high).contains(&expected.value) => expected.value,
        Some(expected) => {
            let message = format!("the expected price {} is not between {low} and {high}", expected.value);
            problems.push(Diagnostic::at(Code::InvalidRange, expected.span, message, "outside the range"));
            return None;
        }
        None => match exact_middle(low, high) {
            Some(middle) => middle,
            None => {
                let label = "its middle needs more than 28 digits";
                problems.push(Diagnostic::at(Code::InvalidNumber, span, "the range has no exact middle", label));
                return None;
            }
        },
    };
    Some(PriceOf::Price(Price { low, expected, high }))
}

/// The rate of a tax that prices include, as a ratio; `None` if it is zero.
pub(crate) fn tax_rate(rate: Option<Spanned<Decimal>>, problems: &mut Problems) -> Option<Decimal> {
    share(rate, "a tax", problems);
    rate.map(|rate| rate.value).filter(|rate| !rate.is_zero())
}

/// The choices that a line item must make to get a price, sorted by the name of the option.
fn when_of(raw: Mapping<Spanned<String>>, problems: &mut Problems) -> Box<[(Box<str>, Box<str>)]> {
    let mut when: Vec<(Box<str>, Box<str>)> = Vec::with_capacity(raw.entries.len());
    for (name, value) in raw.entries {
        check_identifier(&name, "an option", problems);
        when.push((name.value.into(), value.value.into()));
    }
    when.sort();
    when.into()
}

/// Checks that tiers rise and that only the last one is open. Tiers of a percentage have rates instead of prices.
fn ladder(
    keys: &PriceKeys<'_>,
    bounds: &[Option<Spanned<Decimal>>],
    of_rates: bool,
    unit: Option<&PricingUnit>,
    problems: &mut Problems,
) -> Option<Vec<Tier>> {
    let before = problems.len();
    let (raw, span) = (keys.tiers, keys.span);
    let (Some((_, bounded)), Some((last, bounds_before))) = (raw.split_last(), bounds.split_last()) else {
        let message = "a tiered price needs the key `tiers`";
        problems.push(Diagnostic::at(Code::MissingKey, span, message, "missing here"));
        return None;
    };
    let mut reached = Spanned::new(Decimal::ZERO, span);
    for (tier, up_to) in bounded.iter().zip(bounds_before) {
        match *up_to {
            Some(up_to) if up_to.value > reached.value => reached = up_to,
            Some(up_to) => {
                let message = format!("a tier up to {} cannot follow one up to {}", up_to.value, reached.value);
                problems.push(Diagnostic::at(Code::InvalidTiers, up_to.span, message, "does not rise"));
            }
            None => {
                let message = "only the last tier can be open";
                problems.push(Diagnostic::at(Code::InvalidTiers, tier.span, message, "`up_to` is missing here"));
            }
        }
    }
    if let Some(up_to) = *last {
        let message = format!("usage above {} has no price", up_to.value);
        let diagnostic = Diagnostic::at(Code::InvalidTiers, up_to.span, message, "the last tier ends here");
        problems.push(diagnostic.help("add a last tier without `up_to`"));
    }
    let amount = |amount: &Option<AmountRaw>, per: Option<&str>, problems: &mut Problems| match amount {
        Some(amount) => sheet_amount(amount, keys.currency, per, problems).map(|amount| amount.value),
        None => Some(Decimal::ZERO),
    };
    let tiers = raw.iter().zip(bounds).filter_map(|(tier, up_to)| {
        let (price, percent) =
            (tier.price.as_ref().map(|price| price.span), tier.percent.map(|percent| percent.0.span));
        if of_rates {
            conflict(price, "a tier of a percentage takes `percent`, not `price`", problems);
        } else {
            conflict(percent, "`percent` needs the model `percentage`", problems);
        }
        let price = match tier.percent {
            Some(percent) if of_rates => not_negative(Some(percent.0), problems),
            None if of_rates => Some(Decimal::ZERO),
            _ => amount(&tier.price, unit.filter(|_| keys.per.is_none()).map(|unit| &*unit.label), problems),
        };
        let flat = amount(&tier.flat, Some("month"), problems);
        Some(Tier { up_to: up_to.map(|up_to| up_to.value), price: price?, flat: flat? })
    });
    let tiers: Vec<Tier> = tiers.collect();
    (problems.len() == before).then_some(tiers)
}

fn exact_middle(low: Decimal, high: Decimal) -> Option<Decimal> {
    let sum = Fraction::from(low).add(&high.into()).ok()?;
    sum.multiply(&Decimal::new(5, 1).into()).ok()?.exact()
}
