//! TOML text into nodes; the only file that knows the TOML parser.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::node::{Kind, Node};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::source::{FileId, Span, floor_boundary};

/// Reads a text of which `text` is the part that starts at byte `offset`. Reports every syntax error; returns `None` if
/// there was one.
///
/// Numbers and dates become the text of their literals, so that no float is ever made of them.
pub(super) fn parse(file: FileId, text: &str, offset: usize, problems: &mut Problems) -> Option<Node> {
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let range = error.span().unwrap_or(0..0);
        let start = floor_boundary(text, range.start);
        let span = Span::new(file, offset + start, offset + floor_boundary(text, range.end).max(start));
        let duplicate = error.message().contains("duplicate key");
        let code = if duplicate { Code::DuplicateKey } else { Code::InvalidToml };
        let message = format!("this is not valid TOML: {}", error.message().replace('\n', ", "));
        problems.push(Diagnostic::at(code, span, message, if duplicate { "again here" } else { "here" }));
    }
    errors.is_empty().then(|| table_node(table, offset))
}

fn node(range: std::ops::Range<usize>, offset: usize, kind: Kind) -> Node {
    let span = |byte: usize| u32::try_from(offset + byte).unwrap_or(u32::MAX);
    Node { start: span(range.start), end: span(range.end), kind }
}

fn table_node(table: Spanned<DeTable<'_>>, offset: usize) -> Node {
    let range = table.span();
    let mut entries: Vec<(Node, Node)> = table
        .into_inner()
        .into_iter()
        .map(|(key, value)| {
            let key_node = node(key.span(), offset, Kind::Text(key.get_ref().as_ref().into()));
            (key_node, value_node(value, offset))
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.start);
    node(range, offset, Kind::Table(entries))
}

fn value_node(value: Spanned<DeValue<'_>>, offset: usize) -> Node {
    let range = value.span();
    match value.into_inner() {
        DeValue::String(text) => node(range, offset, Kind::Text(text.into())),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
            node(range, offset, Kind::Plain)
        }
        DeValue::Array(array) => {
            let elements = array.into_iter().map(|element| value_node(element, offset)).collect();
            node(range, offset, Kind::List(elements))
        }
        DeValue::Table(table) => table_node(Spanned::new(range, table), offset),
    }
}
