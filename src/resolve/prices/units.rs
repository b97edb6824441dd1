//! Numbers of pricing units, which may be written in another unit of the same kind.

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Currency, Fraction, PricingUnit, Unit};
use crate::parse::{AmountRaw, CurrencyRaw, UnitsRaw};
use crate::resolve::checks::not_negative;
use crate::source::Spanned;

/// An amount as a number of pricing units: `1 TB` is 1000 of `GB`. A number without a unit counts pricing units.
pub(crate) fn units(raw: &UnitsRaw, unit: Option<&PricingUnit>, problems: &mut Problems) -> Option<Spanned<Decimal>> {
    // A charge that lacks its unit has been reported.
    let (Some(written), Some(unit)) = (raw.unit.as_deref(), unit) else {
        return Some(Spanned::new(raw.number, raw.span));
    };
    let of = PricingUnit::parse(written).filter(|of| of.is_kind_of(unit));
    let Some(of) = of else {
        let message = format!("an amount of {} is not one of {written}", unit.label);
        let diagnostic = Diagnostic::at(Code::UnitMismatch, raw.span, message, format!("counted in {}", unit.label));
        problems.push(diagnostic.help(format!("write `{0}`, or `{0} {1}`", raw.number, unit.label)));
        return None;
    };
    let factor = Fraction::new(of.factor, unit.factor);
    match factor.and_then(|factor| factor.multiply(&raw.number.into())).map(|number| number.exact()) {
        Ok(Some(number)) => Some(Spanned::new(number, raw.span)),
        _ => {
            let message = format!("this is not an exact number of {}", unit.label);
            problems.push(Diagnostic::at(
                Code::InvalidNumber,
                raw.span,
                message,
                format!("write it in {}", unit.label),
            ));
            None
        }
    }
}

/// An amount of money of a sheet, which is in its own currency and for what the key says: one of `per`.
pub(crate) fn sheet_amount(
    raw: &AmountRaw,
    currency: Currency,
    per: Option<&str>,
    problems: &mut Problems,
) -> Option<Spanned<Decimal>> {
    if raw.currency.is_some_and(|written| !written.is_same(CurrencyRaw::Code(currency))) {
        let message = format!("the price is in {currency}");
        let diagnostic = Diagnostic::at(Code::InvalidCurrency, raw.span, message, format!("not in {currency}"));
        let help = "a dated price, an entry of `prices`, may have a `currency` of its own";
        problems.push(diagnostic.help(help));
        return None;
    }
    let is_for = |written: &str| per.is_some_and(|per| written == per || Unit::is_same_count(written, per));
    if let Some(written) = raw.per.as_deref().filter(|written| !is_for(written)) {
        let message = match per {
            Some(per) => format!("this is an amount per {per}, and not per {written}"),
            None => format!("`per` says how many units the price buys, and not `/{written}`"),
        };
        let diagnostic = Diagnostic::at(Code::UnitMismatch, raw.span, message, "this amount");
        problems.push(diagnostic.help(format!("write `{}`", raw.number)));
        return None;
    }
    not_negative(Some(Spanned::new(raw.number, raw.span)), problems).map(|number| Spanned::new(number, raw.span))
}

/// A bound of another cost, in the currency of the price.
pub(crate) fn money(raw: &UnitsRaw, currency: Currency, problems: &mut Problems) -> Option<Spanned<Decimal>> {
    let written = raw.unit.as_deref().map(CurrencyRaw::parse);
    let is_same = match &written {
        None => true,
        Some(Ok(CurrencyRaw::Code(code))) => *code == currency,
        Some(Ok(CurrencyRaw::Dollar)) => currency.is_dollar(),
        Some(Err(_)) => false,
    };
    if is_same {
        return Some(Spanned::new(raw.number, raw.span));
    }
    let message = format!("a tier of a percentage ends at an amount in {currency}");
    let diagnostic = Diagnostic::at(Code::InvalidCurrency, raw.span, message, format!("not in {currency}"));
    problems.push(diagnostic.help(format!("write `{}`", raw.number)));
    None
}
