//! Single values: numbers, ratios, ranges, dates and words.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic};
use crate::model::{Band, CountRange, MaxAge, MonthLength, Words, exact_product, spelled_out};
use crate::parse::syntax::node::{FromNode, Node, Reader};
use crate::parse::syntax::number::{Refused, count, number, ratio};
use crate::source::{Span, Spanned};

/// The length of a month: `730`, `730 hours`, or `calendar`.
impl FromNode for Spanned<MonthLength> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let what = "a number of hours, or `calendar`";
        scalar(&node, reader, what, Code::InvalidNumber, |text| match text {
            "calendar" => Ok(MonthLength::Calendar),
            text => {
                let digits = text.trim_end_matches(|last: char| last.is_ascii_alphabetic());
                let word = &text[digits.len()..];
                let is_hours = spelled_out(word.strip_suffix('s').unwrap_or(word)) == "hour";
                number(if is_hours { digits } else { text }).map(MonthLength::Hours)
            }
        })
    }
}

/// Reads a scalar with `read`; reports an error of `read` with `code` at the scalar.
pub(crate) fn scalar<T>(
    node: &Node,
    reader: &mut Reader<'_>,
    what: &str,
    code: Code,
    read: impl FnOnce(&str) -> Result<T, Refused>,
) -> Option<Spanned<T>> {
    let span = reader.span(node);
    let text = reader.scalar(node, what)?;
    match read(text.trim()) {
        Ok(value) => Some(Spanned::new(value, span)),
        Err(refused) => {
            reader.problems.push(refused.at(code, span, what));
            None
        }
    }
}

/// An exact number, or a ratio written as a percentage.
impl FromNode for Spanned<Decimal> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        scalar(&node, reader, "a number", Code::InvalidNumber, ratio)
    }
}

/// A part of a price or of a revenue: `2.9%` or `0.029`. More than all of it is meant only where the `%` is written.
#[derive(Clone, Copy, Debug)]
pub struct PercentRaw(
    /// The part, as a ratio.
    pub Spanned<Decimal>,
);

impl FromNode for PercentRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let read = |text: &str| {
            let part = ratio(text)?;
            if part <= Decimal::ONE || text.ends_with('%') {
                return Ok(part);
            }
            let hundredth = exact_product(part, Decimal::new(1, 2)).unwrap_or_default().normalize();
            let whole = exact_product(part, Decimal::ONE_HUNDRED).unwrap_or_default().normalize();
            let instead = format!("`\"{text}%\"` or `{hundredth}`; if it is more than the whole, `\"{whole}%\"`");
            Err(Refused::write(format!("{text} is {whole}%"), instead))
        };
        scalar(&node, reader, "a percentage", Code::InvalidNumber, read).map(Self)
    }
}

/// A whole number, zero or above.
impl FromNode for Spanned<u64> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        scalar(&node, reader, "a whole number", Code::InvalidNumber, count)
    }
}

/// Splits `low..high`; a value without `..` has no second part.
pub(crate) fn ends(text: &str) -> (&str, Option<&str>) {
    match text.split_once("..") {
        Some((low, high)) => (low.trim(), Some(high.trim())),
        None => (text, None),
    }
}

/// Adds to a refused range what to write, if it is one that is written otherwise: `10-100`, `10 to 100`, `40..60%`.
pub(crate) fn or_range(text: &str) -> impl Fn(Refused) -> Refused + '_ {
    move |refused| {
        let marks = ["...", "..", "\u{2013}", "\u{2014}", " to ", "-"];
        let Some((low, high)) = marks.iter().find_map(|mark| text.split_once(mark)) else { return refused };
        let (low, high) = (low.trim(), high.trim());
        let is_number =
            |text: &str| text.starts_with(|first: char| !first.is_ascii_punctuation()) && ratio(text).is_ok();
        let low_percent = if high.ends_with('%') && !low.ends_with('%') { "%" } else { "" };
        let range = format!("{low}{low_percent}..{high}");
        if refused.help.is_some() || range == text || !is_number(low) || !is_number(high) {
            return refused;
        }
        Refused { help: Some(format!("write `{range}`")), ..refused }
    }
}

/// A range of whole numbers: `10..100`, `13..` or `5`.
impl FromNode for Spanned<CountRange> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let what = "a range of whole numbers such as `10..100`";
        scalar(&node, reader, what, Code::InvalidRange, |text| count_range(text).map_err(or_range(text)))
    }
}

fn count_range(text: &str) -> Result<CountRange, Refused> {
    let range = match ends(text) {
        (low, None) => CountRange { low: count(low)?, high: Some(count(low)?) },
        (low, Some("")) => CountRange { low: count(low)?, high: None },
        (low, Some(high)) => CountRange { low: count(low)?, high: Some(count(high)?) },
    };
    match range.high {
        Some(high) if high < range.low => Err(format!("{high} is less than {}", range.low).into()),
        _ => Ok(range),
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
        let what = "a range such as `200..400`";
        let read = scalar(&node, reader, what, Code::InvalidRange, |text| band(text).map_err(or_range(text)))?;
        let (band, lone) = read.value;
        Some(Self { band, lone, span: read.span })
    }
}

fn band(text: &str) -> Result<(Band, bool), Refused> {
    let end = |text: &str| if text.is_empty() { Ok(None) } else { ratio(text).map(Some) };
    let (band, lone) = match ends(text) {
        (high, None) => (Band { low: None, high: end(high)? }, true),
        (low, Some(high)) => (Band { low: end(low)?, high: end(high)? }, false),
    };
    match (band.low, band.high) {
        (None, None) => Err("both ends are open".into()),
        (Some(low), Some(high)) if high < low => Err(format!("{high} is less than {low}").into()),
        _ => Ok((band, lone)),
    }
}

/// A day: `2026-09-20`.
impl FromNode for Spanned<Date> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        scalar(&node, reader, "a date such as 2026-09-20", Code::InvalidDate, |text| {
            let shaped = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
            let date = if shaped { text.parse::<Date>().ok() } else { None };
            date.ok_or_else(|| "not a calendar day".into())
        })
    }
}

/// A maximum age: `180d`.
impl FromNode for Spanned<MaxAge> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let what = "a length of time such as `180d`, `26 weeks`, `6m` or `1 year`";
        scalar(&node, reader, what, Code::InvalidArgument, |text| {
            let age = MaxAge::parse(text);
            age.ok_or_else(|| "not a whole number of days, weeks, months or years, at most 9999".into())
        })
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
