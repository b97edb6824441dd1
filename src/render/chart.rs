//! Charts as lines of text, in Unicode or in plain ASCII, as SVG, and as PNG.
//!
//! Each kind of chart is a file below. All of them write [`Line`]s, which know their width, so that none is wider than
//! the terminal. A chart that does not fit, or has nothing to show, has no lines at all.

mod axis;
mod bars;
mod curve;
mod pen;
mod plot;
#[cfg(feature = "cli")]
mod png;
mod svg;
mod tornado;

use crate::render::chart::pen::{Line, Pen, STRONG};
use crate::render::layout::{Charts, Layout};
use crate::render::wrap::lines_of;
use crate::view::{Chart, ChartKind};

#[cfg(feature = "cli")]
pub use png::png;
pub use svg::{SVG_WIDTH, SvgPlace, svg, svg_style};

/// The lines of a chart with its headline; none if charts are off or there is nothing to show.
pub(super) fn lines(chart: &Chart, layout: Layout) -> Vec<String> {
    let pen = Pen { width: layout.width, is_ascii: layout.charts == Charts::Ascii };
    let picture = match (&chart.kind, layout.charts) {
        (_, Charts::None) => None,
        (ChartKind::Curve(curve), _) => curve::lines(curve, pen),
        (ChartKind::Bars(bars), _) => bars::lines(bars, pen),
        (ChartKind::Tornado(tornado), _) => tornado::lines(tornado, pen),
    };
    let Some(picture) = picture else { return Vec::new() };
    let title = pen.clean(&chart.title);
    let title = lines_of(&title, layout.width).map(|part| Line::of(STRONG, part));
    title.chain(picture).map(|line| line.written(layout)).collect()
}
