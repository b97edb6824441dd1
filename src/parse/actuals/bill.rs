//! Bills of vendors, read one row at a time, so that a bill may be larger than the memory. CSV and Parquet have readers of
//! their own, and rows of one shape.
//!
//! ```text
//! bytes -> CSV, Parquet -> the columns of a format -> BillRowRaw
//! ```

use crate::model::Currency;
use crate::parse::actuals::bill_layout::{BillField, BillLayout, place};

/// Why a bill cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillFault {
    /// The line, from 1 on, if it is one; of Parquet the row.
    pub line: Option<u64>,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to do about it.
    pub help: Option<String>,
}

impl BillFault {
    /// What is wrong with a line.
    pub fn at(line: u64, message: impl Into<String>) -> Self {
        Self { line: Some(line), message: message.into(), help: None }
    }

    /// What is wrong with a file as a whole.
    pub fn whole(message: impl Into<String>) -> Self {
        Self { line: None, message: message.into(), help: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// The rows of a bill, one after another.
pub trait BillRows {
    /// What holds for all of them.
    fn head(&self) -> &BillHead;

    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// What is no row of the file.
    fn next_row(&mut self) -> Result<Option<BillRowRaw<'_>>, BillFault>;
}

/// What holds for every row of a bill.
#[derive(Clone, Debug)]
pub struct BillHead {
    /// The format.
    pub format: Box<str>,
    /// The vendor of every row, unless a column has it.
    pub vendor: Option<Box<str>>,
    /// The currency of every row, unless a column has it.
    pub currency: Option<Currency>,
    /// Whether numbers have a decimal comma.
    pub has_decimal_comma: bool,
    /// Whether a row without an amount and a currency is a day without costs.
    pub has_empty_days: bool,
    /// What is to be said of how its values were read, in sentences.
    pub notes: Vec<String>,
    /// The places of the columns of each field.
    places: [Vec<usize>; BillField::COUNT],
}

/// A row of a bill.
#[derive(Clone, Copy)]
pub struct BillRowRaw<'b> {
    record: &'b csv::StringRecord,
    places: &'b [Vec<usize>; BillField::COUNT],
    /// Its line; of Parquet its row.
    pub line: u64,
}

impl BillHead {
    /// The head of a bill with a header, in a format.
    ///
    /// # Errors
    /// A column that is there twice.
    pub(super) fn new(header: &[String], format: &BillLayout) -> Result<Self, BillFault> {
        Ok(Self {
            places: places(header, format)?,
            format: format.name.clone(),
            vendor: format.vendor.clone(),
            currency: format.currency,
            has_decimal_comma: format.has_decimal_comma,
            has_empty_days: format.has_empty_days,
            notes: Vec::new(),
        })
    }

    /// The head of a CSV with some fields, each in one column of the header.
    pub(super) fn of_columns(format: &str, columns: &[(BillField, usize)]) -> Self {
        let mut places: [Vec<usize>; BillField::COUNT] = std::array::from_fn(|_| Vec::new());
        for (field, place) in columns {
            places[*field as usize].push(*place);
        }
        Self {
            places,
            format: format.into(),
            vendor: None,
            currency: None,
            has_decimal_comma: false,
            has_empty_days: false,
            notes: Vec::new(),
        }
    }

    /// A row whose cells are those of a record.
    pub(super) fn row<'b>(&'b self, record: &'b csv::StringRecord, line: u64) -> BillRowRaw<'b> {
        BillRowRaw { record, places: &self.places, line }
    }
}

impl<'b> BillRowRaw<'b> {
    /// The value of a field and which of its columns has it; `None` if none has one. Bills write an empty value as nothing,
    /// `NULL`, `N/A` or, as `ClickHouse` and Hive do, `\N`.
    pub fn found(&self, field: BillField) -> Option<(usize, &'b str)> {
        let mut places = self.places[field as usize].iter().enumerate();
        places.find_map(|(nth, place)| Some((nth, self.value(*place)?)))
    }

    /// The value of a field.
    pub fn get(&self, field: BillField) -> Option<&'b str> {
        self.found(field).map(|(_, value)| value)
    }

    /// The value of one of the columns of a field.
    pub fn nth(&self, field: BillField, nth: usize) -> Option<&'b str> {
        self.value(*self.places[field as usize].get(nth)?)
    }

    fn value(&self, place: usize) -> Option<&'b str> {
        let text = self.record.get(place)?.trim();
        let is_empty = ["", "null", "n/a", "\\n"].iter().any(|empty| text.eq_ignore_ascii_case(empty));
        (!is_empty).then_some(text)
    }
}

/// The place of a column that a file does not have.
const NOWHERE: usize = usize::MAX;

/// The most columns of a bill.
const MAX_COLUMNS: usize = 1_000;

/// The format of a bill: the one with a name, otherwise the first whose columns the header has.
///
/// # Errors
/// A header of no known format, or not of the named one.
pub(super) fn chosen<'f>(
    header: &[String],
    formats: &'f [BillLayout],
    named: Option<&str>,
) -> Result<&'f BillLayout, BillFault> {
    check_width(header)?;
    let known = || formats.iter().map(|format| format!("`{}`", format.name)).collect::<Vec<_>>().join(", ");
    let Some(named) = named else {
        let fitting = formats.iter().find(|format| format.fits(header));
        return fitting.ok_or_else(|| {
            let message = format!("the header has the columns of no known bill: {}", known());
            let help = "name its columns once in costplan.toml, under `[actuals.csv.NAME]`";
            BillFault::at(1, message).help(help)
        });
    };
    let format = formats.iter().find(|format| *format.name == *named);
    let format = format.ok_or_else(|| {
        BillFault::whole(format!("`{named}` is no format of bills")).help(format!("choose from {}", known()))
    })?;
    match format.signs.iter().find(|sign| place(header, sign).is_none()) {
        Some(missing) => {
            Err(BillFault::at(1, format!("the header has no column `{missing}`, which a bill in `{named}` has")))
        }
        None => Ok(format),
    }
}

/// Checks that a header has no more columns than a bill may have.
///
/// # Errors
/// How many it has.
pub(super) fn check_width(header: &[String]) -> Result<(), BillFault> {
    if header.len() > MAX_COLUMNS {
        let message = format!("the header has {} columns, and a bill has at most {MAX_COLUMNS}", header.len());
        return Err(BillFault::at(1, message));
    }
    Ok(())
}

/// Where the columns of each field are.
fn places(header: &[String], format: &BillLayout) -> Result<[Vec<usize>; BillField::COUNT], BillFault> {
    let mut places: [Vec<usize>; BillField::COUNT] = std::array::from_fn(|_| Vec::new());
    for (field, names) in &format.columns {
        for name in names {
            let mut here = (0..header.len()).filter(|at| header[*at].eq_ignore_ascii_case(name));
            let first = here.next();
            if here.next().is_some() {
                return Err(BillFault::at(1, format!("the header has the column `{name}` twice")));
            }
            places[*field as usize].push(first.unwrap_or(NOWHERE));
        }
    }
    Ok(places)
}
