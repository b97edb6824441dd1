//! Tables for a terminal: aligned, within the line width, and streamed if they are long.
//!
//! `comfy_table` lays out the rows. This module sets the widths of columns and breaks texts: if the line is too short,
//! it narrows columns of words and drops optional columns, which `comfy_table` cannot do, and it writes long tables in
//! pieces that must look alike.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use comfy_table::{Cell, CellAlignment, ColumnConstraint, Table, Width, presets};

use crate::render::chart;
use crate::render::layout::{Charts, Layout, printable};
use crate::render::wrap::{lines_of, width};
use crate::view::{Align, Block, FindingView, Grid, Mark, Page};

/// The space between two columns.
const GAP: usize = 2;
/// The least width to which a column of words is narrowed.
const MIN_WORDS: usize = 12;

/// The indent of a text that takes the whole width.
const WIDE_INDENT: &str = "    ";

const STRONG: Style = Style::new().bold();
const FAINT: Style = Style::new().dimmed();

pub(super) fn write(page: &Page, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    let mut previous: Option<&Block> = None;
    for block in &page.blocks {
        // A chart that is not drawn leaves no trace, not even an empty line.
        let picture = if let Block::Chart(picture) = block { chart::lines(picture, layout) } else { Vec::new() };
        if matches!(block, Block::Chart(_)) && picture.is_empty() {
            continue;
        }
        // A paragraph follows its headline directly; everything else comes after an empty line.
        let joined = matches!(
            (previous, block),
            (None, _)
                | (Some(Block::Title(_)), Block::Text(_) | Block::Grid(_))
                | (Some(Block::Text(_)), Block::Text(_) | Block::Code(_))
        );
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
            Block::Boxes(lines) => {
                for text in lines {
                    wrapped(&printable(&format!("[ ] {text}")), "    ", layout, out)?;
                }
            }
            // Lines stay whole: a command broken over two lines is a different one.
            Block::Code(code) => {
                for text in code.text.lines() {
                    writeln!(out, "{}", format!("{WIDE_INDENT}{}", printable(text)).trim_end())?;
                }
            }
            Block::Grid(grid) => write_grid(grid, layout, out)?,
            Block::Findings(findings) => {
                for finding in findings {
                    write_finding(finding, layout, out)?;
                }
            }
            Block::Chart(_) => {
                for text in picture {
                    writeln!(out, "{text}")?;
                }
            }
        }
    }
    Ok(())
}

pub(crate) fn line(text: &str, style: Style, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    if layout.styled && !text.is_empty() { writeln!(out, "{style}{text}{style:#}") } else { writeln!(out, "{text}") }
}

/// Writes a paragraph; its second and further lines are indented.
fn wrapped(text: &str, indent: &str, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    for (index, part) in lines_of(text, layout.width.saturating_sub(indent.len()).max(MIN_WORDS)).enumerate() {
        writeln!(out, "{}{part}", if index == 0 { "" } else { indent })?;
    }
    Ok(())
}

/// Writes an indented text below a row. A word longer than the line stays whole: it may be an address.
fn wide(text: &str, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    let available = layout.width.saturating_sub(WIDE_INDENT.len()).max(MIN_WORDS);
    let mut current = String::new();
    for word in text.split(' ') {
        if !current.is_empty() && width(&current) + 1 + width(word) > available {
            line(&format!("{WIDE_INDENT}{current}"), FAINT, layout, out)?;
            current.clear();
        }
        if !current.is_empty() {
            current.push(' ');
        }
        current.push_str(word);
    }
    line(&format!("{WIDE_INDENT}{current}"), FAINT, layout, out)
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
    let rule = if layout.charts == Charts::Ascii { "-" } else { "\u{2500}" }.repeat(total(&widths));
    let mut rows = Rows { grid, widths: &widths, table: Table::new(), style: Style::new() };
    if grid.has_headers() {
        rows.add(grid.columns.iter().map(|column| column.header.as_str()), STRONG, layout, out)?;
        rows.write(layout, out)?;
        line(&rule, FAINT, layout, out)?;
    }
    for index in 0..grid.len() {
        if grid.has(index, Mark::Rule) {
            rows.write(layout, out)?;
            line(&rule, FAINT, layout, out)?;
        }
        if grid.has(index, Mark::Wide) {
            rows.write(layout, out)?;
            let text = grid.cells(index).next().unwrap_or_default();
            wide(&printable(text), layout, out)?;
            continue;
        }
        let style = if grid.has(index, Mark::Strong) { STRONG } else { Style::new() };
        rows.add(grid.cells(index), style, layout, out)?;
    }
    rows.write(layout, out)
}

/// The number of rows that are laid out at once: one table of 200,000 rows takes gigabytes.
const AT_ONCE: usize = 256;

/// Rows of one style that are laid out together, in columns of fixed widths.
struct Rows<'g> {
    grid: &'g Grid,
    widths: &'g [Option<usize>],
    table: Table,
    style: Style,
}

impl Rows<'_> {
    /// Adds a row; writes the earlier rows first if there are many or the style changes.
    fn add<'c>(
        &mut self,
        cells: impl Iterator<Item = &'c str>,
        style: Style,
        layout: Layout,
        out: &mut impl Write,
    ) -> io::Result<()> {
        if style != self.style || self.table.row_count() == AT_ONCE {
            self.write(layout, out)?;
            self.style = style;
        }
        // An empty column becomes a gap: `comfy_table` would make it a character wide.
        let shown = cells.zip(self.widths).filter_map(|(cell, width)| Some((cell, width.filter(|width| *width > 0)?)));
        let shown = shown.map(|(cell, width)| broken(cell, width));
        let row: Vec<Cell> = shown.map(Cell::new_owned).collect();
        self.table.add_row(row);
        Ok(())
    }

    /// Writes the rows that have been added.
    fn write(&mut self, layout: Layout, out: &mut impl Write) -> io::Result<()> {
        let mut table = std::mem::take(&mut self.table);
        if table.is_empty() {
            return Ok(());
        }
        table.load_style(presets::NOTHING);
        let mut gap = 0;
        let mut laid_out = table.column_iter_mut();
        for (column, width) in self.grid.columns.iter().zip(self.widths) {
            let Some(width) = *width else { continue };
            if width > 0
                && let Some(laid_out) = laid_out.next()
            {
                laid_out.set_padding((cells_of(gap), 0));
                laid_out.set_constraint(ColumnConstraint::Absolute(Width::Fixed(cells_of(gap + width))));
                if column.align == Align::Right {
                    laid_out.set_cell_alignment(CellAlignment::Right);
                }
                gap = 0;
            }
            gap += GAP;
        }
        for text in table.lines() {
            line(text.trim_end(), self.style, layout, out)?;
        }
        Ok(())
    }
}

/// A cell with its lines broken like all other texts.
fn broken(cell: &str, available: usize) -> String {
    if width(cell) <= available {
        return printable(cell).into_owned();
    }
    lines_of(cell, available).map(printable).collect::<Vec<_>>().join("\n")
}

fn cells_of(columns: usize) -> u16 {
    u16::try_from(columns).unwrap_or(u16::MAX)
}

/// The width of each column: that of its widest cell. If the line is too short, columns of words are narrowed first,
/// then optional columns are dropped from the last one on; a dropped column has no width.
fn widths(grid: &Grid, available: usize) -> Vec<Option<usize>> {
    let mut widths: Vec<Option<usize>> = grid.columns.iter().map(|column| Some(width(&column.header))).collect();
    for row in (0..grid.len()).filter(|row| !grid.has(*row, Mark::Wide)) {
        for (widest, cell) in widths.iter_mut().zip(grid.cells(row)) {
            *widest = widest.map(|widest| widest.max(width(cell)));
        }
    }
    let natural = widths;
    let mut optional: Vec<usize> = (0..grid.columns.len()).filter(|&index| grid.columns[index].optional).collect();
    let mut left_out: Vec<usize> = Vec::new();
    loop {
        let mut widths = natural.clone();
        for &index in &left_out {
            widths[index] = None;
        }
        narrow(grid, &mut widths, available);
        match optional.pop() {
            Some(index) if total(&widths) > available => left_out.push(index),
            _ => return widths,
        }
    }
}

/// The width of a row.
fn total(widths: &[Option<usize>]) -> usize {
    let shown = widths.iter().flatten();
    shown.clone().sum::<usize>() + GAP * shown.count().saturating_sub(1)
}

/// Narrows columns of words until a row fits: repeatedly the widest to the width of the next widest, so that they end
/// up about equal.
fn narrow(grid: &Grid, widths: &mut [Option<usize>], available: usize) {
    loop {
        let missing = total(widths).saturating_sub(available);
        let columns = grid.columns.iter().zip(widths.iter()).enumerate();
        let words = columns.filter(|(_, (column, _))| column.align == Align::Left);
        let wide = words.filter_map(|(index, (column, width))| Some(((*width)?, index, column.least)));
        let mut words: Vec<(usize, usize, usize)> = wide.filter(|(width, _, least)| width > least).collect();
        words.sort_unstable();
        let Some((widest, index, least)) = words.pop() else { return };
        if missing == 0 {
            return;
        }
        let second = words.last().map_or(0, |(width, ..)| *width);
        let floor = second.min(widest - 1).max(least);
        widths[index] = Some(widest.saturating_sub(missing).max(floor));
    }
}
