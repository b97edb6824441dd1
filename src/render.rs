//! Writes views and diagnostics as text and bytes.
//!
//! A format is one file here and one arm of [`write()`]. The functions write to any stream; `cli` chooses the stream,
//! the width and the colours.
//!
//! May import `view`, `source` and `diagnostic`.

mod chart;
mod ci;
mod csv;
mod diagnostic;
mod document;
mod inert;
mod json;
mod layout;
mod markdown;
mod mermaid;
mod page;
#[cfg(feature = "cli")]
mod parquet;
mod runner;
mod script;
mod table;
#[cfg(feature = "cli")]
mod workbook;
mod wrap;
mod yaml;

use std::io::{self, Write};

use crate::view::{Page, Records, View};

#[cfg(feature = "cli")]
pub use chart::png;
pub use chart::{SVG_WIDTH, SvgPlace, svg, svg_style};
pub use ci::{github, junit, sarif, slack};
pub use csv::CsvDialect;
pub use diagnostic::diagnostics;
pub use document::document;
pub use layout::{Charts, Layout, printable};
pub use markdown::comment;
pub use page::section;
#[cfg(feature = "cli")]
pub use page::{PAGE_CORE, PageUse, failed_report, report};
#[cfg(feature = "cli")]
pub use parquet::parquet;
pub use runner::{LogCommands, RunnerLog};
pub use script::script;
#[cfg(feature = "cli")]
pub use workbook::workbook;
pub use yaml::yaml;

/// An output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Aligned columns for a terminal.
    Table,
    /// JSON with exact numbers.
    Json,
    /// Comma-separated values, as in RFC 4180 unless the dialect differs.
    Csv(CsvDialect),
    /// Markdown with pipe tables.
    Markdown,
}

/// Writes a page for people.
///
/// # Errors
/// The errors of `out`.
pub fn page(page: &Page, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    table::write(page, layout, out)
}

/// Writes a line that matters less than what follows.
///
/// # Errors
/// The errors of `out`.
pub fn remark(text: &str, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    table::remark(text, layout, out)
}

/// Writes a sentence in lines of the width.
///
/// # Errors
/// The errors of `out`.
pub fn sentence(text: &str, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    table::sentence(text, layout, out)
}

/// Writes rows for spreadsheets.
///
/// # Errors
/// The errors of `out`.
pub fn records(records: Records<'_>, dialect: CsvDialect, out: &mut impl Write) -> io::Result<()> {
    csv::write(records, dialect, out)
}

/// The text of a view in [`Format::Json`], and of what has no other format.
pub fn json(view: &impl serde::Serialize) -> String {
    let mut text = Vec::new();
    // Memory takes everything, and the keys of a view are texts.
    let written = json::write(view, &mut text);
    debug_assert!(written.is_ok(), "{written:?}");
    String::from_utf8(text).unwrap_or_default()
}

/// Writes a view in a format.
///
/// # Errors
/// The errors of `out`.
pub fn write(view: &impl View, format: Format, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    match format {
        Format::Table => table::write(&view.screen(), layout, out),
        Format::Json => json::write(view, out),
        Format::Csv(dialect) => csv::write(view.records(), dialect, out),
        Format::Markdown => markdown::write(&view.page(), layout, out),
    }
}
