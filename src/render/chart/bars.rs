//! Bar charts: a bar for each row.

use rust_decimal::Decimal;
use unicode_width::UnicodeWidthStr as _;

use crate::render::chart::axis::{cell, part};
use crate::render::chart::pen::{COLORS, FAINT, Line, PLAIN, Pen};
use crate::view::Bars;

/// The space between label, bar and text.
pub(super) const BETWEEN: usize = 2;
/// The narrowest space in which bars are worth drawing.
pub(super) const MIN_BARS: usize = 8;
/// The blocks that fill one to seven eighths of a cell, from the left.
const EIGHTHS: [char; 7] = ['▏', '▎', '▍', '▌', '▋', '▊', '▉'];

pub(super) fn lines(bars: &Bars, pen: Pen) -> Option<Vec<Line>> {
    if bars.rows.is_empty() {
        return None;
    }
    let texts: Vec<String> = bars.rows.iter().map(|row| pen.clean(&row.text)).collect();
    let behind = texts.iter().map(|text| text.width()).max().unwrap_or(0);
    let behind = if behind > 0 { behind + BETWEEN } else { 0 };
    let (labels, room) = columns(pen, bars.rows.iter().map(|row| row.label.as_str()), behind);
    let scale = room.map(|room| Scale::new(bars, room));
    let rows = bars.rows.iter().zip(texts).map(|(row, text)| {
        let mut line = Line::of(PLAIN, &pen.shortened(&row.label, labels));
        line.pad_to(labels + BETWEEN);
        if let Some(scale) = &scale {
            scale.draw(row.value, pen, &mut line);
        }
        line.push_right(PLAIN, &text, labels + BETWEEN + scale.as_ref().map_or(0, |scale| scale.room) + behind);
        line
    });
    Some(rows.collect())
}

/// The width of the labels, and the width of the bars if there is room; `behind` columns after the bars are taken.
pub(super) fn columns<'l>(pen: Pen, labels: impl Iterator<Item = &'l str>, behind: usize) -> (usize, Option<usize>) {
    let longest = labels.map(|label| pen.clean(label).width()).max().unwrap_or(0);
    let bars = |labels: usize| pen.width.saturating_sub(labels + BETWEEN + behind);
    let narrowed = longest.min(pen.width / 3);
    match bars(narrowed) {
        room if room >= MIN_BARS => (narrowed, Some(room)),
        room => (longest.min(narrowed + room.saturating_sub(BETWEEN)).max(1), None),
    }
}

/// The scale of the bars.
struct Scale {
    room: usize,
    ends: (Decimal, Decimal),
    /// The cells for values below zero, to the left of the line.
    below: usize,
}

impl Scale {
    fn new(bars: &Bars, room: usize) -> Self {
        let values = bars.rows.iter().filter_map(|row| row.value);
        let (low, high) =
            values.fold((Decimal::ZERO, Decimal::ZERO), |(low, high), value| (low.min(value), high.max(value)));
        let below = if low.is_zero() { 0 } else { cell(Decimal::ZERO, low, high, room - 1).max(1) };
        let below = if high.is_zero() { below } else { below.min(room - 2) };
        Self { room, ends: (low, high), below }
    }

    fn draw(&self, value: Option<Decimal>, pen: Pen, line: &mut Line) {
        let has_below = self.below > 0;
        let cells = self.room - usize::from(has_below);
        let length = |per_cell: usize| {
            let value = value.filter(|value| !value.is_zero())?;
            part(value, Decimal::ZERO, self.ends, cells * per_cell)
        };
        let is_below = value.is_some_and(|value| value < Decimal::ZERO);
        if has_below {
            let drawn = if is_below { length(2).map(|halves| leftwards(halves, pen)) } else { None };
            line.push_right(COLORS[0], &drawn.unwrap_or_default(), line.width + self.below);
            line.push(FAINT, pen.either("│", "|"));
        }
        match value {
            None => line.push(PLAIN, "?"),
            Some(_) if is_below => {}
            Some(_) => {
                let most = cells - self.below;
                let drawn = length(8).map(|eighths| rightwards(eighths.min(most * 8), pen));
                line.push(COLORS[0], &drawn.unwrap_or_default());
            }
        }
    }
}

/// A bar of `eighths` eighths of a cell; a bar too short to see gets the smallest visible length.
fn rightwards(eighths: usize, pen: Pen) -> String {
    if pen.is_ascii {
        let cells = (eighths + 4) / 8;
        return if cells == 0 { "|".to_owned() } else { "#".repeat(cells) };
    }
    let eighths = eighths.max(1);
    let mut bar = "█".repeat(eighths / 8);
    bar.extend((eighths % 8).checked_sub(1).map(|rest| EIGHTHS[rest]));
    bar
}

/// A bar of `halves` half cells that ends at the right.
fn leftwards(halves: usize, pen: Pen) -> String {
    if pen.is_ascii {
        let cells = halves.div_ceil(2);
        return if cells == 0 { "|".to_owned() } else { "#".repeat(cells) };
    }
    let halves = halves.max(1);
    format!("{}{}", if halves % 2 == 1 { "▐" } else { "" }, "█".repeat(halves / 2))
}
