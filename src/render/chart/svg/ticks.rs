//! The numbers and names on the horizontal axis.

use rust_decimal::Decimal;

use crate::render::chart::axis::{Axis, factor_name, part};
use crate::render::chart::svg::drawing::{PIXEL, Style, Tenths};
use crate::render::chart::svg::text::{clean, shortened, width};
use crate::view::{Curve, thousands};

/// The least space between two texts.
const CLEAR: Tenths = 10 * PIXEL;
/// The space that a number takes with what is around it.
const PER_NUMBER: Tenths = 90 * PIXEL;
/// The possible distances between names; the first that leaves room is used. They suit months.
const STRIDES: [usize; 10] = [1, 2, 3, 4, 6, 12, 24, 48, 96, 192];

/// A text under the axis, in the middle of `x`.
pub(super) struct Tick {
    pub(super) x: Tenths,
    pub(super) text: String,
}

/// Where a value is between the ends, on so many tenths of a pixel; in the middle if the ends are equal.
pub(super) fn place(value: Decimal, ends: (Decimal, Decimal), room: Tenths) -> Tenths {
    let cells = usize::try_from(room).unwrap_or_default();
    part(value, ends.0, ends, cells).map_or(room / 2, |cells| Tenths::try_from(cells).unwrap_or(room))
}

/// Round numbers, and the ends if there is room; also the name of a factor that they leave out.
pub(super) fn numbers(curve: &Curve, ends: (Decimal, Decimal), room: Tenths) -> (Vec<Tick>, String) {
    let points = || curve.series.iter().flat_map(|series| &series.points);
    let least = if points().all(|(x, _)| x.fract().is_zero()) { 0 } else { i32::MIN };
    let axis = Axis::new(ends.0, ends.1, i128::from((room / PER_NUMBER).max(2)), least);
    let mut found = Vec::new();
    if let Some(axis) = &axis {
        for tick in axis.low..=axis.high {
            let Some(value) = axis.value(tick).filter(|value| (ends.0..=ends.1).contains(value)) else { continue };
            let text = thousands(&axis.label(tick, 0)).into_owned();
            push_if_free(&mut found, Tick { x: place(value, ends, room), text }, room);
        }
    }
    if axis.is_none_or(|axis| axis.factor(0) == 0) {
        for end in [ends.0, ends.1] {
            let text = thousands(&end.normalize().to_string()).into_owned();
            push_if_free(&mut found, Tick { x: place(end, ends, room), text }, room);
        }
    }
    (found, axis.map(|axis| factor_name(axis.factor(0))).unwrap_or_default())
}

/// Names at equal distances, each in the middle of its place, which ends where the next one begins.
pub(super) fn names(curve: &Curve, ends: (Decimal, Decimal), room: Tenths) -> Vec<Tick> {
    let inside = curve.x_names.iter().filter(|(x, _)| (ends.0..=ends.1).contains(x));
    let mut all: Vec<(Tenths, &str)> = inside.map(|(x, name)| (place(*x, ends, room), name.as_str())).collect();
    all.sort_unstable();
    let after = all.iter().skip(1).map(|(x, _)| *x).chain([room]).collect::<Vec<_>>();
    let tick = |index: usize| Tick {
        x: (all[index].0 + after[index]) / 2,
        text: shortened(all[index].1, Style::TICK, room / 2),
    };
    let fits = |stride: &usize| {
        let mut free = Vec::new();
        (0..all.len()).step_by(*stride).all(|index| push_if_free(&mut free, tick(index), room))
    };
    let stride = STRIDES.into_iter().find(fits).unwrap_or(all.len().max(1));
    let mut found = Vec::new();
    for index in (0..all.len()).step_by(stride) {
        push_if_free(&mut found, tick(index), room);
    }
    found
}

/// The start of a text in the middle of `x` that stays within the room.
pub(super) fn start(tick: &Tick, room: Tenths) -> Tenths {
    let width = width(&tick.text, Style::TICK);
    (tick.x - width / 2).min(room - width).max(0)
}

/// Adds a text if it does not touch the others; returns whether it was added.
fn push_if_free(found: &mut Vec<Tick>, tick: Tick, room: Tenths) -> bool {
    let ends = |tick: &Tick| {
        let first = start(tick, room);
        (first, first + width(&tick.text, Style::TICK))
    };
    let (first, end) = ends(&tick);
    let is_free = found.iter().all(|other| {
        let (before, behind) = ends(other);
        end + CLEAR <= before || behind + CLEAR <= first
    });
    if is_free {
        found.push(tick);
    }
    is_free
}

/// The name of a place on the axis: its own, or its number.
pub(super) fn name(curve: &Curve, x: Decimal) -> String {
    match curve.x_names.iter().find(|(at, _)| *at == x) {
        Some((_, name)) => clean(name),
        None => format!("{} {}", thousands(&x.normalize().to_string()), clean(&curve.x_label)),
    }
}
