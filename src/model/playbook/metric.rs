//! Measurements of a running system, and the bounds that checklists set.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::model::number::unit::Dimension;
use crate::source::{Span, Spanned};

/// The measurable part of a check.
#[derive(Clone, Debug)]
pub struct Metric {
    /// The name of the metric: `storage_growth`.
    pub name: Spanned<Box<str>>,
    /// The other metric whose growth since the month before it is, if it is one.
    pub growth_of: Option<Spanned<Box<str>>>,
    /// The bound on its value; `None` if the checklist has none.
    pub bound: Option<Bound>,
}

/// A bound on a measured value.
#[derive(Clone, Debug)]
pub struct Bound {
    /// The side of the limit on which the value must be.
    pub kind: BoundKind,
    /// The limit, with its unit.
    pub limit: Measured,
}

/// The side of a limit on which a value must be.
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

    /// Whether a value is on the right side of a limit.
    pub fn holds(self, value: Decimal, limit: Decimal) -> bool {
        match self {
            Self::AtMost => value <= limit,
            Self::AtLeast => value >= limit,
            Self::Below => value < limit,
            Self::Above => value > limit,
        }
    }
}

/// A measured value, or a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Measured {
    /// The value in canonical units: seconds, GB, or a plain number; `25%` is 0.25.
    pub value: Decimal,
    /// The dimension of the value.
    pub dimension: Dimension,
    /// Whether it is written as a percentage.
    pub is_percentage: bool,
    /// The text as written: `850 ms`.
    pub text: Box<str>,
    /// Its place in the source.
    pub span: Span,
}

impl Measured {
    /// Whether it is a ratio, written as a percentage or as a number up to 1.
    pub fn is_ratio(&self) -> bool {
        self.dimension == Dimension::PLAIN && (self.is_percentage || self.value <= Decimal::ONE)
    }
}

/// The value of a metric of one line item.
#[derive(Clone, Debug)]
pub struct MeasuredOf {
    /// The name of the metric.
    pub metric: Box<str>,
    /// The name of the line item.
    pub line_item: Box<str>,
    /// The value.
    pub value: Measured,
}

/// Measurements of a running system.
#[derive(Clone, Debug, Default)]
pub struct Metrics {
    /// The day of the measurement.
    pub measured_on: Option<Date>,
    /// The measured values, by the names of their metrics.
    pub values: Vec<(Box<str>, Measured)>,
    /// Values of single line items.
    pub of_line_items: Vec<MeasuredOf>,
    /// Bounds that replace those of the checklists, by the names of their metrics.
    pub thresholds: Vec<(Box<str>, Bound)>,
}

impl Metrics {
    /// The measured value with a name.
    pub fn value(&self, name: &str) -> Option<&Measured> {
        self.values.iter().find(|(of, _)| **of == *name).map(|(_, value)| value)
    }
}
