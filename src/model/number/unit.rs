//! Units of usage and their dimensions.
//!
//! A number in a formula has a dimension: plain, data, time, money, or a product of these. Data is computed in GB and
//! time in seconds, since every unit in the tables below is an exact decimal of these.

use std::fmt;

use rust_decimal::Decimal;

use crate::model::number::money::Currency;

/// The dimension of a number, as exponents of data, time and money.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dimension {
    /// The exponent of data, in GB.
    pub data: i8,
    /// The exponent of time, in seconds.
    pub time: i8,
    /// The currency and the exponent of money; `None` if the exponent is zero.
    pub money: Option<(Currency, i8)>,
}

impl Dimension {
    /// A plain number or a count.
    pub const PLAIN: Self = Self { data: 0, time: 0, money: None };
    /// An amount of data.
    pub const DATA: Self = Self { data: 1, time: 0, money: None };
    /// An amount of time.
    pub const TIME: Self = Self { data: 0, time: 1, money: None };

    /// An amount of money.
    pub fn money(currency: Currency) -> Self {
        Self { money: Some((currency, 1)), ..Self::PLAIN }
    }

    /// An amount of money for a time.
    pub fn money_per_time(currency: Currency) -> Self {
        Self { time: -1, ..Self::money(currency) }
    }

    /// The dimension of a product; `None` if the currencies differ or an exponent grows too large.
    pub fn multiply(self, other: Self) -> Option<Self> {
        let money = match (self.money, other.money) {
            (None, money) | (money, None) => money,
            (Some((left, a)), Some((right, b))) if left == right => {
                let exponent = a.checked_add(b)?;
                (exponent != 0).then_some((left, exponent))
            }
            _ => return None,
        };
        let data = self.data.checked_add(other.data)?;
        Some(Self { data, time: self.time.checked_add(other.time)?, money })
    }

    /// The dimension of the reciprocal; `None` if an exponent grows too large.
    pub fn invert(self) -> Option<Self> {
        let money = match self.money {
            Some((currency, power)) => Some((currency, power.checked_neg()?)),
            None => None,
        };
        Some(Self { data: self.data.checked_neg()?, time: self.time.checked_neg()?, money })
    }
}

impl fmt::Display for Dimension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut parts = Vec::new();
        if let Some((currency, power)) = self.money {
            parts.push((format!("money ({currency})"), power));
        }
        parts.push(("data".to_owned(), self.data));
        parts.push(("time".to_owned(), self.time));
        let shown: Vec<String> = parts
            .into_iter()
            .filter(|(_, power)| *power != 0)
            .map(|(name, power)| if power == 1 { name } else { format!("{name}^{power}") })
            .collect();
        if shown.is_empty() { f.write_str("a plain number") } else { f.write_str(&shown.join(" x ")) }
    }
}

/// A measured unit: `TB` is 1000 GB, `hour` is 3600 seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The dimension: data or time.
    pub dimension: Dimension,
    /// The number of canonical units (GB, seconds) in one of this unit.
    pub factor: Decimal,
}

const fn scaled(mantissa: u32, scale: u32) -> Decimal {
    Decimal::from_parts(mantissa, 0, 0, false, scale)
}

/// Every measured unit with its symbol.
///
/// Decimal prefixes are powers of 1000 and binary prefixes powers of 1024, both in GB of 10^9 bytes: a KiB is
/// 0.000001024 GB. A day has 24 hours; a month is not in the table, since its length is a setting (`hours_per_month`).
const MEASURED: &[(&str, Dimension, Decimal)] = &[
    ("B", Dimension::DATA, scaled(1, 9)),
    ("KB", Dimension::DATA, scaled(1, 6)),
    ("MB", Dimension::DATA, scaled(1, 3)),
    ("GB", Dimension::DATA, scaled(1, 0)),
    ("TB", Dimension::DATA, scaled(1_000, 0)),
    ("PB", Dimension::DATA, scaled(1_000_000, 0)),
    ("KiB", Dimension::DATA, scaled(1_024, 9)),
    ("MiB", Dimension::DATA, scaled(1_048_576, 9)),
    ("GiB", Dimension::DATA, scaled(1_073_741_824, 9)),
    // 1024^4 and 1024^5 bytes, as the low 32 bits and the rest.
    ("TiB", Dimension::DATA, Decimal::from_parts(0, 256, 0, false, 9)),
    ("PiB", Dimension::DATA, Decimal::from_parts(0, 262_144, 0, false, 9)),
    ("ms", Dimension::TIME, scaled(1, 3)),
    ("millisecond", Dimension::TIME, scaled(1, 3)),
    ("second", Dimension::TIME, scaled(1, 0)),
    ("minute", Dimension::TIME, scaled(60, 0)),
    ("hour", Dimension::TIME, scaled(3_600, 0)),
    ("day", Dimension::TIME, scaled(86_400, 0)),
];

/// The counted units of the bundled sheets, for suggestions. Any other lower-case word is one too.
const COUNTED: &[&str] = &[
    "account",
    "call",
    "cluster",
    "command",
    "connection",
    "core",
    "database",
    "domain",
    "droplet",
    "event",
    "gpu",
    "host",
    "image",
    "instance",
    "invocation",
    "iops",
    "job",
    "message",
    "node",
    "operation",
    "pod",
    "project",
    "query",
    "replica",
    "request",
    "row",
    "seat",
    "series",
    "server",
    "session",
    "site",
    "span",
    "task",
    "token",
    "transaction",
    "transformation",
    "unit",
    "user",
];

/// Words for measured units and currencies that are written otherwise.
const WORDS: &[(&str, &str)] = &[
    ("byte", "B"),
    ("kilobyte", "KB"),
    ("megabyte", "MB"),
    ("gigabyte", "GB"),
    ("terabyte", "TB"),
    ("petabyte", "PB"),
    ("kibibyte", "KiB"),
    ("mebibyte", "MiB"),
    ("gibibyte", "GiB"),
    ("tebibyte", "TiB"),
    ("pebibyte", "PiB"),
    ("millis", "ms"),
    ("sec", "second"),
    ("min", "minute"),
    ("hr", "hour"),
    ("euro", "EUR"),
    ("dollar", "USD"),
    ("cent", "USD"),
    ("pound", "GBP"),
    ("yen", "JPY"),
];

/// A word for a time in full: `month` for `mo`.
pub fn spelled_out(word: &str) -> &str {
    match word {
        "mo" => "month",
        "yr" => "year",
        "h" | "hr" | "hrs" => "hour",
        word => word,
    }
}

/// Words for times, which are no counts.
const TIMES: &[&str] = &["millisecond", "second", "minute", "hour", "week", "month", "quarter", "year"];

fn singular(word: &str) -> impl Iterator<Item = String> {
    let without_s = word.strip_suffix('s').map(str::to_owned);
    let without_ies = word.strip_suffix("ies").map(|stem| format!("{stem}y"));
    [Some(word.to_owned()), without_s, without_ies].into_iter().flatten()
}

impl Unit {
    /// The measured unit with this symbol or word, singular or plural; `None` if there is none.
    pub fn measured(symbol: &str) -> Option<Self> {
        let exact = MEASURED.iter().find(|(name, ..)| *name == symbol);
        let found = exact.or_else(|| {
            let singular = symbol.strip_suffix('s')?;
            MEASURED.iter().find(|(name, dimension, _)| *dimension == Dimension::TIME && *name == singular)
        });
        found.map(|(_, dimension, factor)| Self { dimension: *dimension, factor: *factor })
    }

    /// Whether the word names something that is counted: a count is a plain number, so any word of lower-case letters,
    /// digits and `_` may, unless it is probably meant for a unit that is measured.
    pub fn is_counted(word: &str) -> bool {
        let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let is_word = word.len() > 1 && word.as_bytes()[0].is_ascii_lowercase() && word.bytes().all(is_part);
        is_word && Self::measured(word).is_none() && Self::mistaken(word).is_none()
    }

    /// The unit, period or currency that a word is probably meant for: `GB` for `gb` and `gigabytes`, `hour` for `hr` and
    /// `huor`.
    pub fn mistaken(word: &str) -> Option<&'static str> {
        if let Some(known) = Self::measured_symbols().find(|known| *known != word && known.eq_ignore_ascii_case(word)) {
            return Some(known);
        }
        if let Some((_, known)) = WORDS.iter().find(|(known, _)| singular(word).any(|word| word == *known)) {
            return Some(known);
        }
        let allowed = if word.len() < 7 { 1 } else { 2 };
        let is_near = |known: &&str| {
            let plural = format!("{known}s");
            word.len() > 3
                && word.as_bytes()[0] == known.as_bytes()[0]
                && [*known, plural.as_str()].iter().any(|known| strsim::damerau_levenshtein(word, known) <= allowed)
        };
        TIMES.iter().copied().find(is_near).filter(|_| Self::measured(word).is_none())
    }

    /// Whether two words name the same thing that is counted, singular or plural.
    pub fn is_same_count(first: &str, second: &str) -> bool {
        singular(first).any(|first| singular(second).any(|second| first == second))
    }

    /// The symbols of all measured units.
    pub fn measured_symbols() -> impl Iterator<Item = &'static str> {
        MEASURED.iter().map(|(symbol, ..)| *symbol)
    }

    /// The words of all counted units.
    pub fn counted_words() -> impl Iterator<Item = &'static str> {
        COUNTED.iter().copied()
    }
}

/// The unit in which a charge prices its usage: `GB`, `GB-month`, `GB-second`, `hour`, `request`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricingUnit {
    /// The unit as the sheet writes it.
    pub label: Box<str>,
    /// The dimension that usage must have.
    pub dimension: Dimension,
    /// The number of canonical units (GB, seconds) in one pricing unit; one for a count.
    pub factor: Decimal,
}

impl PricingUnit {
    /// Reads `GB`, `GB-month`, `GB-second`, `request` or any other count; `None` if a part is not a unit.
    ///
    /// `-month` means that a level is held for the billed month and changes nothing: usage of a `GB-month` meter is in
    /// GB.
    pub fn parse(label: &str) -> Option<Self> {
        let mut unit = Self { label: label.into(), dimension: Dimension::PLAIN, factor: Decimal::ONE };
        for (index, part) in label.split('-').enumerate() {
            if index > 0 && part == "month" {
                continue;
            }
            if let Some(measured) = Unit::measured(part) {
                unit.dimension = unit.dimension.multiply(measured.dimension)?;
                unit.factor = unit.factor.checked_mul(measured.factor)?;
            } else if !Unit::is_counted(part) {
                return None;
            }
        }
        Some(unit)
    }

    /// Whether an amount of this unit can be given in another: both measure the same, and count nothing else. `widget` is
    /// a kind of `unit`, and `request` none of `seat`.
    pub fn is_kind_of(&self, other: &Self) -> bool {
        let is_counted_there = |part: &str| {
            let counts = |counted: &str| counted == "unit" || Unit::is_same_count(counted, part);
            part == "month" || Unit::measured(part).is_some() || other.label.split('-').any(counts)
        };
        self.dimension == other.dimension && self.label.split('-').all(is_counted_there)
    }

    /// Whether usage is counted over time, as in `hour`, `GB-hour` and `GB-month`: an amount of money could be for one
    /// unit or for a month.
    pub fn counts_time(&self) -> bool {
        self.dimension.time != 0 || self.label.split('-').any(|part| part == "month")
    }
}
