//! One price of a charge: its terms, its tiers, and what an amount may be.

use std::sync::Arc;

use rust_decimal::Decimal;

use super::formula;
use super::price_sheet::cite;
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Citation, Currency, Formula, Period, Pricing, PricingUnit, Scope, Terms, Tier};
use crate::parse::{DatedPriceRaw, ModelRaw, PriceRaw, TierRaw};
use crate::source::{Span, Spanned};

/// What a dated price may leave out, since it stands in the charge.
pub(super) struct Fallback {
    pub(super) included: Option<Arc<Formula>>,
    pub(super) per: Option<Spanned<Decimal>>,
    pub(super) minimum: Option<Spanned<Decimal>>,
    pub(super) cap: Option<Spanned<Decimal>>,
}

/// What all prices of a charge share.
pub(super) struct PriceContext<'r> {
    pub(super) currency: Currency,
    pub(super) model: ModelRaw,
    pub(super) period: Period,
    pub(super) unit: Option<&'r PricingUnit>,
    pub(super) scope: &'r Scope,
    pub(super) charge: Span,
}

impl PriceContext<'_> {
    pub(super) fn dated_terms(
        &self,
        raw: DatedPriceRaw,
        fallback: &Fallback,
        citation: &Arc<Citation>,
        problems: &mut Problems,
    ) -> Option<Arc<Terms>> {
        let (from, to) = (raw.effective_from, raw.effective_to);
        if let (Some(from), Some(to)) = (from, to)
            && to.value < from.value
        {
            let message = format!("a price cannot end on {} and begin on {}", to.value, from.value);
            let diagnostic = Diagnostic::at(Code::InvalidRange, to.span, message, "the last day");
            problems.push(diagnostic.and_at(from.span, "the first day"));
        }
        let included = match raw.included.as_ref().zip(self.unit) {
            Some((raw, unit)) => formula::compile_allowance(raw, self.scope, unit, problems).map(Arc::new),
            None => fallback.included.clone(),
        };
        let minimum = not_negative(raw.minimum.or(fallback.minimum), problems);
        let cap = not_negative(raw.cap.or(fallback.cap), problems);
        if let (Some(least), Some(most)) = (minimum, cap)
            && least > most
        {
            let message = format!("a charge cannot be at least {least} and at most {most}");
            problems.push(Diagnostic::at(Code::ConflictingKeys, raw.span, message, "`minimum` is above `cap`"));
        }
        let pricing = self.pricing(raw.price, raw.per.or(fallback.per), &raw.tiers, raw.span, problems)?;
        // An explanation points at the line of the price.
        let span = raw.price.map_or(raw.span, |price| price.span);
        let citation = cite(citation, raw.source, raw.retrieved_on, raw.trust, raw.note);
        Some(Arc::new(Terms {
            effective_from: from.map(|day| day.value),
            effective_to: to.map(|day| day.value),
            included,
            currency: self.currency,
            pricing,
            minimum,
            cap,
            citation: Some(citation),
            span,
        }))
    }

    fn pricing(
        &self,
        price: Option<Spanned<PriceRaw>>,
        per: Option<Spanned<Decimal>>,
        tiers: &[TierRaw],
        span: Span,
        problems: &mut Problems,
    ) -> Option<Pricing> {
        let laddered = matches!(self.model, ModelRaw::Graduated | ModelRaw::Volume);
        if let Some(Spanned { value: PriceRaw::Quote, .. }) = price {
            return Some(Pricing::Quote);
        }
        if laddered {
            let unexpected = price.map(|price| price.span).or(per.map(|per| per.span));
            if let Some(span) = unexpected {
                let message = "a price by tiers has no `price` or `per` of its own";
                problems.push(Diagnostic::at(Code::ConflictingKeys, span, message, "remove this"));
            }
            let tiers = ladder(tiers, span, problems)?;
            return Some(if self.model == ModelRaw::Volume {
                Pricing::Volume(tiers)
            } else {
                Pricing::Graduated(tiers)
            });
        }
        if let Some(tier) = tiers.first() {
            let message = "`tiers` go with the models `graduated` and `volume`";
            problems.push(Diagnostic::at(Code::ConflictingKeys, tier.span, message, "remove this"));
        }
        let Some(Spanned { value: PriceRaw::Amount(amount), span: price_span }) = price else {
            let span = if span == self.charge { self.charge } else { span };
            problems.push(Diagnostic::at(Code::MissingKey, span, "a price needs the key `price`", "missing here"));
            return None;
        };
        let price = not_negative(Some(Spanned::new(amount, price_span)), problems)?;
        let per = match per {
            Some(per) => positive(Some(per), "the number of units that a price buys is", problems)?,
            None => Decimal::ONE,
        };
        Some(match self.model {
            ModelRaw::Flat => Pricing::Flat { price, period: self.period },
            ModelRaw::Package => Pricing::Package { price, per },
            _ => Pricing::PerUnit { price, per },
        })
    }
}

/// Checks that tiers rise and that the last one, and only it, is open.
fn ladder(raw: &[TierRaw], span: Span, problems: &mut Problems) -> Option<Vec<Tier>> {
    let before = problems.len();
    let Some((last, bounded)) = raw.split_last() else {
        let message = "a price by tiers needs the key `tiers`";
        problems.push(Diagnostic::at(Code::MissingKey, span, message, "missing here"));
        return None;
    };
    let mut reached = Spanned::new(Decimal::ZERO, span);
    for tier in bounded {
        match tier.up_to {
            Some(up_to) if up_to.value > reached.value => reached = up_to,
            Some(up_to) => {
                let message = format!("a tier up to {} cannot follow one up to {}", up_to.value, reached.value);
                problems.push(Diagnostic::at(Code::InvalidTiers, up_to.span, message, "does not rise"));
            }
            None => {
                let message = "only the last tier is open";
                problems.push(Diagnostic::at(Code::InvalidTiers, tier.span, message, "`up_to` is missing here"));
            }
        }
    }
    if let Some(up_to) = last.up_to {
        let message = format!("nothing prices usage above {}", up_to.value);
        let diagnostic = Diagnostic::at(Code::InvalidTiers, up_to.span, message, "the last tier ends here");
        problems.push(diagnostic.help("add a last tier without `up_to`"));
    }
    let amount = |amount: Option<Spanned<Decimal>>, problems: &mut Problems| match amount {
        Some(amount) => not_negative(Some(amount), problems),
        None => Some(Decimal::ZERO),
    };
    let tiers = raw.iter().filter_map(|tier| {
        let (price, flat) = (amount(tier.price, problems), amount(tier.flat, problems));
        Some(Tier { up_to: tier.up_to.map(|up_to| up_to.value), price: price?, flat: flat? })
    });
    let tiers: Vec<Tier> = tiers.collect();
    (problems.len() == before).then_some(tiers)
}

/// The value, if it is not below zero; reports it otherwise.
pub(super) fn not_negative(value: Option<Spanned<Decimal>>, problems: &mut Problems) -> Option<Decimal> {
    let value = value?;
    if value.value.is_sign_negative() && !value.value.is_zero() {
        let message = format!("{} is below zero", value.value);
        problems.push(Diagnostic::at(Code::NegativeAmount, value.span, message, "an amount is at least zero"));
        return None;
    }
    Some(value.value)
}

/// The value, if it is above zero; reports it otherwise.
pub(super) fn positive(value: Option<Spanned<Decimal>>, what: &str, problems: &mut Problems) -> Option<Decimal> {
    let value = value?;
    if value.value <= Decimal::ZERO {
        let message = format!("{what} above zero, and {} is not", value.value);
        problems.push(Diagnostic::at(Code::NegativeAmount, value.span, message, "not above zero"));
        return None;
    }
    Some(value.value)
}
