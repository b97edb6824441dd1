//! The legend: a sample of each line or area, and its name.

use crate::render::chart::svg::drawing::{Anchor, Drawing, PIXEL, Px, Room, Style, Tenths};
use crate::render::chart::svg::palette::{dashes, series};
use crate::render::chart::svg::text::{sentence, shortened, width};

/// A sample.
#[derive(Clone, Copy)]
pub(super) enum Sample {
    /// A line of a curve, by its index.
    Line(usize),
    /// An area of a curve, by its index.
    Band(usize),
    /// A bar in the colour of a line.
    Bar(usize),
    /// A horizontal line.
    Guide,
    /// The range of a bar.
    Range,
    /// The limits of a bar.
    Limits,
    /// A gap in a line.
    Gap,
    /// No sample: a remark.
    Nothing,
}

/// The space of a sample, and that after an entry.
const SAMPLE: Tenths = 22 * PIXEL;
const SPACE: Tenths = 16 * PIXEL;
const LINE: Tenths = 18 * PIXEL;

/// Draws the entries in as many lines as they need; returns where they end.
pub(super) fn draw(entries: &[(Sample, String)], room: Room, top: Tenths, out: &mut Drawing) -> Tenths {
    if entries.is_empty() {
        return top;
    }
    let (mut x, mut bottom) = (room.left, top + LINE);
    for (sample, name) in entries {
        let indent = if matches!(sample, Sample::Nothing) { 0 } else { SAMPLE };
        let name = sentence(name);
        let text = shortened(&name, Style::NOTE, room.width - indent);
        let taken = indent + width(&text, Style::NOTE);
        if x > room.left && x + taken > room.right() {
            x = room.left;
            bottom += LINE;
        }
        drawn(*sample, (x, bottom - 9 * PIXEL), out);
        let title = if text == name { "" } else { &*name };
        out.titled_text((x + indent, bottom - 5 * PIXEL), Anchor::Start, Style::NOTE, &text, title);
        x += taken + SPACE;
    }
    bottom + 2 * PIXEL
}

/// Draws a sample to the right of a point, which is half as high as it.
fn drawn(sample: Sample, (x, y): (Tenths, Tenths), out: &mut Drawing) {
    let end = x + 16 * PIXEL;
    match sample {
        Sample::Line(index) => out.line((x, y), (end, y), series(index), &of_line(index)),
        Sample::Band(index) => band((x, y - 5 * PIXEL), (16 * PIXEL, 10 * PIXEL), index, "", out),
        Sample::Bar(index) => out.rect((x, y - 5 * PIXEL), (16 * PIXEL, 10 * PIXEL), series(index), ""),
        Sample::Guide => out.line((x, y), (end, y), "faint", GUIDE),
        Sample::Range => range((x, end), y, out),
        Sample::Limits => limits((x, end), (y - 5 * PIXEL, y + 5 * PIXEL), out),
        Sample::Gap => out.rect((x, y - 5 * PIXEL), (16 * PIXEL, 10 * PIXEL), "gap", ""),
        Sample::Nothing => {}
    }
}

/// How a horizontal line is drawn.
pub(super) const GUIDE: &str = " stroke-dasharray=\"4 3\"";

/// How a line of a curve is drawn.
pub(super) fn of_line(index: usize) -> String {
    let dashes = dashes(index);
    let dashed = if dashes.is_empty() { String::new() } else { format!(" stroke-dasharray=\"{dashes}\"") };
    format!(" stroke-width=\"2\"{dashed}")
}

/// Draws an area of a curve.
pub(super) fn band(corner: (Tenths, Tenths), (w, h): (Tenths, Tenths), index: usize, title: &str, out: &mut Drawing) {
    let attributes = format!(
        "x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" fill-opacity=\"0.16\"",
        Px(corner.0),
        Px(corner.1),
        Px(w),
        Px(h)
    );
    out.shape("rect", series(index + 2), &attributes, title);
}

/// Draws a range: a line with ends.
pub(super) fn range((low, high): (Tenths, Tenths), y: Tenths, out: &mut Drawing) {
    out.line((low, y), (high, y), "ink", "");
    for x in [low, high] {
        out.line((x, y - 3 * PIXEL), (x, y + 3 * PIXEL), "ink", "");
    }
}

/// Draws limits: two brackets.
pub(super) fn limits((low, high): (Tenths, Tenths), (top, bottom): (Tenths, Tenths), out: &mut Drawing) {
    for (x, turn) in [(low, 3 * PIXEL), (high, -3 * PIXEL)] {
        for y in [top, bottom] {
            out.line((x, y), (x + turn, y), "1", " stroke-width=\"1.5\"");
        }
        out.line((x, top), (x, bottom), "1", " stroke-width=\"1.5\"");
    }
}
