//! The layout of text: width, colours and character set.

use crate::source::acts_on_terminal;

/// The layout of text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The width of a line in columns.
    pub width: usize,
    /// Whether colours and emphasis are written, as ANSI escape sequences.
    pub styled: bool,
    /// Whether charts are drawn, in tables and in Markdown, and with which characters.
    pub charts: Charts,
}

impl Layout {
    /// Plain text without charts, for a format that has no lines of its own.
    pub const PLAIN: Self = Self { width: usize::MAX, styled: false, charts: Charts::None };
}

/// Whether charts are drawn, and with which characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charts {
    /// No charts.
    None,
    /// Unicode lines and blocks.
    Unicode,
    /// Plain ASCII, also for the rules of tables.
    Ascii,
}

/// One line of text; characters that would control a terminal become U+FFFD.
pub fn printable(text: &str) -> std::borrow::Cow<'_, str> {
    // Read every byte: a loop without a branch is faster than an early exit.
    let is_plain = text.bytes().fold(true, |so_far, byte| so_far & (b' '..=b'~').contains(&byte));
    if is_plain || !text.chars().any(acts_on_terminal) {
        return text.into();
    }
    let replaced = |character: char| if acts_on_terminal(character) { '\u{fffd}' } else { character };
    text.chars().map(replaced).collect::<String>().into()
}
