//! Shell commands with placeholders: where a value is allowed, and how it is quoted.
//!
//! ```text
//! git clone {repository} app   ->   git clone 'https://git.example.com/my app.git' app
//! ```
//!
//! A quoted value is taken literally wherever the shell expects a word. Inside quotes, backquotes, a here-document or
//! arithmetic, and after a backslash, its quotes would mean something else, so placeholders are not allowed there.

use std::iter::Peekable;
use std::str::CharIndices;

/// A part of a command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'t> {
    /// Shell text, copied as it is.
    Shell(&'t str),
    /// A placeholder: its name and its offset in bytes.
    Placeholder(&'t str, usize),
}

/// Why a command cannot be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// The offset of a placeholder whose value cannot be quoted safely, and where it is.
    Placeholder(usize, &'static str),
    /// The offset of something that is opened and not closed, and the reason.
    Open(usize, &'static str),
}

/// Quotes a value as one word of a POSIX shell; `None` if it has a NUL, which no word can contain.
pub(crate) fn quoted(value: &str) -> Option<String> {
    shlex::try_quote(value).ok().map(std::borrow::Cow::into_owned)
}

/// Splits a command into parts. A placeholder is a name in braces without a `$` before them.
pub(crate) fn parts(command: &str) -> Result<Vec<Part<'_>>, Unfit> {
    Scanner { command, characters: command.char_indices().peekable(), parts: Vec::new(), from: 0, refused: None }.run()
}

struct Scanner<'t> {
    command: &'t str,
    characters: Peekable<CharIndices<'t>>,
    parts: Vec<Part<'t>>,
    /// The offset of the first byte that is in no part yet.
    from: usize,
    /// Why the rest of the command can have no placeholder.
    refused: Option<&'static str>,
}

impl<'t> Scanner<'t> {
    fn run(mut self) -> Result<Vec<Part<'t>>, Unfit> {
        let mut before = ' ';
        while let Some((at, character)) = self.characters.next() {
            match character {
                // A line continuation: both lines count as one.
                '\\' if self.escaped(at)? == '\n' => continue,
                '\'' => self.single_quotes(at)?,
                '"' => self.double_quotes(at)?,
                // Quotes have different rules between backquotes.
                '`' => self.refuse("after a backquote"),
                '#' if " \t\n;&|()<>".contains(before) => self.comment(),
                '<' if self.command[at..].starts_with("<<") && self.refused.is_none() => self.here_document(at)?,
                '$' => self.dollar(at),
                '{' => {
                    if let Some(name) = placeholder(&self.command[at..]) {
                        if let Some(reason) = self.refused {
                            return Err(Unfit::Placeholder(at, reason));
                        }
                        self.part(at, name);
                    }
                }
                _ => {}
            }
            before = character;
        }
        self.shell(self.command.len());
        Ok(self.parts)
    }

    /// Adds the text before a placeholder, and the placeholder.
    fn part(&mut self, at: usize, name: &'t str) {
        self.shell(at);
        self.parts.push(Part::Placeholder(name, at));
        self.from = at + name.len() + 2;
        while self.characters.next_if(|(next, _)| *next < self.from).is_some() {}
    }

    fn shell(&mut self, to: usize) {
        if self.from < to {
            self.parts.push(Part::Shell(&self.command[self.from..to]));
        }
    }

    /// Reads the character after a backslash.
    fn escaped(&mut self, at: usize) -> Result<char, Unfit> {
        match self.characters.next() {
            Some((at, '{')) if placeholder(&self.command[at..]).is_some() => {
                Err(Unfit::Placeholder(at, "after a backslash"))
            }
            Some((_, character)) => Ok(character),
            None => Err(Unfit::Open(at, "nothing follows this backslash")),
        }
    }

    fn single_quotes(&mut self, open: usize) -> Result<(), Unfit> {
        for (at, character) in self.characters.by_ref() {
            match character {
                '\'' => return Ok(()),
                '{' if placeholder(&self.command[at..]).is_some() => {
                    return Err(Unfit::Placeholder(at, "in single quotes"));
                }
                _ => {}
            }
        }
        self.not_closed(open)
    }

    fn double_quotes(&mut self, open: usize) -> Result<(), Unfit> {
        while let Some((at, character)) = self.characters.next() {
            match character {
                '"' => return Ok(()),
                '\\' => drop(self.escaped(at)?),
                // A nested command has its own quotes.
                '`' => self.refuse("in double quotes"),
                '$' if self.command[at..].starts_with("$(") => self.refuse("in double quotes"),
                '$' => self.dollar(at),
                '{' if placeholder(&self.command[at..]).is_some() => {
                    return Err(Unfit::Placeholder(at, "in double quotes"));
                }
                _ => {}
            }
        }
        self.not_closed(open)
    }

    /// Reports an unclosed quote, unless an earlier construct makes it uncertain which quotes match.
    fn not_closed(&self, open: usize) -> Result<(), Unfit> {
        if self.refused.is_some() { Ok(()) } else { Err(Unfit::Open(open, "this quote is not closed")) }
    }

    fn refuse(&mut self, reason: &'static str) {
        self.refused.get_or_insert(reason);
    }

    /// Reads a here-document; it must end within the command, or it would swallow the commands that follow.
    fn here_document(&mut self, at: usize) -> Result<(), Unfit> {
        self.refuse("in a here-document");
        let rest = &self.command[at + 2..];
        if rest.starts_with('<') {
            return Ok(());
        }
        let word = rest.trim_start_matches(['-', ' ', '\t']);
        let word: String =
            word.chars().take_while(|found| !found.is_whitespace() && !";&|<>()".contains(*found)).collect();
        let word = word.replace(['\'', '"', '\\'], "");
        let is_end = |line: &str| line.trim_start_matches('\t') == word;
        if !word.is_empty() && rest.lines().skip(1).any(is_end) {
            return Ok(());
        }
        Err(Unfit::Open(at, "this here-document does not end within the command"))
    }

    /// Reads a variable such as `$HOME` or `${HOME}`; after arithmetic and other expansions placeholders are refused.
    fn dollar(&mut self, at: usize) {
        let rest = &self.command[at + 1..];
        if rest.starts_with("((") {
            self.refuse("after arithmetic");
        } else if rest.starts_with(['\'', '"']) {
            self.refuse("after `$` and a quote, which shells read in different ways");
        } else if rest.starts_with('{') {
            match placeholder(&rest.to_ascii_lowercase()) {
                Some(name) => {
                    let end = at + 1 + name.len() + 2;
                    while self.characters.next_if(|(next, _)| *next < end).is_some() {}
                }
                None => self.refuse("after an expansion such as `${name:-value}`"),
            }
        }
    }

    fn comment(&mut self) {
        while self.characters.next_if(|(_, character)| *character != '\n').is_some() {}
    }
}

/// The name between the braces at the start of a text: lower-case letters, digits and `_`, starting with a letter.
fn placeholder(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('{')?.split_once('}')?;
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (name.starts_with(|first: char| first.is_ascii_lowercase()) && name.bytes().all(is_part)).then_some(name)
}
