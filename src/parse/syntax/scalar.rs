//! Single values: numbers, ratios, ranges, amounts, dates, currencies and words.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Band, CountRange, Currency, MaxAge, MonthLength, Words};
use crate::parse::syntax::node::{FromNode, Node, Reader};
use crate::source::{Span, Spanned};

/// Why a text is not an exact decimal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NumberError {
    /// The text is not a number.
    #[error("this is not a number")]
    NotANumber,
    /// The number has more than 28 digits.
    #[error("a number can have at most 28 digits")]
    TooManyDigits,
    /// The number is too large.
    #[error("this number is above 79,228,162,514,264,337,593,543,950,335")]
    TooLarge,
}

/// Reads a decimal exactly: digits, `_` between digits, a decimal point and an exponent.
///
/// # Errors
/// [`NumberError`]; a number is never rounded to fit.
pub fn decimal(text: &str) -> Result<Decimal, NumberError> {
    let bytes = text.as_bytes();
    let (mantissa, exponent) = match bytes.iter().position(|byte| matches!(byte, b'e' | b'E')) {
        Some(at) => (&text[..at], text[at + 1..].parse::<i32>().map_err(|_| NumberError::NotANumber)?),
        None => (text, 0),
    };
    let sign = usize::from(matches!(bytes.first(), Some(b'-' | b'+')));
    let point = bytes[..mantissa.len()].iter().position(|byte| *byte == b'.');
    let whole = bytes.get(sign..point.unwrap_or(mantissa.len())).unwrap_or_default();
    let fraction = point.map_or(&b"0"[..], |point| &bytes[point + 1..mantissa.len()]);
    if !digits(whole) || !digits(fraction) {
        return Err(NumberError::NotANumber);
    }
    if whole.iter().filter(|byte| **byte != b'_').count() > 29 {
        return Err(NumberError::TooLarge);
    }
    let exact = if whole.contains(&b'_') || fraction.contains(&b'_') {
        Decimal::from_str_exact(&mantissa.replace('_', ""))
    } else {
        Decimal::from_str_exact(mantissa)
    };
    let mut value = exact.map_err(|_| NumberError::TooManyDigits)?;
    if exponent != 0 {
        value = value.normalize();
        let scale = i64::from(value.scale()) - i64::from(exponent);
        let power = u32::try_from(-scale).ok().filter(|_| scale < 0);
        value
            .set_scale(u32::try_from(scale.max(0)).map_err(|_| NumberError::TooManyDigits)?)
            .map_err(|_| NumberError::TooManyDigits)?;
        if let Some(power) = power.filter(|_| !value.is_zero()) {
            let factor = 10i128.checked_pow(power).and_then(|factor| Decimal::try_from_i128_with_scale(factor, 0).ok());
            value = factor.and_then(|factor| value.checked_mul(factor)).ok_or(NumberError::TooLarge)?;
        }
    }
    Ok(value)
}

/// Whether a text consists of digits with single `_` between them.
pub(crate) fn digits(bytes: &[u8]) -> bool {
    let edges = [bytes.first(), bytes.last()];
    edges.iter().all(|edge| edge.is_some_and(u8::is_ascii_digit))
        && bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b'_')
        && !bytes.windows(2).any(|pair| pair == b"__")
}

/// The length of a month: `730`, or `calendar`.
impl FromNode for Spanned<MonthLength> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let what = "a number of hours, or `calendar`";
        scalar(&node, reader, what, Code::InvalidNumber, |text| match text {
            "calendar" => Ok(MonthLength::Calendar),
            text => decimal(text).map(MonthLength::Hours).map_err(|error| error.to_string()),
        })
    }
}

/// Reads a scalar with `read`; reports an error of `read` with `code` at the scalar.
pub(crate) fn scalar<T>(
    node: &Node,
    reader: &mut Reader<'_>,
    what: &str,
    code: Code,
    read: impl FnOnce(&str) -> Result<T, String>,
) -> Option<Spanned<T>> {
    let span = reader.span(node);
    let text = reader.scalar(node, what)?;
    match read(text.trim()) {
        Ok(value) => Some(Spanned::new(value, span)),
        Err(reason) => {
            let has_comma = code == Code::InvalidNumber && text.contains(',');
            let diagnostic = Diagnostic::at(code, span, format!("expected {what}"), reason);
            let hint = "write a point before the decimals and `_` between thousands: `6_000.50`";
            reader.problems.push(if has_comma { diagnostic.help(hint) } else { diagnostic });
            None
        }
    }
}

/// Reads `0.3` or `30%` as a plain number.
fn ratio(text: &str) -> Result<Decimal, NumberError> {
    match text.strip_suffix('%') {
        Some(percent) => {
            let value = decimal(percent.trim_end())?;
            crate::model::multiply(value, Decimal::new(1, 2)).map_err(|_| NumberError::TooManyDigits)
        }
        None => decimal(text),
    }
}

/// An exact number, or a ratio written as a percentage.
impl FromNode for Spanned<Decimal> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        scalar(&node, reader, "a number", Code::InvalidNumber, |text| ratio(text).map_err(|error| error.to_string()))
    }
}

/// A whole number, zero or above.
impl FromNode for Spanned<u64> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        scalar(&node, reader, "a whole number", Code::InvalidNumber, count)
    }
}

fn count(text: &str) -> Result<u64, String> {
    if !digits(text.as_bytes()) {
        return Err("this is not a whole number".to_owned());
    }
    let count: Option<u64> = text.replace('_', "").parse().ok();
    count
        .filter(|count| *count <= 1_000_000_000_000)
        .ok_or_else(|| "the number can be at most 1,000,000,000,000".to_owned())
}

/// Splits `low..high`; a value without `..` has no second part.
fn ends(text: &str) -> (&str, Option<&str>) {
    match text.split_once("..") {
        Some((low, high)) => (low.trim(), Some(high.trim())),
        None => (text, None),
    }
}

/// A range of whole numbers: `10..100`, `13..` or `5`.
impl FromNode for Spanned<CountRange> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        scalar(&node, reader, "a range of whole numbers such as `10..100`", Code::InvalidRange, |text| {
            let range = match ends(text) {
                (low, None) => CountRange { low: count(low)?, high: Some(count(low)?) },
                (low, Some("")) => CountRange { low: count(low)?, high: None },
                (low, Some(high)) => CountRange { low: count(low)?, high: Some(count(high)?) },
            };
            match range.high {
                Some(high) if high < range.low => Err(format!("{high} is less than {}", range.low)),
                _ => Ok(range),
            }
        })
    }
}

/// A band: `2..4`, `..200`, `40%..60%`, `13..`, or a lone number.
#[derive(Clone, Copy, Debug)]
pub struct BandRaw {
    /// The ends of the band.
    pub band: Band,
    /// Whether a lone number was written instead of a range; it is in `band.high`.
    pub lone: bool,
    /// The place.
    pub span: Span,
}

impl FromNode for BandRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let read = scalar(&node, reader, "a range such as `200..400`", Code::InvalidRange, |text| {
            let end = |text: &str| -> Result<Option<Decimal>, String> {
                if text.is_empty() {
                    return Ok(None);
                }
                ratio(text).map(Some).map_err(|error| error.to_string())
            };
            let (band, lone) = match ends(text) {
                (high, None) => (Band { low: None, high: end(high)? }, true),
                (low, Some(high)) => (Band { low: end(low)?, high: end(high)? }, false),
            };
            match (band.low, band.high) {
                (None, None) => Err("both ends are open".to_owned()),
                (Some(low), Some(high)) if high < low => Err(format!("{high} is less than {low}")),
                _ => Ok((band, lone)),
            }
        })?;
        let (band, lone) = read.value;
        Some(Self { band, lone, span: read.span })
    }
}

/// A day: `2026-09-20`.
impl FromNode for Spanned<Date> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        scalar(&node, reader, "a date such as 2026-09-20", Code::InvalidDate, |text| {
            let shaped = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
            let date = if shaped { text.parse::<Date>().ok() } else { None };
            date.ok_or_else(|| "not a calendar day".to_owned())
        })
    }
}

/// A maximum age: `180d`.
impl FromNode for Spanned<MaxAge> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        scalar(&node, reader, "a length of time such as `180d`, `26w`, `6m` or `1y`", Code::InvalidArgument, |text| {
            let age = MaxAge::parse(text);
            age.ok_or_else(|| "not a whole number of days, weeks, months or years, at most 9999".to_owned())
        })
    }
}

/// A currency: `EUR`.
impl FromNode for Spanned<Currency> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        scalar(&node, reader, "a currency of three capital letters such as `EUR`", Code::InvalidCurrency, |text| {
            Currency::parse(text).ok_or_else(|| "not a currency code".to_owned())
        })
    }
}

/// An amount of money, optionally with a currency and a unit or period: `25`, `30 EUR`, `30 EUR/month`, `0.006 USD/GB`.
#[derive(Clone, Debug)]
pub struct AmountRaw {
    /// The amount, in whole units of the currency.
    pub number: Decimal,
    /// The currency, if one is written.
    pub currency: Option<Currency>,
    /// The unit or period after the slash.
    pub per: Option<Box<str>>,
    /// The place of the whole amount.
    pub span: Span,
}

impl FromNode for AmountRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let what = "an amount such as `30 EUR/month`";
        let read = scalar(&node, reader, what, Code::InvalidNumber, |text| {
            let (amount, per) = match text.split_once('/') {
                Some((amount, per)) => (amount.trim(), Some(per.trim())),
                None => (text, None),
            };
            let sign = usize::from(amount.starts_with(['-', '+']));
            let (number, code) = amount.split_at(sign + number_length(&amount[sign..]));
            let number = decimal(number.trim()).map_err(|error| error.to_string())?;
            let currency = match code.trim() {
                "" => None,
                code if code.starts_with(|first: char| !first.is_ascii_alphabetic()) => {
                    return Err("this is not a number".to_owned());
                }
                code => Some(Currency::parse(code).ok_or_else(|| format!("`{code}` is not a currency code"))?),
            };
            if per == Some("") {
                return Err("the unit after the slash is missing".to_owned());
            }
            Ok((number, currency, per.map(Box::from)))
        })?;
        let (number, currency, per) = read.value;
        Some(Self { number, currency, per, span: read.span })
    }
}

/// The size of a change: a share, `5%`, or an amount, `50`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ThresholdRaw {
    /// A share, as a ratio.
    Share(Decimal),
    /// An amount of money.
    Amount(Decimal),
}

impl FromNode for ThresholdRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let read = scalar(&node, reader, "a change such as `5%` or `50`", Code::InvalidNumber, |text| {
            let number = ratio(text).map_err(|error| error.to_string())?;
            if number.is_sign_negative() && !number.is_zero() {
                return Err("a change must be at least zero".to_owned());
            }
            Ok(if text.ends_with('%') { Self::Share(number) } else { Self::Amount(number) })
        });
        read.map(|read| read.value)
    }
}

/// One of a closed list of words, each with its meaning.
impl<T: Words> FromNode for Spanned<T> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        choice(&node, reader, T::WHAT, T::WORDS)
    }
}

pub(crate) fn choice<T: Copy>(
    node: &Node,
    reader: &mut Reader<'_>,
    what: &str,
    choices: &[(&'static str, T)],
) -> Option<Spanned<T>> {
    let span = reader.span(node);
    let text = reader.scalar(node, what)?;
    let found = choices.iter().find(|(word, _)| *word == text);
    if found.is_none() {
        let diagnostic = Diagnostic::at(Code::InvalidChoice, span, format!("`{text}` is not {what}"), "");
        reader.problems.push(diagnostic.suggest(&text, choices.iter().map(|(word, _)| *word)));
    }
    found.map(|(_, value)| Spanned::new(*value, span))
}

/// The length of the number at the start of a text: digits, `_`, one point followed by a digit, an exponent.
pub(crate) fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let run = |from: usize| bytes[from..].iter().take_while(|byte| byte.is_ascii_digit() || **byte == b'_').count();
    let digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let mut length = run(0);
    if bytes.get(length) == Some(&b'.') && digit(length + 1) {
        length += 1;
        length += run(length);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        if digit(length + 1 + sign) {
            length += 1 + sign;
            length += run(length);
        }
    }
    length
}
