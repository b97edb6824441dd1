//! Checks of numbers and dates that several formats share.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::MonthLength;
use crate::source::Spanned;

/// Reports a period that ends before it begins; `what` names the period in the message.
pub(crate) fn check_days(what: &str, from: Option<Spanned<Date>>, to: Option<Spanned<Date>>, problems: &mut Problems) {
    if let (Some(from), Some(to)) = (from, to)
        && to.value < from.value
    {
        let message = format!("{what} ends on {}, before it begins on {}", to.value, from.value);
        let diagnostic = Diagnostic::at(Code::InvalidRange, to.span, message, "the last day");
        problems.push(diagnostic.and_at(from.span, "the first day"));
    }
}

/// Returns the value if it is at least zero; otherwise reports it.
pub(crate) fn not_negative(value: Option<Spanned<Decimal>>, problems: &mut Problems) -> Option<Decimal> {
    let value = value?;
    if value.value.is_sign_negative() && !value.value.is_zero() {
        let message = format!("{} is below zero", value.value);
        problems.push(Diagnostic::at(Code::NegativeAmount, value.span, message, "must be at least zero"));
        return None;
    }
    Some(value.value)
}

/// Returns the value if it is above zero; otherwise reports it.
pub(crate) fn positive(value: Option<Spanned<Decimal>>, what: &str, problems: &mut Problems) -> Option<Decimal> {
    let value = value?;
    if value.value <= Decimal::ZERO {
        let message = format!("{what} must be above zero, not {}", value.value);
        problems.push(Diagnostic::at(Code::NegativeAmount, value.span, message, "not above zero"));
        return None;
    }
    Some(value.value)
}

/// Reports a month whose hours are zero or negative.
pub(crate) fn month_length(given: Option<Spanned<MonthLength>>, problems: &mut Problems) {
    if let Some(Spanned { value: MonthLength::Hours(hours), span }) = given {
        positive(Some(Spanned::new(hours, span)), "the hours of a month", problems);
    }
}

/// Reports a ratio that is not between 0 and 1: most likely its `%` is missing.
pub(crate) fn share(ratio: Option<Spanned<Decimal>>, what: &str, problems: &mut Problems) {
    if let Some(ratio) = ratio
        && not_negative(Some(ratio), problems).is_some_and(|ratio| ratio > Decimal::ONE)
    {
        let message = format!("{what} can be at most 100%, and this is {}00%", ratio.value.normalize());
        let message = if ratio.value.is_integer() { message } else { format!("{what} can be at most 100%") };
        let diagnostic = Diagnostic::at(Code::InvalidNumber, ratio.span, message, "more than 100%");
        problems.push(diagnostic.help("write a ratio like `30%` or `0.3`"));
    }
}
