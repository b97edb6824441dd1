//! Reads CSV text into nodes: a list of tables whose keys are the names of the columns.

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::parse::syntax::node::{Kind, Node};
use crate::source::{FileId, Span};

/// Reads a text. Reports the first line that is not CSV, or has another number of fields, and returns `None`.
pub(crate) fn rows(file: FileId, text: &str, problems: &mut Problems) -> Option<Node> {
    let mut reader = csv::ReaderBuilder::new().from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let headers = reader.headers().ok()?.clone();
    let node = |start: u32, end: u32, kind: Kind| Node { start, end, kind };
    let mut lines = Vec::new();
    for record in reader.records() {
        let record = match record {
            Ok(record) => record,
            Err(error) => {
                let at = error.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
                let end = text[at.min(text.len())..].find('\n').map_or(text.len(), |end| at + end);
                let said = error.to_string();
                let message = format!("this is not valid CSV: {}", said.trim_start_matches("CSV error: "));
                let help = "read the answer again: a part of it may be lost";
                let span = Span::new(file, at.min(text.len()), end);
                problems.push(Diagnostic::at(Code::InvalidCsv, span, message, "this line").help(help));
                return None;
            }
        };
        let at = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        let length = text.get(at..).and_then(|rest| rest.find(['\n', '\r'])).unwrap_or(text.len() - at.min(text.len()));
        let span = Span::new(file, at, at + length);
        let cell = |text: &str| node(span.start, span.end, Kind::Text(text.trim().into()));
        let entries = headers.iter().zip(&record).map(|(key, value)| (cell(key), cell(value)));
        lines.push(node(span.start, span.end, Kind::Table(entries.collect())));
    }
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    Some(node(0, end, Kind::List(lines)))
}
