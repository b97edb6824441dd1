//! Amounts of money as people write them: `30 EUR/month`, `$1,250.00`, `€25`, `5 usd`, `1.5k USD/year`.
//!
//! ```text
//! amount   = [sign] [currency] number [currency] [ "/" unit ]
//! currency = a code, in any case, or a sign: $ € £ ...
//! ```

use rust_decimal::Decimal;

use crate::diagnostic::Code;
use crate::model::{Band, Currency, spelled_out};
use crate::parse::syntax::node::{FromNode, Node, Reader};
use crate::parse::syntax::number::{Refused, number, number_length};
use crate::parse::syntax::scalar::{ends, scalar};
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
        code.map(Self::Code).ok_or_else(|| match text {
            "¥" => Refused::write("`¥` is the sign of two currencies", "`JPY` or `CNY`"),
            "euro" | "euros" | "Euro" | "Euros" => Refused::write("not a currency code", "`EUR`"),
            "dollar" | "dollars" | "Dollar" | "Dollars" => Refused::write("not a currency code", "`USD`"),
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

fn amount(text: &str) -> Result<Written, Refused> {
    let (money, per) = match text.split_once('/') {
        Some((money, per)) => (money.trim(), Some(per.trim())),
        None => (text, None),
    };
    if per == Some("") {
        return Err("the unit after the slash is missing".into());
    }
    let is_digit = |character: char| character.is_ascii_digit();
    let at = money.find(is_digit).ok_or_else(|| Refused::from(crate::parse::NumberError::NotANumber))?;
    let is_sign = |character: char| matches!(character, '-' | '+');
    let signs: String = money[..at].chars().filter(|character| is_sign(*character)).collect();
    let before = money[..at].trim_matches(|character: char| is_sign(character) || character.is_whitespace());
    let length = number_length(&money[at..], false);
    let after = money[at + length..].trim();
    let number = if after.is_empty()
        || after.starts_with(|first: char| first.is_alphabetic() || !first.is_ascii())
        || after == "$"
    {
        number(&format!("{signs}{}", &money[at..at + length]))?
    } else {
        // Something that belongs to the number is wrong, and what follows it may say what was meant.
        number(&format!("{signs}{}", &money[at..]))?
    };
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
            let first = text.chars().next().map_or("", |first| &text[..first.len_utf8()]);
            if CurrencyRaw::is_sign(first) {
                return Ok((number(&text[first.len()..])?, Some(first.into())));
            }
            let sign = usize::from(text.starts_with(['-', '+']));
            let length = sign + number_length(&text[sign..], false);
            let unit = text[length..].trim();
            let is_unit = unit.starts_with(|first: char| first.is_alphabetic() || !first.is_ascii()) || unit == "$";
            if !is_unit {
                return Ok((number(text)?, None));
            }
            Ok((number(&text[..length])?, Some(unit.into())))
        })?;
        let (number, unit) = read.value;
        Some(Self { number, unit, span: read.span })
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
        let read = scalar(&node, reader, "a range such as `200..400`", Code::InvalidRange, |text| {
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
                    return Err("a period stands after both ends, or after the upper one".into());
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
        })?;
        let (band, currency, per) = read.value;
        Some(Self { band, currency, per, span: read.span })
    }
}
