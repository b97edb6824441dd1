//! CSV as in RFC 4180: a header, CRLF, and quotes where they are needed; in other dialects for the spreadsheets of other
//! languages.
//!
//! A text that a spreadsheet would read as a formula gets an apostrophe before it, so that a line item called
//! `=HYPERLINK(...)` stays text. Numbers are written without thousands separators.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};

use crate::view::{Cell, Number, Records};

/// How CSV is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CsvDialect {
    /// The ASCII character between fields.
    pub separator: u8,
    /// The ASCII character before the decimals of a number.
    pub decimal: u8,
    /// Whether a byte order mark comes first, by which some programs know UTF-8.
    pub has_mark: bool,
}

impl Default for CsvDialect {
    /// That of RFC 4180, with a decimal point.
    fn default() -> Self {
        Self { separator: b',', decimal: b'.', has_mark: false }
    }
}

pub(super) fn write(records: Records<'_>, dialect: CsvDialect, out: &mut impl Write) -> io::Result<()> {
    if dialect.has_mark {
        out.write_all("\u{feff}".as_bytes())?;
    }
    write_records(records, dialect, out).map_err(|error| match error.into_kind() {
        // Keep the kind of the IO error, so that a closed pipe can be recognised.
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    })
}

fn write_records(records: Records<'_>, dialect: CsvDialect, out: &mut impl Write) -> Result<(), csv::Error> {
    let mut builder = WriterBuilder::new();
    let mut writer = builder.delimiter(dialect.separator).terminator(Terminator::CRLF).from_writer(out);
    writer.write_record(records.header)?;
    for row in records.rows {
        for cell in row {
            match cell {
                Cell::Text(text) => writer.write_field(inert(&text).as_bytes())?,
                Cell::Number(number) => {
                    let mut text = Number(number).to_string();
                    if dialect.decimal != b'.' {
                        text = text.replace('.', &char::from(dialect.decimal).to_string());
                    }
                    writer.write_field(text)?;
                }
                Cell::Empty => writer.write_field("")?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    Ok(writer.flush()?)
}

/// What a formula of a spreadsheet can start with, also in the width of Chinese characters.
const STARTS_A_FORMULA: [char; 8] = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];

/// What some spreadsheet ends a field at, even between quotes, if it expects another separator than there is.
const ENDS_A_FIELD: [char; 5] = [',', ';', '\t', '\n', '\r'];

/// A text in which no spreadsheet reads a formula.
fn inert(text: &str) -> Cow<'_, str> {
    let starts = |part: &str| part.trim_start().starts_with(STARTS_A_FORMULA);
    let parts = || text.split_inclusive(ENDS_A_FIELD);
    if !parts().any(starts) {
        return text.into();
    }
    parts().map(|part| if starts(part) { format!("'{part}") } else { part.to_owned() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_written_as_a_text_and_a_number_is_not() {
        let row =
            vec![Cell::text("=cmd()|' /C calc'!A0"), Cell::Number((-1).into()), Cell::text("a,\"b\""), Cell::Empty];
        let records = Records { header: vec!["a", "b", "c", "d"], rows: Box::new(std::iter::once(row)) };
        let text = written(records, CsvDialect::default());
        assert_eq!(text, "a,b,c,d\r\n'=cmd()|' /C calc'!A0,-1,\"a,\"\"b\"\"\",\r\n");
    }

    #[test]
    fn a_formula_behind_the_separator_of_another_language_is_text_too() {
        for (text, safe) in [
            ("a;=cmd()", "a;'=cmd()"),
            ("a, b; c", "a, b; c"),
            ("a,\t@b;\n-1", "a,\t'@b;\n'-1"),
            ("2-core; 3+1", "2-core; 3+1"),
            ("=a;=b", "'=a;'=b"),
        ] {
            assert_eq!(inert(text), safe);
        }
    }

    #[test]
    fn a_dialect_has_its_separator_decimal_sign_and_mark() {
        let row = vec![Cell::Number("-1234.5".parse().unwrap()), Cell::text("a;b"), Cell::text("1.5")];
        let records = Records { header: vec!["n", "t", "u"], rows: Box::new(std::iter::once(row)) };
        let text = written(records, CsvDialect { separator: b';', decimal: b',', has_mark: true });
        assert_eq!(text, "\u{feff}n;t;u\r\n-1234,50;\"a;b\";1.5\r\n");
    }

    fn written(records: Records<'_>, dialect: CsvDialect) -> String {
        let mut out = Vec::new();
        write(records, dialect, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }
}
