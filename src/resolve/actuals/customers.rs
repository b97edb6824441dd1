//! The customers and the revenue of months, from a CSV with a row for each month.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_decimal::prelude::ToPrimitive as _;

use crate::model::{Currency, Money, Month};
use crate::parse::{ActualsRaw, BillFault, BillField, BillRowRaw, BillRows, CustomersLayout};
use crate::resolve::actuals::bill_value::{amount, check_sign, month, shown};
use crate::resolve::actuals::month::check_begun;
use crate::source::Spanned;

/// The most faults of a CSV of customers that are shown.
const MOST_FAULTS: usize = 20;

/// What a CSV of customers says.
#[derive(Clone, Debug)]
pub struct CustomersFile {
    /// What it says of each month.
    pub months: BTreeMap<Month, MonthFigures>,
    /// What is to be said of how it was read, in sentences.
    pub notes: Vec<String>,
}

/// The customers and the revenue of a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MonthFigures {
    /// The line of the file.
    pub line: u64,
    /// The number of customers, if the file has it.
    pub customers: Option<u64>,
    /// The monthly recurring revenue, if the file has it.
    pub mrr: Option<Money>,
}

/// How the project names the columns of its CSV of customers. A typed currency comes before that of the settings.
pub fn customers_layout(settings: Option<&ActualsRaw>, currency: Option<Currency>) -> CustomersLayout {
    let Some(raw) = settings.and_then(|settings| settings.customers.as_ref()) else {
        return CustomersLayout { currency, ..CustomersLayout::default() };
    };
    let named = |name: &Option<Spanned<String>>| name.as_ref().map(|name| Box::<str>::from(name.value.trim()));
    let columns = raw.columns.as_ref().map(|columns| {
        [
            (BillField::Period, named(&columns.date)),
            (BillField::Customers, named(&columns.customers)),
            (BillField::Mrr, named(&columns.mrr)),
            (BillField::Currency, named(&columns.currency)),
        ]
    });
    let columns = columns.into_iter().flatten().filter_map(|(field, name)| Some((field, name?))).collect();
    CustomersLayout {
        columns,
        currency: currency.or(raw.currency.map(|currency| currency.value)),
        has_decimal_comma: raw.decimal_comma.unwrap_or(false),
    }
}

/// Reads a CSV of customers. A row without customers and revenue says nothing of its month.
///
/// # Errors
/// The faults of the rows, in their order; one that is in several rows is that of the first one. Nothing is read below a
/// row that is none.
pub fn customers_file(mut rows: impl BillRows, today: Date) -> Result<CustomersFile, Vec<BillFault>> {
    let head = rows.head();
    let (currency, has_decimal_comma, mut notes) = (head.currency, head.has_decimal_comma, head.notes.clone());
    let mut months: BTreeMap<Month, MonthFigures> = BTreeMap::new();
    let mut faults: Vec<BillFault> = Vec::new();
    let mut empty = 0;
    while faults.len() < MOST_FAULTS {
        let read = match rows.next_row() {
            Ok(Some(raw)) => row(&raw, currency, has_decimal_comma, today),
            Ok(None) => break,
            Err(fault) => {
                faults.push(fault);
                break;
            }
        };
        match read {
            Ok(Some((month, figures))) => {
                if let Some(first) = months.insert(month, figures) {
                    let message = format!("{month} is in the file twice, in line {} and here", first.line);
                    faults.push(
                        BillFault::at(figures.line, message)
                            .help("leave one row for each month, such as that of its last day"),
                    );
                }
            }
            Ok(None) => empty += 1,
            Err(fault) if faults.iter().any(|other| other.message == fault.message) => {}
            Err(fault) => faults.push(fault),
        }
    }
    if months.is_empty() && faults.is_empty() {
        faults.push(BillFault::whole("the file has no customers and no revenue below its header"));
    }
    if !faults.is_empty() {
        return Err(faults);
    }
    if empty > 0 {
        notes.push(format!("Rows with neither customers nor revenue: {empty}"));
    }
    Ok(CustomersFile { months, notes })
}

/// What a row says of its month; `None` if nothing.
fn row(
    raw: &BillRowRaw<'_>,
    currency: Option<Currency>,
    has_decimal_comma: bool,
    today: Date,
) -> Result<Option<(Month, MonthFigures)>, BillFault> {
    let at = |message: String| BillFault::at(raw.line, message);
    let Some(text) = raw.get(BillField::Period) else { return Err(at("the row has no month".to_owned())) };
    let month = month(text).map_err(at)?;
    let customers = raw.get(BillField::Customers).map(|text| whole(text, has_decimal_comma)).transpose().map_err(at)?;
    let mrr = raw.get(BillField::Mrr).map(|text| revenue(text, raw, currency, has_decimal_comma)).transpose()?;
    if customers.is_none() && mrr.is_none() {
        return Ok(None);
    }
    check_begun(month, today).map_err(|reason| at(reason).help("leave the rows of months to come out of the file"))?;
    Ok(Some((month, MonthFigures { line: raw.line, customers, mrr })))
}

/// A number of customers: `64`, `1,234` and `64.0`.
fn whole(text: &str, has_decimal_comma: bool) -> Result<u64, String> {
    let value = amount(text, has_decimal_comma)?;
    let value = value.to_decimal().ok().filter(|value| value.is_integer() && !text.contains(['$', '€', '£']));
    let count = value.and_then(|value| value.to_u64());
    count.ok_or_else(|| format!("`{}` is no number of customers: a whole number, not below zero", shown(text)))
}

/// A revenue: `6400`, `$6,400.00`, `6400 USD` and `EUR 6400`.
fn revenue(
    text: &str,
    raw: &BillRowRaw<'_>,
    usual: Option<Currency>,
    has_decimal_comma: bool,
) -> Result<Money, BillFault> {
    let at = |message: String| BillFault::at(raw.line, message);
    let code = |text: &str| Currency::parse(text).or_else(|| Currency::known(text));
    let of_column = match raw.get(BillField::Currency) {
        Some(text) => Some(code(text).ok_or_else(|| at(format!("`{}` is not a currency code", shown(text))))?),
        None => None,
    };
    let (number, own) = without_code(text);
    let own = own.map(|own| code(own).ok_or_else(|| at(format!("`{}` is not a number", shown(text))))).transpose()?;
    if let Some((own, other)) = own.zip(of_column).filter(|(own, other)| own != other) {
        return Err(at(format!("`{}` is in {own}, and the column of currencies has {other}", shown(text))));
    }
    let Some(currency) = own.or(of_column).or(usual) else {
        return Err(at("the revenue has no currency".to_owned()).help("give it with `--currency CODE`"));
    };
    let value = check_sign(number, currency).and_then(|()| amount(number, has_decimal_comma)).map_err(at)?;
    if value.is_negative() {
        return Err(at(format!("the revenue of a month is not below zero: `{}`", shown(text))));
    }
    let value = value.to_decimal().map_err(|error| at(error.to_string()))?;
    Ok(Money::new(value.normalize(), currency))
}

/// An amount without the code of its currency, which is three letters before or after it.
fn without_code(text: &str) -> (&str, Option<&str>) {
    let is_code = |code: &str| code.len() == 3 && code.bytes().all(|byte| byte.is_ascii_alphabetic());
    let at = text.len().saturating_sub(3);
    match (text.split_at_checked(3), text.split_at_checked(at)) {
        (Some((code, number)), _) if is_code(code) => (number.trim(), Some(code)),
        (_, Some((number, code))) if is_code(code) => (number.trim(), Some(code)),
        _ => (text, None),
    }
}
