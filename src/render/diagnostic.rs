//! Diagnostics in rustc's form, shown on the user's own lines.

use std::borrow::Cow;
use std::io::{self, Write};

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Renderer, Snippet};

use crate::diagnostic::{Diagnostic, Problems};
use crate::render::layout::{Layout, printable};
use crate::render::wrap::{MIN_WORDS, width, words_of};
use crate::source::{FileId, Sources, Span, acts_on_terminal, floor_boundary};

/// The most diagnostics that one run prints.
const MAX_SHOWN: usize = 50;
/// The most bytes of a line that are shown on each side of a place.
const MAX_CONTEXT: usize = 20_000;

/// The width to which the lines of files are cut, however wide the terminal is.
const WIDTHS: std::ops::RangeInclusive<usize> = 60..=140;

/// Writes diagnostics, each followed by an empty line, and their number if there are several. Messages are broken into lines
/// of the width of the layout.
///
/// # Errors
/// The errors of `out`.
pub fn diagnostics(found: &[Diagnostic], sources: &Sources, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    let renderer = if layout.styled { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.term_width(layout.width.clamp(*WIDTHS.start(), *WIDTHS.end()));
    for diagnostic in found.iter().take(MAX_SHOWN) {
        writeln!(out, "{}\n", renderer.render(&[group(diagnostic, sources, layout)]))?;
    }
    match found.len() {
        0 | 1 => Ok(()),
        count if count >= Problems::MOST => {
            writeln!(out, "and {} more: {count} problems or more found", count - MAX_SHOWN)
        }
        count if count > MAX_SHOWN => writeln!(out, "and {} more: {count} problems found", count - MAX_SHOWN),
        count => writeln!(out, "{count} problems found"),
    }
}

fn group<'d>(diagnostic: &'d Diagnostic, sources: &'d Sources, layout: Layout) -> Group<'d> {
    let code = diagnostic.code.as_str();
    let title = Level::ERROR.primary_title(in_lines(&diagnostic.message, code.len() + ERROR, layout)).id(code);
    let mut files: Vec<FileId> = Vec::new();
    for label in &diagnostic.labels {
        if !files.contains(&label.span.file) {
            files.push(label.span.file);
        }
    }
    let snippets = files.into_iter().map(|file| Element::from(snippet(diagnostic, file, sources)));
    // The numbers of lines, whose digits are unknown here, are left of a help.
    let of_help = |help| in_lines(help, HELP, layout);
    let help = diagnostic.help.as_deref().map(|help| Element::from(Level::HELP.message(of_help(help))));
    title.elements(snippets.chain(help))
}

/// The columns of `error[]: `, and of ` = help: ` with a number of four digits.
const ERROR: usize = 9;
const HELP: usize = 13;

/// A message in lines that fit next to what is left of them.
fn in_lines(text: &str, left: usize, layout: Layout) -> Cow<'_, str> {
    let text = printable(text);
    let available = layout.width.saturating_sub(left).max(MIN_WORDS);
    if width(&text) <= available {
        return text;
    }
    words_of(&text, available).join("\n").into()
}

/// The part of a file that holds the places of a diagnostic, cut to what is shown.
fn snippet<'d>(diagnostic: &'d Diagnostic, file: FileId, sources: &'d Sources) -> Snippet<'d, Annotation<'d>> {
    let text = sources.text(file);
    let labels = || diagnostic.labels.iter().enumerate().filter(|(_, label)| label.span.file == file);
    let first = labels().map(|(_, label)| label.span.start as usize).min().unwrap_or(0);
    let last = labels().map(|(_, label)| shown_end(text, label.span)).max().unwrap_or(0);
    let mut window = window(text, first, last);
    if window.start == 0 && text.starts_with('\u{feff}') {
        // A byte order mark is not part of the line: columns count from after it.
        window.start = '\u{feff}'.len_utf8().min(window.end);
    }
    let line_start = text[..window.start].bytes().filter(|byte| *byte == b'\n').count() + 1;
    let shown = &text[window.clone()];
    let annotations = labels().map(|(index, label)| {
        let start = floor_boundary(text, label.span.start as usize).clamp(window.start, window.end);
        let end = floor_boundary(text, shown_end(text, label.span)).clamp(start, window.end);
        let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
        let (start, end) = same_width(shown, start - window.start, end - window.start);
        kind.span(start..end).label(printable(&label.text))
    });
    Snippet::source(one_width(shown))
        .path(printable(sources.name(file)))
        .line_start(line_start)
        .annotations(annotations)
}

/// The end of a span within its first line: the first line represents a whole table.
fn shown_end(text: &str, span: Span) -> usize {
    let start = floor_boundary(text, span.start as usize);
    let end = floor_boundary(text, span.end as usize).max(start);
    text[start..end].find('\n').map_or(end, |newline| start + newline)
}

/// The whole lines around a range of bytes; very long lines are cut.
fn window(text: &str, first: usize, last: usize) -> std::ops::Range<usize> {
    let first = floor_boundary(text, first);
    let last = floor_boundary(text, last).max(first);
    let line_start = text[..first].rfind('\n').map_or(0, |newline| newline + 1);
    let line_end = text[last..].find('\n').map_or(text.len(), |newline| last + newline);
    let start = if first - line_start > MAX_CONTEXT { floor_boundary(text, first - MAX_CONTEXT) } else { line_start };
    let end = if line_end - last > MAX_CONTEXT { floor_boundary(text, last + MAX_CONTEXT) } else { line_end };
    start..end
}

/// Replaces characters that control a terminal. Line feeds stay; the carriage return before one becomes a space.
fn one_width(text: &str) -> Cow<'_, str> {
    if text.bytes().all(|byte| (b' '..=b'~').contains(&byte) || byte == b'\n') {
        return text.into();
    }
    let shown = |character: char| match character {
        '\n' | '\t' => character,
        '\r' => ' ',
        character if acts_on_terminal(character) => '\u{fffd}',
        character => character,
    };
    text.chars().map(shown).collect::<String>().into()
}

/// Maps a range of bytes of `text` to the same characters of `one_width(text)`.
fn same_width(text: &str, start: usize, end: usize) -> (usize, usize) {
    let length = |part: &str| one_width(part).len();
    let from = length(&text[..start]);
    (from, from + length(&text[start..end]))
}
