//! Amounts as people write them: `30 EUR/month`, `$1,250.00`, `€25`, `5 usd`, `1.5k USD/year`; `1 TB`, `1m requests`.
//!
//! ```text
//! amount   = [sign] [currency] number [currency] [ "/" unit ]
//! units    = [sign] [currency] number [currency | unit]
//! currency = a code, in any case, or a sign: $ € £ ...
//! ```

use rust_decimal::Decimal;

use crate::diagnostic::Code;
use crate::model::{Band, Currency, spelled_out};
use crate::parse::syntax::node::{FromNode, Node, Reader};
use crate::parse::syntax::number::{Refused, number, number_length, ratio, scale_length};
use crate::parse::syntax::scalar::{ends, or_range, scalar};
use crate::source::{Span, Spanned};

/// An amount of money, optionally with a currency and a unit or period: `25`, `30 EUR`, `30 EUR/month`, `0.006 USD/GB`.
#[derive(Clone, Debug)]
pub struct AmountRaw {
    /// The amount, in whole units of the currency.
    pub number: Decimal,
    /// The currency, if one is written.
    pub currency: Option<CurrencyRaw>,
    /// The unit or period after the slash.
    pub per: Option<Box<str>>,
    /// The place of the whole amount.
    pub span: Span,
}

/// A currency as written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CurrencyRaw {
    /// A code, or a sign of one currency.
    Code(Currency),
    /// `$`: US dollars, unless an amount without a currency is one of other dollars.
    Dollar,
}

impl CurrencyRaw {
    /// Reads a code in capital letters, a known code in any case, or a sign.
    pub(crate) fn parse(text: &str) -> Result<Self, Refused> {
        if text == "$" {
            return Ok(Self::Dollar);
        }
        let code = Currency::parse(text).or_else(|| Currency::of_sign(text)).or_else(|| Currency::known(text));
        code.map(Self::Code).ok_or_else(|| match &*text.to_lowercase() {
            "¥" => Refused::write("`¥` is the sign of two currencies", "`JPY` or `CNY`"),
            "euro" | "euros" => Refused::write("not a currency code", "`EUR`"),
            "dollar" | "dollars" => Refused::write("not a currency code", "`USD`"),
            _ => format!("`{text}` is not a currency code").into(),
        })
    }

    /// Whether a text is the sign of a currency.
    pub(crate) fn is_sign(text: &str) -> bool {
        matches!(text, "$" | "¥") || Currency::of_sign(text).is_some()
    }

    /// Whether both can be the same currency; `$` is that of any dollar.
    pub(crate) fn is_same(self, other: Self) -> bool {
        match (self, other) {
            (Self::Dollar, Self::Code(code)) | (Self::Code(code), Self::Dollar) => code.is_dollar(),
            _ => self == other,
        }
    }

    /// The currency where `$` is the US dollar.
    pub fn code(self) -> Currency {
        match self {
            Self::Code(code) => code,
            Self::Dollar => Currency::USD,
        }
    }
}

impl FromNode for AmountRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let read = scalar(&node, reader, "an amount such as `30 EUR/month`", Code::InvalidNumber, amount)?;
        let Written { number, currency, per } = read.value;
        Some(Self { number, currency, per, span: read.span })
    }
}

struct Written {
    number: Decimal,
    currency: Option<CurrencyRaw>,
    per: Option<Box<str>>,
}

/// A number with what is written before and after it: a currency or a unit.
struct Parts<'t> {
    before: &'t str,
    number: Decimal,
    after: &'t str,
}

/// Splits an amount into its number and what is around it.
fn parts(text: &str) -> Result<Parts<'_>, Refused> {
    let is_digit = |character: char| character.is_ascii_digit();
    let at = text.find(is_digit).ok_or_else(|| Refused::from(crate::parse::NumberError::NotANumber))?;
    let is_sign = |character: char| matches!(character, '-' | '+');
    let signs: String = text[..at].chars().filter(|character| is_sign(*character)).collect();
    let before = text[..at].trim_matches(|character: char| is_sign(character) || character.is_whitespace());
    let length = number_length(&text[at..], false);
    let rest = &text[at + length..];
    let after = rest.trim();
    let is_word = after.starts_with(|first: char| first.is_alphabetic() || !first.is_ascii()) || after == "$";
    if before.ends_with(['.', ',']) || !(after.is_empty() || is_word) {
        // Something that belongs to the number is wrong, and what is next to it may say what was meant.
        let start = if before.ends_with(['.', ',']) { at - 1 } else { at };
        number(&format!("{signs}{}", &text[start..]))?;
    }
    let scale = scale_length(after);
    if scale > 0 && rest.len() > rest.trim_start().len() {
        let (digits, scale) = (&text[at..at + length], &after[..scale]);
        return Err(Refused::write(
            format!("`{scale}` is apart from its number"),
            format_args!(
                "`{}`",
                text.replace(&text[at..text.len() - after.len() + scale.len()], &format!("{digits}{scale}"))
            ),
        ));
    }
    Ok(Parts { before, number: number(&format!("{signs}{}", &text[at..at + length]))?, after })
}

fn amount(text: &str) -> Result<Written, Refused> {
    let (money, per) = match text.split_once('/') {
        Some((money, per)) => (money.trim(), Some(per.trim())),
        None => (text, None),
    };
    if per == Some("") {
        return Err("the unit after the slash is missing".into());
    }
    if let Some((money, per)) = money.split_once(" per ") {
        return Err(Refused::write("this is not an amount", format_args!("`{}/{}`", money.trim(), per.trim())));
    }
    let Parts { before, number, after } = parts(money)?;
    let currency = match (before, after) {
        ("", "") => None,
        (one, "") | ("", one) => Some(CurrencyRaw::parse(one)?),
        (one, other) => Some(same(CurrencyRaw::parse(one)?, CurrencyRaw::parse(other)?)?),
    };
    Ok(Written { number, currency, per: per.map(unit) })
}

/// The currency that is written both before and after a number.
fn same(before: CurrencyRaw, after: CurrencyRaw) -> Result<CurrencyRaw, Refused> {
    match before {
        CurrencyRaw::Dollar if before.is_same(after) => Ok(after),
        CurrencyRaw::Code(_) if before.is_same(after) => Ok(before),
        _ => Err(format!("{} or {}?", before.code(), after.code()).into()),
    }
}

/// A unit after a slash; `GB/month` is `GB-month`.
fn unit(written: &str) -> Box<str> {
    let parts = written.split('/').map(|part| spelled_out(part.trim()));
    parts.collect::<Vec<_>>().join("-").into()
}

/// A number of units, which may name them: `1000`, `1 TB`, `1m requests`, and `10_000 USD` where money is counted.
#[derive(Clone, Debug)]
pub struct UnitsRaw {
    /// The number.
    pub number: Decimal,
    /// The unit after it.
    pub unit: Option<Box<str>>,
    /// The place of the whole amount.
    pub span: Span,
}

impl FromNode for UnitsRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let read = scalar(&node, reader, "a number, or an amount such as `1 TB`", Code::InvalidNumber, |text| {
            let Parts { before, number, after } = parts(text)?;
            let unit: Option<Box<str>> = match (before, after) {
                ("", "") => None,
                ("", unit) => Some(unit.into()),
                (currency, "") => Some(CurrencyRaw::parse(currency).map(|_| currency.into())?),
                (one, other) => {
                    same(CurrencyRaw::parse(one)?, CurrencyRaw::parse(other)?).map(|_| Some(other.into()))?
                }
            };
            Ok((number, unit))
        })?;
        let (number, unit) = read.value;
        Some(Self { number, unit, span: read.span })
    }
}

/// The size of a change: a share, `5%`, or an amount of money, `50` or `50 EUR`.
#[derive(Clone, Debug)]
pub enum ThresholdRaw {
    /// A share, as a ratio.
    Share(Spanned<Decimal>),
    /// An amount of money.
    Amount(AmountRaw),
}

impl FromNode for ThresholdRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let read = scalar(&node, reader, "a change such as `5%` or `50 EUR`", Code::InvalidNumber, |text| {
            let (is_share, amount) = match text.strip_suffix('%') {
                Some(_) => (true, Written { number: ratio(text)?, currency: None, per: None }),
                None => (false, amount(text)?),
            };
            if amount.number.is_sign_negative() && !amount.number.is_zero() {
                return Err("a change must be at least zero".into());
            }
            Ok((is_share, amount))
        })?;
        let (is_share, Written { number, currency, per }) = read.value;
        Some(if is_share {
            Self::Share(Spanned::new(number, read.span))
        } else {
            Self::Amount(AmountRaw { number, currency, per, span: read.span })
        })
    }
}

/// A currency: `EUR`.
impl FromNode for Spanned<Currency> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let what = "a currency of three capital letters such as `EUR`";
        scalar(&node, reader, what, Code::InvalidCurrency, |text| {
            CurrencyRaw::parse(text).map(CurrencyRaw::code).map_err(|refused| match refused.help {
                Some(_) => refused,
                None => "not a currency code".into(),
            })
        })
    }
}

/// A band of money: `200..400`, `..$400`, `2.4k..4.8k USD/year`, or a lone amount, which is the upper end.
#[derive(Clone, Debug)]
pub struct MoneyBandRaw {
    /// The ends of the band.
    pub band: Band,
    /// The currency, if one is written.
    pub currency: Option<CurrencyRaw>,
    /// The period after the slash.
    pub per: Option<Box<str>>,
    /// The place.
    pub span: Span,
}

impl FromNode for MoneyBandRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let what = "a range such as `200..400`";
        let read = scalar(&node, reader, what, Code::InvalidRange, |text| band(text).map_err(or_range(text)))?;
        let (band, currency, per) = read.value;
        Some(Self { band, currency, per, span: read.span })
    }
}

/// A range of amounts, with the currency and the period of both ends.
type WrittenBand = (Band, Option<CurrencyRaw>, Option<Box<str>>);

/// Reads a range of amounts.
fn band(text: &str) -> Result<WrittenBand, Refused> {
    let end = |text: &str| if text.is_empty() { Ok(None) } else { amount(text).map(Some) };
    let (low, high) = match ends(text) {
        (high, None) => (None, end(high)?),
        (low, Some(high)) => (end(low)?, end(high)?),
    };
    let currencies = (low.as_ref().and_then(|low| low.currency), high.as_ref().and_then(|high| high.currency));
    let currency = match currencies {
        (Some(low), Some(high)) => Some(same(low, high)?),
        (low, high) => low.or(high),
    };
    let pers = (low.as_ref().and_then(|low| low.per.clone()), high.as_ref().and_then(|high| high.per.clone()));
    let per = match pers {
        (Some(low), high) if high.as_ref() != Some(&low) => {
            return Err("write the period after both ends, or after the upper one".into());
        }
        (_, high) => high,
    };
    let number = |end: Option<Written>| end.map(|end| end.number);
    let band = Band { low: number(low), high: number(high) };
    match (band.low, band.high) {
        (None, None) => Err("both ends are open".into()),
        (Some(low), Some(high)) if high < low => Err(format!("{high} is less than {low}").into()),
        _ => Ok((band, currency, per)),
    }
}

/// Both ends of a range of amounts, each with the currency and the period that are written after one of them.
pub(crate) fn closed_range(node: &Node, reader: &mut Reader<'_>, what: &str) -> Option<(AmountRaw, AmountRaw)> {
    let read = scalar(node, reader, what, Code::InvalidRange, |text| {
        let (band, currency, per) = band(text).map_err(or_range(text))?;
        match (band.low, band.high) {
            (Some(low), Some(high)) => Ok((low, high, currency, per)),
            _ => Err("both ends are needed".into()),
        }
    })?;
    let (low, high, currency, per) = read.value;
    let of = |number| AmountRaw { number, currency, per: per.clone(), span: read.span };
    Some((of(low), of(high)))
}
