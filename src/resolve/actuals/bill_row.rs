//! One row of a bill: what it is for, of which month, and what it costs.
//!
//! The rules: the month is that in which a row is billed, not that in which it was used. A correction, a credit and a refund
//! count in the month whose bill has them, with the sign of the bill. A tax is a charge of its own.

use jiff::civil::Date;

use crate::model::{ChargeKind, Currency, Fraction, Month};
use crate::parse::{BillFault, BillField, BillRowRaw};
use crate::resolve::actuals::bill_value::{Moment, amount, check_name, check_sign, kind, moment, shown};
use crate::resolve::actuals::month::check_month;

/// What holds for every row of a bill.
#[derive(Clone, Debug)]
pub(super) struct RowDefaults {
    pub(super) vendor: Option<Box<str>>,
    pub(super) currency: Option<Currency>,
    pub(super) has_decimal_comma: bool,
    pub(super) has_empty_days: bool,
    /// The tags that are kept.
    pub(super) tags: Vec<Box<str>>,
    /// The last month that can be billed by now.
    pub(super) latest: Month,
}

/// The tags that are kept, by name.
type Tags = Vec<(Box<str>, Box<str>)>;

/// A row of a bill.
#[derive(Debug)]
pub(super) struct BillRow<'b> {
    pub(super) month: Month,
    pub(super) vendor: &'b str,
    pub(super) service: Option<&'b str>,
    pub(super) sku: Option<&'b str>,
    pub(super) meter: Option<&'b str>,
    pub(super) resource_type: Option<&'b str>,
    pub(super) tags: Tags,
    pub(super) kind: ChargeKind,
    pub(super) is_correction: bool,
    pub(super) currency: Currency,
    pub(super) unit: Option<&'b str>,
    pub(super) cost: Fraction,
    pub(super) effective: Option<Fraction>,
    pub(super) quantity: Option<Fraction>,
    /// The first and the last day that it covers, if it says so.
    pub(super) days: Option<(Date, Date)>,
    /// How many rows of the bill it is: more than one if an engine has added them up, and none for the tax of another.
    pub(super) rows: u64,
}

impl<'b> BillRow<'b> {
    /// Reads a row.
    ///
    /// # Errors
    /// A value that is missing or cannot be read, with its line.
    pub(super) fn read(raw: &BillRowRaw<'b>, of_all: &'b RowDefaults) -> Result<Self, BillFault> {
        let at = |message: String| BillFault::at(raw.line, message);
        let number = |text: &str| amount(text, of_all.has_decimal_comma).map_err(at);
        let name = |field: BillField| match raw.get(field) {
            Some(text) => check_name(text).map_err(at).map(|()| Some(text)),
            None => Ok(None),
        };
        let missing = |what: &str| at(format!("the row has no {what}"));
        let vendor = name(BillField::Vendor)?.or(of_all.vendor.as_deref());
        let vendor = vendor.ok_or_else(|| missing("vendor").help("give it with `--vendor NAME`"))?;
        let currency = match raw.get(BillField::Currency) {
            Some(code) => Some(
                Currency::parse(code)
                    .or_else(|| Currency::known(code))
                    .ok_or_else(|| at(format!("`{}` is not a currency code", shown(code))))?,
            ),
            None => of_all.currency,
        };
        let currency = currency.ok_or_else(|| missing("currency").help("give it with `--currency CODE`"))?;
        let cost = raw.get(BillField::Cost).ok_or_else(|| missing("cost"))?;
        check_sign(cost, currency).map_err(at)?;
        let cost = number(cost)?;
        let period = raw.get(BillField::Period).ok_or_else(|| missing("month in which it is billed"))?;
        let month = Month::of(moment(period).map_err(at)?.day);
        check_month(month, of_all.latest).map_err(at)?;
        let quantity = raw.found(BillField::Quantity);
        let unit = quantity.and_then(|(nth, _)| raw.nth(BillField::Unit, nth));
        if let Some(unit) = unit {
            check_name(unit).map_err(at)?;
        }
        let in_text = raw.get(BillField::SkuInText).and_then(sku_in_text);
        Ok(Self {
            month,
            vendor,
            service: name(BillField::Service)?,
            sku: name(BillField::Sku)?.or(in_text),
            meter: name(BillField::Meter)?,
            resource_type: name(BillField::ResourceType)?,
            tags: if of_all.tags.is_empty() { Vec::new() } else { tags(raw, &of_all.tags).map_err(at)? },
            kind: kind_of(raw, &cost).map_err(at)?,
            is_correction: raw.get(BillField::Class).is_some_and(|class| class.eq_ignore_ascii_case("correction")),
            currency,
            unit,
            cost,
            effective: raw.get(BillField::Effective).map(number).transpose()?,
            quantity: quantity.map(|(_, text)| number(text)).transpose()?,
            days: days(raw).map_err(at)?,
            rows: raw.get(BillField::Rows).map_or(Ok(1), rows).map_err(at)?,
        })
    }

    /// The tax of the row, as a row of its own, if the row has some in a column of its own.
    ///
    /// # Errors
    /// An amount that cannot be read, with its line.
    pub(super) fn tax(self, raw: &BillRowRaw<'b>, of_all: &RowDefaults) -> Result<Option<Self>, BillFault> {
        let Some(text) = raw.get(BillField::Tax) else { return Ok(None) };
        let cost = check_sign(text, self.currency).and_then(|()| amount(text, of_all.has_decimal_comma));
        let cost = cost.map_err(|message| BillFault::at(raw.line, message))?;
        let tax = Self { kind: ChargeKind::Tax, cost, effective: None, quantity: None, unit: None, rows: 0, ..self };
        Ok(Some(tax).filter(|tax| !tax.cost.is_zero()))
    }
}

/// The days of a row for which nothing was billed.
///
/// # Errors
/// A day that cannot be read, with its line.
pub(super) fn empty_days(raw: &BillRowRaw<'_>) -> Result<Option<(Date, Date)>, BillFault> {
    if raw.get(BillField::Cost).is_some() || raw.get(BillField::Currency).is_some() {
        return Ok(None);
    }
    days(raw).map_err(|message| BillFault::at(raw.line, message))
}

impl BillRow<'_> {
    /// Whether it covers the whole month.
    pub(super) fn is_monthly(&self) -> bool {
        let is_whole = |(first, last)| first <= self.month.first_day() && last >= self.month.last_day();
        self.days.is_some_and(is_whole)
    }
}

/// The kind of charge; without a word for it, what has the name of a tax is one, what is below zero is a credit, and everything
/// else usage.
fn kind_of(raw: &BillRowRaw<'_>, cost: &Fraction) -> Result<ChargeKind, String> {
    if let Some(word) = raw.get(BillField::Kind) {
        let words: Vec<&str> = ChargeKind::WORDS.iter().map(|(word, _)| *word).collect();
        return kind(word)
            .ok_or_else(|| format!("`{}` is no kind of charge: {} or refund", shown(word), words.join(", ")));
    }
    let tax = raw.get(BillField::Service).and_then(kind).filter(|kind| *kind == ChargeKind::Tax);
    let known = raw.get(BillField::KindIfKnown).and_then(kind).or(tax);
    Ok(known.unwrap_or(if cost.is_negative() { ChargeKind::Credit } else { ChargeKind::Usage }))
}

fn rows(text: &str) -> Result<u64, String> {
    let rows = text.parse().ok().filter(|rows| *rows > 0);
    rows.ok_or_else(|| format!("`{}` is no number of rows", shown(text)))
}

/// The days that a row covers. An end at the very start of a day belongs to the day before.
fn days(raw: &BillRowRaw<'_>) -> Result<Option<(Date, Date)>, String> {
    let read = |field: BillField| raw.get(field).map(moment).transpose();
    let (start, end, last) = (read(BillField::Start)?, read(BillField::End)?, read(BillField::LastDay)?);
    let before_midnight = |end: Moment| if end.is_midnight { end.day.yesterday().unwrap_or(end.day) } else { end.day };
    let last = last.map(|last| last.day).or_else(|| end.map(before_midnight));
    Ok(start.zip(last).map(|(start, last)| (start.day, last.max(start.day))))
}

/// The id in parentheses at the end of a text: `worker (s-2vcpu-4gb)`.
fn sku_in_text(text: &str) -> Option<&str> {
    let (_, id) = text.strip_suffix(')')?.rsplit_once('(')?;
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'-' | b'_' | b'.');
    (id.contains('-') && id.starts_with(|first: char| first.is_ascii_lowercase()) && id.bytes().all(is_part))
        .then_some(id)
}

/// The values of the tags that are kept, in the order of the names.
fn tags(raw: &BillRowRaw<'_>, kept: &[Box<str>]) -> Result<Tags, String> {
    let Some(text) = raw.get(BillField::Tags) else { return Ok(Vec::new()) };
    // Azure leaves out the braces.
    let whole = if text.starts_with('{') { text.to_owned() } else { format!("{{{text}}}") };
    let wrong = |_| format!("the tags `{}` are not JSON", shown(text));
    let all: serde_json::Map<String, serde_json::Value> = serde_json::from_str(&whole).map_err(wrong)?;
    let mut found = Vec::new();
    for name in kept {
        let value = match all.get(&**name) {
            Some(serde_json::Value::String(text)) => text.trim().to_owned(),
            Some(serde_json::Value::Null) | None => continue,
            Some(other) => other.to_string(),
        };
        if !value.is_empty() {
            check_name(&value)?;
            found.push((name.clone(), value.into()));
        }
    }
    Ok(found)
}
