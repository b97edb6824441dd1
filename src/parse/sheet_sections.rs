//! Takes a price sheet apart by SKU without parsing it, so that a stage pays only for the SKUs it uses.
//!
//! This is sound because it refuses whatever it does not see through: a sheet is taken apart only if each line that
//! starts with a bracket is `[skus.<name>]`, `[[skus.<name>.charges]]` or `[[skus.<name>.charges.prices]]` with a plain
//! name, if no multi-line string could hide such a line, and if all lines of a SKU stand together.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memmem, memrchr};

/// The parts of a price sheet, as ranges of bytes.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sections<'t> {
    /// From the start to the first SKU.
    pub(super) head: Range<usize>,
    /// The SKUs by name, in order.
    pub(super) skus: Vec<(&'t str, Range<usize>)>,
}

/// The parts of a sheet, or `None` if it has to be parsed whole.
pub(super) fn split(text: &str) -> Option<Sections<'_>> {
    let bytes = text.as_bytes();
    if memmem::find(bytes, b"\"\"\"").is_some() || memmem::find(bytes, b"'''").is_some() {
        return None;
    }
    let mut skus: Vec<(&str, Range<usize>)> = Vec::new();
    let mut seen_to = 0;
    for bracket in memchr_iter(b'[', bytes) {
        // The second bracket of a header, or one behind other text on its line, starts no line.
        let line = memrchr(b'\n', &bytes[..bracket]).map_or(0, |newline| newline + 1);
        if bracket < seen_to || bytes[line..bracket].iter().any(|byte| !matches!(byte, b' ' | b'\t')) {
            continue;
        }
        let end = memchr(b'\n', &bytes[bracket..]).map_or(text.len(), |length| bracket + length);
        seen_to = end;
        let name = header(text[bracket..end].trim_end())?;
        if skus.last().is_none_or(|(last, _)| *last != name) {
            if skus.iter().any(|(known, _)| *known == name) {
                return None;
            }
            if let Some((_, range)) = skus.last_mut() {
                range.end = line;
            }
            skus.push((name, line..text.len()));
        }
    }
    let head = 0..skus.first().map_or(text.len(), |(_, range)| range.start);
    Some(Sections { head, skus })
}

/// The SKU of a table header; `None` for any other line.
fn header(line: &str) -> Option<&str> {
    let plain = line.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]"));
    let name = match plain {
        Some(path) => {
            let path = path.strip_prefix("skus.")?;
            path.strip_suffix(".charges").or_else(|| path.strip_suffix(".charges.prices"))?
        }
        None => line.strip_prefix("[skus.")?.strip_suffix(']')?,
    };
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (!name.is_empty() && name.bytes().all(is_plain)).then_some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_a_plain_sheet_apart() {
        let text = "vendor = \"v\"\n[skus.a]\nx = 1\n[[skus.a.charges]]\ny = 2\n[skus.b]\n";
        let sections = split(text).unwrap();
        assert_eq!(sections.head, 0..13);
        assert_eq!(sections.skus, [("a", 13..54), ("b", 54..63)]);
    }

    #[test]
    fn refuses_what_it_does_not_see_through() {
        for text in [
            "note = \"\"\"\n[skus.a]\n\"\"\"\n",
            "[skus.a]\n[skus.b]\n[[skus.a.charges]]\n",
            "[skus.\"a b\"]\n",
            "[other]\n",
            "x = [\n[1],\n]\n",
            "[skus]\na = {}\n",
            "[\"\\u0073kus\".a]\n",
        ] {
            assert_eq!(split(text), None, "{text}");
        }
    }
}
