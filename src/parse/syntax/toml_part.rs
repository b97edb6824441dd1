//! Selects the needed part of a TOML text: a stage needs few of the SKUs of a long price sheet.
//!
//! Other tables are overwritten with spaces, so that every place in the rest stays the same:
//!
//! ```text
//! vendor = "v"                     vendor = "v"
//! [skus.a]                 ->
//! kind = "x"
//! [skus.b]                         [skus.b]
//! ```
//!
//! If a header could be something else, or a SKU is not written below its own headers, no part is selected and the
//! whole text is read.

use memchr::memchr_iter;
use memchr::memmem::find;

/// Removes the tables `[list.name]`, `[list.name.more]` and `[[list.name.more]]` whose name is not wanted; `None` if
/// they cannot be found with certainty.
pub(crate) fn part(text: &str, list: &str, wanted: impl Fn(&str) -> bool) -> Option<String> {
    let mut part = text.as_bytes().to_vec();
    // The start of the current run of unwanted tables, if any.
    let mut unwanted: Option<usize> = None;
    headers(text, list, |start, name| {
        let is_wanted = name.is_none_or(&wanted);
        match unwanted {
            Some(first) if is_wanted => {
                part[first..start].fill(b' ');
                unwanted = None;
            }
            None if !is_wanted => unwanted = Some(start),
            _ => {}
        }
    })?;
    if let Some(start) = unwanted {
        part[start..].fill(b' ');
    }
    String::from_utf8(part).ok()
}

/// The texts of the tables of each name in the list, a name for each run of its tables, after all other text; `None` if
/// they cannot be found with certainty.
pub(crate) fn blocks<'t>(text: &'t str, list: &str) -> Option<(String, Vec<(&'t str, &'t str)>)> {
    let mut others = String::new();
    let mut blocks: Vec<(&'t str, &'t str)> = Vec::new();
    // The name and the start of the current run of tables of one name, or of other text.
    let (mut current, mut first) = (None, 0);
    let mut end = |current: Option<&'t str>, text: &'t str| match current {
        Some(name) => blocks.push((name, text)),
        None => others.push_str(text),
    };
    headers(text, list, |start, name| {
        if name != current {
            end(current, &text[first..start]);
            (current, first) = (name, start);
        }
    })?;
    end(current, &text[first..]);
    Some((others, blocks))
}

/// Calls with the start of the line of each header and the name in the list, `None` for other tables; `None` if a header
/// could be something else.
fn headers<'t>(text: &'t str, list: &str, mut each: impl FnMut(usize, Option<&'t str>)) -> Option<()> {
    let has_long_strings = find(text.as_bytes(), b"\"\"\"").is_some() || find(text.as_bytes(), b"'''").is_some();
    if has_long_strings {
        return None;
    }
    let mut has_header = false;
    for bracket in memchr_iter(b'[', text.as_bytes()) {
        let line = text[..bracket].trim_end_matches([' ', '\t']).len();
        if !text[..line].ends_with('\n') && line > 0 {
            continue;
        }
        if !has_header && !is_plain_head(&text[..line], list) {
            return None;
        }
        has_header = true;
        each(
            line,
            match names(&text[bracket..])? {
                (first, None) if first == list => return None,
                (first, second) => second.filter(|_| first == list),
            },
        );
    }
    Some(())
}

/// Whether the text before the first header does not define the list.
fn is_plain_head(head: &str, list: &str) -> bool {
    !head.contains(list) && head.lines().all(|line| !line.trim_start().starts_with(['"', '\'']))
}

/// The first name of a header, and the second if there is one; `None` if the line may be something else, such as a list
/// in a list, or if the names are quoted or surrounded by spaces.
fn names(header: &str) -> Option<(&str, Option<&str>)> {
    let header = header[1..].strip_prefix('[').unwrap_or(&header[1..]);
    let (first, rest) = bare(header)?;
    let is_value =
        matches!(first, "true" | "false" | "inf" | "nan") || !first.starts_with(|c: char| c.is_ascii_alphabetic());
    if is_value {
        return None;
    }
    match rest.strip_prefix('.') {
        Some(rest) => {
            bare(rest).filter(|(_, rest)| rest.starts_with(['.', ']'])).map(|(second, _)| (first, Some(second)))
        }
        None => rest.starts_with(']').then_some((first, None)),
    }
}

/// The bare name at the start of a text, and the rest.
fn bare(text: &str) -> Option<(&str, &str)> {
    let length = text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')).count();
    (length > 0).then(|| text.split_at(length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without_a(text: &str) -> Option<String> {
        part(text, "skus", |name| name != "a")
    }

    #[test]
    fn leaves_out_what_is_not_wanted_and_keeps_places() {
        let text = "v = 1\n[skus.a]\nx = [\n  1,\n]\n  [[skus.a.charges]] # é\ny = 2\n[skus.b]\nz = \"w\" # why\n[rest]\nu = 1\n";
        let part = without_a(text).unwrap();
        assert_eq!(part.len(), text.len());
        assert_eq!(part.trim_start_matches("v = 1\n").trim_start(), "[skus.b]\nz = \"w\" # why\n[rest]\nu = 1\n");
        assert_eq!(part.find("[skus.b]"), text.find("[skus.b]"));
    }

    #[test]
    fn each_name_has_the_text_of_its_tables() {
        let text = "v = 1\n[skus.a]\nx = 1\n[[skus.a.charges]]\ny = 2\n[rest]\nu = 1\n[skus.b]\nz = 1\n";
        let (others, blocks) = blocks(text, "skus").unwrap();
        assert_eq!(others, "v = 1\n[rest]\nu = 1\n");
        assert_eq!(blocks, [("a", "[skus.a]\nx = 1\n[[skus.a.charges]]\ny = 2\n"), ("b", "[skus.b]\nz = 1\n")]);
        assert_eq!(super::blocks("v = 1\n", "skus"), Some(("v = 1\n".to_owned(), Vec::new())));
        assert_eq!(super::blocks("[skus]\na = 1\n", "skus"), None);
    }

    #[test]
    fn reads_every_bundled_sheet_in_parts_as_it_is_read_whole() {
        for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/pricing")).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            let whole: toml::Table = text.parse().unwrap();
            let Some(skus) = whole.get("skus").and_then(toml::Value::as_table) else { continue };
            for sku in skus.keys() {
                let mut expected = whole.clone();
                expected["skus"].as_table_mut().unwrap().retain(|name, _| name == sku);
                let part = part(&text, "skus", |name| name == sku).unwrap();
                assert_eq!(part.parse::<toml::Table>().unwrap(), expected, "{} {sku}", path.display());
            }
        }
    }

    #[test]
    fn refuses_what_it_does_not_see_through() {
        for text in [
            "a = \"\"\"\n[skus.a]\n\"\"\"\n",
            "a = '''\n[skus.a]\n'''\n",
            "[rest]\nx = [\n[1],\n]\n",
            "[skus.a]\nx = [\n  [true],\n]\n",
            "[skus.a]\nx = [\n  [\"b\"],\n]\n",
            "[skus]\na.x = 1\n[[skus.a.charges]]\n",
            "skus.a.x = 1\n[[skus.a.charges]]\n",
            "\"sk\\u0075s\".a.x = 1\n[[skus.a.charges]]\n",
            "[skus.\"a\"]\n",
            "[\"skus\".a]\n",
            "[ skus.a ]\n",
            "[skus .a]\n",
            "[skus. a]\n",
            "[skus.a .charges]\n",
            "[[skus]]\n",
        ] {
            assert_eq!(without_a(text), None, "{text}");
        }
    }
}
