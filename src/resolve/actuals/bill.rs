//! A whole bill: its rows, added up by month and by what was bought.

use std::collections::{BTreeMap, HashMap};

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::model::{
    ArithmeticError, BillSource, BilledCharge, BilledProduct, ControlTotal, Currency, Fraction, Money, Month,
};
use crate::parse::{BillFault, BillRows};
use crate::resolve::actuals::bill_row::{BillRow, RowDefaults, empty_days};
use crate::resolve::actuals::month::latest_month;
use crate::source::Span;

/// The most charges that rows of one bill are added up to.
const MAX_CHARGES: usize = 50_000;

/// How a bill is read.
#[derive(Clone, Debug)]
pub struct BillRequest {
    /// The format, if it is not seen from the header.
    pub format: Option<String>,
    /// The vendor of rows without one.
    pub vendor: Option<String>,
    /// The currency of rows without one.
    pub currency: Option<Currency>,
    /// The tags that are kept.
    pub tags: Vec<Box<str>>,
    /// Today: a bill of a month that is much later is none.
    pub today: Date,
}

/// A bill that was read.
#[derive(Clone, Debug)]
pub struct Bill {
    /// The format.
    pub format: Box<str>,
    /// What its rows add up to, by month.
    pub months: BTreeMap<Month, MonthOfBill>,
    /// What is to be said of how it was read, in sentences.
    pub notes: Vec<String>,
}

/// The rows of a bill that belong to a month.
#[derive(Clone, Debug)]
pub struct MonthOfBill {
    /// How many rows there are.
    pub rows: u64,
    /// What they add up to.
    pub totals: Vec<ControlTotal>,
    /// The last day that they cover, if any is for less than the month.
    pub through: Option<Date>,
    /// What was bought, in the order of its names.
    pub charges: Vec<BilledCharge>,
}

impl MonthOfBill {
    /// The bill as a source of the month.
    pub fn into_source(self, name: &str, format: &str, digest: &str) -> BillSource {
        let Self { rows, totals, through, charges } = self;
        BillSource { name: name.into(), format: format.into(), digest: digest.into(), rows, totals, through, charges }
    }
}

/// Adds the rows of a bill up; memory grows with what was bought, not with the rows.
///
/// # Errors
/// The first fault of the file.
pub fn bill(mut rows: impl BillRows, request: &BillRequest) -> Result<Bill, BillFault> {
    let head = rows.head();
    let (format, mut notes) = (head.format.clone(), head.notes.clone());
    let of_all = RowDefaults {
        vendor: request.vendor.as_deref().map(Into::into).or_else(|| head.vendor.clone()),
        currency: request.currency.or(head.currency),
        has_decimal_comma: head.has_decimal_comma,
        has_empty_days: head.has_empty_days,
        tags: request.tags.clone(),
        latest: latest_month(request.today),
    };
    let mut sums = Sums::default();
    while let Some(raw) = rows.next_row()? {
        if let Some(days) = if of_all.has_empty_days { empty_days(&raw)? } else { None } {
            sums.cover(Month::of(days.0), Some(days));
            continue;
        }
        let row = BillRow::read(&raw, &of_all)?;
        let mut add = |row: &BillRow<'_>| sums.add(row).map_err(|wrong| BillFault::at(raw.line, wrong.0).help(wrong.1));
        add(&row)?;
        if let Some(tax) = row.tax(&raw, &of_all)? {
            add(&tax)?;
        }
    }
    let months = sums.months().map_err(|error| BillFault::whole(error.to_string()))?;
    if months.is_empty() {
        return Err(BillFault::whole("the bill has no rows below its header"));
    }
    notes.extend(apart(&months));
    Ok(Bill { format, months, notes })
}

/// Months of a bill with more than a year between them, which may be a slip of the pen.
fn apart(months: &BTreeMap<Month, MonthOfBill>) -> Option<String> {
    let known: Vec<Month> = months.keys().copied().collect();
    let is_apart = |pair: &[Month]| pair[1].since(pair[0]) > 12;
    let gap = known.windows(2).find(|pair| is_apart(pair))?;
    Some(format!("It has rows of {} and then of {}, more than a year later", gap[0], gap[1]))
}

/// What a charge is identified by while rows are added up: its texts, joined.
type Key = String;

#[derive(Debug, Default)]
struct Sums {
    charges: HashMap<Key, ChargeSum>,
    totals: BTreeMap<(Month, Currency), TotalSum>,
    /// The last days of the rows for a part of a month.
    through: BTreeMap<Month, Date>,
    /// The key of the current row, kept to save an allocation for each of them.
    key: Key,
}

#[derive(Debug)]
struct ChargeSum {
    month: Month,
    product: BilledProduct,
    currency: Currency,
    cost: Fraction,
    quantity: Option<Fraction>,
    rows: u64,
}

#[derive(Debug)]
struct TotalSum {
    billed: Fraction,
    effective: Option<Fraction>,
    rows: u64,
}

impl Sums {
    /// Adds a row.
    fn add(&mut self, row: &BillRow<'_>) -> Result<(), (String, String)> {
        let wrong = |error: ArithmeticError| (format!("the sum cannot be computed: {error}"), String::new());
        self.set_key(row);
        let known = self.charges.len();
        match self.charges.get_mut(&self.key) {
            Some(sum) => sum.add(row).map_err(wrong)?,
            None if known >= MAX_CHARGES => {
                let message = format!("the rows up to here are more than {MAX_CHARGES} different charges");
                return Err((message, "keep fewer tags under `[actuals]`, or import a file for each month".to_owned()));
            }
            None => {
                self.charges.insert(self.key.clone(), ChargeSum::new(row));
            }
        }
        let total = self.totals.entry((row.month, row.currency)).or_insert_with(|| TotalSum {
            billed: Fraction::ZERO,
            effective: None,
            rows: 0,
        });
        total.add(row).map_err(wrong)?;
        self.cover(row.month, row.days.filter(|_| !row.is_monthly()));
        Ok(())
    }

    /// Notes up to which day the rows of a month go; what is bought for the whole month says nothing about it.
    fn cover(&mut self, month: Month, days: Option<(Date, Date)>) {
        let Some((first, last)) = days else { return };
        let (start, end) = (month.first_day(), month.last_day());
        if last < start || first > end {
            return;
        }
        let through = self.through.entry(month).or_insert(start);
        *through = last.min(end).max(*through);
    }

    fn set_key(&mut self, row: &BillRow<'_>) {
        self.key.clear();
        let texts = [Some(row.vendor), row.service, row.sku, row.meter, row.resource_type, row.unit];
        let first = row.month.first_day();
        for text in texts {
            self.key.push_str(text.unwrap_or("\u{1e}"));
            self.key.push('\u{1f}');
        }
        for (name, value) in &row.tags {
            self.key.push_str(name);
            self.key.push('\u{1e}');
            self.key.push_str(value);
            self.key.push('\u{1f}');
        }
        self.key.push_str(row.kind.as_str());
        self.key.push_str(row.currency.as_str());
        self.key.push(if row.is_correction { 'c' } else { 'n' });
        self.key.push(if row.is_monthly() { 'm' } else { 'n' });
        self.key.push(if row.quantity.is_some() { 'q' } else { 'n' });
        for part in [i32::from(first.year()), i32::from(first.month())] {
            self.key.push(char::from_u32(part.unsigned_abs()).unwrap_or('?'));
        }
    }

    /// The sums by month.
    fn months(self) -> Result<BTreeMap<Month, MonthOfBill>, ArithmeticError> {
        let mut months: BTreeMap<Month, MonthOfBill> = BTreeMap::new();
        for ((month, currency), total) in self.totals {
            let effective = total.effective.as_ref().map(stored).transpose()?;
            let through = self.through.get(&month).copied();
            let of_month = months.entry(month).or_insert_with(|| MonthOfBill {
                rows: 0,
                totals: Vec::new(),
                through,
                charges: Vec::new(),
            });
            of_month.rows = of_month.rows.saturating_add(total.rows);
            of_month.totals.push(ControlTotal { currency, billed: stored(&total.billed)?, effective });
        }
        for sum in self.charges.into_values() {
            let cost = Money::new(stored(&sum.cost)?, sum.currency);
            let quantity = sum.quantity.as_ref().map(stored).transpose()?;
            let charge = BilledCharge { product: sum.product, cost, quantity, rows: sum.rows, span: Span::NOWHERE };
            if let Some(month) = months.get_mut(&sum.month) {
                month.charges.push(charge);
            }
        }
        for month in months.values_mut() {
            month.charges.sort_by(|a, b| (&a.product, a.cost.currency).cmp(&(&b.product, b.cost.currency)));
        }
        Ok(months)
    }
}

/// A sum as it is written: exact, without zeros at its end.
fn stored(sum: &Fraction) -> Result<Decimal, ArithmeticError> {
    Ok(sum.to_decimal()?.normalize())
}

impl ChargeSum {
    fn new(row: &BillRow<'_>) -> Self {
        let text = |text: Option<&str>| text.map(Box::from);
        let product = BilledProduct {
            vendor: row.vendor.into(),
            service: text(row.service),
            sku: text(row.sku),
            meter: text(row.meter),
            resource_type: text(row.resource_type),
            tags: row.tags.clone(),
            kind: row.kind,
            is_correction: row.is_correction,
            is_monthly: row.is_monthly(),
            unit: text(row.unit),
        };
        let (cost, quantity) = (row.cost.clone(), row.quantity.clone());
        Self { month: row.month, product, currency: row.currency, cost, quantity, rows: row.rows }
    }

    fn add(&mut self, row: &BillRow<'_>) -> Result<(), ArithmeticError> {
        self.cost = self.cost.add(&row.cost)?;
        if let (Some(sum), Some(quantity)) = (&self.quantity, &row.quantity) {
            self.quantity = Some(sum.add(quantity)?);
        }
        self.rows = self.rows.saturating_add(row.rows);
        Ok(())
    }
}

impl TotalSum {
    fn add(&mut self, row: &BillRow<'_>) -> Result<(), ArithmeticError> {
        self.billed = self.billed.add(&row.cost)?;
        if let Some(effective) = &row.effective {
            self.effective = Some(self.effective.as_ref().unwrap_or(&Fraction::ZERO).add(effective)?);
        }
        self.rows = self.rows.saturating_add(row.rows);
        Ok(())
    }
}
