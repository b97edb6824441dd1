//! Walks through a JSON text that is too large to be kept: only the parts at one depth below given tables are read.
//!
//! ```text
//! {"products": {"A": {...}, "B": {...}}, "terms": {"OnDemand": {...}}}
//!  at ["products"]: ("A", {...}), ("B", {...});  at ["terms", "OnDemand"]: ...
//! ```

use std::io::{self, BufRead};

/// The most bytes of one part.
const MAX_PART: usize = 4 * 1024 * 1024;
/// The deepest nesting that is walked through.
const MAX_DEPTH: usize = 64;

/// Why a text cannot be walked through.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StreamError {
    /// The input cannot be read.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// The text is not JSON, from this byte on.
    #[error("byte {0} is not valid JSON")]
    Invalid(u64),
    /// The text ends in the middle of a value.
    #[error("the text ends in the middle of a value")]
    Ended,
    /// Lists and tables nest too deep.
    #[error("lists and tables nest deeper than 64 at byte {0}")]
    Deep(u64),
    /// A part is too large.
    #[error("the value at byte {0} has more than 4 MiB")]
    Large(u64),
}

type Walked<T> = Result<T, StreamError>;

/// Reads a text a byte at a time.
pub(crate) struct JsonStream<R> {
    input: R,
    offset: u64,
    /// The bytes of the part that is kept.
    kept: Option<Vec<u8>>,
}

/// What is done with the value at a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Visit {
    /// It is skipped.
    Skip,
    /// It is a table or a list that is walked through.
    Enter,
    /// Its text is kept.
    Keep,
}

impl<R: BufRead> JsonStream<R> {
    pub(crate) fn new(input: R) -> Self {
        Self { input, offset: 0, kept: None }
    }

    /// Walks through the text. `visit` says what is done with the value at a path of keys, where an element of a list has
    /// the key `*`; `part` gets the path and the text of each that is kept.
    pub(crate) fn walk(
        mut self,
        visit: &mut impl FnMut(&[String]) -> Visit,
        part: &mut impl FnMut(&[String], &str),
    ) -> Walked<()> {
        let mut path = Vec::new();
        self.enter(&mut path, visit, part)?;
        match self.token()? {
            None => Ok(()),
            Some(_) => Err(StreamError::Invalid(self.offset)),
        }
    }

    fn enter(
        &mut self,
        path: &mut Vec<String>,
        visit: &mut impl FnMut(&[String]) -> Visit,
        part: &mut impl FnMut(&[String], &str),
    ) -> Walked<()> {
        if path.len() > MAX_DEPTH {
            return Err(StreamError::Deep(self.offset));
        }
        let first = self.token()?.ok_or(StreamError::Ended)?;
        if !matches!(first, b'{' | b'[') {
            return self.skip(0);
        }
        self.next()?;
        let end = if first == b'{' { b'}' } else { b']' };
        if self.token()? == Some(end) {
            self.next()?;
            return Ok(());
        }
        loop {
            if first == b'{' {
                path.push(self.key()?);
            } else {
                path.push("*".to_owned());
            }
            self.token()?;
            match visit(path) {
                Visit::Skip => self.skip(0)?,
                Visit::Enter => self.enter(path, visit, part)?,
                Visit::Keep => {
                    let start = self.offset;
                    self.kept = Some(Vec::new());
                    self.skip(0)?;
                    let kept = self.kept.take().unwrap_or_default();
                    let text = String::from_utf8(kept).map_err(|_| StreamError::Invalid(start))?;
                    part(path, &text);
                }
            }
            path.pop();
            match self.token()? {
                Some(b',') => self.next()?,
                Some(byte) if byte == end => {
                    self.next()?;
                    return Ok(());
                }
                Some(_) => return Err(StreamError::Invalid(self.offset)),
                None => return Err(StreamError::Ended),
            };
        }
    }

    /// The next byte that is not blank, which is left there.
    fn token(&mut self) -> Walked<Option<u8>> {
        loop {
            let Some(byte) = self.peek()? else { return Ok(None) };
            if !matches!(byte, b' ' | b'\t' | b'\n' | b'\r') {
                return Ok(Some(byte));
            }
            self.next()?;
        }
    }

    fn peek(&mut self) -> Walked<Option<u8>> {
        Ok(self.input.fill_buf()?.first().copied())
    }

    fn next(&mut self) -> Walked<u8> {
        let byte = self.peek()?.ok_or(StreamError::Ended)?;
        self.input.consume(1);
        self.offset += 1;
        if let Some(kept) = &mut self.kept {
            if kept.len() >= MAX_PART {
                return Err(StreamError::Large(self.offset));
            }
            kept.push(byte);
        }
        Ok(byte)
    }

    /// A key with its colon.
    fn key(&mut self) -> Walked<String> {
        if self.token()? != Some(b'"') {
            return Err(StreamError::Invalid(self.offset));
        }
        let start = self.offset;
        let outer = self.kept.replace(Vec::new());
        self.string()?;
        let written = std::mem::replace(&mut self.kept, outer).unwrap_or_default();
        if let Some(kept) = &mut self.kept {
            kept.extend_from_slice(&written);
        }
        if self.token()? != Some(b':') {
            return Err(StreamError::Invalid(self.offset));
        }
        self.next()?;
        let text = String::from_utf8(written).map_err(|_| StreamError::Invalid(start))?;
        // An escape in a key is left as it is written: no key that is looked for has one.
        Ok(text.trim_matches('"').to_owned())
    }

    fn string(&mut self) -> Walked<()> {
        self.next()?;
        loop {
            match self.next()? {
                b'"' => return Ok(()),
                b'\\' => {
                    self.next()?;
                }
                byte if byte < b' ' => return Err(StreamError::Invalid(self.offset)),
                _ => {}
            }
        }
    }

    /// Reads a value without looking into it.
    fn skip(&mut self, depth: usize) -> Walked<()> {
        if depth > MAX_DEPTH {
            return Err(StreamError::Deep(self.offset));
        }
        let first = self.token()?.ok_or(StreamError::Ended)?;
        match first {
            b'"' => self.string(),
            b'{' | b'[' => {
                let end = if first == b'{' { b'}' } else { b']' };
                self.next()?;
                if self.token()? == Some(end) {
                    self.next()?;
                    return Ok(());
                }
                loop {
                    if first == b'{' {
                        self.key()?;
                    }
                    self.skip(depth + 1)?;
                    match self.token()?.ok_or(StreamError::Ended)? {
                        b',' => self.next()?,
                        byte if byte == end => {
                            self.next()?;
                            return Ok(());
                        }
                        _ => return Err(StreamError::Invalid(self.offset)),
                    };
                }
            }
            b'-' | b'0'..=b'9' | b't' | b'f' | b'n' => {
                while self
                    .peek()?
                    .is_some_and(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'+' | b'-'))
                {
                    self.next()?;
                }
                Ok(())
            }
            _ => Err(StreamError::Invalid(self.offset)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Result<Vec<(String, String)>, String> {
        let mut found = Vec::new();
        let mut visit = |path: &[String]| match path {
            [first] if first == "products" => Visit::Enter,
            [first, _] if first == "products" => Visit::Keep,
            _ => Visit::Skip,
        };
        let mut part = |path: &[String], text: &str| found.push((path.join("/"), text.to_owned()));
        JsonStream::new(text.as_bytes()).walk(&mut visit, &mut part).map_err(|error| error.to_string())?;
        Ok(found)
    }

    #[test]
    fn only_what_is_wanted_is_kept() {
        let text = r#"{"a": [1, {"b": "}]"}], "products": {"X": {"y": "\"}"}, "Z" : 2}, "c": null}"#;
        let expected = [("products/X", r#"{"y": "\"}"}"#), ("products/Z", "2")];
        let expected: Vec<(String, String)> =
            expected.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
        assert_eq!(parts(text).unwrap(), expected);
    }

    #[test]
    fn what_is_not_whole_is_refused() {
        let deep = format!("{{\"a\": {}", "[".repeat(1_000_000));
        for text in
            ["", "{", "{\"products\": {\"X\": {", "{\"a\" 1}", "{\"a\": 1} x", "{\"a\": \"", "{a: 1}", "[1,]", &deep]
        {
            assert!(parts(text).is_err(), "{}", text.chars().take(40).collect::<String>());
        }
    }
}
