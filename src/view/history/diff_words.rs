//! How causes and amounts of a difference are worded.

use rust_decimal::Decimal;

use crate::calculate::{Cause, Contribution, Knowledge, LineChange, LineCost};
use crate::model::{Fraction, subtract};
use crate::view::page::number::{cents, percent, signed};

/// What a cause is called.
pub(crate) fn cause_words(cause: Cause) -> &'static str {
    match cause {
        Cause::Removed => "removed",
        Cause::Added => "added",
        Cause::Usage => "quantity and usage",
        Cause::Product => "another product",
        Cause::Techniques => "techniques",
        Cause::Model => "allowance and model",
        Cause::Price => "price",
        Cause::ExchangeRate => "exchange rate",
        Cause::Discounts => "discounts and credits",
        Cause::Buffer => "buffer",
        Cause::Rounding => "rounding",
    }
}

/// The end of a sentence that tells amounts, where they are not all.
pub(crate) fn unless_complete(is_complete: bool) -> &'static str {
    if is_complete { "" } else { "; a part of the cost is unknown and not in it" }
}

/// An amount of which nothing is known.
pub(crate) fn unknown() -> String {
    "?".to_owned()
}

/// An amount in cents, as far as it is known.
pub(crate) fn shown_known(amount: Option<Decimal>) -> String {
    amount.map_or_else(unknown, |amount| cents(amount).to_string())
}

/// What a line item costs, as far as it is known: `34.68`, `34.68 + ?`, `?`, and `-` where it does not stand.
pub(crate) fn shown_cost(line: Option<&LineCost>) -> String {
    let Some(line) = line else { return "-".to_owned() };
    match line.knowledge() {
        Knowledge::Full => cents(line.monthly).to_string(),
        Knowledge::Part => format!("{} + ?", cents(line.monthly)),
        Knowledge::Nothing => unknown(),
    }
}

/// The difference of two amounts as they are shown, so that it can be checked by eye; with all digits where they show none.
pub(crate) fn shown_difference([before, after]: [Decimal; 2], difference: Decimal) -> String {
    match subtract(cents(after), cents(before)) {
        Ok(shown) if !shown.is_zero() => signed(shown),
        _ => signed_exactly(difference),
    }
}

/// An amount with its sign: in cents, or with all digits where cents would show nothing.
pub(crate) fn signed_exactly(amount: Decimal) -> String {
    if cents(amount).is_zero() && !amount.is_zero() { signed_digits(amount) } else { signed(amount) }
}

/// An amount with its sign and all of its digits.
pub(crate) fn signed_digits(amount: Decimal) -> String {
    let digits = amount.normalize();
    if digits > Decimal::ZERO { format!("+{digits}") } else { digits.to_string() }
}

pub(crate) fn signed_percent(share: Fraction) -> String {
    let text = percent(share, 1);
    if share.is_negative() || share.is_zero() || text.starts_with('-') { text } else { format!("+{text}") }
}

/// The causes of a difference that stands beside them: a cause that is alone is all of it.
pub(crate) fn reasons(contributions: &[Contribution]) -> String {
    if let [only] = contributions {
        return cause_words(only.cause).to_owned();
    }
    let words: Vec<String> = contributions
        .iter()
        .map(|part| format!("{} {}", cause_words(part.cause), signed_exactly(part.amount)))
        .collect();
    words.join(", ")
}

/// The causes of a line item's change; where only what is unknown of it changed, the cause of that.
pub(crate) fn reasons_of(change: &LineChange) -> String {
    match change.unknown.filter(|_| change.contributions.is_empty()) {
        Some(cause) => cause_words(cause).to_owned(),
        None => reasons(&change.contributions),
    }
}

/// The end of a sentence that tells a difference: its causes, if there are any.
pub(crate) fn because(reasons: &str) -> String {
    if reasons.is_empty() { String::new() } else { format!("; because of {reasons}") }
}
