//! A SKU of a bundled sheet, copied into a sheet of the project to get prices of other days.

use toml_edit::{DocumentMut, Item};

use crate::import::edit::{set, sku};
use crate::import::sheet_text::{Head, quoted};

/// The SKU as a document of its own, with what the head of its sheet says of it where the head of the other one differs.
/// `None` if the sheet does not have it as a table.
pub(crate) fn bundled_part(text: &str, name: &str, head: &Head) -> Option<DocumentMut> {
    let header = format!("[skus.{name}]");
    let is_own = |line: &str| {
        let path = line.trim_start_matches('[').trim_start_matches("skus.");
        line == header || path.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))
    };
    let mut part = String::new();
    let mut is_within = false;
    let mut pending = String::new();
    for line in text.lines() {
        if line.starts_with('[') {
            is_within = is_own(line);
        }
        if !is_within {
            continue;
        }
        pending.push_str(line);
        pending.push('\n');
        // A comment at the end belongs to what follows.
        if !line.starts_with('#') && !line.trim().is_empty() {
            part.push_str(&pending);
            pending.clear();
        }
    }
    let mut document: DocumentMut = part.parse().ok()?;
    let whole: DocumentMut = head_of(text).parse().ok()?;
    let table = sku(&mut document, name).ok()?;
    let said = |key: &str| whole.get(key).and_then(Item::as_value).map(|value| value.to_string().trim().to_owned());
    let differs = [
        ("source", Some(quoted(&head.source))),
        ("retrieved_on", None),
        ("trust", Some(quoted(head.trust.as_str()))),
        ("includes_tax", None),
    ];
    for (key, of_head) in differs {
        if let Some(value) = said(key)
            && table.get(key).is_none()
            && of_head.as_deref() != Some(value.as_str())
        {
            set(table, key, &value).ok()?;
        }
    }
    Some(document)
}

/// What is before the first table of a sheet.
pub(crate) fn head_of(text: &str) -> &str {
    let end = text.find("\n[").map_or(text.len(), |end| end + 1);
    &text[..end]
}

/// The texts in the head of a sheet, by key.
pub(crate) fn head_values(text: &str) -> Vec<(String, String)> {
    let Ok(head) = head_of(text).parse::<DocumentMut>() else { return Vec::new() };
    let plain = |item: &Item| match item.as_value() {
        Some(value) => value.as_str().map_or_else(|| value.to_string().trim().to_owned(), str::to_owned),
        None => String::new(),
    };
    head.iter().map(|(key, item)| (key.to_owned(), plain(item))).collect()
}
