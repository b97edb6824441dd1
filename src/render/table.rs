//! Tables for a terminal: aligned, within the width of a line, and streamed when they are long.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use comfy_table::presets::NOTHING;
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Row, Table, Width};
use unicode_width::UnicodeWidthStr;

use super::{Layout, printable};
use crate::view::{Align, Block, FindingView, Grid, Mark, Page};

/// The space between two columns.
const GAP: usize = 2;
/// The least width to which a column of words is narrowed.
const MIN_WORDS: usize = 12;
/// How many rows are laid out at a time.
const CHUNK: usize = 256;

const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

pub(super) fn write(page: &Page, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    let mut previous: Option<&Block> = None;
    for block in &page.blocks {
        // A paragraph stands right under its headline; everything else is set off by an empty line.
        let joined = matches!((previous, block), (None, _) | (Some(Block::Title(_)), Block::Text(_) | Block::Grid(_)));
        if !joined {
            writeln!(out)?;
        }
        previous = Some(block);
        match block {
            Block::Title(title) => line(&printable(title), STRONG, layout, out)?,
            Block::Text(text) => {
                for paragraph in text.lines() {
                    wrapped(&printable(paragraph), "", layout, out)?;
                }
            }
            Block::List(lines) => {
                for text in lines {
                    wrapped(&printable(text), "  ", layout, out)?;
                }
            }
            Block::Grid(grid) => write_grid(grid, layout, out)?,
            Block::Findings(findings) => {
                for finding in findings {
                    write_finding(finding, layout, out)?;
                }
            }
        }
    }
    Ok(())
}

fn line(text: &str, style: Style, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    if layout.styled && !text.is_empty() { writeln!(out, "{style}{text}{style:#}") } else { writeln!(out, "{text}") }
}

/// Writes a paragraph; its second and further lines are indented.
fn wrapped(text: &str, indent: &str, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    for (index, part) in lines_of(text, layout.width.saturating_sub(indent.len()).max(MIN_WORDS)).enumerate() {
        writeln!(out, "{}{part}", if index == 0 { "" } else { indent })?;
    }
    Ok(())
}

/// How many columns of a terminal a text takes.
fn width(text: &str) -> usize {
    if text.is_ascii() { text.len() } else { text.width() }
}

/// Breaks a text at spaces into lines of at most `width` columns; a longer word stands on a line of its own.
fn lines_of(text: &str, available: usize) -> impl Iterator<Item = &str> {
    let mut rest = text;
    let mut done = false;
    std::iter::from_fn(move || {
        if done {
            return None;
        }
        let mut taken = 0;
        for (index, _) in rest.match_indices(' ').chain([(rest.len(), "")]) {
            if taken > 0 && width(&rest[..index]) > available {
                let line = &rest[..taken];
                rest = &rest[taken + 1..];
                return Some(line);
            }
            taken = index;
        }
        done = true;
        Some(rest)
    })
}

fn write_finding(finding: &FindingView, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    let style = match finding.severity {
        "breach" => AnsiColor::Red.on_default().bold(),
        "warning" => AnsiColor::Yellow.on_default(),
        _ => AnsiColor::Green.on_default(),
    };
    let at = finding.customers.map(|customers| format!(" at {customers} customers")).unwrap_or_default();
    let text = format!("{}{at}: {}", finding.severity, printable(&finding.message));
    for (index, part) in lines_of(&text, layout.width.saturating_sub(2).max(MIN_WORDS)).enumerate() {
        match part.strip_prefix(finding.severity) {
            Some(rest) if index == 0 && layout.styled => writeln!(out, "{style}{}{style:#}{rest}", finding.severity)?,
            _ => writeln!(out, "{}{part}", if index == 0 { "" } else { "  " })?,
        }
    }
    Ok(())
}

fn write_grid(grid: &Grid, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    let widths = widths(grid, layout.width);
    let rule = "\u{2500}".repeat(widths.iter().sum::<usize>() + GAP * widths.len().saturating_sub(1));
    if grid.has_headers() {
        let header = grid.columns.iter().map(|column| column.header.as_str());
        flush(&table(grid, &widths, std::iter::once(Row::from(header))), STRONG, layout, out)?;
        line(&rule, FAINT, layout, out)?;
    }
    let mut next = 0;
    while next < grid.len() {
        if grid.has(next, Mark::Rule) {
            line(&rule, FAINT, layout, out)?;
        }
        let strong = grid.has(next, Mark::Strong);
        // Rows up to the next mark are laid out together, but never more than a chunk: memory does not grow with rows.
        let following = grid.marks().partition_point(|(row, _)| *row <= next);
        let marked = grid.marks().get(following).map_or(grid.len(), |(row, _)| *row);
        let end = if strong { next + 1 } else { marked.min(next + CHUNK) };
        let rows = (next..end).map(|row| Row::from(grid.cells(row)));
        flush(&table(grid, &widths, rows), if strong { STRONG } else { Style::new() }, layout, out)?;
        next = end;
    }
    Ok(())
}

fn flush(table: &Table, style: Style, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    for text in table.lines() {
        line(text.trim_end(), style, layout, out)?;
    }
    Ok(())
}

/// Lays rows out in columns of fixed widths, so that a grid may be written in parts.
fn table(grid: &Grid, widths: &[usize], rows: impl Iterator<Item = Row>) -> Table {
    let mut table = Table::new();
    table.load_style(NOTHING).set_content_arrangement(ContentArrangement::Dynamic).add_rows(rows);
    for (index, (column, width)) in grid.columns.iter().zip(widths).enumerate() {
        let gap = if index + 1 < widths.len() { GAP } else { 0 };
        let fixed = |columns: usize| u16::try_from(columns).unwrap_or(u16::MAX);
        if let Some(shown) = table.column_mut(index) {
            shown.set_padding((0, fixed(gap)));
            shown.set_constraint(ColumnConstraint::Absolute(Width::Fixed(fixed(width + gap))));
            shown.set_cell_alignment(if column.align == Align::Right {
                CellAlignment::Right
            } else {
                CellAlignment::Left
            });
        }
    }
    table
}

/// The width of each column: that of its widest cell; columns of words are narrowed where the line is too short.
fn widths(grid: &Grid, available: usize) -> Vec<usize> {
    let mut widths: Vec<usize> = grid.columns.iter().map(|column| width(&column.header)).collect();
    for row in 0..grid.len() {
        for (widest, cell) in widths.iter_mut().zip(grid.cells(row)) {
            *widest = (*widest).max(width(cell));
        }
    }
    let gaps = GAP * widths.len().saturating_sub(1);
    loop {
        let total = widths.iter().sum::<usize>() + gaps;
        let words = grid.columns.iter().enumerate().filter(|(_, column)| column.align == Align::Left);
        let widest = words.map(|(index, _)| index).max_by_key(|&index| widths[index]);
        match widest {
            Some(index) if total > available && widths[index] > MIN_WORDS => {
                // Down to the next widest at a time, so that the columns of words end up alike.
                let second = grid
                    .columns
                    .iter()
                    .enumerate()
                    .filter(|(other, column)| *other != index && column.align == Align::Left);
                let second = second.map(|(other, _)| widths[other]).max().unwrap_or(0);
                let floor = second.min(widths[index] - 1).max(MIN_WORDS);
                widths[index] = widths[index].saturating_sub(total - available).max(floor);
            }
            _ => return widths,
        }
    }
}
