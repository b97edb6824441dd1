//! Numbers as they are shown.

use std::fmt;

use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Serialize, Serializer};

use crate::model::{Band, CountRange, Currency, Fraction, Money};

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

/// A quotient for JSON: at most six decimals, rounded once from the exact value.
pub(crate) fn quotient(value: Fraction) -> Option<Number> {
    value.round(6).ok().map(Number)
}

/// An amount for a table: two decimals, half away from zero.
pub(crate) fn cents(amount: Decimal) -> Decimal {
    let mut shown = amount.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero);
    shown.rescale(2);
    if shown.is_zero() { Decimal::new(0, 2) } else { shown }
}

/// An amount with its currency, two decimals.
#[derive(Clone, Copy)]
pub(crate) struct WithCurrency(pub(crate) Money);

impl fmt::Display for WithCurrency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", cents(self.0.amount), self.0.currency)
    }
}

/// A quotient of money, two decimals, rounded once from the exact value; `?` if it has too many digits to show.
pub(crate) fn quotient_cents(value: Fraction) -> String {
    value.round(2).map_or_else(|_| "?".to_owned(), |shown| cents(shown).to_string())
}

/// A ratio in per cent with this many decimals; `?` if it has too many digits to show.
pub(crate) fn percent(value: Fraction, decimals: u32) -> String {
    let Ok(ratio) = value.round(decimals + 2) else { return "?".to_owned() };
    let Some(mut percent) = ratio.checked_mul(Decimal::ONE_HUNDRED) else { return "?".to_owned() };
    percent.rescale(decimals);
    format!("{percent}%")
}

/// A ratio in per cent with all its decimals.
pub(crate) fn exact_percent(value: Decimal) -> String {
    format!("{}%", Number(value.checked_mul(Decimal::ONE_HUNDRED).unwrap_or(value)))
}

/// The difference of two amounts with its sign, two decimals.
pub(crate) fn signed(amount: Decimal) -> String {
    let shown = cents(amount);
    if shown > Decimal::ZERO { format!("+{shown}") } else { shown.to_string() }
}

/// A band of money: `200 to 400 USD`.
pub(crate) fn money_band(band: Band, currency: Currency) -> String {
    // A converted band has too many digits to be readable.
    let shown = |end: Decimal| Number(if end.scale() > 4 { cents(end) } else { end });
    ends(band, shown, format_args!(" {currency}"))
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
