//! Pages for a terminal: texts and tables within the line width.
//!
//! `comfy_table` lays out tables. This module says which columns it may hide or narrow, and writes its lines with the
//! styles of their rows.

use std::borrow::Cow;
use std::io::{self, Write};

use anstyle::{AnsiColor, Style};
use comfy_table::{CellAlignment, ColumnConstraint, ContentArrangement, Table, Width, presets};

use crate::render::chart;
use crate::render::layout::{Charts, Layout, printable};
use crate::render::wrap::{MIN_WORDS, lines_of, width, words_of};
use crate::view::{Align, Block, FindingView, Grid, Mark, Page, thousands};

/// The space between two columns.
const GAP: usize = 2;

/// The indent of a text that takes the whole width.
const WIDE_INDENT: &str = "    ";
/// The indent of the further lines of a sentence.
const SENTENCE_INDENT: &str = "  ";

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
        if previous.is_some_and(|previous| !is_joined(previous, block)) {
            writeln!(out)?;
        }
        previous = Some(block);
        match block {
            Block::Title(title) | Block::Headline(title) => {
                for part in lines_of(&printable(title), layout.width.max(MIN_WORDS)) {
                    line(part, STRONG, layout, out)?;
                }
            }
            Block::Text(text) => {
                for paragraph in text.lines() {
                    wrapped(&drawn(&printable(paragraph), layout), "", layout, out)?;
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

/// Whether no empty line is between two blocks: a paragraph follows its headline directly, and what stands below an answer
/// is together.
fn is_joined(previous: &Block, block: &Block) -> bool {
    match (previous, block) {
        (Block::Title(_), Block::Text(_) | Block::Grid(_)) | (Block::Text(_), Block::Text(_) | Block::Code(_)) => true,
        (Block::Grid(above), Block::Grid(below)) => above.indent > 0 && below.indent > 0,
        _ => false,
    }
}

/// Writes a sentence in lines of the width, the further ones indented.
pub(super) fn sentence(text: &str, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    let lines = words_of(&printable(text), layout.width.saturating_sub(SENTENCE_INDENT.len()).max(MIN_WORDS));
    for (place, text) in lines.iter().enumerate() {
        writeln!(out, "{}{text}", if place == 0 { "" } else { SENTENCE_INDENT })?;
    }
    Ok(())
}

/// Writes a line that matters less than what follows.
pub(super) fn remark(text: &str, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    lines_of(text, layout.width.max(MIN_WORDS)).try_for_each(|part| line(part, FAINT, layout, out))
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
    let lines = words_of(text, available);
    lines.iter().try_for_each(|text| line(&format!("{WIDE_INDENT}{text}"), FAINT, layout, out))
}

fn write_finding(finding: &FindingView, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    let style = match finding.severity {
        "breach" => AnsiColor::Red.on_default().bold(),
        "warning" => AnsiColor::Yellow.on_default(),
        _ => AnsiColor::Green.on_default(),
    };
    let at = finding.customers.map(|customers| format!(" at {customers} customers")).unwrap_or_default();
    let text = format!("{}{at}: {}", finding.severity, finding.message);
    let text = printable(&thousands(&text)).into_owned();
    for (index, part) in lines_of(&text, layout.width.saturating_sub(2).max(MIN_WORDS)).enumerate() {
        match part.strip_prefix(finding.severity) {
            Some(rest) if index == 0 && layout.styled => writeln!(out, "{style}{}{style:#}{rest}", finding.severity)?,
            _ => writeln!(out, "{}{part}", if index == 0 { "" } else { "  " })?,
        }
    }
    Ok(())
}

/// The number of rows that a person reads. Longer tables are for programs, which read CSV and JSON.
const MOST_ROWS: usize = 1000;
/// The longest word for which a column of words keeps its width, if that is more than its minimum.
const LONGEST_WORD: usize = 30;
/// What `comfy_table` draws between two rows. No text has this character, so a line of it says where a row ends.
const BETWEEN: char = '\u{1}';

/// Writes a grid. The rows after the first thousand are left out, except for the sums at the end. A grid whose numbers do not
/// fit next to each other is written one cell below the other.
fn write_grid(grid: &Grid, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    let shown = shown_rows(grid);
    let has_cells = |row: &usize| !grid.has(*row, Mark::Wide);
    let mut table = Table::new();
    table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Dynamic);
    table.style_mut().row_separator.fill = Some(BETWEEN);
    if grid.has_headers() {
        table.add_row(grid.columns.iter().map(|column| printable(&column.header).into_owned()));
    }
    for row in shown.iter().copied().filter(has_cells) {
        table.add_row(
            (0..grid.columns.len()).zip(grid.cells(row)).map(|(index, cell)| cell_text(grid, index, cell, layout)),
        );
    }
    if !arrange(&mut table, grid, layout.width.saturating_sub(grid.indent)) {
        return write_rows(grid, &shown, layout.width, layout, out, |row, out| write_stacked(grid, row, layout, out));
    }
    let laid_out: Vec<String> = table.lines().collect();
    let mut rows = laid_out.split(|line| line.starts_with(BETWEEN));
    let write = |lines: Option<&[String]>, style: Style, out: &mut _| {
        let texts = lines.into_iter().flatten().map(|text| format!("{:indent$}{text}", "", indent = grid.indent));
        texts.into_iter().try_for_each(|text| line(text.trim_end(), style, layout, out))
    };
    let width = laid_out.iter().map(|line| width(line.trim_end())).max().unwrap_or(0);
    if grid.has_headers() {
        write(rows.next(), STRONG, out)?;
        if grid.is_ruled {
            rule(width, layout, out)?;
        }
    }
    write_rows(grid, &shown, width, layout, out, |row, out| write(rows.next(), style_of(grid, row), out))
}

/// Writes the rows of a grid, each one with cells by `write`, with the lines above and between them.
fn write_rows<W: Write>(
    grid: &Grid,
    shown: &[usize],
    width: usize,
    layout: Layout,
    out: &mut W,
    mut write: impl FnMut(usize, &mut W) -> io::Result<()>,
) -> io::Result<()> {
    let left_out = grid.len() - shown.len() + grid.beyond;
    for (place, row) in shown.iter().copied().enumerate() {
        if left_out > 0 && place == MOST_ROWS {
            line(&left_out_rows(left_out), FAINT, layout, out)?;
        }
        if grid.has(row, Mark::Rule) {
            rule(width, layout, out)?;
        }
        if grid.has(row, Mark::Wide) {
            let text = grid.cells(row).next().unwrap_or_default();
            wide(&printable(text), layout, out)?;
        } else {
            write(row, out)?;
        }
    }
    if left_out > 0 && shown.len() == MOST_ROWS {
        line(&left_out_rows(left_out), FAINT, layout, out)?;
    }
    Ok(())
}

/// Writes a line across a grid.
fn rule(width: usize, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    let rule = if layout.charts == Charts::Ascii { "-" } else { "\u{2500}" };
    line(&rule.repeat(width), FAINT, layout, out)
}

/// Writes the cells of a row one below the other, each with its header.
fn write_stacked(grid: &Grid, row: usize, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    let cells = (0..grid.columns.len()).zip(grid.cells(row));
    let given = cells.filter(|(index, cell)| !cell.is_empty() && !grid.columns[*index].is_hidden);
    for (place, (index, cell)) in given.enumerate() {
        let header = printable(&grid.columns[index].header).into_owned();
        let text = cell_text(grid, index, cell, layout);
        let text = if place == 0 || header.is_empty() { text } else { format!("{header}: {text}") };
        let indent = grid.indent + if place == 0 { 0 } else { SENTENCE_INDENT.len() };
        for part in words_of(&text, layout.width.saturating_sub(indent).max(MIN_WORDS)) {
            line(&format!("{:indent$}{part}", ""), style_of(grid, row), layout, out)?;
        }
    }
    Ok(())
}

/// The rows that are written: all of them, or the first ones and the sums below the last rule.
fn shown_rows(grid: &Grid) -> Vec<usize> {
    let sums = || {
        let first = grid.marks().iter().find(|(row, mark)| *row >= MOST_ROWS && *mark == Mark::Rule);
        first.map_or(grid.len(), |(row, _)| *row)
    };
    if grid.len() <= MOST_ROWS { (0..grid.len()).collect() } else { (0..MOST_ROWS).chain(sums()..grid.len()).collect() }
}

fn left_out_rows(count: usize) -> String {
    format!("... {} more rows: all are in --format csv and --format json", thousands(&count.to_string()))
}

fn style_of(grid: &Grid, row: usize) -> Style {
    let styles = [
        (Mark::Strong, STRONG),
        (Mark::Bad, AnsiColor::Red.on_default().bold()),
        (Mark::Doubtful, AnsiColor::Yellow.on_default()),
        (Mark::Faint, FAINT),
    ];
    styles.into_iter().find(|(mark, _)| grid.has(row, *mark)).map_or(Style::new(), |(_, style)| style)
}

/// The text of a cell; a number has separators of thousands.
fn cell_text(grid: &Grid, index: usize, cell: &str, layout: Layout) -> String {
    match grid.columns[index].align {
        Align::Right => printable(&thousands(cell)).into_owned(),
        Align::Left => drawn(&printable(cell), layout).into_owned(),
    }
}

/// A text whose blocks, from the lowest to the highest, are ASCII if pictures are.
fn drawn(text: &str, layout: Layout) -> Cow<'_, str> {
    const BLOCKS: &str = "\u{2581}\u{2582}\u{2583}\u{2584}\u{2585}\u{2586}\u{2587}\u{2588}";
    if layout.charts != Charts::Ascii || text.is_ascii() {
        return text.into();
    }
    let plain = |character: char| {
        let height = BLOCKS.chars().position(|block| block == character);
        height.and_then(|height| "_.-~=+*#".chars().nth(height)).unwrap_or(character)
    };
    text.chars().map(plain).collect::<String>().into()
}

/// Sets the columns of a table so that a row fits, and says whether it does. Numbers keep their width, words their longest
/// word; where that is too much, optional columns are hidden from the last one on, then the widest cells of several numbers
/// are broken between them, then words keep the minimum of their column. No number is ever broken.
fn arrange(table: &mut Table, grid: &Grid, available: usize) -> bool {
    table.set_width(cells_of(available.max(1)));
    let widths = Widths::of(table, grid);
    let mut shown: Vec<usize> =
        (0..grid.columns.len()).filter(|index| widths.natural[*index] > 0 && !grid.columns[*index].is_hidden).collect();
    while !widths.fit(&shown, Narrowed::default(), available)
        && let Some(last) = shown.iter().rposition(|index| grid.columns[*index].optional)
    {
        shown.remove(last);
    }
    let mut numbers: Vec<usize> =
        shown.iter().copied().filter(|index| grid.columns[*index].align == Align::Right).collect();
    numbers.sort_by_key(|index| std::cmp::Reverse(widths.natural[*index]));
    let of_numbers = |words| (0..=numbers.len()).map(move |count| (words, count));
    let mut ways = [false, true].into_iter().flat_map(of_numbers);
    let narrowed = |(words, count): (bool, usize)| Narrowed { words, numbers: &numbers[..count] };
    let Some(narrowed) = ways.find(|way| widths.fit(&shown, narrowed(*way), available)).map(narrowed) else {
        return false;
    };
    let mut gap = 0;
    for (index, column) in table.column_iter_mut().enumerate() {
        if !shown.contains(&index) {
            column.set_constraint(ColumnConstraint::Hidden);
            continue;
        }
        column.set_padding((cells_of(gap), 0));
        let least = Width::Fixed(cells_of(gap + widths.least(index, narrowed)));
        column.set_constraint(ColumnConstraint::LowerBoundary(least));
        if grid.columns[index].align == Align::Right {
            column.set_cell_alignment(CellAlignment::Right);
        }
        gap = GAP;
    }
    true
}

/// Which columns are narrower than their texts.
#[derive(Clone, Copy, Default)]
struct Narrowed<'a> {
    /// Columns of words, to their minimum.
    words: bool,
    /// These columns of numbers, to their longest number.
    numbers: &'a [usize],
}

/// How wide the columns of a table are.
struct Widths<'a> {
    grid: &'a Grid,
    /// The widest text of each.
    natural: Vec<usize>,
    /// The longest word of each that is kept whole if possible.
    words: Vec<usize>,
    /// The longest that may not be broken: a word in a column of numbers, a number in one of words.
    whole: Vec<usize>,
}

impl<'a> Widths<'a> {
    fn of(table: &Table, grid: &'a Grid) -> Self {
        let columns = grid.columns.len();
        let mut natural: Vec<usize> = table.column_max_content_widths().into_iter().map(usize::from).collect();
        natural.resize(columns, 0);
        let (mut words, mut whole) = (vec![0; columns], vec![0; columns]);
        for row in table.row_iter() {
            for (index, cell) in row.cell_iter().enumerate().take(columns) {
                let mut before = 0;
                for word in cell.content().split_whitespace() {
                    // A word between two numbers stays with the first one: `148.00 to` is above `190.00`.
                    let is_between = matches!(word, "to" | "at" | "of") && before > 0;
                    let length = width(word) + if is_between { before + 1 } else { 0 };
                    before = length;
                    if width(word) <= LONGEST_WORD {
                        words[index] = width(word).max(words[index]);
                    }
                    if grid.columns[index].align == Align::Right || length <= LONGEST_WORD && is_number(word) {
                        whole[index] = length.max(whole[index]);
                    }
                }
            }
        }
        Self { grid, natural, words, whole }
    }

    /// The least width of a column.
    fn least(&self, index: usize, narrowed: Narrowed<'_>) -> usize {
        let column = &self.grid.columns[index];
        let least = match column.align {
            Align::Right if narrowed.numbers.contains(&index) => self.whole[index],
            Align::Right => self.natural[index],
            Align::Left if narrowed.words => column.least.max(self.whole[index]),
            Align::Left => column.least.max(self.words[index]),
        };
        least.min(self.natural[index])
    }

    /// Whether columns fit next to each other.
    fn fit(&self, shown: &[usize], narrowed: Narrowed<'_>, available: usize) -> bool {
        let gaps = GAP * shown.len().saturating_sub(1);
        shown.iter().map(|index| self.least(*index, narrowed)).sum::<usize>() + gaps <= available
    }
}

/// Whether a word is a number, with what stands before it: `-77,147`, `(12.50`, `~3`.
fn is_number(word: &str) -> bool {
    let start = word.trim_start_matches(|character: char| !character.is_alphanumeric());
    start.starts_with(|character: char| character.is_ascii_digit())
}

fn cells_of(columns: usize) -> u16 {
    u16::try_from(columns).unwrap_or(u16::MAX)
}
