//! Bars: one for each row, from a common zero.

use rust_decimal::Decimal;

use crate::render::chart::svg::drawing::{Anchor, Drawing, PIXEL, Room, Style, Tenths};
use crate::render::chart::svg::legend::{self, Sample, limits, range};
use crate::render::chart::svg::palette::series;
use crate::render::chart::svg::text::{clean, shortened, width};
use crate::render::chart::svg::ticks::place;
use crate::view::{BarRow, Bars, thousands};

/// The height of a row, and that of a bar in it.
pub(super) const ROW: Tenths = 26 * PIXEL;
pub(super) const BAR: Tenths = 16 * PIXEL;
/// The space between label, bar and text.
pub(super) const SPACE: Tenths = 8 * PIXEL;

/// Draws bars; returns where they end.
pub(super) fn draw(bars: &Bars, room: Room, top: Tenths, out: &mut Drawing) -> Tenths {
    if bars.rows.is_empty() {
        return out.nothing("Nothing to draw", room, top);
    }
    let mut entries = Vec::new();
    entries.extend((!bars.range_name.is_empty()).then(|| (Sample::Range, bars.range_name.clone())));
    entries.extend((!bars.limits_name.is_empty()).then(|| (Sample::Limits, bars.limits_name.clone())));
    let first = legend::draw(&entries, room, top, out) + 2 * PIXEL;
    let texts: Vec<String> = bars.rows.iter().map(|row| shown(&row.text, room)).collect();
    let labels = labels(bars.rows.iter().map(|row| row.label.as_str()), room);
    let behind = texts.iter().map(|text| width(text, Style::LABEL)).max().unwrap_or(0) + SPACE;
    let left = room.left + labels.width + SPACE;
    let scale = Scale::new(bars, left, (room.right() - left - behind).max(10 * PIXEL));
    let bottom = first + ROW * Tenths::try_from(bars.rows.len()).unwrap_or(0);
    for (index, (row, text)) in bars.rows.iter().zip(&texts).enumerate() {
        let middle = first + ROW * Tenths::try_from(index).unwrap_or(0) + ROW / 2;
        labels.draw(index, &row.label, middle, out);
        scale.draw(row, text, middle, out);
        let title = format!("{}: {}", clean(&row.label), text);
        out.sensor((room.left, middle - ROW / 2), (room.width, ROW), &title);
    }
    out.line((scale.zero(), first), (scale.zero(), bottom), "axis", "");
    bottom + 4 * PIXEL
}

/// A text after a bar: one line, with separators of thousands.
pub(super) fn shown(text: &str, room: Room) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    shortened(&thousands(&words.join(" ")), Style::LABEL, room.width / 2)
}

/// The labels of rows.
pub(super) struct Labels {
    right: Tenths,
    pub(super) width: Tenths,
    texts: Vec<String>,
}

/// The labels of rows, cut to at most a third of the room.
pub(super) fn labels<'l>(labels: impl Iterator<Item = &'l str>, room: Room) -> Labels {
    let texts: Vec<String> = labels.map(|label| shortened(label, Style::LABEL, room.width / 3)).collect();
    let width = texts.iter().map(|text| width(text, Style::LABEL)).max().unwrap_or(0);
    Labels { right: room.left + width, width, texts }
}

impl Labels {
    /// Draws the label of a row.
    pub(super) fn draw(&self, index: usize, label: &str, middle: Tenths, out: &mut Drawing) {
        let Some(text) = self.texts.get(index) else { return };
        let title = if *text == clean(label) { "" } else { label };
        out.titled_text((self.right, middle + 4 * PIXEL), Anchor::End, Style::LABEL, text, title);
    }
}

/// The scale of the bars.
struct Scale {
    left: Tenths,
    room: Tenths,
    ends: (Decimal, Decimal),
}

impl Scale {
    fn new(bars: &Bars, left: Tenths, room: Tenths) -> Self {
        let of = |row: &BarRow| {
            let ends = row.range.into_iter().chain(row.limits).flat_map(|(low, high)| [low, high]);
            row.value.into_iter().chain(ends).collect::<Vec<_>>()
        };
        let values = bars.rows.iter().flat_map(of);
        let zero = (Decimal::ZERO, Decimal::ZERO);
        let ends = values.fold(zero, |(low, high), value| (low.min(value), high.max(value)));
        Self { left, room, ends }
    }

    fn x(&self, value: Decimal) -> Tenths {
        // Without an extent every bar is nothing.
        if self.ends.0 == self.ends.1 { self.left } else { self.left + place(value, self.ends, self.room) }
    }

    fn zero(&self) -> Tenths {
        self.x(Decimal::ZERO)
    }

    /// Draws the bar of a row and its text.
    fn draw(&self, row: &BarRow, text: &str, middle: Tenths, out: &mut Drawing) {
        let zero = self.zero();
        let mut end = zero;
        match row.value {
            Some(value) => {
                let x = self.x(value);
                let (from, until) = (zero.min(x), zero.max(x));
                // What costs something is seen.
                let length = if value.is_zero() { 0 } else { (until - from).max(PIXEL) };
                if length > 0 {
                    out.rect((from, middle - BAR / 2), (length, BAR), series(0), "");
                }
                end = end.max(from + length);
            }
            None => {
                out.rect((zero, middle - BAR / 2), (14 * PIXEL, BAR), "gap", "");
                out.text((zero + 7 * PIXEL, middle + 4 * PIXEL), Anchor::Middle, Style::LABEL, "?");
                end += 14 * PIXEL;
            }
        }
        if let Some((low, high)) = row.limits {
            let (low, high) = (self.x(low), self.x(high));
            limits((low, high), (middle - BAR / 2 - 2 * PIXEL, middle + BAR / 2 + 2 * PIXEL), out);
            end = end.max(high);
        }
        if let Some((low, high)) = row.range.filter(|(low, high)| low != high) {
            let (low, high) = (self.x(low), self.x(high));
            range((low, high), middle, out);
            end = end.max(high);
        }
        out.text((end + SPACE, middle + 4 * PIXEL), Anchor::Start, Style::LABEL, text);
    }
}
