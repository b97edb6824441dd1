//! Units that an answer has in words: `100 GB/Month`, `10K`, `1,000,000 Requests`, `OCPU Per Hour`.

use crate::model::PricingUnit;
use crate::source::Spanned;

/// What a price of an answer buys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Measure {
    /// The pricing unit; `None` for a price of a month.
    pub(crate) unit: Option<String>,
    /// How many of them, if more than one.
    pub(crate) per: Option<String>,
    /// Whether it is a time that something runs.
    pub(crate) is_time: bool,
}

/// Reads a unit. `known` has the words of the answer that a sheet writes in another way.
pub(crate) fn measure(words: &str, known: &[(Spanned<String>, Spanned<String>)]) -> Measure {
    let (count, rest) = counted(words);
    let written = rest.trim().to_lowercase();
    let found = known.iter().find(|(word, _)| word.value.eq_ignore_ascii_case(&written));
    let unit = found.map_or_else(|| usual(&written), |(_, unit)| Some(unit.value.clone()));
    let is_time = matches!(unit.as_deref(), Some("hour" | "minute" | "second" | "day"));
    Measure { per: count.filter(|_| unit.is_some()), unit, is_time }
}

/// The number at the start, unless it is 1: `10K`, `1,000`, `100`.
fn counted(words: &str) -> (Option<String>, &str) {
    let words = words.trim().trim_start_matches("Per ").trim_start_matches("per ");
    let end = words.find(|sign: char| !sign.is_ascii_digit() && sign != ',').unwrap_or(words.len());
    let digits: String = words[..end].chars().filter(char::is_ascii_digit).collect();
    let (zeros, rest) = match words.as_bytes().get(end).map(u8::to_ascii_lowercase) {
        Some(b'k') if !digits.is_empty() && is_end(words, end + 1) => ("000", &words[end + 1..]),
        Some(b'm') if !digits.is_empty() && is_end(words, end + 1) => ("000000", &words[end + 1..]),
        _ => ("", &words[end..]),
    };
    if digits.is_empty() || digits.len() > 12 {
        return (None, words);
    }
    let count = format!("{digits}{zeros}");
    (Some(count).filter(|count| count != "1"), rest)
}

fn is_end(words: &str, at: usize) -> bool {
    words[at..].bytes().next().is_none_or(|next| !next.is_ascii_alphabetic())
}

/// The unit of a price sheet for usual words; `None` for a month.
fn usual(written: &str) -> Option<String> {
    let plain = written.replace(" per ", "/").replace("gigabytes", "gb").replace("gigabyte", "gb");
    let (of, time) = plain.split_once('/').map_or((plain.as_str(), None), |(of, time)| (of.trim(), Some(time.trim())));
    let of = of.trim();
    match (of, time) {
        ("" | "each", None) => Some("unit".to_owned()),
        ("hour" | "hours" | "hrs" | "h", None) | ("", Some("hour")) => Some("hour".to_owned()),
        ("minute" | "minutes", None) => Some("minute".to_owned()),
        ("second" | "seconds", None) => Some("second".to_owned()),
        ("day", None) | ("", Some("day")) => Some("day".to_owned()),
        ("month", None) | ("", Some("month")) => None,
        ("gb" | "gib" | "tb" | "tib", None) => Some(of.replace('b', "B").replace('g', "G").replace('t', "T")),
        ("gb" | "gib" | "tb", Some("month" | "mo" | "hour" | "second")) => {
            let size = of.replace('b', "B").replace('g', "G").replace('t', "T");
            Some(format!("{size}-{}", time.map_or("month", |time| if time == "mo" { "month" } else { time })))
        }
        _ => Some(counted_unit(&plain)),
    }
}

/// A unit for what is counted, in words: `ocpu-hour`, `user-month`; `unit` if a sheet cannot have such a word.
fn counted_unit(written: &str) -> String {
    let is_word = |word: &&str| word.starts_with(|first: char| first.is_ascii_lowercase()) && *word != "per";
    let mut words: Vec<&str> = written.split(|sign: char| !sign.is_ascii_alphanumeric()).filter(is_word).collect();
    let time = words.last().copied().filter(|last| matches!(*last, "hour" | "month") && words.len() > 1);
    words.truncate(words.len() - usize::from(time.is_some()));
    let counted: String = words.join("_").chars().take(40).collect();
    let label = time.map_or_else(|| counted.clone(), |time| format!("{counted}-{time}"));
    PricingUnit::parse(&label).map_or_else(|| "unit".to_owned(), |unit| unit.label.into_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_vendors_become_pricing_units() {
        for (words, unit, per) in [
            ("1 Hour", Some("hour"), None),
            ("10K", Some("unit"), Some("10000")),
            ("1M", Some("unit"), Some("1000000")),
            ("1/Month", None, None),
            ("1/Day", Some("day"), None),
            ("1 GB/Month", Some("GB-month"), None),
            ("100 GB", Some("GB"), Some("100")),
            ("1 Minute", Some("minute"), None),
            ("OCPU Per Hour", Some("ocpu-hour"), None),
            ("1,000,000 Requests", Some("requests"), Some("1000000")),
            ("Gigabyte Per Hour", Some("GB-hour"), None),
        ] {
            let found = measure(words, &[]);
            assert_eq!((found.unit.as_deref(), found.per.as_deref()), (unit, per), "{words}");
        }
    }
}
