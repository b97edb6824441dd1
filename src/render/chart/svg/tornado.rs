//! Tornado charts: the effect of each input as bars on both sides of a common line.

use rust_decimal::Decimal;

use crate::render::chart::svg::bars::{BAR, ROW, SPACE, labels, shown};
use crate::render::chart::svg::drawing::{Anchor, Drawing, PIXEL, Room, Style, Tenths};
use crate::render::chart::svg::legend::{self, Sample};
use crate::render::chart::svg::palette::series;
use crate::render::chart::svg::text::{clean, width};
use crate::render::chart::svg::ticks::place;
use crate::view::Tornado;

/// Draws a tornado; returns where it ends.
pub(super) fn draw(tornado: &Tornado, room: Room, top: Tenths, out: &mut Drawing) -> Tenths {
    if tornado.rows.is_empty() {
        return out.nothing("Nothing to draw", room, top);
    }
    let entries = [
        (Sample::Bar(0), tornado.low_name.clone()),
        (Sample::Bar(1), tornado.high_name.clone()),
        (Sample::Nothing, format!("now {}", tornado.baseline_text)),
    ];
    let first = legend::draw(&entries, room, top, out) + 2 * PIXEL;
    let texts: Vec<String> = tornado
        .rows
        .iter()
        .map(|row| format!("{} | {}", shown(&row.low_text, room), shown(&row.high_text, room)))
        .collect();
    let labels = labels(tornado.rows.iter().map(|row| row.label.as_str()), room);
    let behind = texts.iter().map(|text| width(text, Style::LABEL)).max().unwrap_or(0) + SPACE;
    let left = room.left + labels.width + SPACE;
    let wide = (room.right() - left - behind).max(10 * PIXEL);
    let results = tornado.rows.iter().flat_map(|row| [row.low, row.high]);
    let ends =
        results.fold((tornado.baseline, tornado.baseline), |(low, high), result| (low.min(result), high.max(result)));
    let x = |value: Decimal| left + place(value, ends, wide);
    let middle_line = x(tornado.baseline);
    let bottom = first + ROW * Tenths::try_from(tornado.rows.len()).unwrap_or(0);
    for (index, (row, text)) in tornado.rows.iter().zip(&texts).enumerate() {
        let middle = first + ROW * Tenths::try_from(index).unwrap_or(0) + ROW / 2;
        labels.draw(index, &row.label, middle, out);
        let mut bars = [(0, x(row.low)), (1, x(row.high))];
        // The shorter one is drawn over the longer one.
        bars.sort_by_key(|(_, x)| std::cmp::Reverse((x - middle_line).abs()));
        for (side, x) in bars.into_iter().filter(|(_, x)| *x != middle_line) {
            let from = x.min(middle_line);
            out.rect((from, middle - BAR / 2), ((x - middle_line).abs(), BAR), series(side), "");
        }
        out.text((room.right(), middle + 4 * PIXEL), Anchor::End, Style::LABEL, text);
        let title = format!(
            "{}\n{}: {}\n{}: {}",
            clean(&row.label),
            tornado.low_name,
            row.low_text,
            tornado.high_name,
            row.high_text
        );
        out.sensor((room.left, middle - ROW / 2), (room.width, ROW), &title);
    }
    out.line((middle_line, first), (middle_line, bottom), "axis", "");
    bottom + 4 * PIXEL
}
