//! Words for the causes and amounts of a difference.

use rust_decimal::Decimal;

use crate::calculate::{Cause, Completeness, Contribution, LineChange, LineCost};
use crate::model::{Currency, Fraction, subtract};
use crate::view::page::number::{displayed, percent, signed};

/// The name of a cause.
pub(crate) fn cause_words(cause: Cause) -> &'static str {
    match cause {
        Cause::Removed => "removed",
        Cause::Added => "added",
        Cause::Usage => "quantity and usage",
        Cause::Product => "different product",
        Cause::Techniques => "techniques",
        Cause::Model => "allowance and model",
        Cause::Price => "price",
        Cause::ExchangeRate => "exchange rate",
        Cause::Discounts => "discounts and credits",
        Cause::Buffer => "buffer",
        Cause::Rounding => "rounding",
    }
}

/// The end of a sentence with amounts, if these are incomplete.
pub(crate) fn unless_complete(is_complete: bool) -> &'static str {
    if is_complete { "" } else { "; part of the cost is unknown and not included" }
}

/// The text for an amount that is completely unknown.
pub(crate) fn unknown() -> String {
    "?".to_owned()
}

/// The known part of an amount.
pub(crate) fn shown_known(amount: Option<Decimal>, currency: Currency) -> String {
    amount.map_or_else(unknown, |amount| displayed(amount, currency).to_string())
}

/// The known cost of a line item: `34.68`, `34.68 + ?`, `?`, and `-` if it does not exist.
pub(crate) fn shown_cost(line: Option<&LineCost>, currency: Currency) -> String {
    let Some(line) = line else { return "-".to_owned() };
    match line.completeness() {
        Completeness::Full => displayed(line.monthly, currency).to_string(),
        Completeness::Part => format!("{} + ?", displayed(line.monthly, currency)),
        Completeness::Nothing => unknown(),
    }
}

/// The difference of two amounts as shown, so that readers can verify it; the exact one, if only that is not zero.
pub(crate) fn shown_difference([before, after]: [Decimal; 2], difference: Decimal, currency: Currency) -> String {
    match subtract(displayed(after, currency), displayed(before, currency)) {
        Ok(shown) if !shown.is_zero() => signed(shown, currency),
        _ => signed(difference, currency),
    }
}

/// An amount with its sign and all of its digits.
pub(crate) fn signed_digits(amount: Decimal) -> String {
    let digits = amount.normalize();
    if digits > Decimal::ZERO { format!("+{digits}") } else { digits.to_string() }
}

pub(crate) fn signed_percent(share: &Fraction) -> String {
    let text = percent(share, 1);
    if share.is_negative() || share.is_zero() || text.starts_with('-') { text } else { format!("+{text}") }
}

/// The causes of a difference that is shown next to them; a single cause needs no amount.
pub(crate) fn reasons(contributions: &[Contribution], currency: Currency) -> String {
    if let [only] = contributions {
        return cause_words(only.cause).to_owned();
    }
    let words: Vec<String> = contributions
        .iter()
        .map(|part| format!("{} {}", cause_words(part.cause), signed(part.amount, currency)))
        .collect();
    words.join(", ")
}

/// The causes of a line item's change; if only its unknown part changed, the cause of that.
pub(crate) fn reasons_of(change: &LineChange, currency: Currency) -> String {
    match change.unknown.filter(|_| change.contributions.is_empty()) {
        Some(cause) => cause_words(cause).to_owned(),
        None => reasons(&change.contributions, currency),
    }
}

/// The end of a sentence with a difference: its causes, if any.
pub(crate) fn because(reasons: &str) -> String {
    if reasons.is_empty() { String::new() } else { format!("; because of {reasons}") }
}
