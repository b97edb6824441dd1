//! The maximum age of a price.

use std::fmt;

use jiff::Span;
use jiff::civil::Date;

/// A length of time in calendar days, weeks, months or years: `180d`, `26w`, `6m`, `1y`, or in words, `180 days`.
///
/// A price is fresh from the day on which it was read through the day this much later in the calendar, and too old from
/// the next day on. A week is seven days. If a month lacks the day, its last day counts: a month from 31 January is 28
/// or 29 February.
///
/// ```
/// use costplan::model::MaxAge;
/// let month = MaxAge::parse("1m").unwrap();
/// assert!(month.admits("2026-01-31".parse()?, "2026-02-28".parse()?));
/// assert!(!month.admits("2026-01-31".parse()?, "2026-03-01".parse()?));
/// # Ok::<(), jiff::Error>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MaxAge {
    count: u16,
    unit: AgeUnit,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AgeUnit {
    Day,
    Week,
    Month,
    Year,
}

impl AgeUnit {
    const ALL: [(char, Self, &'static str); 4] =
        [('d', Self::Day, "day"), ('w', Self::Week, "week"), ('m', Self::Month, "month"), ('y', Self::Year, "year")];
}

impl MaxAge {
    /// 180 days.
    pub const DEFAULT: Self = Self { count: 180, unit: AgeUnit::Day };
    /// A maximum age of one year.
    pub const YEAR: Self = Self { count: 1, unit: AgeUnit::Year };

    /// Reads a whole number from 0 to 9999 followed by its unit; `None` for anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.trim_end_matches(|last: char| last.is_ascii_alphabetic());
        let word = &text[digits.len()..];
        let is_meant = |(letter, _, name): &&(char, AgeUnit, &str)| {
            word.strip_prefix(*letter) == Some("") || word.strip_suffix('s').unwrap_or(word) == *name
        };
        let unit = AgeUnit::ALL.iter().find(is_meant)?.1;
        let digits = digits.trim_end();
        let is_count = (1..=4).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        Some(Self { count: digits.parse().ok().filter(|_| is_count)?, unit })
    }

    /// The last day on which a price read on `read` is fresh; `None` if that is beyond the year 9999.
    pub fn last_day(self, read: Date) -> Option<Date> {
        let count = i64::from(self.count);
        let span = match self.unit {
            AgeUnit::Day => Span::new().try_days(count),
            AgeUnit::Week => Span::new().try_weeks(count),
            AgeUnit::Month => Span::new().try_months(count),
            AgeUnit::Year => Span::new().try_years(count),
        };
        read.checked_add(span.ok()?).ok()
    }

    /// Whether a price read on `read` is fresh on `day`.
    pub fn admits(self, read: Date, day: Date) -> bool {
        self.last_day(read).is_none_or(|last| day <= last)
    }
}

/// Writes `180 days`.
impl fmt::Display for MaxAge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = AgeUnit::ALL.iter().find(|(_, unit, _)| *unit == self.unit).map_or("", |(.., word)| word);
        write!(f, "{} {word}{}", self.count, if self.count == 1 { "" } else { "s" })
    }
}

/// The days from one day to another; negative if the second is before the first.
pub fn days_between(from: Date, to: Date) -> i32 {
    // Two calendar days are at most 7.4 million days apart.
    to.since(from).map_or(0, |span| span.get_days())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn an_age_is_a_number_and_a_unit() {
        for (text, shown) in [
            ("180d", "180 days"),
            ("1w", "1 week"),
            ("06m", "6 months"),
            ("1y", "1 year"),
            ("0d", "0 days"),
            ("180 d", "180 days"),
            ("26 weeks", "26 weeks"),
            ("6months", "6 months"),
            ("1 year", "1 year"),
        ] {
            assert_eq!(MaxAge::parse(text).unwrap().to_string(), shown);
        }
        for text in ["", "d", "180", "-1d", "+1d", "1.5y", "10000d", "1h", "1D", "6mo", "1\u{20ac}", "\u{661}d"] {
            assert_eq!(MaxAge::parse(text), None, "{text}");
        }
    }

    #[test]
    fn the_last_day_is_that_of_the_calendar() {
        for (age, read, last) in [
            ("180d", "2026-01-01", "2026-06-30"),
            ("0d", "2026-01-01", "2026-01-01"),
            ("26w", "2026-01-01", "2026-07-02"),
            ("1m", "2026-01-31", "2026-02-28"),
            ("1m", "2028-01-31", "2028-02-29"),
            ("6m", "2026-08-31", "2027-02-28"),
            ("1y", "2028-02-29", "2029-02-28"),
            ("1y", "2025-11-24", "2026-11-24"),
        ] {
            let age = MaxAge::parse(age).unwrap();
            assert_eq!(age.last_day(day(read)), Some(day(last)), "{age} from {read}");
            assert!(age.admits(day(read), day(last)), "{age} from {read}");
            assert!(!age.admits(day(read), day(last).tomorrow().unwrap()), "{age} from {read}");
        }
    }

    #[test]
    fn what_is_read_later_is_fresh_and_the_calendar_ends() {
        assert!(MaxAge::DEFAULT.admits(day("2026-11-25"), day("2026-11-24")));
        assert_eq!(MaxAge::YEAR.last_day(day("9999-06-01")), None);
        assert!(MaxAge::YEAR.admits(day("9999-06-01"), day("9999-12-31")));
    }

    #[test]
    fn days_are_counted_over_leap_years() {
        assert_eq!(days_between(day("2024-02-28"), day("2024-03-01")), 2);
        assert_eq!(days_between(day("2026-11-24"), day("2026-11-23")), -1);
        assert_eq!(days_between(day("2019-07-01"), day("2026-11-24")), 2703);
        assert_eq!(days_between(Date::MIN, Date::MAX), 7_304_483);
    }
}
