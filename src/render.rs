//! Views and diagnostics into text and bytes.
//!
//! A format is one file here and one arm of [`write()`]. The functions write to whatever they are given; which stream that
//! is, how wide a terminal is and whether it shows colours is decided by `cli`.
//!
//! May import `view`, `source` and `diagnostic`.

mod chart;
mod ci;
mod csv;
mod diagnostic;
mod json;
mod markdown;
mod script;
mod table;
mod yaml;

use std::io::{self, Write};

pub use ci::{github, junit, sarif, slack};
pub use diagnostic::diagnostics;
pub use script::script;
pub use yaml::yaml;

use crate::source::acts_on_terminal;
use crate::view::View;

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns for a terminal.
    Table,
    /// JSON with exact numbers.
    Json,
    /// Comma-separated values, RFC 4180.
    Csv,
    /// Markdown with pipe tables.
    Markdown,
}

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

/// Writes a view in a format.
///
/// # Errors
/// Those of `out`.
pub fn write(view: &impl View, format: Format, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Table => table::write(&view.page(), layout, out),
        Format::Json => json::write(view, out),
        Format::Csv => csv::write(view.records(), out),
        Format::Markdown => markdown::write(&view.page(), layout, out),
    }
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
