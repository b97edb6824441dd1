//! Bills as CSV.

use std::io::{self, Cursor, Read};

use crate::parse::actuals::bill::{BillFault, BillHead, BillRowRaw, BillRows, chosen};
use crate::parse::actuals::bill_input::{MAX_ROW, Meter, Metered};
use crate::parse::actuals::bill_layout::BillLayout;
use crate::parse::actuals::customers_csv::has_customers;

/// A bill that is being read from CSV.
pub struct BillCsv<R> {
    rows: csv::Reader<Metered<io::Chain<Cursor<Vec<u8>>, R>>>,
    meter: Meter,
    /// What the parser's lines are short of: a line end of two characters is counted after its row.
    line_end: u64,
    record: csv::StringRecord,
    /// The line in which the last row begins.
    line: u64,
    head: BillHead,
}

/// How much of a file is looked at to see what it is.
const START: u64 = 64 * 1024;

impl<R: Read> BillCsv<R> {
    /// Reads the header of a bill in one of some formats: the one with a name, otherwise the first whose columns it has.
    ///
    /// # Errors
    /// What is not a bill in one of the formats.
    pub fn new(input: R, formats: &[BillLayout], named: Option<&str>) -> Result<Self, BillFault> {
        Self::with_head(input, |header| match chosen(header, formats, named) {
            Ok(format) => BillHead::new(header, format),
            Err(fault) if named.is_none() && has_customers(header) => {
                Err(fault.help("read the customers and the revenue of months with `costplan actuals add --from FILE`"))
            }
            Err(fault) => Err(fault),
        })
    }

    /// Reads the header of a CSV that a function finds the columns in.
    ///
    /// # Errors
    /// What is no CSV, and what the function does not accept.
    pub fn with_head(
        mut input: R,
        head: impl FnOnce(&[String]) -> Result<BillHead, BillFault>,
    ) -> Result<Self, BillFault> {
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
        let head = head(&header)?;
        meter.row();
        let record = csv::StringRecord::new();
        Ok(Self { rows, meter, line_end: u64::from(ends_in_two), record, line: 1, head })
    }

    /// What is wrong where a row cannot be read. A quote that is not closed swallows what follows it, and the row then has
    /// another number of columns: that is the fault to name.
    fn fault_of_row(&mut self, error: &csv::Error) -> BillFault {
        let fault = fault(error, &self.meter);
        let fault = BillFault { line: fault.line.map(|line| line + self.line_end), ..fault };
        let is_unequal = matches!(error.kind(), csv::ErrorKind::UnequalLengths { .. });
        if is_unequal && self.rows.get_mut().has_open_quote_at_end() { open_quote(fault.line) } else { fault }
    }
}

impl<R: Read> BillRows for BillCsv<R> {
    fn head(&self) -> &BillHead {
        &self.head
    }

    fn next_row(&mut self) -> Result<Option<BillRowRaw<'_>>, BillFault> {
        match self.rows.read_record(&mut self.record) {
            Ok(true) => {
                self.meter.row();
                self.line = self.record.position().map_or(0, csv::Position::line) + self.line_end;
                if memchr::memchr(0, self.record.as_slice().as_bytes()).is_some() {
                    return Err(BillFault::at(self.line, NUL));
                }
                Ok(Some(self.head.row(&self.record, self.line)))
            }
            Ok(false) if self.meter.has_open_quote() => {
                // A last row of several lines is the one whose quote is open.
                let is_last = self.rows.position().line() > self.line + 1;
                Err(open_quote(is_last.then_some(self.line)))
            }
            Ok(false) => Ok(None),
            Err(error) => Err(self.fault_of_row(&error)),
        }
    }
}

const NUL: &str = "the file has a NUL byte, so it is not CSV";

/// The fault of a quote that is not closed, in the row that begins in a line.
fn open_quote(line: Option<u64>) -> BillFault {
    let message = "a quote in it is not closed, so rows may be missing";
    BillFault { line, ..BillFault::whole(message) }
        .help("download the file again; within quotes, a quote is written twice")
}

/// Refuses files that are known to be something else.
fn check_start(start: &[u8]) -> Result<(), BillFault> {
    let is = |sign: &[u8]| start.starts_with(sign);
    if start.iter().all(u8::is_ascii_whitespace) {
        return Err(BillFault::at(1, "the file is empty"));
    }
    if is(b"PAR1") || is(b"PARE") {
        return Err(BillFault::whole("the file is Parquet that is packed once more").help("unpack it"));
    }
    if is(b"PK\x03\x04") {
        return Err(BillFault::whole("the file is a ZIP archive or a workbook").help("unpack it, or export it as CSV"));
    }
    if is(&[0xff, 0xfe]) || is(&[0xfe, 0xff]) {
        return Err(BillFault::whole("the file is UTF-16").help("save it as UTF-8"));
    }
    if let Some(at) = memchr::memchr(0, start) {
        let line = memchr::memchr_iter(b'\n', &start[..at]).count() as u64 + 1;
        return Err(BillFault::at(line, NUL));
    }
    Ok(())
}

/// What separates the fields: what the first line has most of.
fn delimiter(start: &[u8]) -> u8 {
    let first = start.split(|byte| *byte == b'\n').find(|line| !line.trim_ascii().is_empty()).unwrap_or_default();
    let count = |separator: &u8| memchr::memchr_iter(*separator, first).count();
    *[b'\t', b';', b','].iter().max_by_key(|separator| count(separator)).unwrap_or(&b',')
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
