//! Customers month by month: a CSV file, or a YAML list or table.

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::Month;
use crate::parse::argument;
use crate::parse::other_kind;
use crate::parse::syntax::node::{FromNode, Kind, Mapping, Reader};
use crate::parse::syntax::yaml;
use crate::source::{FileId, Span, Spanned, Text};

/// The customers of one month, with the month if the list names it.
#[derive(Clone, Debug)]
pub struct ListedRaw {
    /// The month, `2026-12`.
    pub month: Option<Spanned<Month>>,
    /// The number of customers.
    pub customers: Spanned<u64>,
}

/// Reads a list of customers: YAML if `is_yaml`, otherwise CSV with one number per line, or a month and a
/// number, separated by a comma, a semicolon or a tab.
pub fn customer_list(file: FileId, text: &str, is_yaml: bool, problems: &mut Problems) -> Option<Vec<ListedRaw>> {
    other_kind::read_as(file, text, "a list of customers", problems, |problems| list(file, text, is_yaml, problems))
}

fn list(file: FileId, text: &str, is_yaml: bool, problems: &mut Problems) -> Option<Vec<ListedRaw>> {
    let before = problems.len();
    let listed = if is_yaml { of_yaml(file, text, problems) } else { Some(of_csv(file, text, problems)) };
    let listed = listed.filter(|_| problems.len() == before)?;
    if listed.is_empty() {
        let span = Span::new(file, 0, 0);
        problems.push(Diagnostic::at(Code::MissingKey, span, "the list has no customers", "nothing here"));
        return None;
    }
    Some(listed)
}

fn of_yaml(file: FileId, text: &str, problems: &mut Problems) -> Option<Vec<ListedRaw>> {
    let node = yaml::parse(file, text, problems)?;
    let mut reader = Reader { text: Text::of(file, text), problems };
    if !matches!(node.kind, Kind::Table(_)) {
        let counts: Vec<Spanned<u64>> = Vec::from_node(node, &mut reader)?;
        return Some(counts.into_iter().map(|customers| ListedRaw { month: None, customers }).collect());
    }
    let by_month: Mapping<Spanned<u64>> = Mapping::from_node(node, &mut reader)?;
    let listed = by_month.entries.into_iter().filter_map(|(name, customers)| {
        let month = month(&name.value, name.span, reader.problems)?;
        Some(ListedRaw { month: Some(month), customers })
    });
    Some(listed.collect())
}

fn month(text: &str, span: Span, problems: &mut Problems) -> Option<Spanned<Month>> {
    let month = Month::parse(text.trim()).map(|month| Spanned::new(month, span));
    if month.is_none() {
        problems.push(Diagnostic::at(Code::InvalidDate, span, "expected a month such as 2026-12", "not a month"));
    }
    month
}

fn of_csv(file: FileId, text: &str, problems: &mut Problems) -> Vec<ListedRaw> {
    let mut listed = Vec::new();
    let mut builder = csv::ReaderBuilder::new();
    builder.has_headers(false).flexible(true).delimiter(delimiter(text));
    let mut reader = builder.from_reader(text.as_bytes());
    let mut record = csv::StringRecord::new();
    loop {
        let start = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX);
        match reader.read_record(&mut record) {
            Ok(true) => {}
            Ok(false) => return listed,
            Err(error) => {
                problems.push(Diagnostic::at(
                    Code::InvalidArgument,
                    Span::new(file, start, start),
                    error.to_string(),
                    "",
                ));
                return listed;
            }
        }
        let end = usize::try_from(reader.position().byte()).unwrap_or(usize::MAX).min(text.len());
        let span = line_of(file, text, start, end);
        let count = |text: &str, problems: &mut Problems| {
            let mut of_field = Problems::default();
            let count: Option<Spanned<u64>> = argument(file, text, &mut of_field);
            if count.is_none() {
                let message = "expected a whole number of customers";
                problems.push(Diagnostic::at(Code::InvalidNumber, span, message, format!("`{text}` is not one")));
            }
            count.map(|count| Spanned::new(count.value, span))
        };
        let fields: Vec<&str> = record.iter().map(str::trim).collect();
        let is_header = listed.is_empty() && fields.last().is_some_and(|last| last.eq_ignore_ascii_case("customers"));
        match fields[..] {
            _ if is_header => {}
            [customers] => {
                listed.extend(count(customers, problems).map(|customers| ListedRaw { month: None, customers }));
            }
            [name, customers] => {
                let (month, customers) = (month(name, span, problems), count(customers, problems));
                listed
                    .extend(month.zip(customers).map(|(month, customers)| ListedRaw { month: Some(month), customers }));
            }
            _ => {
                let message = "expected a number of customers, or a month and a number";
                let found = format!("{} fields", fields.len());
                problems.push(Diagnostic::at(Code::InvalidArgument, span, message, found));
            }
        }
    }
}

/// What separates the fields: a comma, or what a spreadsheet writes where the comma is a decimal comma.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let others = [b';', b'\t'].into_iter().find(|other| first.as_bytes().contains(other));
    others.filter(|_| !first.contains(',')).unwrap_or(b',')
}

/// The part of a text between two offsets, without blank lines before it and the line ending after it.
fn line_of(file: FileId, text: &str, start: usize, end: usize) -> Span {
    let part = text.get(start..end).unwrap_or_default();
    let from = start + (part.len() - part.trim_start().len());
    Span::new(file, from, from + part.trim().len())
}
