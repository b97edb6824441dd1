//! The cells of a curve: the directions in which lines leave each cell, and the characters for them.

use std::ops::RangeInclusive;

use unicode_width::UnicodeWidthChar as _;

use crate::render::chart::pen::{COLORS, FAINT, Line, PLAIN, Pen};

const LEFT: u8 = 1;
const RIGHT: u8 = 2;
const UP: u8 = 4;
const DOWN: u8 = 8;
/// The bit for a line that is in the cell, even if it leaves it on no side.
const HERE: u8 = 16;
const EVERY_WAY: usize = 15;
/// The number of columns after which overlapping lines take turns.
const TURN: usize = 2;

/// The characters of a line.
#[derive(Clone, Copy)]
pub(super) struct Glyphs {
    /// A horizontal piece.
    pub(super) level: char,
    /// All pieces, by the sides on which the line leaves the cell.
    ways: [char; 16],
}

/// The characters of a line in both character sets.
pub(super) struct Shape {
    pub(super) unicode: Glyphs,
    pub(super) ascii: Glyphs,
}

const LIGHT: [char; 16] = ['─', '─', '─', '─', '╵', '┘', '└', '┴', '╷', '┐', '┌', '┬', '│', '┤', '├', '┼'];
const HEAVY: [char; 16] = ['━', '━', '━', '━', '╹', '┛', '┗', '┻', '╻', '┓', '┏', '┳', '┃', '┫', '┣', '╋'];
const DOUBLE: [char; 16] = ['═', '═', '═', '═', '║', '╝', '╚', '╩', '║', '╗', '╔', '╦', '║', '╣', '╠', '╬'];
const ASCII: [char; 16] = ['-', '-', '-', '-', '\'', '\'', '\'', '+', '.', '.', '.', '+', '|', '+', '+', '+'];

/// The shapes of lines, which can be distinguished without colour.
pub(super) const SHAPES: [Shape; 6] = [
    Shape { unicode: line(LIGHT), ascii: line(ASCII) },
    Shape { unicode: line(HEAVY), ascii: filled('*') },
    Shape { unicode: line(DOUBLE), ascii: filled('o') },
    Shape { unicode: dashed(LIGHT, '┄', '┆'), ascii: filled('x') },
    Shape { unicode: filled('•'), ascii: filled('#') },
    Shape { unicode: dashed(HEAVY, '┅', '┇'), ascii: filled('@') },
];

const fn line(ways: [char; 16]) -> Glyphs {
    Glyphs { level: ways[(LEFT | RIGHT) as usize], ways }
}

const fn filled(glyph: char) -> Glyphs {
    line([glyph; 16])
}

const fn dashed(mut ways: [char; 16], level: char, upright: char) -> Glyphs {
    let mut way = 0;
    while way <= (LEFT | RIGHT) as usize {
        ways[way] = level;
        way += 1;
    }
    ways[(UP | DOWN) as usize] = upright;
    line(ways)
}

/// The content of a cell without a line.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Behind {
    Nothing,
    /// A piece of a horizontal line.
    Dot,
    /// A character of a text, or the space around it.
    Text(char),
}

/// The cells of a curve. Rows count from the bottom.
pub(super) struct Plot {
    columns: usize,
    /// The hidden row above the others, for values higher than the chart.
    above: usize,
    /// The sides on which each line leaves a cell, by cell.
    ways: Vec<Vec<u8>>,
    /// The horizontal lines and the texts behind the lines.
    behind: Vec<Behind>,
}

impl Plot {
    pub(super) fn new(columns: usize, rows: usize, lines: usize) -> Self {
        Self {
            columns,
            above: rows,
            ways: vec![vec![0; columns * (rows + 1)]; lines],
            behind: vec![Behind::Nothing; columns * rows],
        }
    }

    /// Draws a line through points of rising columns. If a column has several points, the line runs from the lowest to
    /// the highest of them, so that no peak is lost.
    pub(super) fn draw(&mut self, line: usize, points: impl Iterator<Item = (usize, Option<usize>)>) {
        let mut held: Option<usize> = None;
        let mut reached = 0;
        let mut span: Option<RangeInclusive<usize>> = None;
        for (column, row) in points {
            while reached < column {
                self.upright(line, reached, span.take());
                if let Some(row) = held {
                    self.ways[line][row * self.columns + reached] |= RIGHT | HERE;
                    self.ways[line][row * self.columns + reached + 1] |= LEFT | HERE;
                    span = Some(row..=row);
                }
                reached += 1;
            }
            held = row.map(|row| row.min(self.above));
            if let Some(row) = held {
                let (low, high) = span.map_or((row, row), RangeInclusive::into_inner);
                span = Some(low.min(row)..=high.max(row));
            }
        }
        self.upright(line, reached, span);
    }

    fn upright(&mut self, line: usize, column: usize, span: Option<RangeInclusive<usize>>) {
        let Some((low, high)) = span.map(RangeInclusive::into_inner) else { return };
        for row in low..=high {
            let up = if row < high { UP } else { 0 };
            let down = if row > low { DOWN } else { 0 };
            self.ways[line][row * self.columns + column] |= up | down | HERE;
        }
    }

    /// Draws a dotted line behind the others.
    pub(super) fn guide(&mut self, row: usize) {
        for column in (0..self.columns).step_by(2) {
            let cell = &mut self.behind[row * self.columns + column];
            if *cell == Behind::Nothing {
                *cell = Behind::Dot;
            }
        }
    }

    /// Writes a text into a row, as far to the right as lines leave room; returns whether there was room.
    pub(super) fn write(&mut self, row: usize, text: &str) -> bool {
        let length = text.chars().count();
        let is_plain = text.chars().all(|character| character.width() == Some(1));
        let needed = length + 2;
        if !is_plain || length == 0 || needed > self.columns {
            return false;
        }
        let cells = row * self.columns..(row + 1) * self.columns;
        let is_free = |cell: usize| {
            let has_text = matches!(self.behind[cell], Behind::Text(_));
            !has_text && self.ways.iter().all(|ways| ways[cell] == 0)
        };
        let mut starts = (cells.start..=cells.end - needed).rev();
        let Some(start) = starts.find(|start| (*start..start + needed).all(is_free)) else { return false };
        let spaced = std::iter::once(' ').chain(text.chars()).chain(std::iter::once(' '));
        for (cell, character) in self.behind[start..].iter_mut().zip(spaced) {
            *cell = Behind::Text(character);
        }
        true
    }

    /// Adds the cells of a row to a line of text.
    pub(super) fn row(&self, row: usize, pen: Pen, text: &mut Line) {
        for column in 0..self.columns {
            let cell = row * self.columns + column;
            let here = || (0..self.ways.len()).filter(|line| self.ways[*line][cell] != 0);
            let all_level = here().all(|line| self.ways[line][cell] & (UP | DOWN) == 0);
            let turn = if all_level { (column / TURN).checked_rem(here().count()).unwrap_or(0) } else { 0 };
            match here().nth(turn) {
                Some(line) => {
                    let shape = &SHAPES[line % SHAPES.len()];
                    let ways = usize::from(self.shown(line, row, column)) & EVERY_WAY;
                    let glyph = pen.either(shape.unicode, shape.ascii).ways[ways];
                    text.push(COLORS[line % COLORS.len()], glyph.encode_utf8(&mut [0; 4]));
                }
                None => match self.behind[cell] {
                    // A dot that touches a line would look like a part of it.
                    Behind::Dot if !self.touches_line(row, column) => text.push(FAINT, pen.either("·", ".")),
                    Behind::Dot | Behind::Nothing => text.push(PLAIN, " "),
                    Behind::Text(character) => text.push(PLAIN, character.encode_utf8(&mut [0; 4])),
                },
            }
        }
    }

    /// The sides on which a line leaves a cell, without connections between adjacent vertical pieces.
    fn shown(&self, line: usize, row: usize, column: usize) -> u8 {
        let ways = &self.ways[line][row * self.columns..(row + 1) * self.columns];
        let is_upright = |column: Option<usize>| {
            column.and_then(|column| ways.get(column)).is_some_and(|ways| ways & (UP | DOWN) == UP | DOWN)
        };
        let mut shown = ways[column];
        if is_upright(Some(column)) && is_upright(column.checked_sub(1)) {
            shown &= !LEFT;
        }
        if is_upright(Some(column)) && is_upright(Some(column + 1)) {
            shown &= !RIGHT;
        }
        shown
    }

    fn touches_line(&self, row: usize, column: usize) -> bool {
        let beside = [column.checked_sub(1), Some(column + 1).filter(|column| *column < self.columns)];
        beside.into_iter().flatten().any(|column| self.ways.iter().any(|ways| ways[row * self.columns + column] != 0))
    }
}
