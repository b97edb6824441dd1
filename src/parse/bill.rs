//! Bills of vendors: CSV that is read one row at a time, so that a bill may be larger than the memory.
//!
//! ```text
//! bytes -> CSV -> the columns of a format -> BillRowRaw
//! ```

use std::io::{self, Cursor, Read};

use crate::model::Currency;
use crate::parse::bill_input::{MAX_ROW, Meter, Metered};
use crate::parse::bill_layout::{BillField, BillLayout, place};

/// Why a bill cannot be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BillFault {
    /// The line, from 1 on, if it is one.
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

    fn whole(message: impl Into<String>) -> Self {
        Self { line: None, message: message.into(), help: None }
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// A bill that is being read.
pub struct BillRead<R> {
    rows: csv::Reader<Metered<io::Chain<Cursor<Vec<u8>>, R>>>,
    meter: Meter,
    /// What the parser's lines are short of: a line end of two characters is counted after its row.
    line_end: u64,
    record: csv::StringRecord,
    /// The places of the columns of each field.
    places: [Vec<usize>; BillField::COUNT],
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
}

/// A row of a bill.
#[derive(Clone, Copy)]
pub struct BillRowRaw<'b> {
    record: &'b csv::StringRecord,
    places: &'b [Vec<usize>; BillField::COUNT],
    /// Its line.
    pub line: u64,
}

/// How much of a file is looked at to see what it is.
const START: u64 = 64 * 1024;
/// The most columns of a bill.
const MAX_COLUMNS: usize = 1_000;

impl<R: Read> BillRead<R> {
    /// Reads the header of a bill in one of some formats: the one with a name, otherwise the first whose columns it has.
    ///
    /// # Errors
    /// What is not a bill in one of the formats.
    pub fn new(mut input: R, formats: &[BillLayout], named: Option<&str>) -> Result<Self, BillFault> {
        let mut start = Vec::new();
        let read = input.by_ref().take(START).read_to_end(&mut start);
        read.map_err(|error| BillFault::whole(format!("the file cannot be read: {error}")))?;
        check_start(&start)?;
        let meter = Meter::default();
        let mut builder = csv::ReaderBuilder::new();
        builder.delimiter(delimiter(&start));
        let ends_in_two = memchr::memchr(b'\n', &start).is_some_and(|end| start[..end].ends_with(b"\r"));
        let input = Metered { input: Cursor::new(start).chain(input), meter: meter.clone() };
        let mut rows = builder.from_reader(input);
        let header: Vec<String> = match rows.headers() {
            Ok(header) => header.iter().map(|column| column.trim().trim_start_matches('\u{feff}').to_owned()).collect(),
            Err(error) => return Err(fault(&error, &meter)),
        };
        let format = chosen(&header, formats, named)?;
        let places = places(&header, format)?;
        meter.row();
        Ok(Self {
            rows,
            meter,
            line_end: u64::from(ends_in_two),
            record: csv::StringRecord::new(),
            places,
            format: format.name.clone(),
            vendor: format.vendor.clone(),
            currency: format.currency,
            has_decimal_comma: format.has_decimal_comma,
            has_empty_days: format.has_empty_days,
        })
    }

    /// The next row; `None` at the end.
    ///
    /// # Errors
    /// What is no row of the file: another number of columns, bytes that are not UTF-8, a quote that is not closed.
    pub fn next_row(&mut self) -> Result<Option<BillRowRaw<'_>>, BillFault> {
        match self.rows.read_record(&mut self.record) {
            Ok(true) => {
                self.meter.row();
                let line = self.record.position().map_or(0, csv::Position::line) + self.line_end;
                Ok(Some(BillRowRaw { record: &self.record, places: &self.places, line }))
            }
            Ok(false) if self.meter.has_open_quote() => {
                let fault = BillFault::whole("a quote in it is not closed, so rows may be missing");
                Err(fault.help("download the file again; within quotes, a quote is written twice"))
            }
            Ok(false) => Ok(None),
            Err(error) => {
                let fault = fault(&error, &self.meter);
                Err(BillFault { line: fault.line.map(|line| line + self.line_end), ..fault })
            }
        }
    }
}

impl<'b> BillRowRaw<'b> {
    /// The value of a field and which of its columns has it; `None` if none has one. Bills write an empty value as nothing,
    /// `NULL` or `N/A`.
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
        let is_empty = ["", "null", "n/a"].iter().any(|empty| text.eq_ignore_ascii_case(empty));
        (!is_empty).then_some(text)
    }
}

/// The place of a column that a file does not have.
const NOWHERE: usize = usize::MAX;

/// Refuses files that are known to be something else.
fn check_start(start: &[u8]) -> Result<(), BillFault> {
    let is = |sign: &[u8]| start.starts_with(sign);
    if start.iter().all(u8::is_ascii_whitespace) {
        return Err(BillFault::whole("the file is empty"));
    }
    if is(b"PAR1") {
        let help = "export it as CSV: duckdb -c \"COPY (FROM 'bill.parquet') TO 'bill.csv'\"";
        return Err(BillFault::whole("the file is Parquet, which costplan does not read").help(help));
    }
    if is(b"PK\x03\x04") {
        return Err(BillFault::whole("the file is a ZIP archive or a workbook").help("unpack it, or export it as CSV"));
    }
    if is(&[0xff, 0xfe]) || is(&[0xfe, 0xff]) {
        return Err(BillFault::whole("the file is UTF-16").help("save it as UTF-8"));
    }
    if start.contains(&0) {
        return Err(BillFault::whole("the file has a NUL byte, so it is not CSV"));
    }
    Ok(())
}

/// What separates the fields: what the first line has most of.
fn delimiter(start: &[u8]) -> u8 {
    let first = start.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    let count = |separator: &u8| memchr::memchr_iter(*separator, first).count();
    *[b'\t', b';', b','].iter().max_by_key(|separator| count(separator)).unwrap_or(&b',')
}

fn chosen<'f>(header: &[String], formats: &'f [BillLayout], named: Option<&str>) -> Result<&'f BillLayout, BillFault> {
    if header.len() > MAX_COLUMNS {
        let message = format!("the header has {} columns, and a bill has at most {MAX_COLUMNS}", header.len());
        return Err(BillFault::at(1, message));
    }
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

/// What is wrong with the CSV.
fn fault(error: &csv::Error, meter: &Meter) -> BillFault {
    let line = error.position().map(csv::Position::line);
    if meter.is_too_long() {
        let message = format!("a row has more than {MAX_ROW} bytes: a quote is not closed, or the file is no bill");
        return BillFault { line, ..BillFault::whole(message) };
    }
    let message = match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("the row has {len} columns, and the header {expected_len}")
        }
        csv::ErrorKind::Utf8 { .. } => "the row is not UTF-8".to_owned(),
        csv::ErrorKind::Io(error) => format!("the file cannot be read: {error}"),
        _ => error.to_string(),
    };
    BillFault { line, ..BillFault::whole(message) }
}
