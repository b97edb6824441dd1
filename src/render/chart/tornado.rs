//! Tornado charts: the effect of each input as bars on both sides of a common line.

use rust_decimal::Decimal;
use unicode_width::UnicodeWidthStr as _;

use crate::render::chart::axis::{cell, part};
use crate::render::chart::bars::{BETWEEN, columns};
use crate::render::chart::pen::{COLORS, FAINT, Line, PLAIN, Pen};
use crate::view::{Tornado, TornadoRow};

/// The bar of a lower input, in whole cells.
const LOW: Ink = Ink { unicode: '▒', ascii: '=', color: 0 };
/// The bar of a higher input, in half cells.
const HIGH: Ink = Ink { unicode: '█', ascii: '#', color: 1 };

#[derive(Clone, Copy, PartialEq, Eq)]
struct Ink {
    unicode: char,
    ascii: char,
    color: usize,
}

pub(super) fn lines(tornado: &Tornado, pen: Pen) -> Option<Vec<Line>> {
    if tornado.rows.is_empty() {
        return None;
    }
    let heads = [(LOW, &tornado.low_name), (HIGH, &tornado.high_name)];
    let heads = heads.map(|(ink, name)| (ink, pen.either(ink.unicode, ink.ascii).to_string(), pen.clean(name)));
    let texts: Vec<[String; 2]> =
        tornado.rows.iter().map(|row| [&row.low_text, &row.high_text].map(|text| pen.clean(text))).collect();
    let widths = [0, 1].map(|side| {
        let widest = texts.iter().map(|texts| texts[side].width()).max().unwrap_or(0);
        widest.max(heads[side].2.width() + 2)
    });
    let behind = widths[0] + widths[1] + 2 * BETWEEN;
    let (labels, room) = columns(pen, tornado.rows.iter().map(|row| row.label.as_str()), behind);
    let scale = room.map(|room| Scale::new(tornado, room));
    let bars_end = labels + BETWEEN + room.unwrap_or(0);
    let ends = [bars_end + BETWEEN + widths[0], bars_end + behind];

    let mut head = Line::default();
    if let Some(scale) = &scale {
        let text = pen.shortened(&tornado.baseline_text, scale.room);
        let middle = (scale.left + 1).saturating_sub(text.width().div_ceil(2)).min(scale.room - text.width());
        head.pad_to(labels + BETWEEN + middle);
        head.push(PLAIN, &text);
    }
    for ((ink, sample, name), end) in heads.iter().zip(ends) {
        head.pad_to(end - name.width() - 2);
        head.push(COLORS[ink.color], sample);
        head.push(PLAIN, " ");
        head.push(PLAIN, name);
    }
    let rows = tornado.rows.iter().zip(texts).map(|(row, texts)| {
        let mut line = Line::of(PLAIN, &pen.shortened(&row.label, labels));
        line.pad_to(labels + BETWEEN);
        if let Some(scale) = &scale {
            scale.draw(tornado.baseline, row, pen, &mut line);
        }
        for (text, end) in texts.iter().zip(ends) {
            line.push_right(PLAIN, text, end);
        }
        line
    });
    Some(std::iter::once(head).chain(rows).collect())
}

/// The scale of the bars.
struct Scale {
    room: usize,
    /// The cells to the left of the line.
    left: usize,
    ends: (Decimal, Decimal),
}

impl Scale {
    fn new(tornado: &Tornado, room: usize) -> Self {
        let results = tornado.rows.iter().flat_map(|row| [row.low, row.high]);
        let start = (tornado.baseline, tornado.baseline);
        let (low, high) = results.fold(start, |(low, high), result| (low.min(result), high.max(result)));
        let mut left = cell(tornado.baseline, low, high, room - 1);
        // A bar on a side takes at least one visible cell.
        if low < tornado.baseline {
            left = left.max(1);
        }
        if high > tornado.baseline {
            left = left.min(room - 2);
        }
        Self { room, left, ends: (low, high) }
    }

    fn draw(&self, baseline: Decimal, row: &TornadoRow, pen: Pen, line: &mut Line) {
        let right = self.room - 1 - self.left;
        let mut cells: [Vec<(char, usize)>; 2] = [Vec::new(), Vec::new()];
        let halves = |result: Decimal| part(result, baseline, self.ends, (self.room - 1) * 2).unwrap_or(0).max(1);
        let mut bars: Vec<(Ink, Decimal)> = [(LOW, row.low), (HIGH, row.high)].into();
        bars.retain(|(_, result)| *result != baseline);
        // The shorter one is drawn over the longer one.
        bars.sort_by_key(|(_, result)| std::cmp::Reverse(halves(*result)));
        for (ink, result) in bars {
            let side = usize::from(result > baseline);
            let halves = halves(result).min([self.left, right][side] * 2);
            let bar = &mut cells[side];
            let (full, rest) = (halves / 2, halves % 2);
            let glyph = pen.either(ink.unicode, ink.ascii);
            let is_whole = pen.is_ascii || ink == LOW || bar.len() > full;
            bar.resize(bar.len().max(full + rest), (glyph, ink.color));
            bar[..full + rest].fill((glyph, ink.color));
            if rest == 1 && !is_whole {
                bar[full].0 = ['▐', '▌'][side];
            }
        }
        let [leftwards, rightwards] = cells;
        line.pad_to(line.width + self.left - leftwards.len());
        for (glyph, color) in leftwards.iter().rev() {
            line.push(COLORS[*color], glyph.encode_utf8(&mut [0; 4]));
        }
        line.push(FAINT, pen.either("│", "|"));
        for (glyph, color) in &rightwards {
            line.push(COLORS[*color], glyph.encode_utf8(&mut [0; 4]));
        }
    }
}
