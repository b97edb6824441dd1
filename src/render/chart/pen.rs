//! The pen that charts are drawn with: styles, and lines of text in them.

use std::fmt::Write as _;

use anstyle::{AnsiColor, Style};
use unicode_width::UnicodeWidthStr as _;

use crate::render::layout::{Layout, printable};
use crate::render::wrap::lines_of;

/// The most characters of a text that are read for each column: marks of no width could go on without end.
const CHARACTERS_PER_COLUMN: usize = 4;

/// The space between two entries of a legend.
pub(crate) const GAP: usize = 3;

pub(crate) const PLAIN: Style = Style::new();

pub(crate) const STRONG: Style = Style::new().bold();

pub(crate) const FAINT: Style = Style::new().dimmed();

/// The colours that distinguish lines and bars; their shapes differ too.
pub(crate) const COLORS: [Style; 6] = [
    AnsiColor::Cyan.on_default(),
    AnsiColor::Yellow.on_default(),
    AnsiColor::Green.on_default(),
    AnsiColor::Magenta.on_default(),
    AnsiColor::Blue.on_default(),
    AnsiColor::Red.on_default(),
];

/// The width and the character set that a chart is drawn with.
#[derive(Clone, Copy)]
pub(crate) struct Pen {
    pub(crate) width: usize,
    pub(crate) is_ascii: bool,
}

impl Pen {
    /// A user's text in printable characters.
    pub(crate) fn clean(self, text: &str) -> String {
        let text = printable(text.trim());
        let replaced = |character: char| if character.is_ascii() || !self.is_ascii { character } else { '?' };
        text.chars().map(replaced).collect()
    }

    /// A text, cut off if it is longer than the available space.
    pub(crate) fn shortened(self, text: &str, available: usize) -> String {
        let text = self.clean(text);
        if text.width() <= available {
            return text;
        }
        let dots = if self.is_ascii { ".." } else { "\u{2026}" };
        format!("{}{dots}", cut(&text, available.saturating_sub(dots.width())).trim_end())
    }

    /// The first value in Unicode, the second in ASCII.
    pub(crate) fn either<T>(self, unicode: T, ascii: T) -> T {
        if self.is_ascii { ascii } else { unicode }
    }

    /// The entries of a legend, as many per line as fit; a long one continues on the next line.
    pub(crate) fn legend(self, first: Line, indent: usize, entries: &[(Style, String, String)]) -> Vec<Line> {
        let mut done = Vec::new();
        let mut line = first;
        for (style, sample, text) in entries {
            let text = self.clean(text);
            let least = indent + sample.width() + 1;
            if line.width > indent && line.width + GAP + sample.width() + 1 + text.width() > self.width {
                done.push(std::mem::take(&mut line));
            }
            let gap = if line.width > indent { GAP } else { 0 };
            line.pad_to((line.width + gap).max(indent));
            line.push(*style, sample);
            line.push(PLAIN, " ");
            for (index, part) in lines_of(&text, self.width.saturating_sub(least).max(1)).enumerate() {
                if index > 0 {
                    done.push(std::mem::take(&mut line));
                    line.pad_to(least);
                }
                line.push(PLAIN, part);
            }
        }
        done.push(line);
        done.retain(|line| line.width > 0);
        done
    }
}

/// The longest beginning of a text that fits into `available` columns.
pub(crate) fn cut(text: &str, available: usize) -> &str {
    let ends = text.char_indices().map(|(start, character)| start + character.len_utf8());
    let near = ends.take((available + 1) * CHARACTERS_PER_COLUMN);
    let fits = near.take_while(|end| text[..*end].width() <= available);
    &text[..fits.last().unwrap_or(0)]
}

/// A line of text in several styles.
#[derive(Clone, Debug, Default)]
pub(crate) struct Line {
    pub(crate) parts: Vec<(Style, String)>,
    pub(crate) width: usize,
}

impl Line {
    pub(crate) fn of(style: Style, text: &str) -> Self {
        let mut line = Self::default();
        line.push(style, text);
        line
    }

    pub(crate) fn push(&mut self, style: Style, text: &str) {
        if text.is_empty() {
            return;
        }
        self.width += text.width();
        match self.parts.last_mut() {
            Some((last, before)) if *last == style => before.push_str(text),
            _ => self.parts.push((style, text.to_owned())),
        }
    }

    /// Pads with spaces up to a column.
    pub(crate) fn pad_to(&mut self, column: usize) {
        self.push(PLAIN, &" ".repeat(column.saturating_sub(self.width)));
    }

    /// Adds a text so that it ends just before a column.
    pub(crate) fn push_right(&mut self, style: Style, text: &str, column: usize) {
        self.pad_to(column.saturating_sub(text.width()));
        self.push(style, text);
    }

    /// The text, cut to the width and without trailing spaces.
    pub(crate) fn written(&self, layout: Layout) -> String {
        let plain: String = self.parts.iter().map(|(_, text)| text.as_str()).collect();
        let mut left = cut_if_wide(&plain, layout.width).trim_end().len();
        let mut written = String::with_capacity(left);
        for (style, text) in &self.parts {
            let text = &text[..text.len().min(left)];
            left -= text.len();
            if layout.styled && !text.is_empty() && *style != PLAIN {
                let _ = write!(written, "{style}{text}{style:#}");
            } else {
                written.push_str(text);
            }
        }
        written
    }
}

pub(crate) fn cut_if_wide(text: &str, available: usize) -> &str {
    if text.width() <= available { text } else { cut(text, available) }
}
