//! What is measured of a running system, the bounds that checklists set, and what comes of comparing the two.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::model::unit::Dimension;
use crate::source::{Span, Spanned};

/// The part of a check that can be measured.
#[derive(Clone, Debug)]
pub struct Metric {
    /// The name of what is measured.
    pub name: Spanned<Box<str>>,
    /// What it has to keep to; `None` if the checklist says nothing.
    pub bound: Option<Bound>,
}

/// What a measured value has to keep to.
#[derive(Clone, Debug)]
pub struct Bound {
    /// On which side of the limit it has to be.
    pub kind: BoundKind,
    /// The limit.
    pub limit: Measured,
}

/// On which side of a limit a value has to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BoundKind {
    /// At the limit or below it.
    AtMost,
    /// At the limit or above it.
    AtLeast,
    /// Below the limit.
    Below,
    /// Above the limit.
    Above,
}

impl BoundKind {
    /// The name in files.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AtMost => "at_most",
            Self::AtLeast => "at_least",
            Self::Below => "below",
            Self::Above => "above",
        }
    }

    /// Whether a value keeps to a limit.
    pub fn holds(self, value: Decimal, limit: Decimal) -> bool {
        match self {
            Self::AtMost => value <= limit,
            Self::AtLeast => value >= limit,
            Self::Below => value < limit,
            Self::Above => value > limit,
        }
    }
}

/// A value that was measured, or a limit of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The value in canonical units: seconds, GB, or a plain number; a hundredth of what is written in per cent.
    pub value: Decimal,
    /// What kind of value it is.
    pub dimension: Dimension,
    /// Whether it is written in per cent.
    pub is_percentage: bool,
    /// As it is written: `850 ms`.
    pub text: Box<str>,
    /// Where it is written.
    pub span: Span,
}

/// What was measured of a running system.
#[derive(Clone, Debug)]
pub struct Metrics {
    /// The day on which it was measured.
    pub measured_on: Option<Date>,
    /// The values by the names of their metrics.
    pub values: Vec<(Box<str>, Measured)>,
    /// Bounds in place of those of the checklists, by the names of their metrics.
    pub thresholds: Vec<(Box<str>, Bound)>,
}
