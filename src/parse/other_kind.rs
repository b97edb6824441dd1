//! Files of another kind, given where one of costplan's own is expected: named in one problem instead of one for every
//! key.

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::parse::syntax::node::{FromNode, Reader};
use crate::parse::syntax::{toml, yaml};
use crate::source::{FileId, Span, Text};

/// A kind of file that costplan does not read: what it is, and the names that show it.
struct Kind {
    name: &'static str,
    /// Keys of the outermost table, or columns of a first line; one of each list has to be there.
    signs: &'static [&'static [&'static str]],
}

const TABLES: &[Kind] = &[
    Kind {
        name: "a Terraform plan",
        signs: &[&["format_version"], &["planned_values", "resource_changes", "prior_state"]],
    },
    Kind { name: "a Terraform state", signs: &[&["terraform_version"], &["lineage", "serial", "values"]] },
    Kind { name: "a usage file of Infracost", signs: &[&["resource_usage", "resource_type_default_usage"]] },
    Kind { name: "an output of Infracost", signs: &[&["totalMonthlyCost", "totalHourlyCost"]] },
    Kind { name: "a Kubernetes manifest", signs: &[&["apiVersion"], &["kind"]] },
    Kind { name: "a CloudFormation template", signs: &[&["AWSTemplateFormatVersion", "Resources"]] },
    Kind { name: "a workflow of GitHub", signs: &[&["jobs"], &["on", "'on'", "\"on\""]] },
];

const COLUMNS: &[Kind] = &[
    Kind { name: "a bill in the format FOCUS", signs: &[&["billedcost", "effectivecost"]] },
    Kind {
        name: "a bill",
        signs: &[&[
            "lineitem/unblendedcost",
            "costinbillingcurrency",
            "pretaxcost",
            "metercategory",
            "unblendedcost",
            "group_description",
            "invoice_id",
            "amount",
            "cost",
            "usd",
            "eur",
        ]],
    },
];

/// Reads a YAML file as `what`.
pub(crate) fn of_yaml<T: FromNode>(file: FileId, text: &str, what: &str, problems: &mut Problems) -> Option<T> {
    read_as(file, text, what, problems, |problems| {
        let node = yaml::parse(file, text, problems)?;
        T::from_node(node, &mut Reader { text: Text::of(file, text), problems })
    })
}

/// Reads a TOML file as `what`.
pub(crate) fn of_toml<T: FromNode>(file: FileId, text: &str, what: &str, problems: &mut Problems) -> Option<T> {
    read_as(file, text, what, problems, |problems| {
        let node = toml::parse(file, text, problems)?;
        T::from_node(node, &mut Reader { text: Text::of(file, text), problems })
    })
}

/// Reads a file as `what`. If it has problems and is one of another kind, only that is reported.
pub(crate) fn read_as<T>(
    file: FileId,
    text: &str,
    what: &str,
    problems: &mut Problems,
    read: impl FnOnce(&mut Problems) -> Option<T>,
) -> Option<T> {
    let mut own = Problems::default();
    let value = read(&mut own);
    if own.is_empty() {
        return value;
    }
    match other_kind(text) {
        Some(kind) => {
            let start =
                text.len() - text.trim_start_matches(|first: char| first.is_whitespace() || first == '\u{feff}').len();
            let first = text[start..].find('\n').map_or(text.len(), |end| start + end);
            let message = format!("this is {kind}, and not {what}");
            let diagnostic =
                Diagnostic::at(Code::OtherKindOfFile, Span::new(file, start, first), message, "begins here");
            problems.push(
                diagnostic.help(format!("costplan cannot read {kind}: write {what} of its own (`costplan init`)")),
            );
            None
        }
        None => {
            problems.append(own);
            value
        }
    }
}

/// What a text is, if it is known to be something else than a file of costplan.
fn other_kind(text: &str) -> Option<&'static str> {
    let text = text.trim_start_matches('\u{feff}');
    if text.trim_start().starts_with("resource \"") || text.contains("\nresource \"") || text.contains("\nterraform {")
    {
        return Some("a Terraform configuration");
    }
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let is_table = first.trim_start().starts_with(['{', '[', '#', '-']) || key(first).is_some();
    if first.contains([',', ';', '\t']) && !is_table {
        let columns: Vec<String> =
            first.split([',', ';', '\t']).map(|column| column.trim().trim_matches('"').to_ascii_lowercase()).collect();
        return named(COLUMNS, |sign| columns.iter().any(|column| column == sign));
    }
    let keys = outermost_keys(text);
    if keys.contains(&"services") && !keys.contains(&"line_items") && !keys.contains(&"stage") {
        return Some("a Compose file");
    }
    named(TABLES, |sign| keys.contains(&sign))
}

fn named(kinds: &[Kind], has: impl Fn(&str) -> bool) -> Option<&'static str> {
    let fits = |kind: &&Kind| kind.signs.iter().all(|one_of| one_of.iter().any(|sign| has(sign)));
    kinds.iter().find(fits).map(|kind| kind.name)
}

/// The keys of the outermost table of a YAML, JSON or TOML text, also if it is not valid otherwise.
fn outermost_keys(text: &str) -> Vec<&str> {
    if text.trim_start().starts_with('{') {
        return json_keys(text);
    }
    text.lines().filter_map(|line| key(line.trim_start_matches('['))).collect()
}

/// The key at the start of a line.
fn key(line: &str) -> Option<&str> {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'"' | b'\'');
    let length = line.bytes().take_while(|byte| is_part(*byte)).count();
    (length > 0 && line[length..].trim_start().starts_with([':', '=', ']', '.'])).then(|| &line[..length])
}

/// The keys of the outermost table of a JSON text.
fn json_keys(text: &str) -> Vec<&str> {
    let (mut depth, mut keys, mut rest) = (0_usize, Vec::new(), text);
    while let Some(at) = rest.find(['{', '}', '[', ']', '"']) {
        match rest.as_bytes()[at] {
            b'{' | b'[' => depth += 1,
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {
                let string = &rest[at + 1..];
                let Some(end) = end_of_string(string) else { return keys };
                if depth == 1 && string[end + 1..].trim_start().starts_with(':') {
                    keys.push(&string[..end]);
                }
                rest = &string[end + 1..];
                continue;
            }
        }
        rest = &rest[at + 1..];
    }
    keys
}

/// The place of the quote that ends a string.
fn end_of_string(text: &str) -> Option<usize> {
    let mut is_escaped = false;
    text.bytes().position(|byte| {
        let ends = byte == b'"' && !is_escaped;
        is_escaped = byte == b'\\' && !is_escaped;
        ends
    })
}
