//! Reads TOML text into nodes; the only file that uses the TOML parser.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::parse::syntax::node::{Kind, Node};
use crate::parse::syntax::toml_bounds::{TooMuch, too_much};
use crate::parse::syntax::{MAX_DEPTH, too_many_values};
use crate::source::{FileId, Span, floor_boundary};

/// Reads a text. Reports every syntax error, up to a bound; returns `None` if there was one.
///
/// Numbers and dates stay text, so they never become floats.
pub(crate) fn parse(file: FileId, text: &str, problems: &mut Problems) -> Option<Node> {
    let text = match too_much(text) {
        None => text,
        // What is before the last error that is kept.
        Some(TooMuch::Errors(end)) => &text[..floor_boundary(text, end)],
        Some(TooMuch::Depth(at)) => {
            let message = format!("lists and tables nest deeper than {MAX_DEPTH}");
            problems.push(Diagnostic::at(Code::InvalidToml, Span::new(file, at, at), message, "here"));
            return None;
        }
        Some(TooMuch::Values(at)) => {
            problems.push(too_many_values(Span::new(file, at, at)));
            return None;
        }
    };
    let (table, errors) = DeTable::parse_recoverable(text);
    for error in &errors {
        let range = error.span().unwrap_or(0..0);
        let start = floor_boundary(text, range.start);
        let span = Span::new(file, start, floor_boundary(text, range.end).max(start));
        let duplicate = error.message().contains("duplicate key");
        let code = if duplicate { Code::DuplicateKey } else { Code::InvalidToml };
        let message = format!("this is not valid TOML: {}", error.message().replace('\n', ", "));
        let diagnostic = Diagnostic::at(code, span, message, if duplicate { "again here" } else { "here" });
        problems.push(match help(text, span) {
            Some(help) => diagnostic.help(help),
            None => diagnostic,
        });
    }
    errors.is_empty().then(|| table_node(table, text))
}

/// What to write for a value that looks like an amount of money.
fn help(text: &str, span: Span) -> Option<String> {
    let (before, here) = text.split_at(span.start as usize);
    let line = here.split('\n').next().unwrap_or_default().trim();
    let is_digit = |character: char| character.is_ascii_digit();
    if line.starts_with(',') && before.ends_with(is_digit) {
        return Some("write a point before the decimals and `_` between thousands: `6_000.50`".to_owned());
    }
    let is_amount = line.contains(is_digit) && line.len() < 40 && !line.contains(['"', '#', ',', '[', '{']);
    (is_amount && before.trim_end().ends_with('='))
        .then(|| format!("put what is more than a number in quotes: `\"{line}\"`"))
}

fn node(range: Range<usize>, kind: Kind) -> Node {
    let span = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
    Node { start: span(range.start), end: span(range.end), kind }
}

/// A node for a string or a key: by its place if the source contains it unchanged.
fn string(range: Range<usize>, value: &str, text: &str) -> Node {
    let written = text.get(range.clone()).unwrap_or_default();
    if written == value {
        return node(range, Kind::Plain);
    }
    if written.get(1..written.len() - 1) == Some(value) {
        return node(range.start + 1..range.end - 1, Kind::Quoted);
    }
    node(range, Kind::Text(value.into()))
}

fn table_node(table: Spanned<DeTable<'_>>, text: &str) -> Node {
    let range = table.span();
    let mut entries: Vec<(Node, Node)> = table
        .into_inner()
        .into_iter()
        .map(|(key, value)| {
            let key_node = string(key.span(), key.get_ref(), text);
            (key_node, value_node(value, text))
        })
        .collect();
    entries.sort_by_key(|(key, _)| key.start);
    node(range, Kind::Table(entries))
}

fn value_node(value: Spanned<DeValue<'_>>, text: &str) -> Node {
    let range = value.span();
    match value.into_inner() {
        DeValue::String(value) => string(range, &value, text),
        DeValue::Integer(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
            node(range, Kind::Plain)
        }
        DeValue::Array(array) => {
            let elements = array.into_iter().map(|element| value_node(element, text)).collect();
            node(range, Kind::List(elements))
        }
        DeValue::Table(table) => table_node(Spanned::new(range, table), text),
    }
}
