//! Lengths, and how texts look.

use std::fmt;

/// A length or a place in tenths of a pixel.
pub(super) type Tenths = i64;

/// A pixel.
pub(super) const PIXEL: Tenths = 10;

/// A length as SVG writes it.
pub(super) struct Px(pub(super) Tenths);

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, part) = (self.0.unsigned_abs() / 10, self.0.unsigned_abs() % 10);
        if part == 0 { write!(f, "{sign}{whole}") } else { write!(f, "{sign}{whole}.{part}") }
    }
}

/// The space from left to right.
#[derive(Clone, Copy)]
pub(super) struct Room {
    pub(super) left: Tenths,
    pub(super) width: Tenths,
}

impl Room {
    pub(super) fn right(self) -> Tenths {
        self.left + self.width
    }
}

/// How a text is placed at its point.
#[derive(Clone, Copy)]
pub(super) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Clone, Copy)]
pub(super) struct Style {
    /// The name of its colour.
    pub(super) ink: &'static str,
    /// The size in pixels.
    pub(super) size: i64,
    pub(super) is_bold: bool,
}

impl Style {
    pub(super) const TITLE: Self = Self { ink: "ink", size: 16, is_bold: true };
    pub(super) const HEADING: Self = Self { ink: "ink", size: 13, is_bold: true };
    pub(super) const NOTE: Self = Self { ink: "faint", size: 12, is_bold: false };
    pub(super) const LABEL: Self = Self { ink: "ink", size: 12, is_bold: false };
    pub(super) const TICK: Self = Self { ink: "faint", size: 11, is_bold: false };
    pub(super) const BADGE: Self = Self { ink: "paper", size: 10, is_bold: true };
}
