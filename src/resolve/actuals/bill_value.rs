//! Values of bills: amounts, days, kinds of charges and names.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::model::{ChargeKind, Currency, Fraction, Month};
use crate::parse::{NumberError, decimal};
use crate::source::acts_on_terminal;

/// The longest name that is kept of a bill, in bytes.
const MAX_NAME: usize = 300;

/// Reads an amount exactly: `227.28753400000005`, `-1.5E-7`, `$10,000.00`, `(3.11)`, and `1.234,50` with a decimal comma.
///
/// # Errors
/// Why it is no number.
pub(super) fn amount(text: &str, has_decimal_comma: bool) -> Result<Fraction, String> {
    let wrong = || format!("`{}` is not a number", shown(text));
    let is_digit = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
    if !has_decimal_comma
        && text.bytes().all(is_digit)
        && let Ok(value) = decimal(text)
    {
        return Ok(value.normalize().into());
    }
    let (text, is_negative) = match text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')')) {
        Some(inside) => (inside, true),
        None => (text, false),
    };
    let is_part = |character: char| character.is_ascii_digit() || ".,+-eE' ".contains(character);
    let sign_free: String = text.chars().filter(|character| !is_currency_sign(*character)).collect();
    let digits = sign_free.trim();
    if !digits.chars().all(is_part) {
        return Err(wrong());
    }
    let plain = if has_decimal_comma {
        without_thousands(digits, '.').map(|digits| digits.replace(',', "."))
    } else {
        without_thousands(digits, ',')
    };
    let with_comma = || {
        let could_be = !has_decimal_comma && digits.contains(',');
        let hint = if could_be { "; if a comma is its decimal point: decimal_comma = true" } else { "" };
        format!("{}{hint}", wrong())
    };
    let value = plain.and_then(|plain| exact(plain.trim())).ok_or_else(with_comma)?;
    Ok(if is_negative { value.negate() } else { value })
}

/// Checks that an amount has no sign of another currency.
///
/// # Errors
/// The sign, and the currency that the amount is read in.
pub(super) fn check_sign(text: &str, currency: Currency) -> Result<(), String> {
    let fits = |sign: char| match sign {
        '$' => currency.is_dollar(),
        '€' => currency.as_str() == "EUR",
        _ => currency.as_str() == "GBP",
    };
    match text.chars().find(|character| is_currency_sign(*character) && !fits(*character)) {
        Some(sign) => Err(format!("`{}` has the sign {sign}, and the currency of the row is {currency}", shown(text))),
        None => Ok(()),
    }
}

fn is_currency_sign(character: char) -> bool {
    matches!(character, '$' | '€' | '£')
}

/// A number without its separators of thousands, which have to be in their places.
fn without_thousands(digits: &str, separator: char) -> Option<String> {
    let mark = if separator == ',' { '.' } else { ',' };
    let (whole, rest) = digits.split_at(digits.find(mark).unwrap_or(digits.len()));
    let mut groups = whole.split(separator);
    let first = groups.next().unwrap_or_default();
    let mut joined = first.to_owned();
    for group in groups {
        if group.len() != 3 || !group.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        joined.push_str(group);
    }
    let is_first_short = first.trim_start_matches(['-', '+']).len() <= 3;
    let is_fine = !rest.contains(separator) && (joined.len() == first.len() || is_first_short);
    is_fine.then(|| joined + rest)
}

/// A number of any scale; what is computed in binary has residues such as `4.440892098500626e-16`.
fn exact(text: &str) -> Option<Fraction> {
    // Engines write every decimal of a type: zeros at the end are no digits.
    let has_decimals = text.contains('.') && !text.contains(['e', 'E']);
    let text = if has_decimals { text.trim_end_matches('0').trim_end_matches('.') } else { text };
    // Some bills leave out the zero before the point.
    let text = match text.strip_prefix('-').unwrap_or(text) {
        "" => "0".to_owned(),
        rest if !rest.starts_with('.') => text.to_owned(),
        rest if text.starts_with('-') => format!("-0{rest}"),
        rest => format!("0{rest}"),
    };
    match decimal(&text) {
        Ok(value) => Some(value.normalize().into()),
        Err(NumberError::TooManyDigits) => long(&text),
        Err(NumberError::NotANumber | NumberError::TooLarge) => None,
    }
}

/// The most digits of a number of a bill, and the most places by which an exponent moves its point.
const MAX_DIGITS: usize = 100;

/// A number of more digits than a decimal has.
fn long(text: &str) -> Option<Fraction> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i32>().ok()?),
        None => (text, 0),
    };
    let unsigned = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, rest) = unsigned.split_once('.').unwrap_or((unsigned, ""));
    let digits = format!("{whole}{rest}");
    let places = i32::try_from(rest.len()).ok()?.checked_sub(exponent)?;
    let is_short = digits.len() <= MAX_DIGITS && places.unsigned_abs() as usize <= MAX_DIGITS;
    if !is_short || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let ten = Fraction::from(Decimal::TEN);
    let mut value = Fraction::ZERO;
    for digit in digits.bytes() {
        value = value.multiply(&ten).ok()?.add(&Decimal::from(digit - b'0').into()).ok()?;
    }
    for _ in 0..places.unsigned_abs() {
        value = if places > 0 { value.divide(&ten).ok()? } else { value.multiply(&ten).ok()? };
    }
    Some(if mantissa.starts_with('-') { value.negate() } else { value })
}

/// A moment of a bill: its day, and whether it is the very start of that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moment {
    pub(super) day: Date,
    pub(super) is_midnight: bool,
}

/// Reads `2024-09-18 23:00:00`, `2024-09-10T13:00:00Z`, `2020-07-22 18:14:39 +0000`, `2026/10/01`, `09/21/2023`, `5/1/25`,
/// `05.11.2026` and `2026-10`. With slashes the month comes first, with dots the day. A zone is not converted: the days are those of the vendor's own calendar.
///
/// # Errors
/// Why it is no day.
pub(super) fn moment(text: &str) -> Result<Moment, String> {
    let wrong = || format!("`{}` is not a day such as 2026-10-01", shown(text));
    let (day, time) = match text.find(['T', ' ']) {
        Some(at) => (&text[..at], text[at + 1..].trim()),
        None => (text, ""),
    };
    let is_time_part = |character: char| character.is_ascii_digit() || ":.+- ZUTCAPM".contains(character);
    if !time.chars().all(is_time_part) {
        return Err(wrong());
    }
    let day = if day.find('/') == Some(4) {
        iso(&day.replace('/', "-"))
    } else if day.contains('/') {
        in_parts(day, '/', |[month, day, year]| [year, month, day])
    } else if day.contains('.') {
        in_parts(day, '.', |[day, month, year]| [year, month, day])
    } else {
        iso(day)
    };
    let zone = time.find([' ', '+', '-', 'Z', 'U']).unwrap_or(time.len());
    let is_midnight = time[..zone].chars().all(|character| !character.is_ascii_digit() || character == '0');
    Ok(Moment { day: day.ok_or_else(wrong)?, is_midnight })
}

fn iso(text: &str) -> Option<Date> {
    match text.len() {
        7 => format!("{text}-01").parse().ok(),
        10 => text.parse().ok(),
        _ => None,
    }
}

/// Reads the month of a day, and a month as `2026-10`, `202610`, `10/2026`, `October 2026` or `31 Oct 2026`.
///
/// # Errors
/// Why it is none.
pub(super) fn month(text: &str) -> Result<Month, String> {
    if let Ok(moment) = moment(text) {
        return Ok(Month::of(moment.day));
    }
    let parts: Vec<&str> = text.split([' ', '/', '-', '.', ',']).filter(|part| !part.is_empty()).collect();
    let is_digits = |part: &str, length: usize| part.len() == length && part.bytes().all(|byte| byte.is_ascii_digit());
    let year = parts.iter().find(|part| is_digits(part, 4)).copied();
    let number = match parts[..] {
        [whole] if is_digits(whole, 6) => {
            return Month::parse(&format!("{}-{}", &whole[..4], &whole[4..])).ok_or_else(|| no_month(text));
        }
        [month, year] if is_digits(year, 4) && (is_digits(month, 1) || is_digits(month, 2)) => month.parse().ok(),
        [_, _] | [_, _, _] => parts.iter().find_map(|part| {
            let name = part.to_lowercase();
            let at = Month::NAMES.iter().position(|month| name.len() >= 3 && month.starts_with(&*name))?;
            Some(at + 1)
        }),
        _ => None,
    };
    let month = year.zip(number).and_then(|(year, month): (&str, usize)| Month::parse(&format!("{year}-{month:02}")));
    month.ok_or_else(|| no_month(text))
}

fn no_month(text: &str) -> String {
    format!("`{}` is not a month such as 2026-10", shown(text))
}

/// A day whose year comes last: `09/21/2023`, `5/1/25`, `05.11.2026`; `ordered` gives year, month and day.
fn in_parts(text: &str, separator: char, ordered: fn([i16; 3]) -> [i16; 3]) -> Option<Date> {
    let mut parts = text.split(separator);
    let mut part = || parts.next().filter(|part| part.len() <= 4)?.parse::<i16>().ok();
    let [year, month, day] = ordered([part()?, part()?, part()?]);
    let year = if year < 100 { 2000 + year } else { year };
    let date = Date::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).ok();
    date.filter(|_| parts.next().is_none())
}

/// The kinds of charges by the words of bills, in lower case and without spaces and signs.
const KINDS: &[(&str, ChargeKind)] = &[
    ("usage", ChargeKind::Usage),
    ("unusedreservation", ChargeKind::Usage),
    ("unusedsavingsplan", ChargeKind::Usage),
    ("purchase", ChargeKind::Purchase),
    ("subscription", ChargeKind::Purchase),
    ("fee", ChargeKind::Purchase),
    ("tax", ChargeKind::Tax),
    ("taxes", ChargeKind::Tax),
    ("salestax", ChargeKind::Tax),
    ("vat", ChargeKind::Tax),
    ("gst", ChargeKind::Tax),
    ("mwst", ChargeKind::Tax),
    ("ust", ChargeKind::Tax),
    ("umsatzsteuer", ChargeKind::Tax),
    ("mehrwertsteuer", ChargeKind::Tax),
    ("tva", ChargeKind::Tax),
    ("iva", ChargeKind::Tax),
    ("credit", ChargeKind::Credit),
    ("credits", ChargeKind::Credit),
    ("refund", ChargeKind::Credit),
    ("refunds", ChargeKind::Credit),
    ("discount", ChargeKind::Credit),
    ("adjustment", ChargeKind::Adjustment),
    ("roundingadjustment", ChargeKind::Adjustment),
];

/// The kind of charge that a word of a bill names.
pub(super) fn kind(word: &str) -> Option<ChargeKind> {
    let is_same = |known: &str| {
        let letters = word.chars().filter(char::is_ascii_alphabetic).map(|letter| letter.to_ascii_lowercase());
        letters.eq(known.chars())
    };
    KINDS.iter().find(|(known, _)| is_same(known)).map(|(_, kind)| *kind)
}

/// Checks a name that is kept.
///
/// # Errors
/// A character that cannot be printed, a start that a spreadsheet reads as a formula, or a text that is too long.
pub fn check_name(text: &str) -> Result<(), String> {
    if text.len() > MAX_NAME {
        return Err(format!("`{}` has more than {MAX_NAME} bytes, which is no name", shown(text)));
    }
    let is_plain = text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic());
    if !is_plain && text.chars().any(acts_on_terminal) {
        return Err(format!("`{}` has a character that cannot be printed", shown(text)));
    }
    if text.starts_with(['=', '+', '@']) {
        return Err(format!("`{}` would be a formula in a spreadsheet, and is no name", shown(text)));
    }
    Ok(())
}

/// A text of a bill in a message: short, and in printable characters.
pub(super) fn shown(text: &str) -> String {
    const MOST: usize = 60;
    let printable: String = text.chars().take(MOST).map(|one| if acts_on_terminal(one) { '?' } else { one }).collect();
    if text.chars().nth(MOST).is_some() { printable + "..." } else { printable }
}
