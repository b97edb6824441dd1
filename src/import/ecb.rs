//! The euro foreign exchange reference rates of the European Central Bank, in XML or CSV.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::import::csv_rows::rows;
use crate::import::record::{Record, records};
use crate::model::Currency;
use crate::parse::decimal;
use crate::source::{FileId, Span, Text};

/// A reference rate: how much of a currency one euro buys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ReferenceRate {
    pub(crate) day: Date,
    pub(crate) to: Currency,
    pub(crate) rate: Decimal,
}

/// Reads all rates of a file.
///
/// # Errors
/// `other-answer` for another file or a part of one, `invalid-number`, `invalid-date`, `invalid-csv`.
pub(crate) fn reference_rates(file: FileId, text: &str) -> Result<Vec<ReferenceRate>, Vec<Diagnostic>> {
    let mut problems = Problems::default();
    let rates = if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') {
        of_xml(file, text, &mut problems)
    } else {
        of_csv(file, text, &mut problems)
    };
    if problems.is_empty() && rates.is_empty() {
        let message = "this is not a list of reference rates of the European Central Bank";
        let diagnostic = Diagnostic::at(Code::OtherAnswer, Span::new(file, 0, 0), message, "no rate was found");
        problems.push(
            diagnostic.help("import eurofxref-daily.xml, eurofxref-hist.xml, eurofxref.csv or eurofxref-hist.csv"),
        );
    }
    if problems.is_empty() { Ok(rates) } else { Err(problems.into_sorted()) }
}

/// `<Cube time="2026-11-27">` with `<Cube currency="USD" rate="1.0850"/>` in it.
fn of_xml(file: FileId, text: &str, problems: &mut Problems) -> Vec<ReferenceRate> {
    let mut rates = Vec::new();
    let mut day: Option<Date> = None;
    let mut open = 0_usize;
    for (start, _) in text.match_indices('<') {
        let rest = &text[start..];
        let Some(end) = rest.find('>') else {
            ended(file, text, problems);
            return rates;
        };
        let tag = &rest[1..end];
        let span = Span::new(file, start, start + end + 1);
        if tag == "/Cube" {
            open = open.saturating_sub(1);
        }
        let Some(attributes) = tag.strip_prefix("Cube") else { continue };
        open += usize::from(!attributes.ends_with('/'));
        if let Some(time) = attribute(attributes, "time") {
            day = time.parse().ok();
            if day.is_none() {
                problems.push(Diagnostic::at(Code::InvalidDate, span, "expected a day such as `2026-11-30`", "here"));
            }
        }
        if let Some((code, rate)) = attribute(attributes, "currency").zip(attribute(attributes, "rate")) {
            rates.extend(one(code, rate, day, span, problems));
        }
    }
    if open > 0 {
        ended(file, text, problems);
    }
    rates
}

fn ended(file: FileId, text: &str, problems: &mut Problems) {
    let end = text.trim_end().len();
    let message = "the list of rates ends in the middle";
    let diagnostic = Diagnostic::at(Code::OtherAnswer, Span::new(file, end, end), message, "the rest is missing");
    problems.push(diagnostic.help("read the file again: a part of it was lost"));
}

fn attribute<'t>(attributes: &'t str, name: &str) -> Option<&'t str> {
    let after = attributes.split_once(&format!(" {name}="))?.1;
    let quote = after.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    after[1..].split_once(quote).map(|(value, _)| value)
}

fn one(code: &str, rate: &str, day: Option<Date>, span: Span, problems: &mut Problems) -> Option<ReferenceRate> {
    let Some(to) = Currency::parse(code) else {
        let message = format!("`{}` is not a currency", code.chars().take(20).collect::<String>());
        problems.push(Diagnostic::at(Code::InvalidCurrency, span, message, "here"));
        return None;
    };
    match decimal(rate) {
        Ok(rate) if rate > Decimal::ZERO => Some(ReferenceRate { day: day?, to, rate: rate.normalize() }),
        Ok(_) => {
            problems.push(Diagnostic::at(Code::NegativeAmount, span, "an exchange rate must be above zero", "here"));
            None
        }
        Err(error) => {
            problems.push(Diagnostic::at(Code::InvalidNumber, span, "expected a rate", error.to_string()));
            None
        }
    }
}

/// A column for each currency, or a line for each rate as the data portal has it.
fn of_csv(file: FileId, text: &str, problems: &mut Problems) -> Vec<ReferenceRate> {
    let Some(root) = rows(file, text, problems) else { return Vec::new() };
    let mut rates = Vec::new();
    for record in records(&root, "*", Text::of(file, text), "") {
        if let (Some(code), Some(rate)) = (record.text_at("CURRENCY"), record.text_at("OBS_VALUE")) {
            let is_of_euro = record.text_at("CURRENCY_DENOM").is_none_or(|base| base == "EUR");
            let day = day(&record, "TIME_PERIOD", problems);
            rates.extend(if is_of_euro { one(code, rate, day, record.span(), problems) } else { None });
            continue;
        }
        if record.text_at("Date").is_none() {
            continue;
        }
        let day = day(&record, "Date", problems);
        for (code, rate) in record.texts() {
            if code.len() == 3 && rate != "N/A" && !rate.is_empty() {
                rates.extend(one(code, rate, day, record.span(), problems));
            }
        }
    }
    rates
}

fn day(record: &Record<'_>, column: &str, problems: &mut Problems) -> Option<Date> {
    let text = record.text_at(column).unwrap_or_default();
    let day = text.parse::<Date>().or_else(|_| Date::strptime("%d %B %Y", text)).ok();
    if day.is_none() {
        let message = "expected a day such as `2026-11-30`";
        problems.push(Diagnostic::at(Code::InvalidDate, record.span(), message, "in this line"));
    }
    day
}
