//! Numbers as people write them: `1250.50`, `1_250.50`, `1,250.50`, `1.5k`, `2m`.
//!
//! This is the one grammar of numbers, for YAML, TOML, formulas and flags:
//!
//! ```text
//! number = [sign] digits [ "." digits ] [ exponent ] [ "k" | "m" | "bn" ]
//! digits = with "_" between any two, or with one separator of thousands throughout
//! ```
//!
//! A separator of thousands is `,`, `'` or a space that does not break. A comma that could also be a decimal comma, as in
//! `1,250`, is refused, except in a whole number; so is every decimal comma. `k` is a thousand, `m` a million (also `K`
//! and `M`) and `bn` a billion; a minute is `1 minute`.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::exact_product;
use crate::source::Span;

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

/// Why a value cannot be read, and what to write instead.
#[derive(Clone, Debug)]
pub(crate) struct Refused {
    pub(crate) reason: String,
    pub(crate) help: Option<String>,
}

impl Refused {
    /// The refusal as a diagnostic; `what` is what was expected.
    pub(crate) fn at(self, code: Code, span: Span, what: &str) -> Diagnostic {
        let diagnostic = Diagnostic::at(code, span, format!("expected {what}"), self.reason);
        match self.help {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        }
    }

    pub(crate) fn write(reason: impl Into<String>, instead: impl std::fmt::Display) -> Self {
        Self { reason: reason.into(), help: Some(format!("write {instead}")) }
    }
}

impl From<String> for Refused {
    fn from(reason: String) -> Self {
        Self { reason, help: None }
    }
}

impl From<&str> for Refused {
    fn from(reason: &str) -> Self {
        reason.to_owned().into()
    }
}

impl From<NumberError> for Refused {
    fn from(error: NumberError) -> Self {
        error.to_string().into()
    }
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
    if !are_digits(whole) || !are_digits(fraction) {
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
    let value = exact.map_err(|_| NumberError::TooManyDigits)?;
    if exponent == 0 { Ok(value) } else { shifted(value, exponent) }
}

/// A number times a power of ten.
fn shifted(value: Decimal, exponent: i32) -> Result<Decimal, NumberError> {
    let mut value = value.normalize();
    let scale = i64::from(value.scale()) - i64::from(exponent);
    let power = u32::try_from(-scale).ok().filter(|_| scale < 0);
    value
        .set_scale(u32::try_from(scale.max(0)).map_err(|_| NumberError::TooManyDigits)?)
        .map_err(|_| NumberError::TooManyDigits)?;
    let Some(power) = power.filter(|_| !value.is_zero()) else { return Ok(value) };
    let factor = 10i128.checked_pow(power).and_then(|factor| Decimal::try_from_i128_with_scale(factor, 0).ok());
    factor.and_then(|factor| value.checked_mul(factor)).ok_or(NumberError::TooLarge)
}

/// Whether a text consists of digits with single `_` between them.
fn are_digits(bytes: &[u8]) -> bool {
    let edges = [bytes.first(), bytes.last()];
    edges.iter().all(|edge| edge.is_some_and(u8::is_ascii_digit))
        && bytes.iter().all(|byte| byte.is_ascii_digit() || *byte == b'_')
        && !bytes.windows(2).any(|pair| pair == b"__")
}

/// The words after a number that multiply it by a power of ten.
const SCALES: [(&str, i32); 3] = [("bn", 9), ("k", 3), ("m", 6)];

/// The length of such a word at the start of a text, if nothing but a unit, a sign or the end follows.
pub(crate) fn scale_length(text: &str) -> usize {
    let is_here = |(word, _): &&(&str, i32)| {
        let (start, rest) = (text.get(..word.len()), text.get(word.len()..).unwrap_or_default());
        let ends = !rest.starts_with(|next: char| next.is_ascii_alphanumeric() || next == '_');
        start.is_some_and(|start| start.eq_ignore_ascii_case(word)) && ends
    };
    SCALES.iter().find(is_here).map_or(0, |(word, _)| word.len())
}

/// Reads a number.
///
/// # Errors
/// Why it is refused, with what to write if that is clear.
pub(crate) fn number(text: &str) -> Result<Decimal, Refused> {
    read(text, false)
}

fn read(text: &str, is_whole: bool) -> Result<Decimal, Refused> {
    let text = text.trim();
    let digits = text.trim_end_matches(|last: char| last.is_ascii_alphabetic());
    let word = &text[digits.len()..];
    let scale = SCALES.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).filter(|_| !digits.is_empty());
    let digits = if scale.is_some() { digits } else { text };
    let (word, power) = scale.map_or(("", 0), |(_, power)| (word, *power));
    let value = match decimal(&together(digits, word, is_whole)?) {
        Err(NumberError::NotANumber) => return Err(not_a_number(digits, word)),
        read => read?,
    };
    if power == 0 { Ok(value) } else { Ok(shifted(value, power)?) }
}

/// Reads `0.3` or `30%` as a plain number.
pub(crate) fn ratio(text: &str) -> Result<Decimal, Refused> {
    match text.strip_suffix('%') {
        Some(percent) => Ok(exact_product(number(percent)?, Decimal::new(1, 2)).ok_or(NumberError::TooManyDigits)?),
        None => number(text),
    }
}

/// Reads a whole number, zero or above. A comma in it cannot be a decimal comma.
pub(crate) fn count(text: &str) -> Result<u64, Refused> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let is_scaled = || text.ends_with(|last: char| last.is_ascii_alphabetic());
    let may_be_whole = is_plain || !text.contains(['.', '-', '+']) || is_scaled() && !text.contains(['-', '+']);
    let value = if may_be_whole { read(text, true).ok() } else { None };
    let Some(value) = value.filter(|value| value.is_integer() && !text.contains(['e', 'E'])) else {
        let is_long = is_plain && text.len() > 12;
        return Err(if is_long { TOO_MANY.into() } else { "this is not a whole number".into() });
    };
    u64::try_from(value).ok().filter(|count| *count <= 1_000_000_000_000).ok_or_else(|| TOO_MANY.into())
}

const TOO_MANY: &str = "the number can be at most 1,000,000,000,000";

fn is_separator(character: char) -> bool {
    matches!(character, ',' | '\'' | '\u{2019}') || character.is_whitespace() && !character.is_ascii_whitespace()
}

/// The digits of a number without its separators of thousands; `word` follows them.
fn together<'t>(text: &'t str, word: &str, is_whole: bool) -> Result<Cow<'t, str>, Refused> {
    let Some(separator) = text.chars().find(|character| is_separator(*character)) else {
        return Ok(Cow::Borrowed(text));
    };
    let unsigned = text.trim_start_matches(['-', '+']);
    let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(whole, rest)| (whole, Some(rest)));
    let groups: Vec<&str> = whole.split(separator).collect();
    if !are_thousands(&groups) {
        return Err(not_a_number(text, word));
    }
    if separator == ',' && groups.len() == 2 && fraction.is_none() && !is_whole {
        let (joined, decimals) = (groups.concat(), groups.join("."));
        let reason = format!("{joined}{word} or {decimals}{word}?");
        return Err(Refused::write(reason, format_args!("`{joined}{word}` or `{decimals}{word}`")));
    }
    Ok(Cow::Owned(text.replace(separator, "")))
}

/// Whether digits are in groups of three, after a first one of up to three that does not start with a zero.
fn are_thousands(groups: &[&str]) -> bool {
    let is_group = |group: &&str, lengths: std::ops::RangeInclusive<usize>| {
        lengths.contains(&group.len()) && group.bytes().all(|byte| byte.is_ascii_digit())
    };
    match groups {
        [first, rest @ ..] => {
            !rest.is_empty()
                && is_group(first, 1..=3)
                && !first.starts_with('0')
                && rest.iter().all(|group| is_group(group, 3..=3))
        }
        [] => false,
    }
}

/// What is wrong with a text that is no number, and the number that it looks like.
fn not_a_number(text: &str, word: &str) -> Refused {
    let is_part =
        |character: char| character.is_ascii_digit() || character == '.' || is_separator(character) || character == ' ';
    let unsigned = text.trim_start_matches(['-', '+']);
    let looks_like = !unsigned.is_empty()
        && unsigned.chars().all(is_part)
        && unsigned.starts_with(|first: char| first.is_ascii_digit());
    let last = unsigned.rfind(['.', ',']).filter(|last| {
        let mark = &unsigned[*last..=*last];
        unsigned.matches(mark).count() == 1
    });
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let sign = &text[..text.len() - unsigned.len()];
    match last {
        _ if is_bare_fraction(unsigned) => {
            Refused::write("this is not a number", format_args!("`{sign}0{unsigned}{word}`"))
        }
        _ if !looks_like => NumberError::NotANumber.into(),
        Some(last) if !digits(&unsigned[last..]).is_empty() => {
            let is_comma = unsigned[last..].starts_with(',');
            let reason = if is_comma { "decimals come after a point" } else { "this is not a number" };
            let (whole, decimals) = (digits(&unsigned[..last]), digits(&unsigned[last..]));
            Refused::write(reason, format_args!("`{sign}{whole}.{decimals}{word}`"))
        }
        _ if are_thousands(&unsigned.split(|character: char| !character.is_ascii_digit()).collect::<Vec<_>>()) => {
            Refused::write("this is not a number", format_args!("`{sign}{}{word}`", digits(unsigned)))
        }
        _ => NumberError::NotANumber.into(),
    }
}

/// Whether a text is a point and digits: `.5`.
pub(crate) fn is_bare_fraction(text: &str) -> bool {
    text.strip_prefix('.').is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
        && text[1..].bytes().all(|byte| byte.is_ascii_digit())
}

/// The length of the number at the start of a text. In a list, a comma ends it.
pub(crate) fn number_length(text: &str, is_in_list: bool) -> usize {
    let is_digit = |at: usize| text.as_bytes().get(at).is_some_and(u8::is_ascii_digit);
    let mut length = 0;
    while let Some(next) = text[length..].chars().next() {
        let joins = next == '.' || is_separator(next) && !(is_in_list && next == ',');
        if next.is_ascii_digit() || next == '_' || length > 0 && joins && is_digit(length + next.len_utf8()) {
            length += next.len_utf8();
        } else {
            break;
        }
    }
    if text[length..].starts_with(['e', 'E']) {
        let sign = usize::from(text[length + 1..].starts_with(['+', '-']));
        if is_digit(length + 1 + sign) {
            length += 1 + sign;
            length += text[length..].bytes().take_while(|byte| byte.is_ascii_digit() || *byte == b'_').count();
        }
    }
    length + scale_length(&text[length..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_with_one_meaning_is_read() {
        for (text, value) in [
            ("1250.50", "1250.50"),
            ("1_250.50", "1250.50"),
            ("1,250.50", "1250.50"),
            ("1,250,000", "1250000"),
            ("-1,250.00", "-1250.00"),
            ("1'250", "1250"),
            ("1\u{2019}250.5", "1250.5"),
            ("1\u{a0}250", "1250"),
            ("12\u{202f}345\u{202f}678.9", "12345678.9"),
            ("1.5k", "1500"),
            ("1.5K", "1500"),
            ("2m", "2000000"),
            ("2M", "2000000"),
            ("1,250.5k", "1250500"),
            ("0.000001m", "1"),
            ("3bn", "3000000000"),
            ("1e3", "1000"),
            ("0", "0"),
        ] {
            assert_eq!(
                number(text).map(|value| value.to_string()).map_err(|refused| refused.reason),
                Ok(value.to_owned()),
                "{text}"
            );
            assert_eq!(
                number_length(text.trim_start_matches('-'), false),
                text.trim_start_matches('-').len(),
                "{text}"
            );
        }
    }

    #[test]
    fn a_number_with_two_meanings_or_none_is_refused() {
        for (text, help) in [
            ("12,50", Some("write `12.50`")),
            ("1,250", Some("write `1250` or `1.250`")),
            ("0,500", Some("write `0.500`")),
            ("-0,3", Some("write `-0.3`")),
            ("1.250,00", Some("write `1250.00`")),
            ("1.250.000", Some("write `1250000`")),
            ("1,00,000.00", Some("write `100000.00`")),
            ("1250,000", Some("write `1250.000`")),
            ("1 250", Some("write `1250`")),
            ("12,", None),
            ("1.2.3", None),
            ("five", None),
            ("", None),
            ("k", None),
            ("1.5q", None),
            ("1,25k", Some("write `1.25k`")),
            (",5", None),
            (".5", Some("write `0.5`")),
            ("-.25k", Some("write `-0.25k`")),
        ] {
            assert_eq!(number(text).unwrap_err().help.as_deref(), help, "{text}");
        }
    }

    #[test]
    fn a_whole_number_has_no_decimal_comma() {
        for (text, value) in [
            ("1,250", Some(1250)),
            ("1.5k", Some(1500)),
            ("2m", Some(2_000_000)),
            ("1_000", Some(1000)),
            ("12,50", None),
            ("1.5", None),
            ("5.0", None),
            ("1e3", None),
            ("-5", None),
            ("1.0001k", None),
        ] {
            assert_eq!(count(text).ok(), value, "{text}");
        }
        assert!(count("1000000000001").unwrap_err().reason.contains("at most"));
        assert!(count("99999999999999999999999999999999999999").unwrap_err().reason.contains("at most"));
    }
}
