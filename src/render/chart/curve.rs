//! Lines over a common axis, drawn as steps: a value holds up to the next point, so a jump is vertical.

use anstyle::Style;
use rust_decimal::Decimal;
use unicode_width::UnicodeWidthStr as _;

use crate::render::chart::axis::{Axis, cell, factor_name};
use crate::render::chart::pen::{COLORS, FAINT, GAP, Line, PLAIN, Pen, STRONG};
use crate::render::chart::plot::{Plot, SHAPES};
use crate::view::{AxisUnit, Curve, CurveMark, Guide};

/// The most steps between the numbers of the vertical axis.
const MAX_STEPS: i128 = 7;
/// The rows for each step of the vertical axis, by the number of steps, so that a curve has 13 to 16 rows.
const ROWS_PER_STEP: [usize; 8] = [12, 12, 6, 4, 3, 3, 2, 2];
/// The columns that a number on the horizontal axis takes with the space around it.
const COLUMNS_PER_TICK: usize = 12;
/// The narrowest chart that is worth drawing.
const MIN_COLUMNS: usize = 16;
/// The most marks that are named by letters.
const MAX_LETTERS: usize = 12;
/// The most that a guide may stretch the vertical axis beyond the lines, as a factor.
const MAX_STRETCH: i64 = 4;
/// The possible distances between names; the first that leaves room is used. They suit months.
const STRIDES: [usize; 10] = [1, 2, 3, 4, 6, 12, 24, 48, 96, 192];

pub(super) fn lines(curve: &Curve, pen: Pen) -> Option<Vec<Line>> {
    let points = || curve.series.iter().flat_map(|series| &series.points);
    let xs = (points().map(|point| point.0).min()?, points().map(|point| point.0).max()?);
    let values = || points().filter_map(|point| point.1);
    let (lowest, highest) = (values().min()?, values().max()?);
    let highest_shown = curve.y_most.filter(|most| lowest < *most).map_or(highest, |most| highest.min(most));
    let (low, high) = with_near(curve.guides.iter().map(|guide| guide.y), lowest, highest_shown);
    let axis = vertical(low, high)?;
    let per_step = ROWS_PER_STEP[axis.steps().min(ROWS_PER_STEP.len() - 1)];
    let sign = if curve.y_unit == AxisUnit::Percent { "%" } else { "" };
    let label = |row: usize| {
        let tick = axis.low + i128::try_from(row / per_step).ok()?;
        row.is_multiple_of(per_step).then(|| format!("{}{sign}", axis.label(tick, shift(curve))))
    };
    let rows = axis.steps() * per_step + 1;
    let gutter = (0..rows).filter_map(label).map(|label| label.len()).max().unwrap_or(0);
    let columns = pen.width.checked_sub(gutter + 2).filter(|columns| *columns >= MIN_COLUMNS)?;

    let mut plot = Plot::new(columns, rows, curve.series.len());
    for (index, series) in curve.series.iter().enumerate() {
        let points = series
            .points
            .iter()
            .map(|(x, y)| (cell(*x, xs.0, xs.1, columns - 1), y.and_then(|y| axis.cells(y, per_step))));
        plot.draw(index, points);
    }
    let inside = |guide: &&Guide| (low..=high).contains(&guide.y);
    let mut in_legend: Vec<&Guide> = Vec::new();
    for guide in curve.guides.iter().filter(inside) {
        let Some(row) = axis.cells(guide.y, per_step) else { continue };
        plot.guide(row);
        if !plot.write(row, &pen.clean(&guide.label)) {
            in_legend.push(guide);
        }
    }

    let mut done = Vec::new();
    let is_cut = axis.value(axis.high).is_some_and(|top| highest > top);
    done.extend(head(curve, &axis, is_cut, &in_legend, (low, high), pen));
    for row in (0..rows).rev() {
        let mut line = Line::default();
        let label = label(row);
        let tick = if label.is_some() { pen.either("┤", "+") } else { pen.either("│", "|") };
        line.push_right(PLAIN, &label.unwrap_or_default(), gutter);
        line.push(FAINT, " ");
        line.push(FAINT, tick);
        plot.row(row, pen, &mut line);
        done.push(line);
    }
    let marks = Marks::new(&curve.marks, xs, columns);
    let ticks = if curve.x_names.is_empty() { numbers(curve, xs, columns) } else { names(curve, xs, columns, pen) };
    done.extend(foot(curve, &ticks, &marks, gutter, columns, pen));
    Some(done)
}

/// The ends of the vertical axis: those of the lines and of other values, such as guides, that are not too far away.
pub(super) fn with_near(
    others: impl Iterator<Item = Decimal>,
    lowest: Decimal,
    highest: Decimal,
) -> (Decimal, Decimal) {
    let reach = |end: Decimal| end.checked_mul(MAX_STRETCH.into()).unwrap_or(end);
    let (top, bottom) = (reach(highest.max(Decimal::ZERO)), reach(lowest.min(Decimal::ZERO)));
    others.filter(|y| (bottom..=top).contains(y)).fold((lowest, highest), |(low, high), y| (low.min(y), high.max(y)))
}

/// The vertical axis, which begins at zero unless all lines are far from it.
pub(super) fn vertical(low: Decimal, high: Decimal) -> Option<Axis> {
    let half = |value: Decimal| value.checked_div(Decimal::TWO).unwrap_or(value);
    let is_near = low == high || low <= half(high) && high >= half(low);
    let from_zero = (low.min(Decimal::ZERO), high.max(Decimal::ZERO));
    let from_zero = if from_zero.0 == from_zero.1 { (Decimal::ZERO, Decimal::ONE) } else { from_zero };
    let (low, high) = if is_near { from_zero } else { (low, high) };
    let axis = |(low, high)| Axis::new(low, high, MAX_STEPS, i32::MIN);
    axis((low, high)).or_else(|| axis(from_zero))
}

/// The places by which the decimal point of numbers on the vertical axis is moved.
pub(super) fn shift(curve: &Curve) -> i32 {
    if curve.y_unit == AxisUnit::Percent { 2 } else { 0 }
}

/// The unit and the legend of the lines.
fn head(
    curve: &Curve,
    axis: &Axis,
    is_cut: bool,
    in_legend: &[&Guide],
    (low, high): (Decimal, Decimal),
    pen: Pen,
) -> Vec<Line> {
    let unit = format!("{} {}", factor_name(axis.factor(shift(curve))), curve.y_unit);
    let mut entries = Vec::new();
    if curve.series.len() > 1 {
        for (index, series) in curve.series.iter().enumerate() {
            let shape = &SHAPES[index % SHAPES.len()];
            let sample = pen.either(shape.unicode, shape.ascii).level;
            entries.push((COLORS[index % COLORS.len()], String::from_iter([sample; 3]), series.name.clone()));
        }
    }
    let dots = pen.either("· ·", ". .");
    entries.extend(in_legend.iter().map(|guide| (FAINT, dots.to_owned(), guide.label.clone())));
    for guide in &curve.guides {
        let place = if guide.y > high {
            "above the chart"
        } else if guide.y < low {
            "below the chart"
        } else {
            continue;
        };
        entries.push((FAINT, dots.to_owned(), format!("{} ({place})", guide.label)));
    }
    if is_cut {
        entries.push((PLAIN, pen.either("↑", "^").to_owned(), "continues above the chart".to_owned()));
    }
    pen.legend(Line::of(PLAIN, unit.trim()), 0, &entries)
}

/// The horizontal axis with its marks, numbers and name, and the legend of the marks.
fn foot(curve: &Curve, ticks: &[(usize, String)], marks: &Marks, gutter: usize, columns: usize, pen: Pen) -> Vec<Line> {
    let mut axis = Line::default();
    axis.pad_to(gutter + 1);
    axis.push(FAINT, pen.either("└", "+"));
    let mut numbers = Line::default();
    let mut places = ticks.iter().peekable();
    for column in 0..columns {
        let is_tick = places.next_if(|(place, _)| *place == column).is_some();
        match (marks.at(column), is_tick) {
            (Some(Sign::Letter(letter)), _) => axis.push(STRONG, letter.encode_utf8(&mut [0; 4])),
            (Some(Sign::Tick), true) => axis.push(STRONG, pen.either("┼", "^")),
            (Some(Sign::Tick), false) => axis.push(STRONG, pen.either("┴", "^")),
            (None, true) => axis.push(FAINT, pen.either("┬", "+")),
            (None, false) => axis.push(FAINT, pen.either("─", "-")),
        }
    }
    let plot = gutter + 2;
    for (column, text) in ticks {
        numbers.pad_to(start(*column, text.width(), plot, columns));
        numbers.push(PLAIN, text);
    }
    let mut name = Line::default();
    let text = pen.shortened(&curve.x_label, columns);
    name.pad_to(plot + columns.saturating_sub(text.width()) / 2);
    name.push(PLAIN, &text);
    let mut done = vec![axis, numbers];
    done.extend((!text.is_empty()).then_some(name));
    done.extend(pen.legend(Line::default(), plot.min(GAP * 4), &marks.legend(pen)));
    done
}

/// The start of a text that is centred under a column and stays within the line.
fn start(column: usize, width: usize, plot: usize, columns: usize) -> usize {
    (plot + column).saturating_sub(width / 2).min((plot + columns).saturating_sub(width))
}

/// Round numbers on the horizontal axis, and its ends if there is room, each with its column.
fn numbers(curve: &Curve, (low, high): (Decimal, Decimal), columns: usize) -> Vec<(usize, String)> {
    let points = || curve.series.iter().flat_map(|series| &series.points);
    let least = if points().all(|(x, _)| x.fract().is_zero()) { 0 } else { i32::MIN };
    let most = i128::try_from(columns / COLUMNS_PER_TICK).unwrap_or(1).max(2);
    let axis = Axis::new(low, high, most, least);
    let mut found: Vec<(usize, String)> = Vec::new();
    if let Some(axis) = &axis {
        for tick in axis.low..=axis.high {
            let Some(value) = axis.value(tick).filter(|value| (low..=high).contains(value)) else { continue };
            push_if_free(&mut found, (cell(value, low, high, columns - 1), axis.label(tick, 0)), columns);
        }
    }
    if axis.is_none_or(|axis| axis.factor(0) == 0) {
        for end in [low, high] {
            push_if_free(&mut found, (cell(end, low, high, columns - 1), end.normalize().to_string()), columns);
        }
    }
    found.sort_unstable();
    found
}

/// Names on the horizontal axis at equal distances, and the last one if there is room.
fn names(curve: &Curve, (low, high): (Decimal, Decimal), columns: usize, pen: Pen) -> Vec<(usize, String)> {
    let inside = curve.x_names.iter().filter(|(x, _)| (low..=high).contains(x));
    let place = |(x, name): &(Decimal, String)| (cell(*x, low, high, columns - 1), pen.shortened(name, columns / 2));
    let mut all: Vec<(usize, String)> = inside.map(place).collect();
    all.sort_by_key(|(column, _)| *column);
    let last = all.last().cloned();
    let every = |stride: usize| all.iter().step_by(stride).cloned();
    let fits = |stride: &usize| {
        let mut free = Vec::new();
        every(*stride).all(|name| push_if_free(&mut free, name, columns))
    };
    let mut found = Vec::new();
    for name in every(STRIDES.into_iter().find(fits).unwrap_or(all.len().max(1))).chain(last) {
        push_if_free(&mut found, name, columns);
    }
    found.sort_unstable();
    found
}

/// Adds a text if it does not touch the others; returns whether it was added.
fn push_if_free(found: &mut Vec<(usize, String)>, (column, text): (usize, String), columns: usize) -> bool {
    const CLEAR: usize = 2;
    let ends = |column: usize, text: &str| {
        let first = start(column, text.width(), CLEAR, columns);
        (first, first + text.width())
    };
    let (first, end) = ends(column, &text);
    let is_clear = |(other, name): &(usize, String)| {
        let (before, behind) = ends(*other, name);
        end + CLEAR <= before || behind + CLEAR <= first
    };
    let is_free = found.iter().all(is_clear);
    if is_free {
        found.push((column, text));
    }
    is_free
}

/// The sign for marks on the axis.
#[derive(Clone, Copy)]
enum Sign {
    /// A letter, explained in the legend.
    Letter(char),
    /// A tick: there are too many places for letters.
    Tick,
}

/// The marks on the horizontal axis by column.
struct Marks<'c> {
    places: Vec<(usize, Vec<&'c CurveMark>)>,
    has_letters: bool,
}

impl<'c> Marks<'c> {
    fn new(marks: &'c [CurveMark], (low, high): (Decimal, Decimal), columns: usize) -> Self {
        let mut inside: Vec<&CurveMark> = marks.iter().filter(|mark| (low..=high).contains(&mark.x)).collect();
        inside.sort_by_key(|mark| mark.x);
        let mut places: Vec<(usize, Vec<&CurveMark>)> = Vec::new();
        for mark in inside {
            let column = cell(mark.x, low, high, columns - 1);
            match places.last_mut() {
                Some((place, marks)) if *place == column => marks.push(mark),
                _ => places.push((column, vec![mark])),
            }
        }
        // One letter per column.
        let is_one = |(_, marks): &(usize, Vec<&CurveMark>)| marks.iter().all(|mark| mark.x == marks[0].x);
        let has_letters = places.len() <= MAX_LETTERS && places.iter().all(is_one);
        Self { places, has_letters }
    }

    /// The sign for the marks in a column.
    fn at(&self, column: usize) -> Option<Sign> {
        let index = self.places.binary_search_by_key(&column, |(place, _)| *place).ok()?;
        Some(letter(index).filter(|_| self.has_letters).map_or(Sign::Tick, Sign::Letter))
    }

    fn legend(&self, pen: Pen) -> Vec<(Style, String, String)> {
        if !self.has_letters {
            let count: usize = self.places.iter().map(|(_, marks)| marks.len()).sum();
            let text = format!("{count} marks, too close together to name");
            return vec![(STRONG, pen.either("┴", "^").to_owned(), text)];
        }
        let entry = |(index, (_, marks)): (usize, &(usize, Vec<&CurveMark>))| {
            let labels: Vec<&str> = marks.iter().map(|mark| mark.label.as_str()).collect();
            (STRONG, letter(index).map(String::from).unwrap_or_default(), labels.join("; "))
        };
        self.places.iter().enumerate().map(entry).collect()
    }
}

/// The letter of a mark: a, b, c.
fn letter(index: usize) -> Option<char> {
    char::from_digit(u32::try_from(index).ok()? + 10, 36)
}
