//! Reads JSON text into nodes, digit by digit: a number keeps the text of its literal, as in YAML and TOML.

use std::collections::HashMap;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::parse::syntax::node::{Kind, Node, duplicate_key};
use crate::parse::syntax::{MAX_DEPTH, MAX_VALUES, too_many_values};
use crate::source::{FileId, Span, floor_boundary};

/// Reads the only value of a text. Reports what is wrong first and returns `None`.
pub(crate) fn parse(file: FileId, text: &str, problems: &mut Problems) -> Option<Node> {
    let mut parser = Parser { file, text, at: 0, values: 0 };
    parser.at += if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let read = parser.value(0).and_then(|node| {
        parser.blanks();
        match parser.peek() {
            None => Ok(node),
            Some(_) => parser.wrong("nothing may follow the value", "here"),
        }
    });
    read.map_err(|problem| problems.push(*problem)).ok()
}

struct Parser<'s> {
    file: FileId,
    text: &'s str,
    at: usize,
    values: usize,
}

type Parsed<T> = Result<T, Box<Diagnostic>>;

impl Parser<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn wrong<T>(&self, what: &str, label: &str) -> Parsed<T> {
        if self.at >= self.text.len() {
            return self.ended();
        }
        let start = floor_boundary(self.text, self.at);
        let end = self.text[start..].chars().next().map_or(start, |next| start + next.len_utf8());
        let span = Span::new(self.file, start, end);
        Err(Box::new(Diagnostic::at(Code::InvalidJson, span, format!("this is not valid JSON: {what}"), label)))
    }

    fn ended<T>(&self) -> Parsed<T> {
        let end = self.text.trim_end().len();
        let span = Span::new(self.file, end, end);
        let message = "this is not valid JSON: the text ends in the middle of a value";
        let diagnostic = Diagnostic::at(Code::InvalidJson, span, message, "the rest is missing");
        Err(Box::new(diagnostic.help("read the answer again: a part of it was lost")))
    }

    fn node(&self, start: usize, kind: Kind) -> Node {
        let span = Span::new(self.file, start, self.at);
        Node { start: span.start, end: span.end, kind }
    }

    fn value(&mut self, depth: usize) -> Parsed<Node> {
        self.blanks();
        let start = self.at;
        self.values += 1;
        if self.values > MAX_VALUES {
            return Err(Box::new(too_many_values(Span::new(self.file, start, start))));
        }
        if depth > MAX_DEPTH {
            return self.wrong(&format!("lists and tables nest deeper than {MAX_DEPTH}"), "here");
        }
        match self.peek() {
            Some(b'{') => self.table(start, depth),
            Some(b'[') => self.list(start, depth),
            Some(b'"') => self.string(),
            Some(b'-' | b'0'..=b'9') => self.number(start),
            Some(_) => self.word(start),
            None => self.ended(),
        }
    }

    fn word(&mut self, start: usize) -> Parsed<Node> {
        let words = [("null", true), ("true", false), ("false", false)];
        let Some((word, is_null)) = words.into_iter().find(|(word, _)| self.text[start..].starts_with(word)) else {
            return self.wrong("a value is expected", "here");
        };
        self.at += word.len();
        Ok(self.node(start, if is_null { Kind::Null } else { Kind::Plain }))
    }

    fn number(&mut self, start: usize) -> Parsed<Node> {
        let digits = |parser: &mut Self| {
            let first = parser.at;
            while parser.peek().is_some_and(|byte| byte.is_ascii_digit()) {
                parser.at += 1;
            }
            parser.at > first
        };
        self.at += usize::from(self.peek() == Some(b'-'));
        let mut is_whole = digits(self);
        if self.peek() == Some(b'.') {
            self.at += 1;
            is_whole &= digits(self);
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at += 1;
            self.at += usize::from(matches!(self.peek(), Some(b'+' | b'-')));
            is_whole &= digits(self);
        }
        if is_whole { Ok(self.node(start, Kind::Plain)) } else { self.wrong("a digit is expected", "here") }
    }

    fn list(&mut self, start: usize, depth: usize) -> Parsed<Node> {
        self.at += 1;
        let mut nodes = Vec::new();
        self.blanks();
        if self.peek() == Some(b']') {
            self.at += 1;
            return Ok(self.node(start, Kind::List(nodes)));
        }
        loop {
            nodes.push(self.value(depth + 1)?);
            if self.is_last(b']', "`,` or `]` is expected")? {
                return Ok(self.node(start, Kind::List(nodes)));
            }
        }
    }

    fn table(&mut self, start: usize, depth: usize) -> Parsed<Node> {
        self.at += 1;
        let mut entries: Vec<(Node, Node)> = Vec::new();
        self.blanks();
        if self.peek() == Some(b'}') {
            self.at += 1;
            return Ok(self.node(start, Kind::Table(entries)));
        }
        loop {
            self.blanks();
            if self.peek() != Some(b'"') {
                return self.wrong("a key in quotes is expected", "here");
            }
            let key = self.string()?;
            self.blanks();
            if self.peek() != Some(b':') {
                return self.wrong("`:` is expected after a key", "here");
            }
            self.at += 1;
            let value = self.value(depth + 1)?;
            entries.push((key, value));
            if self.is_last(b'}', "`,` or `}` is expected")? {
                self.check_keys(&entries)?;
                return Ok(self.node(start, Kind::Table(entries)));
            }
        }
    }

    /// Whether a list or a table ends after a value; otherwise another value follows.
    fn is_last(&mut self, end: u8, expected: &str) -> Parsed<bool> {
        self.blanks();
        match self.peek() {
            Some(byte) if byte == end || byte == b',' => {
                self.at += 1;
                Ok(byte == end)
            }
            _ => self.wrong(expected, "here"),
        }
    }

    fn check_keys(&self, entries: &[(Node, Node)]) -> Parsed<()> {
        let mut known: HashMap<&str, &Node> = HashMap::with_capacity(entries.len());
        for (key, _) in entries {
            let name = match &key.kind {
                Kind::Text(text) => &**text,
                _ => &self.text[key.start as usize..key.end as usize],
            };
            if let Some(first) = known.insert(name, key) {
                let span = |key: &Node| Span { file: self.file, start: key.start, end: key.end };
                return Err(Box::new(duplicate_key(&printable(name), span(key), span(first))));
            }
        }
        Ok(())
    }

    /// A string: by its place if it has no escapes.
    fn string(&mut self) -> Parsed<Node> {
        self.at += 1;
        let start = self.at;
        let mut decoded: Option<String> = None;
        let mut copied = start;
        loop {
            match self.peek() {
                None => return self.ended(),
                Some(b'"') => break,
                Some(b'\\') => {
                    let text = decoded.get_or_insert_with(String::new);
                    text.push_str(&self.text[copied..self.at]);
                    let escaped = self.escaped()?;
                    decoded.get_or_insert_with(String::new).push(escaped);
                    copied = self.at;
                }
                // A text that was cut off may have got the end of a line.
                Some(b'\n' | b'\r') if self.text[self.at..].trim().is_empty() => return self.ended(),
                Some(byte) if byte < b' ' => return self.wrong("a control character is in a text", "here"),
                Some(_) => self.at += 1,
            }
        }
        let kind = match decoded {
            None => Kind::Quoted,
            Some(mut text) => {
                text.push_str(&self.text[copied..self.at]);
                Kind::Text(text.into())
            }
        };
        let node = self.node(start, kind);
        self.at += 1;
        Ok(node)
    }

    fn escaped(&mut self) -> Parsed<char> {
        let Some(sign) = self.text.as_bytes().get(self.at + 1).copied() else {
            self.at = self.text.len();
            return self.ended();
        };
        let plain = match sign {
            b'"' | b'\\' | b'/' => Some(char::from(sign)),
            b'b' => Some('\u{8}'),
            b'f' => Some('\u{c}'),
            b'n' => Some('\n'),
            b'r' => Some('\r'),
            b't' => Some('\t'),
            _ => None,
        };
        if let Some(plain) = plain {
            self.at += 2;
            return Ok(plain);
        }
        let unit = |parser: &Self, at: usize| {
            let digits = parser.text.get(at..at + 6)?.strip_prefix("\\u")?;
            let are_digits = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
            u32::from_str_radix(digits, 16).ok().filter(|_| are_digits)
        };
        let decoded = unit(self, self.at).and_then(|first| match first {
            0xd800..=0xdbff => {
                let second = unit(self, self.at + 6).filter(|second| (0xdc00..=0xdfff).contains(second))?;
                Some((char::from_u32(0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00))?, 12))
            }
            _ => Some((char::from_u32(first)?, 6)),
        });
        let Some((character, length)) = decoded else {
            return self.wrong("this escape is not a character", "here");
        };
        self.at += length;
        Ok(character)
    }
}

/// A name for a message.
fn printable(name: &str) -> String {
    name.chars().take(80).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Sources, Text};

    fn read(text: &str) -> Result<String, String> {
        let mut sources = Sources::default();
        let file = sources.add("a.json", text.to_owned());
        let mut problems = Problems::default();
        match parse(file, text, &mut problems) {
            Some(node) => Ok(shown(&node, Text::of(file, text))),
            None => Err(problems.into_sorted().remove(0).message),
        }
    }

    fn shown(node: &Node, text: Text<'_>) -> String {
        match &node.kind {
            Kind::Plain => text.slice(node.start, node.end).to_owned(),
            Kind::Quoted => format!("<{}>", text.slice(node.start, node.end)),
            Kind::Text(value) => format!("<<{value}>>"),
            Kind::Null => "null".to_owned(),
            Kind::List(nodes) => {
                format!("[{}]", nodes.iter().map(|node| shown(node, text)).collect::<Vec<_>>().join(" "))
            }
            Kind::Table(entries) => {
                let pairs = entries.iter().map(|(key, value)| format!("{}:{}", shown(key, text), shown(value, text)));
                format!("{{{}}}", pairs.collect::<Vec<_>>().join(" "))
            }
        }
    }

    #[test]
    fn numbers_keep_their_digits_and_texts_are_decoded() {
        let text = r#" {"a": [0.00743999984115362, -1e-07, true, null], "b\u00e9": "x\ud83d\ude00\n", "c": {}} "#;
        let shown = "{<a>:[0.00743999984115362 -1e-07 true null] <<b\u{e9}>>:<<x\u{1f600}\n>> <c>:{}}";
        assert_eq!(read(text).unwrap(), shown);
    }

    #[test]
    fn what_is_not_json_is_refused() {
        let deep = "[".repeat(200_000);
        let all = [
            "",
            "{",
            "[1,",
            "{\"a\":1",
            "[1] 2",
            "{a: 1}",
            "[01x]",
            "\"\\q\"",
            "\"\\ud800\"",
            "\"a\u{0}b\"",
            "[1,]",
            "nul",
            "{\"a\": 1, \"a\": 2}",
            "-",
            "1.",
            "{\"a\" 1}",
            "\"\\",
            &deep,
        ];
        for text in all {
            assert!(read(text).is_err(), "{:?} was read", text.chars().take(40).collect::<String>());
        }
        assert!(read("[1, 2").unwrap_err().contains("ends in the middle"));
    }
}
