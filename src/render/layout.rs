//! How text is laid out: its width, its colours and its characters.

use crate::source::acts_on_terminal;

/// How text is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Layout {
    /// The width of a line in columns.
    pub width: usize,
    /// Whether colours and emphasis are written, as ANSI escape sequences.
    pub styled: bool,
    /// Whether pictures are drawn, in tables and in Markdown, and with which characters.
    pub charts: Charts,
}

/// Whether pictures are drawn, and with which characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Charts {
    /// There are none.
    None,
    /// In Unicode: lines and blocks.
    Unicode,
    /// In plain ASCII, as are the rules of tables then.
    Ascii,
}

/// One line of text without characters that would act on a terminal instead of printing: they become U+FFFD.
pub fn printable(text: &str) -> std::borrow::Cow<'_, str> {
    // Looks at every byte, so that the loop has no branch.
    let is_plain = text.bytes().fold(true, |so_far, byte| so_far & (b' '..=b'~').contains(&byte));
    if is_plain || !text.chars().any(acts_on_terminal) {
        return text.into();
    }
    let replaced = |character: char| if acts_on_terminal(character) { '\u{fffd}' } else { character };
    text.chars().map(replaced).collect::<String>().into()
}
