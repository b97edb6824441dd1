//! Numbers as they are shown.

use std::borrow::Cow;
use std::fmt;

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::model::{Band, CountRange, Currency, Fraction, Money, QUOTIENT_DECIMALS, subtract};

/// A decimal as a JSON number with its exact digits: whole numbers without a decimal point, others with at least two
/// decimals.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number(pub Decimal);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut value = self.0;
        if value.scale() > 0 {
            value = value.normalize();
        }
        if value.scale() == 1 {
            value.rescale(2);
        }
        // A negative zero would print its sign.
        if value.is_zero() {
            value = Decimal::ZERO;
        }
        write!(f, "{value}")
    }
}

impl Serialize for Number {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let raw = serde_json::value::RawValue::from_string(self.to_string()).map_err(serde::ser::Error::custom)?;
        raw.serialize(serializer)
    }
}

#[cfg(test)]
impl schemars::JsonSchema for Number {
    fn schema_name() -> Cow<'static, str> {
        "Number".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "number" })
    }
}

/// The most decimals of a `Decimal`.
const MOST_DECIMALS: u32 = 28;

/// A quotient for JSON: at most six decimals, rounded once from the exact value; at most twelve, and six digits, for one
/// that would then be zero. What is smaller may come from amounts that are themselves quotients.
pub(crate) fn quotient(value: &Fraction) -> Option<Number> {
    distinct(value, 6, Decimal::ZERO, 6, QUOTIENT_DECIMALS).map(Number)
}

/// A value with `usual` decimals, half away from zero. If it would then be `other`, although it is not, it has as many
/// decimals, at most `most`, as it takes to show `digits` digits of the difference.
fn distinct(value: &Fraction, usual: u32, other: Decimal, digits: u32, most: u32) -> Option<Decimal> {
    let rounded = |decimals: u32| value.round(decimals).ok();
    let first = rounded(usual)?;
    if first != other || *value == other.into() {
        return Some(first);
    }
    let is_enough = |shown: &Decimal| {
        let difference = subtract(*shown, other).unwrap_or_default().mantissa().unsigned_abs();
        difference >= 10u128.pow(digits - 1) || *value == (*shown).into()
    };
    let more = (usual + 1..=most).map_while(rounded);
    more.clone().find(is_enough).or_else(|| more.last()).or(Some(first))
}

/// A value with exactly this many decimals; `None` if it has too many digits.
pub(crate) fn fixed(value: &Fraction, decimals: u32) -> Option<Decimal> {
    let mut shown = value.round(decimals).ok()?;
    shown.rescale(decimals);
    (shown.scale() == decimals).then_some(shown)
}

/// A number with at least this many decimals, and without further zeros at the end.
fn padded(value: Decimal, decimals: u32) -> Decimal {
    let mut shown = value.normalize();
    if shown.scale() < decimals {
        shown.rescale(decimals);
    }
    // A negative zero would print its sign.
    if shown.is_zero() { Decimal::new(0, decimals) } else { shown }
}

/// An amount for a table: with the decimals of its currency, half away from zero. One that would then be zero, although
/// it is not, has its first two digits.
pub(crate) fn displayed(amount: Decimal, currency: Currency) -> Decimal {
    with_decimals(&amount.into(), currency.decimals()).unwrap_or(amount)
}

/// A value with this many decimals, or the first two digits of one that would then be zero; `None` if it has too many
/// digits.
pub(crate) fn with_decimals(value: &Fraction, decimals: u32) -> Option<Decimal> {
    distinct(value, decimals, Decimal::ZERO, 2, MOST_DECIMALS).map(|shown| padded(shown, decimals))
}

/// A quantity as it is shown to people: an average or another quotient with two decimals.
pub(crate) fn shown_quantity(quantity: Decimal) -> String {
    let is_long = quantity.normalize().scale() > 4;
    Number(with_decimals(&quantity.into(), 2).filter(|_| is_long).unwrap_or(quantity)).to_string()
}

/// A ratio with this many decimals, or the first two digits in which one that would then be 0 or 1 differs from it. At
/// most twelve decimals, since it may come from amounts that are themselves quotients.
pub(crate) fn rounded_ratio(value: &Fraction, decimals: u32) -> Option<Decimal> {
    let whole = value.round(decimals).ok().filter(|rounded| rounded.abs() == Decimal::ONE).unwrap_or(Decimal::ZERO);
    distinct(value, decimals, whole, 2, QUOTIENT_DECIMALS.max(decimals))
}

/// An amount with its currency, as [`displayed`].
#[derive(Clone, Copy)]
pub(crate) struct WithCurrency(pub(crate) Money);

impl fmt::Display for WithCurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", displayed(self.0.amount, self.0.currency), self.0.currency)
    }
}

/// Money for one of something: with the decimals of the currency, and at least its first two digits; rounded once from the
/// exact value; `?` if it has too many digits to show.
pub(crate) fn per_unit(value: &Fraction, currency: Currency) -> String {
    let usual = currency.decimals();
    let is_small = |shown: Decimal| shown.mantissa().unsigned_abs() < 10 && *value != shown.into();
    let shown = match value.round(usual) {
        Ok(first) if is_small(first) => (usual + 1..=MOST_DECIMALS)
            .map_while(|decimals| value.round(decimals).ok())
            .find(|shown| !is_small(*shown))
            .or_else(|| distinct(value, usual, Decimal::ZERO, 2, MOST_DECIMALS)),
        first => first.ok(),
    };
    shown.map_or_else(|| "?".to_owned(), |shown| padded(shown, usual).to_string())
}

/// How many decimals two values need, at least `usual`, so that neither of them nor their difference is shown as zero
/// unless it is.
pub(crate) fn decimals_of_both(values: [Option<&Fraction>; 2], usual: u32) -> u32 {
    let is_enough = |decimals: &u32| {
        let rounded = values.map(|value| value?.round(*decimals).ok());
        let is_lost = |(value, shown): (Option<&Fraction>, Option<Decimal>)| {
            value.is_some_and(|value| !value.is_zero()) && shown.is_some_and(|shown| shown.is_zero())
        };
        let is_one = rounded[0].is_some() && rounded[0] == rounded[1];
        let differ = matches!(values, [Some(first), Some(second)] if first != second);
        !(values.into_iter().zip(rounded).any(is_lost) || is_one && differ)
    };
    (usual..=MOST_DECIMALS).find(is_enough).unwrap_or(usual)
}

/// A ratio in per cent with this many decimals; one that would then be 0 or 100 %, although it is not, has the first two
/// digits of the difference. `?` if it has too many digits to show.
pub(crate) fn percent(value: &Fraction, decimals: u32) -> String {
    let percent = rounded_ratio(value, decimals + 2).and_then(|ratio| ratio.checked_mul(Decimal::ONE_HUNDRED));
    percent.map_or_else(|| "?".to_owned(), |percent| format!("{}%", padded(percent, decimals)))
}

/// A ratio in per cent with all its decimals.
pub(crate) fn exact_percent(value: Decimal) -> String {
    format!("{}%", Number(value.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(value)))
}

/// The difference of two amounts with its sign, as [`displayed`].
pub(crate) fn signed(amount: Decimal, currency: Currency) -> String {
    let shown = displayed(amount, currency);
    if shown > Decimal::ZERO { format!("+{shown}") } else { shown.to_string() }
}

/// A text whose numbers have separators of thousands: `1,234.50`. Days, decimals, and what is in backticks are as they
/// were.
pub fn thousands(text: &str) -> Cow<'_, str> {
    if text.contains('`') {
        let parts = text.split('`').enumerate();
        let parts = parts.map(|(place, part)| if place % 2 == 0 { thousands(part) } else { part.into() });
        return parts.collect::<Vec<_>>().join("`").into();
    }
    let is_long = |run: &str| run.len() > 3;
    let mut rest = text;
    let mut grouped = String::new();
    while let Some(start) = rest.find(|character: char| character.is_ascii_digit()) {
        let length = rest[start..].find(|character: char| !character.is_ascii_digit()).unwrap_or(rest.len() - start);
        let end = start + length;
        let run = &rest[start..end];
        grouped.push_str(&rest[..start]);
        if is_long(run) && is_number(&grouped, &rest[end..]) {
            let first = (run.len() - 1) % 3 + 1;
            grouped.push_str(&run[..first]);
            for place in (first..run.len()).step_by(3) {
                grouped.push(',');
                grouped.push_str(&run[place..place + 3]);
            }
        } else {
            grouped.push_str(run);
        }
        rest = &rest[end..];
    }
    if grouped.len() + rest.len() == text.len() { text.into() } else { (grouped + rest).into() }
}

/// Whether digits between these texts are the whole part of a number.
fn is_number(before: &str, after: &str) -> bool {
    let is_part_of_word = |character: char| character.is_alphanumeric() || "_/:-@#".contains(character);
    let is_sign = |sign: &str| before.ends_with(sign) && !before[..before.len() - 1].ends_with(is_part_of_word);
    let starts =
        is_sign("-") || before.ends_with("..") || !before.ends_with(|last| is_part_of_word(last) || last == '.');
    starts && !after.starts_with(is_part_of_word)
}

/// A band of money: `200 to 400 USD`.
pub(crate) fn money_band(band: Band, currency: Currency) -> String {
    ends(band, |end| readable(end, currency), format_args!(" {currency}"))
}

/// A band of money without its currency, which is shown elsewhere: `200 to 400`.
pub(crate) fn bare_money_band(band: Band, currency: Currency) -> String {
    ends(band, |end| readable(end, currency), format_args!(""))
}

/// The end of a band of money. A converted one has too many digits to be readable.
fn readable(end: Decimal, currency: Currency) -> Number {
    Number(if end.scale() > 4 { displayed(end, currency) } else { end })
}

/// A band of ratios: `40% to 60%`.
pub(crate) fn percent_band(band: Band) -> String {
    ends(band, exact_percent, format_args!(""))
}

/// A band of plain numbers: `at most 50000`.
pub(crate) fn plain_band(band: Band) -> String {
    ends(band, Number, format_args!(""))
}

fn ends<D: fmt::Display>(band: Band, shown: impl Fn(Decimal) -> D, unit: fmt::Arguments<'_>) -> String {
    match (band.low, band.high) {
        (Some(low), Some(high)) => format!("{} to {}{unit}", shown(low), shown(high)),
        (Some(low), None) => format!("at least {}{unit}", shown(low)),
        (None, Some(high)) => format!("at most {}{unit}", shown(high)),
        (None, None) => "any".to_owned(),
    }
}

/// A range of counts in words: `10 to 100`.
pub(crate) fn range(range: CountRange) -> String {
    match range.high {
        Some(high) if high == range.low => high.to_string(),
        Some(high) => format!("{} to {high}", range.low),
        None => format!("{} and more", range.low),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_separators_of_thousands_and_days_have_none() {
        for (text, expected) in [
            ("999.5", "999.5"),
            ("1000", "1,000"),
            ("-1234567.8912345 EUR", "-1,234,567.8912345 EUR"),
            ("+12345", "+12,345"),
            ("95.29..2338.03", "95.29..2,338.03"),
            ("(1800.00)", "(1,800.00)"),
            ("16.98 at 10000", "16.98 at 10,000"),
            ("2026-11-24", "2026-11-24"),
            ("rate of 2025-01-01", "rate of 2025-01-01"),
            ("s3-1000", "s3-1000"),
            ("0.00012345", "0.00012345"),
            ("`x 1000` has 1000", "`x 1000` has 1,000"),
        ] {
            assert_eq!(thousands(text), expected);
        }
    }
}
