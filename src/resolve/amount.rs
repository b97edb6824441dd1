//! Amounts of money: their currency, and what they are a month.

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Currency, Fraction, Period};
use crate::parse::{AmountRaw, CurrencyRaw};
use crate::resolve::checks::not_negative;
use crate::source::{Span, Spanned};

/// The currency of an amount; `bare` is that of an amount without one. Reports `$` where it could be another dollar.
pub(crate) fn currency(
    written: Option<CurrencyRaw>,
    bare: Currency,
    span: Span,
    problems: &mut Problems,
) -> Option<Currency> {
    match written {
        None => Some(bare),
        Some(CurrencyRaw::Dollar) if bare != Currency::USD && bare.is_dollar() => {
            let message = format!("`$` could be {bare} or USD here");
            let diagnostic = Diagnostic::at(Code::InvalidCurrency, span, message, format!("{bare} or USD?"));
            problems.push(diagnostic.help(format!("write the code: `25 {bare}` or `25 USD`")));
            None
        }
        Some(written) => Some(written.code()),
    }
}

/// An amount of money, at least zero, a month: one a year is divided by 12.
pub(crate) fn monthly(raw: &AmountRaw, what: &str, problems: &mut Problems) -> Option<Decimal> {
    let number = not_negative(Some(Spanned::new(raw.number, raw.span)), problems)?;
    match raw.per.as_deref() {
        None => Some(number),
        per => of_month(number, per, what, raw.span, problems),
    }
}

/// A number a month, where it is written for a period.
pub(crate) fn of_month(
    number: Decimal,
    per: Option<&str>,
    what: &str,
    span: Span,
    problems: &mut Problems,
) -> Option<Decimal> {
    let months = match per.map(Period::parse) {
        None => return Some(number),
        Some(Some(period)) => Decimal::from(period.months),
        Some(None) => {
            let message = format!("{what} must be an amount per month or year");
            let help = "write it per month or per year: `10 USD/month`";
            problems.push(Diagnostic::at(Code::UnitMismatch, span, message, "not per month or year").help(help));
            return None;
        }
    };
    match Fraction::new(number, months).and_then(|monthly| monthly.to_decimal()) {
        Ok(monthly) => Some(monthly),
        Err(error) => {
            let message = format!("the amount cannot be divided by {months} months: {error}");
            problems.push(Diagnostic::at(Code::LostDigits, span, message, "this amount"));
            None
        }
    }
}
