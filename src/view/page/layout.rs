//! Layouts that every renderer supports: titles, texts, grids and findings; and rows for spreadsheets.

use std::borrow::Cow;
use std::fmt::Write as _;

use rust_decimal::Decimal;

use crate::view::page::chart::Chart;
use crate::view::page::finding::FindingView;

/// The minimum width to which a column of words is narrowed, unless the column sets another.
const MIN_WORDS: usize = 12;

/// A layout for people, from top to bottom.
#[derive(Debug, Default)]
pub struct Page {
    /// Its parts.
    pub blocks: Vec<Block>,
}

/// A part of a page.
#[derive(Debug)]
pub enum Block {
    /// A headline.
    Title(String),
    /// The answer to what was asked, in one sentence.
    Headline(String),
    /// A paragraph.
    Text(String),
    /// A list of short texts.
    List(Vec<String>),
    /// Things to check, each with a checkbox.
    Boxes(Vec<String>),
    /// A few lines of code.
    Code(Code),
    /// Rows and columns.
    Grid(Grid),
    /// Verdicts.
    Findings(Vec<FindingView>),
    /// A chart, which is left out unless charts are requested.
    Chart(Chart),
}

impl Block {
    /// Verdicts, if there are any.
    pub(crate) fn findings(findings: Vec<FindingView>) -> Option<Self> {
        (!findings.is_empty()).then_some(Self::Findings(findings))
    }
}

/// A few lines of code, which are shown verbatim.
#[derive(Debug)]
pub struct Code {
    /// The language: `sql`, `yaml`.
    pub language: String,
    /// The lines.
    pub text: String,
}

/// The alignment of a cell in its column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    /// Left: words.
    Left,
    /// Right: numbers.
    Right,
}

/// A column of a grid.
#[derive(Clone, Debug)]
pub struct Column {
    /// The header; empty if the grid has none.
    pub header: String,
    /// The alignment.
    pub align: Align,
    /// Whether the column may be left out if the line is too short for all columns.
    pub optional: bool,
    /// Whether the column is hidden in a terminal.
    pub is_hidden: bool,
    /// The minimum width to which a column of words is narrowed if the line is too short.
    pub least: usize,
}

impl Column {
    /// A column of words.
    pub fn left(header: impl Into<String>) -> Self {
        Self { header: header.into(), align: Align::Left, optional: false, is_hidden: false, least: MIN_WORDS }
    }

    /// A column of numbers.
    pub fn right(header: impl Into<String>) -> Self {
        Self { header: header.into(), align: Align::Right, optional: false, is_hidden: false, least: MIN_WORDS }
    }

    /// The same column with a minimum width.
    #[must_use]
    pub fn at_least(self, least: usize) -> Self {
        Self { least, ..self }
    }

    /// The same column, which may be left out if the line is too short.
    #[must_use]
    pub fn optional(self) -> Self {
        Self { optional: true, ..self }
    }
}

/// Emphasis of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// A line above it.
    Rule,
    /// Bold text.
    Strong,
    /// Its first cell spans the whole width; the others are empty.
    Wide,
    /// What is wrong.
    Bad,
    /// What may be wrong.
    Doubtful,
    /// What matters less.
    Faint,
}

/// Rows and columns. One string holds the texts of all cells, since a grid may have millions of them.
#[derive(Debug, Default)]
pub struct Grid {
    /// The columns.
    pub columns: Vec<Column>,
    /// By how many columns of a terminal the rows are indented.
    pub indent: usize,
    /// Whether a line is drawn below the headers.
    pub is_ruled: bool,
    /// How many rows follow that were not made, since a table has more rows than a person reads.
    pub beyond: usize,
    text: String,
    ends: Vec<u32>,
    marks: Vec<(usize, Mark)>,
}

impl Grid {
    /// A grid without rows.
    pub fn new(columns: Vec<Column>) -> Self {
        let (text, ends) = (String::with_capacity(1024), Vec::with_capacity(128));
        Self { columns, indent: 0, is_ruled: true, beyond: 0, text, ends, marks: Vec::new() }
    }

    /// Adds a cell to the current row, which is complete once it has a cell for every column.
    pub fn cell(&mut self, text: impl std::fmt::Display) -> &mut Self {
        let _ = write!(self.text, "{text}");
        self.ends.push(u32::try_from(self.text.len()).unwrap_or(u32::MAX));
        self
    }

    /// Adds a whole row.
    pub fn row<'c>(&mut self, cells: impl IntoIterator<Item = &'c str>) {
        for cell in cells {
            self.cell(cell);
        }
    }

    /// The same grid with these rows only.
    #[must_use]
    pub(crate) fn picked(&self, rows: &[usize]) -> Self {
        let mut grid = Self { is_ruled: self.is_ruled, indent: self.indent, ..Self::new(self.columns.clone()) };
        for row in rows {
            for (_, mark) in self.marks.iter().filter(|(marked, _)| marked == row) {
                grid.mark(*mark);
            }
            grid.row(self.cells(*row));
        }
        grid
    }

    /// Emphasises the next row.
    pub fn mark(&mut self, mark: Mark) -> &mut Self {
        let next = self.len();
        self.marks.push((next, mark));
        self
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.ends.len() / self.columns.len().max(1)
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The cells of a row.
    pub fn cells(&self, row: usize) -> impl Iterator<Item = &str> + Clone {
        let first = row * self.columns.len();
        (first..first + self.columns.len()).map(move |index| {
            let start = if index == 0 { 0 } else { self.ends[index - 1] as usize };
            &self.text[start..self.ends[index] as usize]
        })
    }

    /// The emphasised rows, in order.
    pub fn marks(&self) -> &[(usize, Mark)] {
        &self.marks
    }

    /// Whether a row is emphasised in this way.
    pub fn has(&self, row: usize, mark: Mark) -> bool {
        let from = self.marks.partition_point(|(marked, _)| *marked < row);
        self.marks[from..].iter().take_while(|(marked, _)| *marked == row).any(|(_, found)| *found == mark)
    }

    /// Whether the grid has headers.
    pub fn has_headers(&self) -> bool {
        self.columns.iter().any(|column| !column.header.is_empty())
    }
}

/// A cell of a spreadsheet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cell<'v> {
    /// A text.
    Text(Cow<'v, str>),
    /// An exact number.
    Number(Decimal),
    /// An unknown value.
    Empty,
}

impl<'v> Cell<'v> {
    /// A text.
    pub fn text(text: impl Into<Cow<'v, str>>) -> Self {
        Self::Text(text.into())
    }

    /// `true` or `false`.
    pub fn truth(is_so: bool) -> Self {
        Self::text(if is_so { "true" } else { "false" })
    }

    /// A number, or an unknown value.
    pub fn number(number: Option<Decimal>) -> Self {
        number.map_or(Self::Empty, Self::Number)
    }
}

/// Rows for spreadsheets.
pub struct Records<'v> {
    /// The names of the columns, in snake case.
    pub header: Vec<&'static str>,
    /// The rows; each has a cell for every column.
    pub rows: Box<dyn Iterator<Item = Vec<Cell<'v>>> + 'v>,
}
