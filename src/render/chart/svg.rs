//! Pictures as SVG: no script, no address, no font of its own; the only measure is a tenth of a pixel, in whole numbers.
//!
//! What is drawn in one place is drawn in a file of its own below. Colours are classes, so that a file follows the
//! light or dark scheme of its reader, and a page can choose them.

mod bars;
mod curve;
mod drawing;
mod legend;
mod marks;
mod palette;
mod style;
mod text;
mod ticks;
mod tornado;

use std::fmt::Write as _;

use crate::render::chart::svg::drawing::Drawing;
use crate::render::chart::svg::style::{Anchor, PIXEL, Px, Room, Style, Tenths};
use crate::render::chart::svg::text::{escaped, sentence, wrapped};
use crate::view::{Chart, ChartKind, Picture};

/// Where a picture stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SvgPlace {
    /// In a file of its own: it has its colours, its background and its title with it.
    File,
    /// In a page that has the title, and the colours of [`svg_style()`].
    Page,
    /// In a page of costplan, which has a script too: it says what is pointed at, with the numbers of the table behind a curve.
    LivePage,
}

/// The widths of a picture in pixels.
const WIDTHS: std::ops::RangeInclusive<u16> = 280..=2000;
/// The usual width in pixels.
pub const SVG_WIDTH: u16 = 760;
/// The space around everything.
const MARGIN: Tenths = 16 * PIXEL;
/// The space between two charts.
const BETWEEN: Tenths = 20 * PIXEL;

/// The colours of pictures in a page, for its `style`: each is a property such as `--cp-ink`, for light and for dark.
pub fn svg_style() -> String {
    palette::of_page()
}

/// A picture as an SVG element, as many pixels wide as given, within bounds.
pub fn svg(picture: &Picture, width: u16, place: SvgPlace) -> String {
    let width = Tenths::from(width.clamp(*WIDTHS.start(), *WIDTHS.end())) * PIXEL;
    let mut out = Drawing { is_live: place == SvgPlace::LivePage, ..Drawing::default() };
    let margin = if place == SvgPlace::File { MARGIN } else { 0 };
    let room = Room { left: margin, width: width - 2 * margin };
    let mut bottom = margin;
    if place == SvgPlace::File {
        bottom = head(picture, room, &mut out);
    }
    for (index, chart) in picture.charts.iter().enumerate() {
        let has_title = picture.charts.len() > 1 || place == SvgPlace::File;
        let top = bottom + if index > 0 { BETWEEN } else { 0 };
        bottom = drawn(chart, has_title, room, top, &mut out);
    }
    let height = bottom + margin;
    framed(picture, (width, height), place, &out)
}

/// The element around a drawing, with its names for readers that do not see it.
fn framed(picture: &Picture, (width, height): (Tenths, Tenths), place: SvgPlace, out: &Drawing) -> String {
    let title = escaped(&sentence(&picture.title));
    let charts = picture.charts.iter().map(|chart| sentence(&chart.title));
    let said = picture.notes.iter().map(|note| sentence(note)).chain(charts);
    let said: Vec<String> = said.filter(|sentence| !sentence.is_empty()).collect();
    let (width, height) = (Px(width), Px(height));
    let mut svg = String::with_capacity(out.svg.len() + 2048);
    let size = match place {
        SvgPlace::File => format!(" width=\"{width}\" height=\"{height}\""),
        SvgPlace::Page | SvgPlace::LivePage => String::new(),
    };
    let _ = write!(
        svg,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"cp cp-ink\"{size} viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-label=\"{title}\" fill=\"currentColor\" font-family=\"system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif\" \
         font-size=\"12\">\n<title>{title}</title>\n<desc>{}</desc>\n",
        escaped(&said.join(". "))
    );
    if place == SvgPlace::File {
        let _ = write!(
            svg,
            "<style>{}</style>\n<rect class=\"cp-paper\" width=\"{width}\" height=\"{height}\"/>\n",
            palette::of_file()
        );
    }
    svg.push_str(&out.svg);
    svg.push_str("</svg>\n");
    svg
}

/// The title and the notes of a picture; returns where they end.
fn head(picture: &Picture, room: Room, out: &mut Drawing) -> Tenths {
    let mut bottom = MARGIN;
    for line in wrapped(&sentence(&picture.title), Style::TITLE, room.width) {
        bottom += 20 * PIXEL;
        out.text((room.left, bottom - 4 * PIXEL), Anchor::Start, Style::TITLE, &line);
    }
    for line in picture.notes.iter().flat_map(|note| wrapped(&sentence(note), Style::NOTE, room.width)) {
        bottom += 17 * PIXEL;
        out.text((room.left, bottom - 4 * PIXEL), Anchor::Start, Style::NOTE, &line);
    }
    bottom + 10 * PIXEL
}

/// Draws a chart; returns where it ends.
fn drawn(chart: &Chart, has_title: bool, room: Room, top: Tenths, out: &mut Drawing) -> Tenths {
    let mut bottom = top;
    if has_title {
        for line in wrapped(&sentence(&chart.title), Style::HEADING, room.width) {
            bottom += 18 * PIXEL;
            out.text((room.left, bottom - 4 * PIXEL), Anchor::Start, Style::HEADING, &line);
        }
        bottom += 4 * PIXEL;
    }
    match &chart.kind {
        ChartKind::Curve(curve) => curve::draw(curve, room, bottom, out),
        ChartKind::Bars(bars) => bars::draw(bars, room, bottom, out),
        ChartKind::Tornado(tornado) => tornado::draw(tornado, room, bottom, out),
    }
}
