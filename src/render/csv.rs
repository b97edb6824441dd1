//! CSV as in RFC 4180: a header, CRLF, and quotes where they are needed.
//!
//! A text that a spreadsheet would read as a formula gets a leading apostrophe, so that a line item called
//! `=HYPERLINK(...)` stays text. Numbers are written unformatted.

use std::borrow::Cow;
use std::io::{self, Write};

use csv::{Terminator, WriterBuilder};

use crate::view::{Cell, Number, Records};

pub(super) fn write(records: Records<'_>, out: &mut impl Write) -> io::Result<()> {
    write_records(records, out).map_err(|error| match error.into_kind() {
        // Keep the kind of the IO error, so that a closed pipe can be recognised.
        csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    })
}

fn write_records(records: Records<'_>, out: &mut impl Write) -> Result<(), csv::Error> {
    let mut writer = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(out);
    writer.write_record(records.header)?;
    for row in records.rows {
        for cell in row {
            match cell {
                Cell::Text(text) => writer.write_field(inert(&text).as_bytes())?,
                Cell::Number(number) => writer.write_field(Number(number).to_string())?,
                Cell::Empty => writer.write_field("")?,
            }
        }
        writer.write_record(None::<&[u8]>)?;
    }
    Ok(writer.flush()?)
}

/// What a formula of a spreadsheet can start with, also in the width of Chinese characters.
const STARTS_A_FORMULA: [char; 10] = ['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'];

/// A text that no spreadsheet reads as a formula.
fn inert(text: &str) -> Cow<'_, str> {
    if text.trim_start().starts_with(STARTS_A_FORMULA) { format!("'{text}").into() } else { text.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_formula_is_written_as_a_text_and_a_number_is_not() {
        let row =
            vec![Cell::text("=cmd()|' /C calc'!A0"), Cell::Number((-1).into()), Cell::text("a,\"b\""), Cell::Empty];
        let records = Records { header: vec!["a", "b", "c", "d"], rows: Box::new(std::iter::once(row)) };
        let mut out = Vec::new();
        write(records, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "a,b,c,d\r\n'=cmd()|' /C calc'!A0,-1,\"a,\"\"b\"\"\",\r\n");
    }
}
