//! Texts for the log of a CI runner, which takes some of them for commands.
//!
//! A runner reads `##[error]...` and `##vso[...]` anywhere in a line, and `::error::...` at its start, in whatever a
//! program prints: a name in a stranger's file would set a variable or hide a line. A blank breaks them:
//!
//! ```text
//! ##[error]spoofed      ->   ## [error]spoofed
//!   ::warning::spoofed  ->     : :warning::spoofed
//!    ::: stages/2.yaml  ->      --> stages/2.yaml
//! ```
//!
//! The last one is where an error names a second file: three colons and a blank are written as the arrow of the first file.
//!
//! In JSON the bracket is written as `\u005b`, which is the same text.

use std::io::{self, Write};

/// What becomes of commands to a runner in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogCommands {
    /// They are kept: there is no runner, or they are meant.
    Kept,
    /// They are broken by a blank.
    Broken,
    /// They are escaped in strings of JSON.
    Escaped,
}

/// An output in which no text is a command of a runner.
#[derive(Debug)]
pub struct RunnerLog<W: Write> {
    out: W,
    commands: LogCommands,
    line: Line,
}

/// What was written of the current line.
#[derive(Clone, Copy, Debug, Default)]
struct Line {
    /// Whether it has more than blanks, and colons after them.
    is_begun: bool,
    /// The colons at its beginning that are not written yet.
    colons: u8,
    /// Whether colons at its beginning were written last.
    after_colon: bool,
    /// How many `#` are at its end, up to two; three if letters are after two of them.
    hashes: u8,
}

impl<W: Write> RunnerLog<W> {
    /// An output that does this with commands.
    pub fn new(out: W, commands: LogCommands) -> Self {
        Self { out, commands, line: Line::default() }
    }

    /// What it writes to.
    pub fn get_mut(&mut self) -> &mut W {
        &mut self.out
    }

    /// Changes what follows. What was written before has to be flushed.
    pub fn set_commands(&mut self, commands: LogCommands) {
        self.commands = commands;
    }

    /// The colons at the beginning of a line, once it is known what is after them.
    fn colons(&mut self, next: Option<u8>, safe: &mut Vec<u8>) {
        let Line { colons, after_colon, .. } = self.line;
        if colons == 3 && !after_colon && next == Some(b' ') {
            safe.extend(b"-->");
            self.line.is_begun = true;
        } else {
            for place in 0..colons {
                safe.extend(if place > 0 || after_colon { &b" :"[..] } else { b":" });
            }
        }
        self.line.colons = 0;
        self.line.after_colon |= colons > 0;
    }

    fn next(&mut self, byte: u8, safe: &mut Vec<u8>) {
        if byte == b':' && !self.line.is_begun && self.line.colons < 3 {
            self.line.colons += 1;
            return;
        }
        self.colons(Some(byte), safe);
        let Line { is_begun, after_colon, hashes, .. } = self.line;
        match byte {
            b'[' if hashes >= 2 && self.commands == LogCommands::Escaped => safe.extend(b"\\u005b"),
            b'[' if hashes >= 2 => safe.extend(b" ["),
            b':' if after_colon && !is_begun => safe.extend(b" :"),
            _ => safe.push(byte),
        }
        // A runner skips blanks of all languages, so any other than ASCII may be one.
        let is_blank = byte.is_ascii_whitespace() || !byte.is_ascii() || byte == b'\x0b';
        self.line = match byte {
            b'\n' | b'\r' => Line::default(),
            _ => Line {
                is_begun: is_begun || !(is_blank || byte == b':'),
                colons: 0,
                after_colon: byte == b':',
                hashes: match (byte, hashes) {
                    (b'#', 1 | 2) => 2,
                    (b'#', _) => 1,
                    (_, 2 | 3) if byte.is_ascii_alphabetic() => 3,
                    _ => 0,
                },
            },
        };
    }
}

impl<W: Write> Write for RunnerLog<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.commands == LogCommands::Kept {
            return self.out.write(bytes);
        }
        let mut safe = Vec::with_capacity(bytes.len());
        for byte in bytes {
            self.next(*byte, &mut safe);
        }
        self.out.write_all(&safe)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut safe = Vec::new();
        self.colons(None, &mut safe);
        self.out.write_all(&safe)?;
        self.out.flush()
    }
}

impl<W: Write> Drop for RunnerLog<W> {
    /// Writes the colons that are left.
    fn drop(&mut self) {
        if self.line.colons > 0 {
            // Who needs to know of an error flushes before.
            let _ = self.flush();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a runner reads, if the text is written in pieces of a size.
    fn written(text: &str, commands: LogCommands, size: usize) -> String {
        let mut log = RunnerLog::new(Vec::new(), commands);
        for piece in text.as_bytes().chunks(size) {
            log.write_all(piece).unwrap();
        }
        log.flush().unwrap();
        String::from_utf8(std::mem::take(&mut log.out)).unwrap()
    }

    #[test]
    fn no_text_is_a_command() {
        for (text, safe) in [
            ("##[error]a\n", "## [error]a\n"),
            ("name ##[add-mask]a", "name ## [add-mask]a"),
            ("##vso[task.setvariable]a", "##vso [task.setvariable]a"),
            ("###[error]", "### [error]"),
            ("##a#[error] #[x] # #[y] ##-[z]", "##a#[error] #[x] # #[y] ##-[z]"),
            ("::error::a\n  ::warning::b", ": :error::a\n  : :warning::b"),
            ("\u{a0}\u{2003}\t::error::", "\u{a0}\u{2003}\t: :error::"),
            (":::error::", ": : :error::"),
            ("   ::: stages/2.yaml:3:1\n", "   --> stages/2.yaml:3:1\n"),
            ("::: ::error::a\n::::", "--> ::error::a\n: : : :"),
            (":: : ::error::a", ": : : : :error::a"),
            ("::", ": :"),
            ("a\r::error::", "a\r: :error::"),
            ("API::server a::b", "API::server a::b"),
            ("12:30 : :", "12:30 : :"),
        ] {
            for size in [1, 2, 3, 100] {
                assert_eq!(written(text, LogCommands::Broken, size), safe, "{text:?} in pieces of {size}");
                assert_eq!(written(text, LogCommands::Kept, size), text);
            }
        }
    }

    #[test]
    fn json_means_the_same() {
        let text = serde_json::json!({ "name": "##[error]a ##vso[b]", "list": [[1], "#["] }).to_string();
        let safe = written(&text, LogCommands::Escaped, 5);
        assert!(!safe.contains("##["));
        let [before, after] = [&text, &safe].map(|text| serde_json::from_str::<serde_json::Value>(text).unwrap());
        assert_eq!(before, after);
    }
}
