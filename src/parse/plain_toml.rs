//! A reader for TOML that is written plainly, line by line; everything else is left to the TOML parser.
//!
//! Price sheets are long and a stage needs little of them, so this reader can pass over the tables that nobody asked
//! for. It is sound because it refuses whatever it does not see through: it knows headers of bare keys, one
//! `key = value` a line, strings without escapes, decimal numbers, booleans, dates, and lists and tables of these within
//! the line. At anything else it gives up and the whole text goes to the parser, which also words the errors. A test reads
//! every bundled sheet both ways.

use std::ops::Range;

use memchr::{memchr, memchr_iter, memmem};

use super::node::{Kind, Node};

/// The entries of a table.
type Entries = Vec<(Node, Node)>;

/// Reads a plain text without the tables that `skip` refuses by their path; `None` if the text is not plain.
pub(super) fn read(text: &str, skip: impl Fn(&[&str]) -> bool) -> Option<Node> {
    let bytes = text.as_bytes();
    if memmem::find(bytes, b"\"\"\"").is_some() || memchr_iter(b'\'', bytes).any(|at| bytes[at..].starts_with(b"'''")) {
        return None;
    }
    let mut root = Entries::new();
    let mut path: Vec<&str> = Vec::new();
    let mut into_list = false;
    let mut place = 0..0;
    let mut pending = Entries::with_capacity(10);
    let mut skipping = false;
    let mut start = 0;
    while start < bytes.len() {
        if skipping {
            // Nothing matters but the next header of a table that is asked for.
            start = next_wanted(text, start, &skip);
        }
        let end = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |length| start + length);
        let indent = bytes[start..end].iter().take_while(|byte| is_blank(**byte)).count();
        let line = start + indent;
        match bytes[line..end].first() {
            None | Some(b'#') => {}
            Some(b'[') => {
                if !skipping {
                    insert(text, &mut root, &path, into_list, place, std::mem::take(&mut pending))?;
                }
                path.clear();
                into_list = header(text, line, end, &mut path)?;
                skipping = skip(&path);
                place = offset(line)..offset(end);
                pending.reserve(if skipping { 0 } else { 10 });
            }
            Some(_) => {
                let (name, value) = entry(text, line, end)?;
                if find(text, &pending, &text[name.start as usize..name.end as usize]).is_some() {
                    return None;
                }
                pending.push((name, value));
            }
        }
        start = end + 1;
    }
    if !skipping {
        insert(text, &mut root, &path, into_list, place, pending)?;
    }
    Some(Node { start: 0, end: offset(bytes.len()), kind: Kind::Table(root) })
}

/// The start of the next line that starts with a bracket and is not the header of a table that `skip` refuses, or the end
/// of the text.
fn next_wanted(text: &str, start: usize, skip: &impl Fn(&[&str]) -> bool) -> usize {
    let bytes = text.as_bytes();
    for bracket in memchr_iter(b'[', &bytes[start..]) {
        let bracket = start + bracket;
        let indent = bytes[start..bracket].iter().rev().take_while(|byte| is_blank(**byte)).count();
        let line = bracket - indent;
        let is_first = line == start || bytes[line - 1] == b'\n';
        if is_first && first_names(text, bracket).is_none_or(|names| !skip(&names)) {
            return line;
        }
    }
    bytes.len()
}

/// The first two names of a header, if it has as many and they are bare.
fn first_names(text: &str, bracket: usize) -> Option<[&str; 2]> {
    let bytes = text.as_bytes();
    let first = bracket + if bytes.get(bracket + 1) == Some(&b'[') { 2 } else { 1 };
    let end = |from: usize| from + bytes[from..].iter().take_while(|byte| is_bare(**byte)).count();
    let first_end = end(first);
    let second = first_end + 1;
    if bytes.get(first_end) != Some(&b'.') {
        return None;
    }
    let second_end = end(second);
    matches!(bytes.get(second_end), Some(b'.' | b']')).then(|| [&text[first..first_end], &text[second..second_end]])
}

fn offset(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r')
}

fn is_bare(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

/// Puts a table at a path below `root`; the empty path is the text before the first header. `None` if something else is
/// there already.
fn insert(
    text: &str,
    root: &mut Entries,
    path: &[&str],
    into_list: bool,
    header: Range<u32>,
    entries: Entries,
) -> Option<()> {
    let table = |entries| Node { start: header.start, end: header.end, kind: Kind::Table(entries) };
    let Some((name, parents)) = path.split_last() else {
        *root = entries;
        return Some(());
    };
    let mut place = root;
    for parent in parents {
        let index = match find(text, place, parent) {
            Some(index) => index,
            None => {
                place.push((key(text, parent), table(Vec::new())));
                place.len() - 1
            }
        };
        place = match &mut place[index].1.kind {
            Kind::Table(entries) => entries,
            Kind::List(tables) => match &mut tables.last_mut()?.kind {
                Kind::Table(entries) => entries,
                _ => return None,
            },
            _ => return None,
        };
    }
    match (find(text, place, name), into_list) {
        (None, true) => {
            let list = Node { start: header.start, end: header.end, kind: Kind::List(vec![table(entries)]) };
            place.push((key(text, name), list));
        }
        (None, false) => place.push((key(text, name), table(entries))),
        (Some(index), true) => match &mut place[index].1.kind {
            Kind::List(tables) => tables.push(table(entries)),
            _ => return None,
        },
        (Some(_), false) => return None,
    }
    Some(())
}

fn find(text: &str, entries: &Entries, name: &str) -> Option<usize> {
    entries.iter().position(|(key, _)| &text[key.start as usize..key.end as usize] == name)
}

/// The node of a key, by its place in the text of which it is a part.
fn key(text: &str, name: &str) -> Node {
    let start = name.as_ptr().addr() - text.as_ptr().addr();
    Node { start: offset(start), end: offset(start + name.len()), kind: Kind::Plain }
}

/// Reads `[a.b]` or `[[a.b]]` into `path`; says whether it adds to a list.
fn header<'t>(text: &'t str, start: usize, end: usize, path: &mut Vec<&'t str>) -> Option<bool> {
    let bytes = &text.as_bytes()[..end];
    let into_list = bytes.get(start + 1) == Some(&b'[');
    let brackets = if into_list { 2 } else { 1 };
    let mut at = start + brackets;
    loop {
        let from = at;
        while at < end && is_bare(bytes[at]) {
            at += 1;
        }
        if at == from {
            return None;
        }
        path.push(&text[from..at]);
        match bytes.get(at) {
            Some(b'.') => at += 1,
            Some(b']') if !into_list || bytes.get(at + 1) == Some(&b']') => break,
            _ => return None,
        }
    }
    let rest = &bytes[at + brackets..];
    rest.iter().all(|byte| is_blank(*byte)).then_some(into_list)
}

/// Reads `key = value`.
fn entry(text: &str, start: usize, end: usize) -> Option<(Node, Node)> {
    let bytes = &text.as_bytes()[..end];
    let key_end = start + bytes[start..].iter().take_while(|byte| is_bare(**byte)).count();
    let skip = |from: usize| from + bytes[from..].iter().take_while(|byte| is_blank(**byte)).count();
    let equals = skip(key_end);
    if key_end == start || bytes.get(equals) != Some(&b'=') {
        return None;
    }
    let (node, rest) = value(text, skip(equals + 1), end, MAX_DEPTH)?;
    let key = Node { start: offset(start), end: offset(key_end), kind: Kind::Plain };
    matches!(bytes.get(skip(rest)), None | Some(b'#')).then_some((key, node))
}

/// How deep lists and tables within a line may nest.
const MAX_DEPTH: u32 = 4;

/// Reads a value and gives where it ends: a string, a scalar, or a list or table of such within the line.
fn value(text: &str, start: usize, end: usize, depth: u32) -> Option<(Node, usize)> {
    let bytes = &text.as_bytes()[..end];
    let node = |from: usize, to: usize, kind: Kind| Node { start: offset(from), end: offset(to), kind };
    match bytes.get(start)? {
        b'"' => {
            let length = memchr(b'"', &bytes[start + 1..])?;
            let (from, to) = (start + 1, start + 1 + length);
            #[expect(clippy::needless_bitwise_bool, reason = "without branches the loop takes many bytes at a time")]
            let is_plain = |byte: u8| (byte != b'\\') & ((byte >= b' ') | (byte == b'\t')) & (byte != 0x7f);
            // Looks at every byte, so that the loop has no branch.
            let all_plain = bytes[from..to].iter().fold(true, |so_far, byte| so_far & is_plain(*byte));
            all_plain.then(|| (node(from, to, Kind::Quoted), to + 1))
        }
        b'[' => {
            let (nodes, to) = list(text, start, end, depth.checked_sub(1)?)?;
            Some((node(start, to, Kind::List(nodes)), to))
        }
        b'{' => {
            let (entries, to) = table(text, start, end, depth.checked_sub(1)?)?;
            Some((node(start, to, Kind::Table(entries)), to))
        }
        _ => {
            let is_part = |byte: &u8| is_bare(*byte) || matches!(*byte, b'.' | b'+');
            let to = start + bytes[start..].iter().take_while(|byte| is_part(byte)).count();
            is_scalar(&text[start..to]).then(|| (node(start, to, Kind::Plain), to))
        }
    }
}

/// The first byte from `at` on that is not blank.
fn past_blanks(bytes: &[u8], at: usize) -> usize {
    at + bytes[at..].iter().take_while(|byte| is_blank(**byte)).count()
}

/// Reads `[a, b]`.
fn list(text: &str, start: usize, end: usize, depth: u32) -> Option<(Vec<Node>, usize)> {
    let bytes = &text.as_bytes()[..end];
    let mut nodes = Vec::new();
    let mut at = past_blanks(bytes, start + 1);
    while bytes.get(at) != Some(&b']') {
        let (node, behind) = value(text, at, end, depth)?;
        nodes.push(node);
        at = past_blanks(bytes, behind);
        match bytes.get(at)? {
            b',' => at = past_blanks(bytes, at + 1),
            b']' => {}
            _ => return None,
        }
    }
    Some((nodes, at + 1))
}

/// Reads `{ a = 1, b = 2 }`.
fn table(text: &str, start: usize, end: usize, depth: u32) -> Option<(Entries, usize)> {
    let bytes = &text.as_bytes()[..end];
    let mut entries = Entries::new();
    let mut at = past_blanks(bytes, start + 1);
    loop {
        let name_end = at + bytes[at..].iter().take_while(|byte| is_bare(**byte)).count();
        let equals = past_blanks(bytes, name_end);
        let name = &text[at..name_end];
        if name.is_empty() || bytes.get(equals) != Some(&b'=') || find(text, &entries, name).is_some() {
            return None;
        }
        let (node, behind) = value(text, past_blanks(bytes, equals + 1), end, depth)?;
        entries.push((key(text, name), node));
        at = past_blanks(bytes, behind);
        match bytes.get(at)? {
            b',' => at = past_blanks(bytes, at + 1),
            b'}' => return Some((entries, at + 1)),
            _ => return None,
        }
    }
}

/// Whether TOML takes an unquoted text for a boolean, a date or a decimal number.
fn is_scalar(text: &str) -> bool {
    if matches!(text, "true" | "false") {
        return true;
    }
    let bytes = text.as_bytes();
    let is_date = bytes.len() == 10 && bytes[4] == b'-' && bytes[7] == b'-';
    if is_date {
        return bytes.iter().enumerate().all(|(index, byte)| index == 4 || index == 7 || byte.is_ascii_digit());
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let leading_zero = whole.len() > 1 && whole.starts_with('0');
    !leading_zero && [whole, fraction].into_iter().all(|part| super::scalar::digits(part.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::super::toml;
    use super::*;
    use crate::diagnostic::Problems;
    use crate::source::Sources;

    /// The tree as text, tables by their keys; places of scalars count, those of tables do not.
    fn shown(node: &Node, text: &str) -> String {
        match &node.kind {
            Kind::Plain => format!("{}@{}", &text[node.start as usize..node.end as usize], node.start),
            Kind::Quoted => format!("{:?}@{}", &text[node.start as usize..node.end as usize], node.start),
            Kind::Text(text) => format!("{text:?}"),
            Kind::Null => "null".to_owned(),
            Kind::List(nodes) => format!("[{}]", nodes.iter().map(|node| shown(node, text) + ", ").collect::<String>()),
            Kind::Table(entries) => {
                let entry = |(key, value): &(Node, Node)| format!("{}: {}, ", shown(key, text), shown(value, text));
                format!("{{{}}}", entries.iter().map(entry).collect::<String>())
            }
        }
    }

    fn parsed(text: &str) -> String {
        let file = Sources::default().add("test.toml", String::new());
        shown(&toml::parse_whole(file, text, &mut Problems::default()).unwrap(), text)
    }

    #[test]
    fn every_bundled_sheet_reads_as_the_parser_reads_it() {
        let mut plain = 0;
        for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/pricing")).unwrap() {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).unwrap();
            if let Some(node) = read(&text, |_| false) {
                plain += 1;
                assert_eq!(shown(&node, &text), parsed(&text), "{}", path.display());
            }
        }
        assert!(plain >= 10, "only {plain} sheets are plain");
    }

    #[test]
    fn lists_and_tables_within_a_line_are_read_as_the_parser_reads_them() {
        for text in [
            "a = []\n",
            "a = [ 1 , \"x\", true ,]  # why\n",
            "a = { b = 1 }\n",
            "a = {b=\"x\",c=[1,2],d={e=2026-01-01}}\n",
            "t = [{ up_to = 1_000, price = 0.10 }, { price = -1.5 }]\n",
            "[skus.a]\nwhen = { region = \"eu, or } us\" }\n[[skus.a.charges]]\nx = [[1], [2]]\n",
        ] {
            assert_eq!(shown(&read(text, |_| false).unwrap(), text), parsed(text), "{text}");
        }
    }

    #[test]
    fn passes_over_what_nobody_asked_for() {
        let text = "v = 1\n[skus.a]\nx = [1, 2]\n[[skus.a.charges]]\ny = 2\n[skus.b]\nz = \"w\" # why\n";
        let node = read(text, |path| path.first() == Some(&"skus") && path.get(1) != Some(&"b")).unwrap();
        assert_eq!(shown(&node, text), "{v@0: 1@4, skus@52: {b@57: {z@60: \"w\"@65, }, }, }");
    }

    #[test]
    fn leaves_to_the_parser_what_is_not_plain() {
        for text in [
            "a = \"\"\"\n[b]\n\"\"\"\n",
            "a = [1\n]\n",
            "a = [,]\n",
            "a = [1 2]\n",
            "a = {}\n",
            "a = { b = 1, }\n",
            "a = { b = 1, b = 2 }\n",
            "a = { b.c = 1 }\n",
            "a = [[[[[1]]]]]\n",
            "a = [1] 2\n",
            "a.b = 1\n",
            "\"a\" = 1\n",
            "a = 'b'\n",
            "a = \"\\n\"\n",
            "a = 0x10\n",
            "a = 010\n",
            "a = 1__0\n",
            "a = nan\n",
            "a = 1 b\n",
            "a = 1\na = 2\n",
            "[a]\n[a]\n",
            "[a.\"b\"]\n",
            "[ a ]\n",
            "a = 1\n[a.b]\n",
            "x = [\n[1],\n]\n",
            "\u{feff}a = 1\n",
        ] {
            assert!(read(text, |_| false).is_none(), "{text}");
        }
    }
}
