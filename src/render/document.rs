//! A page of the documents on a terminal: headings, paragraphs, lists, tables and code of its Markdown.

use std::io::{self, Write};

use anstyle::{Effects, Style};

use crate::render::layout::Layout;
use crate::render::wrap::{lines_of, width};

/// The widest first column of a table, as a part of the line in percent.
const FIRST_COLUMN: usize = 45;

/// Writes a page of Markdown for people. Links become their texts.
///
/// # Errors
/// The errors of `out`.
pub fn document(text: &str, layout: Layout, out: &mut impl Write) -> io::Result<()> {
    let width = layout.width.min(100);
    let mut blocks = Blocks { lines: text.lines().peekable() };
    let mut is_first = true;
    while let Some(block) = blocks.next() {
        if !std::mem::take(&mut is_first) {
            writeln!(out)?;
        }
        match block {
            Block::Heading(heading) => {
                let style = if layout.styled { Style::new().effects(Effects::BOLD) } else { Style::new() };
                writeln!(out, "{style}{heading}{style:#}")?;
            }
            Block::Code(lines) => lines.iter().try_for_each(|line| writeln!(out, "    {line}"))?,
            Block::Text(text) => wrapped("", &text, width, out)?,
            Block::List(items) => items.iter().try_for_each(|item| wrapped("- ", item, width, out))?,
            Block::Table(rows) => table(&rows, width, out)?,
        }
    }
    Ok(())
}

/// A part of a page.
enum Block {
    Heading(String),
    Code(Vec<String>),
    Text(String),
    List(Vec<String>),
    /// The first row is the heading.
    Table(Vec<Vec<String>>),
}

struct Blocks<'t> {
    lines: std::iter::Peekable<std::str::Lines<'t>>,
}

impl Blocks<'_> {
    /// The following lines that have something in common.
    fn run(&mut self, belongs: fn(&str) -> bool) -> Vec<String> {
        std::iter::from_fn(|| self.lines.next_if(|line| belongs(line))).map(str::to_owned).collect()
    }

    fn next(&mut self) -> Option<Block> {
        self.run(|line| line.trim().is_empty());
        let first = *self.lines.peek()?;
        Some(match first {
            _ if first.starts_with('#') => {
                self.lines.next();
                Block::Heading(inline(first.trim_start_matches('#').trim()))
            }
            _ if first.starts_with("```") => {
                self.lines.next();
                let code = self.run(|line| !line.starts_with("```"));
                self.lines.next();
                Block::Code(code)
            }
            _ if first.starts_with("    ") => {
                let code = self.run(|line| line.starts_with("    "));
                Block::Code(code.iter().map(|line| line[4..].to_owned()).collect())
            }
            _ if first.starts_with('|') => {
                let rows = self.run(|line| line.starts_with('|'));
                let rows = rows.iter().filter(|row| !row.starts_with("|--"));
                Block::Table(rows.map(|row| cells(row)).collect())
            }
            _ if first.starts_with("- ") => {
                let mut items: Vec<String> = Vec::new();
                for line in self.run(|line| line.starts_with("- ") || line.starts_with("  ")) {
                    match (line.strip_prefix("- "), items.last_mut()) {
                        (None, Some(item)) => *item = format!("{item} {}", line.trim()),
                        (item, _) => items.push(item.unwrap_or(&line).to_owned()),
                    }
                }
                Block::List(items.iter().map(|item| inline(item)).collect())
            }
            _ => {
                let is_text = |line: &str| !line.trim().is_empty() && !line.starts_with(['#', '|']);
                Block::Text(inline(&self.run(is_text).join(" ")))
            }
        })
    }
}

/// The cells of a row of a table.
fn cells(row: &str) -> Vec<String> {
    row.trim().trim_matches('|').split(" | ").map(|cell| inline(cell.trim())).collect()
}

/// The text of a line without the addresses of its links.
fn inline(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('[') {
        let link = after.split_once("](").and_then(|(name, target)| Some((name, target.split_once(')')?.1)));
        match link.filter(|(name, _)| !name.contains(['[', ']'])) {
            Some((name, behind)) => {
                shown += before;
                shown += name;
                rest = behind;
            }
            None => {
                shown += before;
                shown.push('[');
                rest = after;
            }
        }
    }
    shown + rest
}

fn wrapped(mark: &str, text: &str, width: usize, out: &mut impl Write) -> io::Result<()> {
    let indent = " ".repeat(mark.len());
    let mut before = mark;
    for line in lines_of(text, width.saturating_sub(mark.len())) {
        writeln!(out, "{before}{line}")?;
        before = &indent;
    }
    Ok(())
}

/// Writes a table of two columns; further ones follow in the second.
fn table(rows: &[Vec<String>], available: usize, out: &mut impl Write) -> io::Result<()> {
    let first = |row: &Vec<String>| row.first().map_or("", String::as_str).to_owned();
    let widest = rows.iter().map(|row| width(&first(row))).max().unwrap_or(0);
    let column = widest.min(available * FIRST_COLUMN / 100);
    for row in rows {
        let (left, right) = (first(row), row.get(1..).unwrap_or_default().join("  "));
        let mut left = lines_of(&left, column);
        let mut right = lines_of(&right, available.saturating_sub(column + 4));
        loop {
            let (left, right) = (left.next(), right.next());
            if left.is_none() && right.is_none() {
                break;
            }
            let left = left.unwrap_or_default();
            let line = format!("  {left}{}  {}", " ".repeat(column - width(left)), right.unwrap_or_default());
            writeln!(out, "{}", line.trim_end())?;
        }
    }
    Ok(())
}
