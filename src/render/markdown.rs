//! Markdown: headlines, pipe tables with aligned columns, lists; and comments, which are cut at whole rows.

use std::io::{self, Write};

use crate::render::chart;
use crate::render::inert;
use crate::render::layout::Layout;
use crate::render::mermaid;
use crate::view::{Align, Block, Comment, Grid, Mark, Page};

/// What is kept for the end of a text that is cut: the end of what is folded, and how much is left out.
const KEPT: usize = 160;

pub(super) fn write(page: &Page, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    let mut text = Text::new(usize::MAX, out);
    blocks(&page.blocks, layout, &mut text)?;
    text.end()
}

/// Writes a comment of fewer than `most` characters, in UTF-16 units. Its first line is hidden, so that the comment is
/// found again and replaced.
///
/// # Errors
/// The errors of `out`.
pub fn comment(marker: &str, comment: &Comment, most: usize, out: &mut impl Write) -> io::Result<()> {
    let layout = Layout::PLAIN;
    let mut text = Text::new(most, out);
    text.piece(&format!("<!-- {} -->\n", marker.replace("--", "-")), 0)?;
    blocks(&comment.summary, layout, &mut text)?;
    if let Some(chart) = &comment.chart {
        let left_out = Some(inert::line(&chart.left_out)).filter(|left_out| !left_out.is_empty());
        let left_out = left_out.map(|left_out| format!("\n{left_out}\n")).unwrap_or_default();
        text.piece(&format!("\n{}{left_out}", fenced("mermaid", &mermaid::lines(chart))), 0)?;
    }
    for details in &comment.details {
        let open = if details.is_open { " open" } else { "" };
        text.next(&format!("\n<details{open}>\n<summary>{}</summary>\n\n", inert::html(&details.headline)));
        let before = text.pieces;
        blocks(&details.blocks, layout, &mut text)?;
        if text.pieces > before {
            text.close("\n</details>\n")?;
        } else {
            text.next.clear();
        }
    }
    text.end()
}

fn blocks<W: Write>(blocks: &[Block], layout: Layout, text: &mut Text<'_, W>) -> io::Result<()> {
    for (index, block) in blocks.iter().enumerate() {
        let picture = match block {
            Block::Chart(picture) => chart::lines(picture, Layout { styled: false, ..layout }),
            _ => Vec::new(),
        };
        if matches!(block, Block::Chart(_)) && picture.is_empty() {
            continue;
        }
        if index > 0 {
            text.next("\n");
        }
        match block {
            Block::Title(title) | Block::Headline(title) => text.piece(&format!("## {}\n", inert::line(title)), 0)?,
            Block::Text(paragraph) => {
                let lines: Vec<String> = paragraph.split('\n').map(inert::line).collect();
                text.piece(&format!("{}\n", lines.join("  \n")), 0)?;
            }
            Block::List(lines) => {
                for line in lines {
                    text.piece(&format!("- {}\n", inert::line(line)), 1)?;
                }
            }
            Block::Boxes(lines) => {
                for line in lines {
                    text.piece(&format!("- [ ] {}\n", inert::line(line)), 1)?;
                }
            }
            Block::Code(code) => {
                let is_word = |language: &&str| language.bytes().all(|byte| byte.is_ascii_alphanumeric());
                let language = Some(code.language.as_str()).filter(is_word).unwrap_or("text");
                text.piece(&fenced(language, &code.text.lines().collect::<Vec<_>>()), 0)?;
            }
            Block::Grid(grid) => table(grid, text)?,
            Block::Findings(findings) => {
                for finding in findings {
                    let at = finding.customers.map(|count| format!(" at {count} customers")).unwrap_or_default();
                    let message = inert::line(&finding.message);
                    text.piece(&format!("- **{}**{at}: {message}\n", finding.severity), 1)?;
                }
            }
            Block::Chart(_) => text.piece(&fenced("text", &picture), 0)?,
        }
    }
    Ok(())
}

/// Lines between fences longer than any fence in them.
fn fenced(language: &str, lines: &[impl AsRef<str>]) -> String {
    let ticks = |line: &str| line.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(lines.iter().map(|line| ticks(line.as_ref())).max().unwrap_or(0).max(2) + 1);
    let mut text = format!("{fence}{language}\n");
    for line in lines {
        text.push_str(line.as_ref());
        text.push('\n');
    }
    text.push_str(&fence);
    text.push('\n');
    text
}

fn table<W: Write>(grid: &Grid, text: &mut Text<'_, W>) -> io::Result<()> {
    let mut head: String = grid.columns.iter().map(|column| format!("| {} ", inert::line(&column.header))).collect();
    head.push_str("|\n");
    for column in &grid.columns {
        head.push_str(if column.align == Align::Right { "|---:" } else { "|---" });
    }
    head.push_str("|\n");
    text.next(&head);
    for row in 0..grid.len() {
        let strong = if grid.has(row, Mark::Strong) { "**" } else { "" };
        let mut line = String::new();
        for cell in grid.cells(row) {
            let strong = if cell.is_empty() { "" } else { strong };
            line.extend(["| ", strong, &inert::line(cell.trim()), strong, " "]);
        }
        line.push_str("|\n");
        text.piece(&line, 1)?;
    }
    if grid.is_empty() { text.piece("", 0) } else { Ok(()) }
}

/// A text that is written piece by piece, until the next one would not fit.
struct Text<'o, W> {
    out: &'o mut W,
    /// How many UTF-16 units still fit.
    left: usize,
    /// What is written before the next piece, and not without it.
    next: String,
    /// How many pieces were written.
    pieces: usize,
    /// How many rows were not, once a piece did not fit.
    left_out: Option<usize>,
}

impl<'o, W: Write> Text<'o, W> {
    fn new(most: usize, out: &'o mut W) -> Self {
        Self { out, left: most.saturating_sub(KEPT), next: String::new(), pieces: 0, left_out: None }
    }

    /// Adds what comes before the next piece.
    fn next(&mut self, text: &str) {
        self.next.push_str(text);
    }

    /// Writes a piece that is not broken, with so many rows.
    fn piece(&mut self, text: &str, rows: usize) -> io::Result<()> {
        if let Some(left_out) = &mut self.left_out {
            *left_out += rows;
            self.next.clear();
            return Ok(());
        }
        let length = units(&self.next).saturating_add(units(text));
        if length >= self.left {
            self.left_out = Some(rows);
            self.next.clear();
            return Ok(());
        }
        self.left -= length;
        self.out.write_all(self.next.as_bytes())?;
        self.next.clear();
        self.pieces += 1;
        self.out.write_all(text.as_bytes())
    }

    /// Writes the end of what was begun, for which there is always room.
    fn close(&mut self, text: &str) -> io::Result<()> {
        self.next.clear();
        self.left = self.left.saturating_sub(units(text));
        self.out.write_all(text.as_bytes())
    }

    /// Reports what was left out.
    fn end(self) -> io::Result<()> {
        match self.left_out {
            None => Ok(()),
            Some(1) => writeln!(self.out, "\n1 more row is left out: a comment cannot be longer."),
            Some(0) => writeln!(self.out, "\nThe rest is left out: a comment cannot be longer."),
            Some(rows) => writeln!(self.out, "\n{rows} more rows are left out: a comment cannot be longer."),
        }
    }
}

/// The length of a text as the programs count it that limit comments.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}
