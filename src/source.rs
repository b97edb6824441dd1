//! Source texts and positions in them.
//!
//! Everything that a user wrote keeps the place where it was written, so that a diagnostic can point at the line and
//! `explain` can name the file and line of a price. A [`Span`] is twelve bytes and is copied freely; the text itself
//! lives once, in [`Sources`].
//!
//! ```
//! use costplan::source::{Sources, Span};
//! let mut sources = Sources::default();
//! let file = sources.add("stages/2-growth.yaml", "stage: 2\nname: Growth\n");
//! let span = Span::new(file, 15, 21);
//! assert_eq!(sources.slice(span), "Growth");
//! assert_eq!(sources.position(span).to_string(), "2:7");
//! ```
//!
//! Imports nothing of the crate.

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub use shell::shell_word;

mod shell;

/// Names one text of a [`Sources`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FileId(u32);

/// A range of bytes of one text; `end` is exclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// The offset of the first byte.
    pub start: u32,
    /// The offset after the last byte.
    pub end: u32,
}

impl Span {
    /// The place of a value that a program gives and that no text holds.
    pub const NOWHERE: Self = Self { file: FileId(u32::MAX), start: 0, end: 0 };

    /// The bytes `start..end` of `file`. Texts are limited to far less than 4 GiB, so offsets saturate in theory only.
    pub fn new(file: FileId, start: usize, end: usize) -> Self {
        let offset = |byte: usize| u32::try_from(byte).unwrap_or(u32::MAX);
        Self { file, start: offset(start), end: offset(end) }
    }

    /// The offsets as a range of `usize`.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The part of this span from `start` to `end`, both counted from its own start.
    #[must_use]
    pub fn within(self, start: usize, end: usize) -> Self {
        Self::new(self.file, self.start as usize + start, self.start as usize + end)
    }

    /// The smallest span that holds both; `other` must be of the same text.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { file: self.file, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// A value and the place where it was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Pairs a value with its place.
    pub fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }

    /// A value that a program gives, which is in no text.
    pub fn given(value: T) -> Self {
        Self { value, span: Span::NOWHERE }
    }

    /// Borrows the value and keeps the place.
    pub fn as_ref(&self) -> Spanned<&T> {
        Spanned { value: &self.value, span: self.span }
    }

    /// Transforms the value and keeps the place.
    pub fn map<U>(self, transform: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: transform(self.value), span: self.span }
    }
}

/// A line and a column, both counted from 1; the column counts characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// The line.
    pub line: usize,
    /// The column.
    pub column: usize,
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.line, self.column)
    }
}

struct SourceFile {
    name: Cow<'static, str>,
    text: Cow<'static, str>,
    is_argument: bool,
}

/// The file of [`Span::NOWHERE`].
static NO_FILE: SourceFile =
    SourceFile { name: Cow::Borrowed("the request"), text: Cow::Borrowed(""), is_argument: true };

// A message about an error must not print every text of a project.
impl fmt::Debug for SourceFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} ({} bytes)", self.name, self.text.len())
    }
}

/// The texts of one run: files of the project, bundled files and values typed on the command line.
///
/// A clone shares the texts, so that an error can keep all of them.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    files: Vec<Arc<SourceFile>>,
    bytes: usize,
}

impl Sources {
    /// Keeps a text under the name that messages show.
    ///
    /// # Panics
    /// With more than 4,294,967,296 texts, which fit in no memory.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Cow<'static, str>>) -> FileId {
        self.push(SourceFile { name: Cow::Owned(name.into()), text: text.into(), is_argument: false })
    }

    /// Keeps a value that is in no file, under the flag or the environment variable that set it.
    ///
    /// # Panics
    /// As [`Self::add`].
    pub fn add_argument(&mut self, name: impl Into<String>, value: impl Into<String>) -> FileId {
        self.push(SourceFile { name: Cow::Owned(name.into()), text: Cow::Owned(value.into()), is_argument: true })
    }

    /// The same texts under other names, for those that are in files.
    #[must_use]
    pub fn renamed(&self, name: impl Fn(&str) -> String) -> Self {
        let renamed = |file: &Arc<SourceFile>| {
            if file.is_argument {
                return Arc::clone(file);
            }
            let (name, text) = (Cow::Owned(name(&file.name)), file.text.clone());
            Arc::new(SourceFile { name, text, is_argument: false })
        };
        Self { files: self.files.iter().map(renamed).collect(), bytes: self.bytes }
    }

    /// Whether a text is in no file: a value that was typed, or nothing.
    pub fn is_argument(&self, file: FileId) -> bool {
        self.file(file).is_argument
    }

    fn push(&mut self, file: SourceFile) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).expect("memory ends before so many texts"));
        self.bytes += file.text.len();
        self.files.push(Arc::new(file));
        id
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// How many bytes the texts have.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    fn file(&self, file: FileId) -> &SourceFile {
        self.files.get(file.0 as usize).map_or(&NO_FILE, |file| &**file)
    }

    /// The name that messages show.
    pub fn name(&self, file: FileId) -> &str {
        &self.file(file).name
    }

    /// Whether a text came with costplan.
    pub fn is_bundled(&self, file: FileId) -> bool {
        self.name(file).starts_with("bundled:")
    }

    /// The whole text.
    pub fn text(&self, file: FileId) -> &str {
        &self.file(file).text
    }

    /// The text of a span; empty if the span is not on character boundaries.
    pub fn slice(&self, span: Span) -> &str {
        self.text(span.file).get(span.range()).unwrap_or_default()
    }

    /// The line and column at which a span starts.
    pub fn position(&self, span: Span) -> Position {
        let text = self.text(span.file);
        let start = floor_boundary(text, span.start as usize);
        let before = &text[..start];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Position {
            line: memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1,
            column: before[line_start..].trim_start_matches('\u{feff}').chars().count() + 1,
        }
    }

    /// `file:line:column` of a span; just the flag or the environment variable for a value that is in no file.
    pub fn place(&self, span: Span) -> String {
        let file = self.file(span.file);
        if file.is_argument { file.name.clone().into_owned() } else { format!("{}:{}", file.name, self.position(span)) }
    }

    /// `file:line` of a span, as `explain` prints it; just the flag or the environment variable for a value that
    /// is in no file.
    pub fn origin(&self, span: Span) -> String {
        let file = self.file(span.file);
        if file.is_argument {
            file.name.clone().into_owned()
        } else {
            format!("{}:{}", file.name, self.position(span).line)
        }
    }
}

/// A text to which the places of values refer: that of one file, or those of several files, one after another.
#[derive(Clone, Copy, Debug)]
pub struct Text<'s> {
    text: &'s str,
    parts: Parts<'s>,
}

#[derive(Clone, Copy, Debug)]
enum Parts<'s> {
    One(FileId),
    /// Where each text begins, in order.
    Several(&'s [(u32, FileId)]),
}

impl<'s> Text<'s> {
    /// The text of a file.
    pub fn of(file: FileId, text: &'s str) -> Self {
        Self { text, parts: Parts::One(file) }
    }

    /// The text from `start` to `end`; empty if they are not on character boundaries.
    pub fn slice(self, start: u32, end: u32) -> &'s str {
        self.text.get(start as usize..end as usize).unwrap_or_default()
    }

    /// The place from `start` to `end` in its file.
    pub fn span(self, start: u32, end: u32) -> Span {
        let (begin, file) = match self.parts {
            Parts::One(file) => (0, file),
            Parts::Several(parts) => {
                let after = parts.partition_point(|(begin, _)| *begin <= start);
                after.checked_sub(1).map_or((0, Span::NOWHERE.file), |last| parts[last])
            }
        };
        Span { file, start: start - begin, end: end.saturating_sub(begin) }
    }
}

/// Texts of several files, one after another, so that values of all of them can be in one tree.
#[derive(Debug, Default)]
pub(crate) struct JoinedTexts {
    text: String,
    parts: Vec<(u32, FileId)>,
}

impl JoinedTexts {
    /// Appends the text of a file, unless it is there; the offset at which it begins.
    pub(crate) fn add(&mut self, file: FileId, text: &str) -> u32 {
        if let Some((begin, _)) = self.parts.iter().find(|(_, known)| *known == file) {
            return *begin;
        }
        if !self.text.is_empty() {
            // The end of a text is not the beginning of the next one.
            self.text.push('\n');
        }
        // As for a span, all texts together are far smaller.
        let begin = u32::try_from(self.text.len()).unwrap_or(u32::MAX);
        self.parts.push((begin, file));
        self.text.push_str(text);
        begin
    }

    /// All of them.
    pub(crate) fn as_text(&self) -> Text<'_> {
        Text { text: &self.text, parts: Parts::Several(&self.parts) }
    }
}

/// A text of one line in the double quotes of YAML and TOML, in which two characters are escaped.
#[cfg(feature = "cli")]
pub fn double_quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

/// Whether a character would control a terminal instead of printing: control characters, and those that reorder, join
/// or hide text.
pub fn acts_on_terminal(character: char) -> bool {
    character.is_control()
        || matches!(character,
            '\u{00ad}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
            | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{2800}' | '\u{3164}'
            | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// The nearest character boundary at or before `offset`, never after the end.
pub fn floor_boundary(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}
