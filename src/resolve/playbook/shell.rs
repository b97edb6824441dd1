//! Commands of the shell with placeholders: where a value may stand, and how it is quoted.
//!
//! ```text
//! git clone {repository} app   ->   git clone 'https://git.example.com/my app.git' app
//! ```
//!
//! A quoted value means itself wherever a word of the shell may stand. Inside of quotes, backquotes, a here-document,
//! arithmetic, or behind a backslash the quotes around it would mean something else, so that no placeholder may stand there.

use std::iter::Peekable;
use std::str::CharIndices;

/// A part of a command, as it is found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part<'t> {
    /// Text of the shell.
    Shell(&'t str),
    /// A placeholder by its name, which stands at this offset.
    Placeholder(&'t str, usize),
}

/// Why a command cannot be filled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unfit {
    /// A placeholder stands at this offset, where a quoted value would not mean itself.
    Placeholder(usize, &'static str),
    /// What is opened here is not closed.
    Open(usize, &'static str),
}

/// A value as one word of a POSIX shell; `None` if it has a NUL, which no word can.
pub(crate) fn quoted(value: &str) -> Option<String> {
    shlex::try_quote(value).ok().map(std::borrow::Cow::into_owned)
}

/// Takes a command apart. A placeholder is a name in braces, without a `$` in front of it.
pub(crate) fn parts(command: &str) -> Result<Vec<Part<'_>>, Unfit> {
    Scanner { command, characters: command.char_indices().peekable(), parts: Vec::new(), from: 0, refused: None }.run()
}

struct Scanner<'t> {
    command: &'t str,
    characters: Peekable<CharIndices<'t>>,
    parts: Vec<Part<'t>>,
    /// Where the text begins that is in no part yet.
    from: usize,
    /// Why no placeholder may stand in the rest of the command.
    refused: Option<&'static str>,
}

impl<'t> Scanner<'t> {
    fn run(mut self) -> Result<Vec<Part<'t>>, Unfit> {
        let mut before = ' ';
        while let Some((at, character)) = self.characters.next() {
            match character {
                // A line that goes on in the next one: the two are as if written in one.
                '\\' if self.escaped(at)? == '\n' => continue,
                '\'' => self.single_quotes(at)?,
                '"' => self.double_quotes(at)?,
                // Within, quotes have rules of their own.
                '`' => self.refuse("behind a backquote"),
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

    /// The character behind a backslash.
    fn escaped(&mut self, at: usize) -> Result<char, Unfit> {
        match self.characters.next() {
            Some((at, '{')) if placeholder(&self.command[at..]).is_some() => {
                Err(Unfit::Placeholder(at, "behind a backslash"))
            }
            Some((_, character)) => Ok(character),
            None => Err(Unfit::Open(at, "nothing stands behind this backslash")),
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
                // The quotes of a command within are others than these.
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

    /// Reports a quote that is not closed, unless quotes have been met that are not told apart.
    fn not_closed(&self, open: usize) -> Result<(), Unfit> {
        if self.refused.is_some() { Ok(()) } else { Err(Unfit::Open(open, "this quote is not closed")) }
    }

    fn refuse(&mut self, reason: &'static str) {
        self.refused.get_or_insert(reason);
    }

    /// A here-document, which must end within the command: it would swallow those behind.
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

    /// A variable, such as `$HOME` and `${HOME}`; behind arithmetic and other expansions no placeholder may stand.
    fn dollar(&mut self, at: usize) {
        let rest = &self.command[at + 1..];
        if rest.starts_with("((") {
            self.refuse("behind arithmetic");
        } else if rest.starts_with(['\'', '"']) {
            self.refuse("behind `$` and a quote, which shells read in different ways");
        } else if rest.starts_with('{') {
            match placeholder(&rest.to_ascii_lowercase()) {
                Some(name) => {
                    let end = at + 1 + name.len() + 2;
                    while self.characters.next_if(|(next, _)| *next < end).is_some() {}
                }
                None => self.refuse("behind an expansion such as `${name:-value}`"),
            }
        }
    }

    fn comment(&mut self) {
        while self.characters.next_if(|(_, character)| *character != '\n').is_some() {}
    }
}

/// The name in the braces that a text begins with: lower-case letters, digits and `_`, starting with a letter.
fn placeholder(text: &str) -> Option<&str> {
    let (name, _) = text.strip_prefix('{')?.split_once('}')?;
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    (name.starts_with(|first: char| first.is_ascii_lowercase()) && name.bytes().all(is_part)).then_some(name)
}
