//! Markdown: headlines, pipe tables with aligned columns, lists.

use std::borrow::Cow;
use std::io::{self, Write};

use crate::render::chart;
use crate::render::layout::Layout;
use crate::view::{Align, Block, Grid, Mark, Page};

pub(super) fn write(page: &Page, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    for (index, block) in page.blocks.iter().enumerate() {
        if let Block::Chart(picture) = block {
            let lines = chart::lines(picture, Layout { styled: false, ..layout });
            if !lines.is_empty() {
                if index > 0 {
                    writeln!(out)?;
                }
                fenced("text", &lines, out)?;
            }
            continue;
        }
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
            Block::Boxes(lines) => {
                for line in lines {
                    writeln!(out, "- [ ] {}", escape(line))?;
                }
            }
            Block::Code(code) => {
                let is_word = |language: &&str| language.bytes().all(|byte| byte.is_ascii_alphanumeric());
                let language = Some(code.language.as_str()).filter(is_word).unwrap_or("text");
                fenced(language, &code.text.lines().collect::<Vec<_>>(), out)?;
            }
            Block::Grid(grid) => table(grid, out)?,
            Block::Findings(findings) => {
                for finding in findings {
                    let at = finding.customers.map(|count| format!(" at {count} customers")).unwrap_or_default();
                    writeln!(out, "- **{}**{at}: {}", finding.severity, escape(&finding.message))?;
                }
            }
            Block::Chart(_) => {}
        }
    }
    Ok(())
}

/// Writes lines unchanged, between fences longer than any fence in them.
fn fenced(language: &str, lines: &[impl AsRef<str>], out: &mut impl Write) -> io::Result<()> {
    let ticks = |line: &str| line.split(|character| character != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(lines.iter().map(|line| ticks(line.as_ref())).max().unwrap_or(0).max(2) + 1);
    writeln!(out, "{fence}{language}")?;
    for line in lines {
        writeln!(out, "{}", line.as_ref())?;
    }
    writeln!(out, "{fence}")
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

/// Escapes characters that have a meaning in Markdown.
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
