//! A reader for YAML that is written plainly; everything else is left to the YAML parser.
//!
//! A manifest of 200,000 line items is read ten times as fast as by the parser, and the manifest of a stage in a tenth
//! of the instructions. It is sound because it refuses whatever it does not see through. It knows block tables and lists
//! indented with spaces, `key: value` on one line, flow lists and tables on one line, unquoted scalars, quoted ones
//! without escapes, literal blocks (`|`) of lines indented alike, and comments. It gives up at anchors, aliases, tags,
//! directives, document marks, scalars over several lines, tabs and characters beyond printable ASCII outside of quotes
//! and comments: then the whole text goes to the parser, which also words the errors. A test reads every bundled
//! manifest and many thousand random texts both ways.

use memchr::memchr;

use super::node::{Kind, Node};

/// How deep lists and tables may nest.
const MAX_DEPTH: usize = 32;

/// How many elements of a list are kept; further tables among them are deferred.
const KEPT: usize = 256;

/// Reads a plain text; `None` if it is not plain. Tables in a long list at the top are deferred: they are known to be
/// plain and are read again with [`element`] when they are needed, so that a long manifest takes little memory.
pub(super) fn read(text: &str) -> Option<Node> {
    read_keeping(text, KEPT)
}

/// Reads a deferred element by its range and column.
pub(super) fn element(text: &str, range: std::ops::Range<usize>, column: usize) -> Option<Node> {
    let bytes = text.as_bytes().get(..range.end)?;
    let end = memchr(b'\n', &bytes[range.start..]).map_or(range.end, |length| range.start + length);
    let line = Line { start: range.start, end, indent: column };
    let mut lines = Lines { bytes, line, next: end + 1, kept: usize::MAX };
    if bytes.get(range.start) == Some(&b'{') { lines.value(column, 1) } else { lines.block(column, 1) }
}

fn read_keeping(text: &str, kept: usize) -> Option<Node> {
    let mut lines = Lines { bytes: text.as_bytes(), line: Line::default(), next: 0, kept };
    lines.advance()?;
    if lines.at_end() {
        return None;
    }
    let node = lines.block(lines.line.indent, 0)?;
    lines.at_end().then_some(node)
}

/// A line with something on it.
#[derive(Clone, Copy, Default)]
struct Line {
    /// The offset of its first byte that is no space.
    start: usize,
    /// The offset behind its last byte.
    end: usize,
    /// The column of `start`: grows as list marks are taken off the line.
    indent: usize,
}

struct Lines<'t> {
    bytes: &'t [u8],
    /// The line at hand; empty at the end of the text.
    line: Line,
    /// The offset of the line behind it.
    next: usize,
    /// How many elements of a list at the top are kept.
    kept: usize,
}

fn offset(byte: usize) -> u32 {
    u32::try_from(byte).unwrap_or(u32::MAX)
}

impl Lines<'_> {
    fn at_end(&self) -> bool {
        self.line.start == self.line.end
    }

    /// Goes to the next line that is neither blank nor a comment; `None` if a line is not plain.
    fn advance(&mut self) -> Option<()> {
        loop {
            let from = self.next;
            if from >= self.bytes.len() {
                self.line = Line { start: self.bytes.len(), end: self.bytes.len(), indent: 0 };
                return Some(());
            }
            let end = memchr(b'\n', &self.bytes[from..]).map_or(self.bytes.len(), |length| from + length);
            self.next = end + 1;
            let indent = self.bytes[from..end].iter().take_while(|byte| **byte == b' ').count();
            let start = from + indent;
            match self.bytes[start..end].first() {
                None => {}
                Some(b'#') if is_comment(&self.bytes[start..end]) => {}
                Some(b'#') => return None,
                Some(_) => {
                    let is_mark = |mark: &[u8]| indent == 0 && self.bytes[start..end].starts_with(mark);
                    if is_mark(b"---") || is_mark(b"...") || is_mark(b"%") {
                        return None;
                    }
                    self.line = Line { start, end, indent };
                    return Some(());
                }
            }
        }
    }

    fn rest(&self) -> &[u8] {
        &self.bytes[self.line.start..self.line.end]
    }

    /// Reads the list or table whose first line is at hand, at a column.
    fn block(&mut self, indent: usize, depth: usize) -> Option<Node> {
        if depth >= MAX_DEPTH {
            return None;
        }
        if is_list_mark(self.rest()) { self.list(indent, depth) } else { self.table(indent, depth) }
    }

    fn list(&mut self, indent: usize, depth: usize) -> Option<Node> {
        let start = offset(self.line.start);
        let mut nodes = Vec::new();
        while !self.at_end() && self.line.indent == indent && is_list_mark(self.rest()) {
            let blanks = self.rest()[1..].iter().take_while(|byte| **byte == b' ').count();
            self.line.start += 1 + blanks;
            self.line.indent += 1 + blanks;
            // The element goes on where the mark ends: a table on the same line, or a scalar.
            let rest = self.rest();
            let column = self.line.indent;
            let mut element = if is_list_mark(rest) || key_length(rest).is_some() {
                self.block(self.line.indent, depth + 1)?
            } else {
                self.value(indent, depth)?
            };
            if depth == 1 && nodes.len() >= self.kept && matches!(element.kind, Kind::Table(_)) {
                element.kind = Kind::Deferred(offset(column));
                // Up to the line behind it, with whatever closes its last value.
                element.end = offset(self.line.start - self.line.indent);
            }
            nodes.push(element);
        }
        if !self.at_end() && self.line.indent > indent {
            return None;
        }
        let end = nodes.last().map_or(start, |node| node.end);
        Some(Node { start, end, kind: Kind::List(nodes) })
    }

    fn table(&mut self, indent: usize, depth: usize) -> Option<Node> {
        let start = offset(self.line.start);
        let mut entries: Vec<(Node, Node)> = Vec::with_capacity(6);
        while !self.at_end() && self.line.indent == indent && !is_list_mark(self.rest()) {
            let length = key_length(self.rest())?;
            let from = self.line.start;
            let key = Node { start: offset(from), end: offset(from + length), kind: Kind::Plain };
            if matches!(&self.bytes[from..from + length], b"~" | b"null" | b"Null" | b"NULL") {
                return None;
            }
            let blanks = self.bytes[from + length + 1..self.line.end].iter().take_while(|byte| **byte == b' ').count();
            self.line.start = from + length + 1 + blanks;
            let value = match self.rest().first() {
                None | Some(b'#') => {
                    if !is_comment(self.rest()) {
                        return None;
                    }
                    let empty = offset(from + length + 1);
                    self.advance()?;
                    // A list may stand at the column of its key; anything else stands further in.
                    let nested = self.line.indent > indent || self.line.indent == indent && is_list_mark(self.rest());
                    if self.at_end() || !nested {
                        Node { start: empty, end: empty, kind: Kind::Null }
                    } else if self.line.indent > indent
                        && !is_list_mark(self.rest())
                        && key_length(self.rest()).is_none()
                    {
                        return None;
                    } else {
                        self.block(self.line.indent, depth + 1)?
                    }
                }
                Some(b'|') => self.literal(indent)?,
                Some(_) => self.value(indent, depth)?,
            };
            entries.push((key, value));
        }
        if !self.at_end() && self.line.indent > indent {
            return None;
        }
        let end = entries.last().map_or(start, |(_, value)| value.end);
        Some(Node { start, end, kind: Kind::Table(entries) })
    }

    /// Reads the value on the rest of the line at hand and goes to the next line, which must not go on with it.
    fn value(&mut self, indent: usize, depth: usize) -> Option<Node> {
        let mut flow = Flow { bytes: &self.bytes[..self.line.end], at: self.line.start };
        let node = match self.rest().first()? {
            b'[' | b'{' => flow.collection(depth + 1)?,
            b'"' | b'\'' => flow.quoted()?,
            _ => {
                let length = block_scalar_length(self.rest())?;
                flow.at += length;
                plain(self.bytes, self.line.start, self.line.start + length)
            }
        };
        let blanks = flow.blanks();
        let rest = &flow.bytes[flow.at..];
        if !rest.is_empty() && (blanks == 0 || !is_comment(rest)) {
            return None;
        }
        self.advance()?;
        // A line further in would go on with the scalar.
        (self.at_end() || self.line.indent <= indent).then_some(node)
    }

    /// Reads a literal block, `|` and lines indented alike behind a table key at `indent`.
    fn literal(&mut self, indent: usize) -> Option<Node> {
        let (start, head) = (self.line.start, self.line.end);
        if self.rest() != b"|" {
            return None;
        }
        let first = memchr(b'\n', &self.bytes[head..])? + head + 1;
        let inner = self.bytes[first..].iter().take_while(|byte| **byte == b' ').count();
        if inner <= indent {
            return None;
        }
        let mut text = String::new();
        let mut from = first;
        let mut end = head;
        while from < self.bytes.len() {
            let length = memchr(b'\n', &self.bytes[from..])?;
            let line = &self.bytes[from..from + length];
            let column = line.iter().take_while(|byte| **byte == b' ').count();
            if column == line.len() {
                // A blank line is part of the block or ends it: that is left to the parser.
                return None;
            }
            if column < inner {
                break;
            }
            let content = str::from_utf8(&line[inner..]).ok().filter(|line| line.bytes().all(is_printable))?;
            text.push_str(content);
            text.push('\n');
            end = from + length;
            from += length + 1;
        }
        self.next = from;
        self.advance()?;
        let is_more = !self.at_end() && self.line.indent > indent;
        (!is_more).then(|| Node { start: offset(start), end: offset(end), kind: Kind::Text(text.into()) })
    }
}

/// Values within brackets, on one line.
struct Flow<'t> {
    bytes: &'t [u8],
    at: usize,
}

impl Flow<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    fn blanks(&mut self) -> usize {
        let blanks = self.bytes[self.at..].iter().take_while(|byte| **byte == b' ').count();
        self.at += blanks;
        blanks
    }

    fn collection(&mut self, depth: usize) -> Option<Node> {
        if depth >= MAX_DEPTH {
            return None;
        }
        let start = self.at;
        let is_table = self.peek() == b'{';
        let close = if is_table { b'}' } else { b']' };
        self.at += 1;
        let mut nodes = Vec::new();
        let mut entries = Vec::new();
        loop {
            self.blanks();
            if self.peek() == close && nodes.is_empty() && entries.is_empty() {
                break;
            }
            if is_table {
                let key = self.scalar(true)?;
                if self.peek() != b':' || self.bytes.get(self.at + 1) != Some(&b' ') || matches!(key.kind, Kind::Null) {
                    return None;
                }
                self.at += 1;
                self.blanks();
                entries.push((key, self.element(depth)?));
            } else {
                nodes.push(self.element(depth)?);
            }
            self.blanks();
            match self.peek() {
                b',' => self.at += 1,
                found if found == close => break,
                _ => return None,
            }
        }
        self.at += 1;
        let kind = if is_table { Kind::Table(entries) } else { Kind::List(nodes) };
        Some(Node { start: offset(start), end: offset(self.at), kind })
    }

    fn element(&mut self, depth: usize) -> Option<Node> {
        match self.peek() {
            b'[' | b'{' => self.collection(depth + 1),
            b'"' | b'\'' => self.quoted(),
            _ => self.scalar(false),
        }
    }

    /// An unquoted scalar within brackets; a key ends at its colon, a value must not have one with a space behind it.
    fn scalar(&mut self, is_key: bool) -> Option<Node> {
        let start = self.at;
        if !starts_scalar(self.peek(), self.bytes.get(self.at + 1).copied()) {
            return None;
        }
        while self.at < self.bytes.len() {
            match self.bytes[self.at] {
                b',' | b']' | b'}' => break,
                b'[' | b'{' => return None,
                b':' => {
                    let spaced = self.bytes.get(self.at + 1) == Some(&b' ');
                    if is_key && spaced {
                        break;
                    }
                    return None;
                }
                b'#' if self.bytes[self.at - 1] == b' ' => return None,
                byte if !is_printable(byte) => return None,
                _ => self.at += 1,
            }
        }
        let blanks = self.bytes[start..self.at].iter().rev().take_while(|byte| **byte == b' ').count();
        let end = self.at - blanks;
        if is_key && blanks > 0 {
            return None;
        }
        Some(plain(self.bytes, start, end))
    }

    /// A quoted scalar without escapes.
    fn quoted(&mut self) -> Option<Node> {
        let quote = self.peek();
        let from = self.at + 1;
        let length = memchr(quote, &self.bytes[from..])?;
        let inner = &self.bytes[from..from + length];
        let is_plain = |byte: &u8| *byte != b'\\' && (is_printable(*byte));
        // Two quotes in a row are one, and blanks at the ends of a scalar are kept only here.
        if !inner.iter().all(is_plain) || self.bytes.get(from + length + 1) == Some(&quote) {
            return None;
        }
        self.at = from + length + 1;
        Some(Node { start: offset(from), end: offset(from + length), kind: Kind::Quoted })
    }
}

fn plain(bytes: &[u8], start: usize, end: usize) -> Node {
    let is_null = matches!(&bytes[start..end], b"" | b"~" | b"null" | b"Null" | b"NULL");
    Node { start: offset(start), end: offset(end), kind: if is_null { Kind::Null } else { Kind::Plain } }
}

fn is_printable(byte: u8) -> bool {
    (b' '..=b'~').contains(&byte)
}

/// Whether a rest of a line is empty or a comment of printable characters.
fn is_comment(rest: &[u8]) -> bool {
    rest.is_empty() || rest[0] == b'#' && rest.iter().all(|byte| is_printable(*byte))
}

/// Whether a line starts with the mark of a list element that has something behind it.
fn is_list_mark(rest: &[u8]) -> bool {
    rest.len() > 2 && rest[0] == b'-' && rest[1] == b' ' && rest[2..].iter().any(|byte| *byte != b' ')
}

/// Whether a byte can start an unquoted scalar.
fn starts_scalar(first: u8, second: Option<u8>) -> bool {
    match first {
        b'-' | b'.' => second.is_some_and(|byte| byte.is_ascii_alphanumeric()),
        b'~' => true,
        _ => first.is_ascii_alphanumeric() || matches!(first, b'_' | b'(' | b'/' | b'<' | b'+' | b'=' | b'$'),
    }
}

/// The length of the key at the start of a line, if it is one: bare letters, digits, blanks and the like up to a colon.
fn key_length(rest: &[u8]) -> Option<usize> {
    let length = memchr(b':', rest)?;
    let key = &rest[..length];
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(*byte, b'_' | b'-' | b'.' | b'/');
    let ends = matches!(rest.get(length + 1), None | Some(b' '));
    let starts = key.first().is_some_and(u8::is_ascii_alphabetic) || key == b"~";
    (ends && starts && key.iter().all(is_part)).then_some(length)
}

/// The length of an unquoted scalar at the start of the rest of a line, up to a comment; `None` if it is not plain.
fn block_scalar_length(rest: &[u8]) -> Option<usize> {
    if !starts_scalar(*rest.first()?, rest.get(1).copied()) {
        return None;
    }
    let mut length = rest.len();
    for (index, byte) in rest.iter().enumerate() {
        match byte {
            b':' if matches!(rest.get(index + 1), None | Some(b' ')) => return None,
            b'#' if rest[index - 1] == b' ' => {
                length = index;
                break;
            }
            byte if !is_printable(*byte) => return None,
            _ => {}
        }
    }
    Some(length - rest[..length].iter().rev().take_while(|byte| **byte == b' ').count())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::yaml;
    use super::*;
    use crate::diagnostic::Problems;
    use crate::source::Sources;

    /// The tree as text, with the places of scalars.
    fn shown(node: &Node, text: &str) -> String {
        let place = format!("{}..{}", node.start, node.end);
        match &node.kind {
            Kind::Plain => format!("{}@{place}", &text[node.start as usize..node.end as usize]),
            Kind::Quoted => format!("{:?}@{place}", &text[node.start as usize..node.end as usize]),
            Kind::Text(text) => format!("{text:?}"),
            Kind::Null => "null".to_owned(),
            Kind::List(nodes) => format!("[{}]", nodes.iter().map(|node| shown(node, text) + ", ").collect::<String>()),
            Kind::Table(entries) => {
                let entry = |(key, value): &(Node, Node)| format!("{}: {}, ", shown(key, text), shown(value, text));
                format!("{{{}}}", entries.iter().map(entry).collect::<String>())
            }
            Kind::Deferred(column) => {
                let range = node.start as usize..node.end as usize;
                shown(&element(text, range, *column as usize).unwrap(), text)
            }
        }
    }

    fn parsed(text: &str) -> Result<String, Vec<crate::diagnostic::Diagnostic>> {
        let file = Sources::default().add("test.yaml", String::new());
        let mut problems = Problems::default();
        yaml::parse_whole(file, text, &mut problems)
            .map(|node| shown(&node, text))
            .ok_or_else(|| problems.into_sorted())
    }

    /// Wherever this reader reads a text, the parser reads the same.
    fn agrees(text: &str) -> bool {
        let Some(node) = read(text) else { return false };
        assert_eq!(Ok(shown(&node, text)), parsed(text), "of {text:?}");
        let deferred = read_keeping(text, 0).unwrap();
        assert_eq!(shown(&node, text), shown(&deferred, text), "of {text:?} with elements read again");
        true
    }

    fn manifests() -> Vec<String> {
        let directory = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/stages")).unwrap();
        directory.map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap()).collect()
    }

    #[test]
    fn every_bundled_manifest_is_plain_and_reads_as_the_parser_reads_it() {
        for text in manifests() {
            assert!(agrees(&text), "{text}");
        }
    }

    #[test]
    fn plain_texts_are_read() {
        for text in [
            "a: 1",
            "a: 1\n",
            "# c\n\na: 1 # d\nb:\n  - x\n  - y: 2\n    z: [p, q r, {s: t}]\n",
            "a:\n- x\n- y\nb: ~\n",
            "a: |\n  x: y\n    z\nb: 1\n",
            "a: 'it'\nb: \"c # d\"\n",
            "- - a\n  - b\n- c: d\n",
            "a: -5\nb: 1..2\nc: x/y\nd: 30 EUR/month\ne: f(a, b) * 2\n",
            "a:\n  b:\n    c: 1\n  d: 2\n",
            "a: []\nb: {}\n",
            "a:\n- k: \"v\"\n- k: 'it'\n\n# c\n- k: |\n    x\n- {a: \"b\"}\n- l:\n  - \"x\"\n- {c: [\"d\"]} # e\nb: 1\n",
            "a:\n  - k: \"v\"\n  - k: 'w'",
            "a:\nb: 1\n",
        ] {
            assert!(agrees(text), "{text:?}");
        }
    }

    #[test]
    fn other_texts_are_left_to_the_parser() {
        for text in [
            "",
            "# only\n",
            "a: &x 1\n",
            "a: *x\n",
            "a: !t 1\n",
            "--- \na: 1\n",
            "a: 1\n...\n",
            "a: b\n  c\n",
            "a: b: c\n",
            "a: [b\n]\n",
            "a: \"\\n\"\n",
            "a: 'it''s'\n",
            "a:\tb\n",
            "a: >\n  b\n",
            "a: |-\n  b\n",
            "? a\n: b\n",
            "\"a\": 1\n",
            "a: @b\n",
            "a: `b`\n",
            "a: 1\n b: 2\n",
            "  a: 1\n b: 2\n",
            "a: [b: c]\n",
            "a: {b}\n",
            "a: {b:c}\n",
            "a: b #c\u{7}\n",
            "null: 1\n",
            "a: \u{e9}\n",
            "a: [x #y]\n",
            "a: x\r\nb: y\r\n",
            "<<: a\n",
            "a: - b\n",
            "a: |\n\n  b\n",
        ] {
            assert!(read(text).is_none(), "{text:?}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(5_000))]

        #[test]
        fn random_texts_read_as_the_parser_reads_them(parts in prop::collection::vec(prop::sample::select(vec![
            "a", "b: ", "c:", "- ", "-", ": ", ":", "\n", "\n", "\n  ", "\n    ", " ", "  ", "[", "]", "{", "}", ", ", ",",
            "'", "\"", "#", " # ", "|", "|\n  ", ">", "&", "*", "!", "%", "@", "~", "null", "1.5", "-3", "..", "?", "<<", "\t",
            "x y", "key: value", "key: value\n", "- key: v\n  k: w", "[p, q]", "k: \"v\"\n", "- k: 'v'\n", "- l:\n  - \"x\"\n", "{ r: s, t: u }", "\\", "---", "\r\n", "e\u{301}",
        ]), 0..24)) {
            agrees(&parts.concat());
        }

        #[test]
        fn changed_manifests_read_as_the_parser_reads_them(
            which in 0usize..4,
            at in 0usize..4000,
            remove in 0usize..12,
            insert in prop::sample::select(vec!["", " ", "\n", "  ", ":", ": ", "#", "-", "- ", "'", "\"", "{", "}", "[", "]", ",", "|", "&a ", "x"]),
        ) {
            let mut text = manifests().swap_remove(which);
            let start = at.min(text.len());
            let end = (start + remove).min(text.len());
            text.replace_range(start..end, insert);
            agrees(&text);
        }
    }
}
