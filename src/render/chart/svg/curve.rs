//! Lines over a common axis, drawn as steps: a value holds up to the next point, so a jump is vertical.

use std::fmt::Write as _;

use rust_decimal::Decimal;

use crate::render::chart::axis::{Axis, factor_name};
use crate::render::chart::curve::{shift, vertical, with_near};
use crate::render::chart::svg::drawing::Drawing;
use crate::render::chart::svg::legend::{self, GUIDE, Sample, band, of_line};
use crate::render::chart::svg::marks::{self, Marks};
use crate::render::chart::svg::palette::series;
use crate::render::chart::svg::style::{Anchor, PIXEL, Px, Room, Style, Tenths};
use crate::render::chart::svg::text::{clean, shortened, width};
use crate::render::chart::svg::ticks::{self, place};
use crate::view::{AxisUnit, Curve, Guide, thousands};

/// The height between the ends of the vertical axis, about.
const HEIGHT: Tenths = 230 * PIXEL;
/// The space of a number of the vertical axis beyond its width.
const GUTTER: Tenths = 8 * PIXEL;
/// The most places of a curve that say something when they are pointed at.
const SENSORS: usize = 120;

/// Draws a curve; returns where it ends.
pub(super) fn draw(curve: &Curve, room: Room, top: Tenths, out: &mut Drawing) -> Tenths {
    let points = || curve.series.iter().flat_map(|series| &series.points);
    let (Some(first), Some(last)) = (points().map(|point| point.0).min(), points().map(|point| point.0).max()) else {
        return out.nothing("Nothing to draw", room, top);
    };
    let of_bands = || curve.bands.iter().flat_map(|band| band.points.iter().filter_map(|(_, ends)| *ends));
    let values = || points().filter_map(|point| point.1);
    let (Some(lowest), Some(highest)) = (values().min(), values().max()) else {
        return out.nothing("Unknown: no cost of these is fully known", room, top);
    };
    let shown = curve.y_most.filter(|most| lowest < *most).map_or(highest, |most| highest.min(most));
    let others = curve.guides.iter().map(|guide| guide.y).chain(of_bands().flat_map(|(low, high)| [low, high]));
    let (low, high) = with_near(others, lowest, shown);
    let Some(axis) = vertical(low, high) else {
        return out.nothing("The numbers are too large and too close together to draw", room, top);
    };
    let labels = labels(curve, &axis);
    let gutter = labels.iter().map(|(_, text)| width(text, Style::TICK)).max().unwrap_or(0) + GUTTER;
    // A month has a width of its own.
    let end = if curve.x_names.is_empty() { last } else { last.checked_add(Decimal::ONE).unwrap_or(last) };
    let frame = Frame {
        curve,
        left: room.left + gutter,
        width: (room.width - gutter - 8 * PIXEL).max(10 * PIXEL),
        ends: (first, end),
        per_step: HEIGHT / Tenths::try_from(axis.steps().max(1)).unwrap_or(1),
        axis,
        top: 0,
    };
    let marks = Marks::new(curve, (first, last), frame.place_of(last));
    let is_cut = frame.axis.value(frame.axis.high).is_some_and(|top| highest > top);
    let entries = entries(curve, &frame.axis, is_cut, (low, high));
    let plot = legend::draw(&entries, room, top, out) + if marks.is_empty() { 8 * PIXEL } else { marks::HEIGHT };
    let frame = Frame { top: plot, ..frame };
    frame.draw_axes(&labels, out);
    frame.draw_gaps(out);
    frame.draw_bands(out);
    frame.draw_guides((low, high), out);
    frame.draw_lines(out);
    marks.draw(frame.left, (frame.top, frame.bottom()), out);
    frame.draw_sensors(out);
    marks.draw_sensors(frame.left, frame.bottom(), out);
    let bottom = frame.draw_foot(out);
    marks.legend(room, bottom, out)
}

/// The numbers of the vertical axis, by tick.
fn labels(curve: &Curve, axis: &Axis) -> Vec<(i128, String)> {
    let sign = if curve.y_unit == AxisUnit::Percent { "%" } else { "" };
    let label = |tick| (tick, format!("{}{sign}", thousands(&axis.label(tick, shift(curve)))));
    (axis.low..=axis.high).map(label).collect()
}

/// The entries of the legend.
fn entries(curve: &Curve, axis: &Axis, is_cut: bool, (low, high): (Decimal, Decimal)) -> Vec<(Sample, String)> {
    let unit = format!("{} {}", factor_name(axis.factor(shift(curve))), curve.y_unit);
    let unit = unit.trim().to_owned();
    let mut entries = Vec::new();
    entries.extend((!unit.is_empty()).then_some((Sample::Nothing, unit)));
    if curve.series.len() > 1 {
        let lines = curve.series.iter().enumerate();
        entries.extend(lines.map(|(index, series)| (Sample::Line(index), series.name.clone())));
    }
    let bands = curve.bands.iter().enumerate();
    entries.extend(bands.map(|(index, band)| (Sample::Band(index), band.name.clone())));
    for guide in &curve.guides {
        let place = if guide.y > high {
            "above the chart"
        } else if guide.y < low {
            "below the chart"
        } else {
            entries.push((Sample::Guide, guide.label.clone()));
            continue;
        };
        entries.push((Sample::Nothing, format!("{} ({place})", guide.label)));
    }
    if is_cut {
        entries.push((Sample::Nothing, "↑ continues above the chart".to_owned()));
    }
    let has_gap = curve.series.first().is_some_and(|series| series.points.iter().any(|(_, y)| y.is_none()));
    entries.extend((has_gap && !curve.gap.is_empty()).then(|| (Sample::Gap, curve.gap.clone())));
    entries
}

/// The place of a curve in the drawing, and its scales.
struct Frame<'c> {
    curve: &'c Curve,
    left: Tenths,
    top: Tenths,
    width: Tenths,
    ends: (Decimal, Decimal),
    axis: Axis,
    /// The height of a step of the vertical axis.
    per_step: Tenths,
}

impl Frame<'_> {
    fn height(&self) -> Tenths {
        self.per_step * Tenths::try_from(self.axis.steps()).unwrap_or(1)
    }

    fn bottom(&self) -> Tenths {
        self.top + self.height()
    }

    fn right(&self) -> Tenths {
        self.left + self.width
    }

    /// The distance of a value from the left end.
    fn place_of(&self, x: Decimal) -> Tenths {
        place(x, self.ends, self.width)
    }

    fn x(&self, x: Decimal) -> Tenths {
        self.left + self.place_of(x)
    }

    /// The height of a value; the upper end if it is above.
    fn y(&self, y: Decimal) -> Option<Tenths> {
        let cells = self.axis.cells(y, usize::try_from(self.per_step).ok()?);
        let above = cells.and_then(|cells| Tenths::try_from(cells).ok()).unwrap_or(self.height());
        Some(self.bottom() - above.min(self.height()))
    }

    fn draw_axes(&self, labels: &[(i128, String)], out: &mut Drawing) {
        let ends = self.axis.value(self.axis.low).zip(self.axis.value(self.axis.high));
        if let Some((low, high)) = ends {
            let size = (self.width, self.height());
            out.scale((self.left, self.top), size, [self.ends.0, self.ends.1], [low, high]);
        }
        for (tick, label) in labels {
            let y = self.bottom() - self.per_step * Tenths::try_from(tick - self.axis.low).unwrap_or(0);
            let is_zero = *tick == 0 || *tick == self.axis.low;
            out.line((self.left, y), (self.right(), y), if is_zero { "axis" } else { "grid" }, "");
            out.text((self.left - GUTTER, y + 4 * PIXEL), Anchor::End, Style::TICK, label);
        }
    }

    /// The places at which a line has no value, each up to the next point.
    fn draw_gaps(&self, out: &mut Drawing) {
        let Some(first) = self.curve.series.first().filter(|_| !self.curve.gap.is_empty()) else { return };
        let mut from = None;
        let ends = first.points.iter().map(|(x, y)| (self.x(*x), y.is_none())).chain([(self.right(), false)]);
        for (x, is_gap) in ends {
            match (from, is_gap) {
                (None, true) => from = Some(x),
                (Some(start), false) => {
                    let width = (x - start).max(2 * PIXEL);
                    out.rect((start, self.top), (width, self.height()), "gap", &self.curve.gap);
                    if width >= 14 * PIXEL {
                        let middle = (start + width / 2, self.top + self.height() / 2);
                        out.text(middle, Anchor::Middle, Style::NOTE, "?");
                    }
                    from = None;
                }
                _ => {}
            }
        }
    }

    fn draw_bands(&self, out: &mut Drawing) {
        for (index, of) in self.curve.bands.iter().enumerate() {
            let mut points = of.points.iter().peekable();
            while let Some((x, ends)) = points.next() {
                // Equal neighbours are one area.
                while points.next_if(|(_, next)| next == ends).is_some() {}
                let until = points.peek().map_or(self.right(), |(next, _)| self.x(*next));
                let Some((low, high)) = ends else { continue };
                let (Some(low_y), Some(high_y)) = (self.y(*low), self.y(*high)) else { continue };
                let unit = self.curve.y_unit;
                let title = format!("{}: {} to {}", of.name, unit.shown(*low), unit.shown(*high));
                let height = (low_y - high_y).max(PIXEL);
                band((self.x(*x), high_y), (until - self.x(*x), height), index, &title, out);
            }
        }
    }

    fn draw_guides(&self, (low, high): (Decimal, Decimal), out: &mut Drawing) {
        let inside = |guide: &&Guide| (low..=high).contains(&guide.y);
        for guide in self.curve.guides.iter().filter(inside) {
            if let Some(y) = self.y(guide.y) {
                out.line((self.left, y), (self.right(), y), "faint", GUIDE);
            }
        }
    }

    /// The lines, the first on top.
    fn draw_lines(&self, out: &mut Drawing) {
        for (index, line) in self.curve.series.iter().enumerate().rev() {
            let (path, dots) = self.path(&line.points);
            let ink = series(index);
            if !path.is_empty() {
                let attributes = format!(
                    "d=\"{path}\" fill=\"none\" stroke=\"currentColor\" stroke-linejoin=\"round\"{}",
                    of_line(index)
                );
                out.shape("path", ink, &attributes, &line.name);
            }
            for dot in dots {
                out.dot(dot, 3 * PIXEL, ink, &line.name);
            }
        }
    }

    /// The path of a line, and the points that have no neighbour to be joined with.
    fn path(&self, points: &[(Decimal, Option<Decimal>)]) -> (String, Vec<(Tenths, Tenths)>) {
        let (mut path, mut dots) = (String::new(), Vec::new());
        // Where the line is and where it began; `None` in a gap.
        let mut pen: Option<((Tenths, Tenths), Tenths)> = None;
        let last = points.last().map(|(x, _)| *x);
        let end = last.map(|x| if self.curve.x_names.is_empty() { self.x(x) } else { self.right() });
        let steps = points.iter().map(|(x, y)| (self.x(*x), y.and_then(|y| self.y(y))));
        for (x, y) in steps.chain(end.map(|end| (end, None))) {
            match (pen, y) {
                (None, Some(y)) => {
                    let _ = write!(path, "M{} {}", Px(x), Px(y));
                    pen = Some(((x, y), x));
                }
                (Some(((from, at), began)), Some(y)) if y != at => {
                    let _ = if x == from { Ok(()) } else { write!(path, "h{}", Px(x - from)) };
                    let _ = write!(path, "v{}", Px(y - at));
                    pen = Some(((x, y), began));
                }
                (Some(((from, at), began)), None) => {
                    let _ = if x == from { Ok(()) } else { write!(path, "h{}", Px(x - from)) };
                    if x == began {
                        dots.push((x, at));
                    }
                    pen = None;
                }
                (Some(_), Some(_)) | (None, None) => {}
            }
        }
        (path, dots)
    }

    /// What is said where the curve is pointed at.
    fn draw_sensors(&self, out: &mut Drawing) {
        let longest = self.curve.series.iter().max_by_key(|series| series.points.len());
        let Some(points) = longest.map(|series| &series.points) else { return };
        let stride = points.len().div_ceil(SENSORS).max(1);
        let is_marked = |x: Decimal| self.curve.marks.iter().take(SENSORS).any(|mark| mark.x == x);
        let picked = points.iter().enumerate().filter(|(index, (x, _))| index % stride == 0 || is_marked(*x));
        let mut places = picked.map(|(_, (x, _))| *x).peekable();
        while let Some(x) = places.next() {
            let from = self.x(x);
            let until = places.peek().map_or(self.right(), |next| self.x(*next));
            let width = (until - from).max(PIXEL).min((self.right() - from).max(PIXEL));
            out.sensor((from, self.top), (width, self.height()), &self.said_at(x));
        }
    }

    /// The values at a place, in words.
    fn said_at(&self, x: Decimal) -> String {
        let mut lines = vec![ticks::name(self.curve, x)];
        let is_single = self.curve.series.len() == 1;
        for series in &self.curve.series {
            let after = series.points.partition_point(|(at, _)| *at <= x);
            let value = after.checked_sub(1).and_then(|place| series.points[place].1);
            let value = match value {
                Some(value) => self.curve.y_unit.shown(value),
                None if is_single && !self.curve.gap.is_empty() => self.curve.gap.clone(),
                None if is_single => "unknown".to_owned(),
                None => continue,
            };
            lines.push(format!("{}: {value}", clean(&series.name)));
        }
        lines.join("\n")
    }

    /// The numbers or names under the axis, and its name; returns where they end.
    fn draw_foot(&self, out: &mut Drawing) -> Tenths {
        let (ticks, factor) = if self.curve.x_names.is_empty() {
            ticks::numbers(self.curve, self.ends, self.width)
        } else {
            (ticks::names(self.curve, self.ends, self.width), String::new())
        };
        let mut bottom = self.bottom() + 18 * PIXEL;
        for tick in &ticks {
            let x = self.left + tick.x;
            out.line((x, self.bottom()), (x, self.bottom() + 4 * PIXEL), "axis", "");
            let start = self.left + ticks::start(tick, self.width);
            out.text(
                (start + width(&tick.text, Style::TICK) / 2, bottom - 2 * PIXEL),
                Anchor::Middle,
                Style::TICK,
                &tick.text,
            );
        }
        let name = shortened(format!("{factor} {}", self.curve.x_label).trim(), Style::NOTE, self.width);
        if !name.is_empty() {
            bottom += 16 * PIXEL;
            let middle = self.left + self.width / 2;
            out.text((middle, bottom - 2 * PIXEL), Anchor::Middle, Style::NOTE, &name);
        }
        bottom + 6 * PIXEL
    }
}
