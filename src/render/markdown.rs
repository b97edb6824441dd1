//! Markdown: headlines, pipe tables with aligned columns, lists.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::view::{Align, Block, Grid, Mark, Page};

pub(super) fn write(page: &Page, out: &mut impl Write) -> io::Result<()> {
    for (index, block) in page.blocks.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        match block {
            Block::Title(title) => writeln!(out, "## {}", escape(title))?,
            Block::Text(text) => writeln!(out, "{}", escape(text).replace('\n', "  \n"))?,
            Block::List(lines) => {
                for line in lines {
                    writeln!(out, "- {}", escape(line))?;
                }
            }
            Block::Grid(grid) => table(grid, out)?,
            Block::Findings(findings) => {
                for finding in findings {
                    let at = finding.customers.map(|count| format!(" at {count} customers")).unwrap_or_default();
                    writeln!(out, "- **{}**{at}: {}", finding.severity, escape(&finding.message))?;
                }
            }
        }
    }
    Ok(())
}

fn table(grid: &Grid, out: &mut impl Write) -> io::Result<()> {
    for column in &grid.columns {
        write!(out, "| {} ", escape(&column.header))?;
    }
    writeln!(out, "|")?;
    for column in &grid.columns {
        write!(out, "{}", if column.align == Align::Right { "|---:" } else { "|---" })?;
    }
    writeln!(out, "|")?;
    for row in 0..grid.len() {
        let strong = if grid.has(row, Mark::Strong) { "**" } else { "" };
        for cell in grid.cells(row) {
            let strong = if cell.is_empty() { "" } else { strong };
            write!(out, "| {strong}{}{strong} ", escape(cell.trim()))?;
        }
        writeln!(out, "|")?;
    }
    Ok(())
}

/// A text whose characters mean nothing to Markdown.
fn escape(text: &str) -> Cow<'_, str> {
    const SPECIAL: [char; 9] = ['\\', '|', '*', '_', '`', '<', '[', ']', '#'];
    if !text.contains(SPECIAL) {
        return text.into();
    }
    let mut escaped = String::with_capacity(text.len() + 8);
    for character in text.chars() {
        if SPECIAL.contains(&character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped.into()
}
