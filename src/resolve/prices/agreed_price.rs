//! Agreed prices: negotiated prices of a manifest that replace list prices.

use std::sync::Arc;

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Charge, Currency, Fraction, Period, Pricing, PricingUnit, Sku, Terms, multiply};
use crate::parse::{AgreedAmountRaw, AmountRaw, ScalarOr};
use crate::resolve::formula;
use crate::source::Spanned;

/// Resolves the terms of an agreed price. It replaces the list's price, tiers, minimum and cap, and its allowance if
/// the manifest gives one.
pub(crate) fn agreed_terms(
    raw: &ScalarOr<AmountRaw, AgreedAmountRaw>,
    sku: &Sku,
    charge: &Charge,
    listed: Option<&Terms>,
    manifest_currency: Currency,
    problems: &mut Problems,
) -> Option<Terms> {
    let (amount, table) = match raw {
        ScalarOr::Scalar(amount) => (amount, None),
        ScalarOr::Table(table) => (&table.price, Some(table)),
    };
    let included = table.and_then(|table| table.included.as_ref());
    let commitment = table.and_then(|table| table.commitment.as_ref());
    crate::resolve::checks::not_negative(Some(Spanned::new(amount.number, amount.span)), problems)?;
    let pricing = agreed_pricing(amount, charge, listed, problems)?;
    if let (Some(included), Some(pool)) = (included, charge.pool.as_ref().filter(|pool| pool.included.is_some())) {
        let message = format!("the allowance of this charge belongs to the account, in the pool `{}`", pool.name());
        let diagnostic = Diagnostic::at(Code::ConflictingKeys, included.span, message, "remove this");
        problems.push(diagnostic.and_at(pool.span, "this pool"));
        return None;
    }
    let included = match (included, &charge.unit) {
        (Some(included), Some(unit)) => {
            Some(Arc::new(formula::compile_allowance(included, &sku.scope, unit, problems)?))
        }
        (Some(included), None) => {
            let message = "a flat charge cannot have an allowance";
            problems.push(Diagnostic::at(Code::ConflictingKeys, included.span, message, "remove this"));
            return None;
        }
        (None, _) => listed.map_or(&charge.included, |listed| &listed.included).clone(),
    };
    let commitment = match commitment {
        Some(raw) if matches!(pricing, Pricing::PerUnit { .. }) => {
            Some(crate::resolve::prices::price::commitment(raw, problems)?)
        }
        Some(raw) => {
            let message = "a `commitment` needs a price per unit";
            problems.push(Diagnostic::at(Code::ConflictingKeys, raw.span, message, "remove this"));
            return None;
        }
        None => None,
    };
    let of_sheet = listed.or(charge.prices.first().map(|terms| &**terms)).map(|terms| terms.currency);
    let currency = amount.currency.or(of_sheet).unwrap_or(manifest_currency);
    Some(Terms {
        effective_from: None,
        effective_to: None,
        ordered_from: None,
        ordered_to: None,
        when: Box::default(),
        included,
        currency,
        pricing,
        commitment,
        minimum: None,
        cap: None,
        includes_tax: crate::resolve::prices::price::tax_rate(table.and_then(|table| table.includes_tax), problems),
        buys: amount.per.clone(),
        citation: None,
        span: amount.span,
    })
}

fn agreed_pricing(
    amount: &AmountRaw,
    charge: &Charge,
    listed: Option<&Terms>,
    problems: &mut Problems,
) -> Option<Pricing> {
    let price = amount.number;
    let basis = |label: String, help: String| {
        let message = format!("the agreed price of `{}` must name its unit or period", charge.meter);
        Diagnostic::at(Code::AgreedPriceBasis, amount.span, message, label).help(help)
    };
    let shown = amount.currency.map(|currency| format!(" {currency}")).unwrap_or_default();
    match (amount.per.as_deref(), &charge.unit) {
        (Some("month"), _) => Some(Pricing::Flat { price: price.into(), period: Period::MONTH }),
        (Some("year"), _) => Some(Pricing::Flat { price: price.into(), period: Period::YEAR }),
        (Some(per), Some(unit)) => match PricingUnit::parse(per).filter(|per| per.dimension == unit.dimension) {
            Some(per) => match Fraction::new(per.factor, unit.factor).map(Fraction::exact) {
                Ok(Some(per)) => Some(Pricing::PerUnit { price: price.into(), per }),
                _ => {
                    let label = format!("not an exact number of {}", unit.label);
                    problems.push(basis(label, format!("write the price per {}", unit.label)));
                    None
                }
            },
            None => {
                let label = format!("the charge is counted in {}", unit.label);
                problems.push(basis(label, format!("write `{price}{shown}/{}` or `{price}{shown}/month`", unit.label)));
                None
            }
        },
        (Some(_), None) => {
            let label = "the charge is flat".to_owned();
            problems.push(basis(label, format!("write `{price}{shown}/month` or `{price}{shown}/year`")));
            None
        }
        (None, None) => Some(Pricing::Flat { price: price.into(), period: charge.period }),
        (None, Some(unit)) => match listed {
            Some(Terms { pricing: Pricing::PerUnit { per, .. }, cap: None, minimum: None, .. })
                if multiply(*per, Decimal::ONE) == Ok(Decimal::ONE) =>
            {
                Some(Pricing::PerUnit { price: price.into(), per: Decimal::ONE })
            }
            _ => {
                let help = format!("write `{price}{shown}/month` or `{price}{shown}/{}`", unit.label);
                problems.push(basis("per month or per unit?".to_owned(), help));
                None
            }
        },
    }
}
