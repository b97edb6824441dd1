//! What differs from month to month of a forecast: seasons, and the discount of the first months.

use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{Introductory, Month, Season};
use crate::parse::{IntroductoryRaw, Mapping};
use crate::resolve::checks::{not_negative, share};
use crate::source::Spanned;

/// The most months of an introductory price.
const MAX_MONTHS: u32 = 120;

/// The factor of each calendar month. Reports months that do not exist or are named twice, and factors below zero.
pub(crate) fn season(raw: Option<&Mapping<Spanned<Decimal>>>, problems: &mut Problems) -> Season {
    let mut season = Season::default();
    let mut named: [Option<&Spanned<String>>; 12] = [None; 12];
    for (name, factor) in raw.iter().flat_map(|raw| &raw.entries) {
        let is = |month: &str| month == name.value || month.get(..3) == Some(name.value.as_str());
        let Some(place) = Month::NAMES.iter().position(|month| is(month)) else {
            let message = format!("`{}` is not a calendar month", name.value);
            let diagnostic = Diagnostic::at(Code::UnknownName, name.span, message, "");
            problems.push(diagnostic.suggest(&name.value, Month::NAMES));
            continue;
        };
        if let Some(first) = named[place].replace(name) {
            let message = format!("{} is named twice", Month::NAMES[place]);
            let diagnostic = Diagnostic::at(Code::DuplicateName, name.span, message, "again here");
            problems.push(diagnostic.and_at(first.span, "first here"));
        }
        season.0[place] = not_negative(Some(*factor), problems).unwrap_or(Decimal::ONE);
    }
    season
}

/// The discount of the first months. Reports one that is not from 0% to 100%, and a number of months that is not from 1
/// to 120.
pub(crate) fn introductory(raw: Option<&IntroductoryRaw>, problems: &mut Problems) -> Option<Introductory> {
    let raw = raw?;
    share(Some(raw.discount), "an introductory discount", problems);
    let months = u32::try_from(raw.months.value).ok().filter(|months| (1..=MAX_MONTHS).contains(months));
    if months.is_none() {
        let message = format!("an introductory price can hold for 1 to {MAX_MONTHS} months");
        problems.push(Diagnostic::at(Code::InvalidNumber, raw.months.span, message, ""));
    }
    Some(Introductory { months: months?, discount: raw.discount.value })
}
