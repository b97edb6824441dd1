//! What is measured of a running system, the bounds that checklists set, and what comes of comparing the two.

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::optimization::FitStanding;
use super::unit::Dimension;
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

/// What came of a check that can be measured.
#[derive(Clone, Debug)]
pub struct CheckResult {
    /// The stem of the checklist's file.
    pub checklist: Box<str>,
    /// What holds if all is well.
    pub text: Box<str>,
    /// The name of what is measured.
    pub metric: Box<str>,
    /// What was measured.
    pub measured: Option<Measured>,
    /// What it has to keep to.
    pub bound: Option<Bound>,
    /// Whether the file of metrics says the bound and not the checklist.
    pub is_own_bound: bool,
    /// The verdict.
    pub verdict: CheckVerdict,
    /// The technique that helps, by the stem of its file.
    pub technique: Option<Box<str>>,
}

/// Whether a check that can be measured holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckVerdict {
    /// It holds.
    Ok,
    /// It does not hold.
    Failed,
    /// Nobody gives a value.
    NotMeasured,
    /// There is a value, and nobody says what it has to keep to.
    NoBound,
}

impl CheckVerdict {
    /// The name in JSON and CSV.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::NotMeasured => "not_measured",
            Self::NoBound => "no_bound",
        }
    }
}

/// What a technique comes to on a stage, alone.
#[derive(Clone, Debug)]
pub struct TechniqueSaving {
    /// The stem of its file.
    pub technique: Box<str>,
    /// How it stands with the stage: as with the line item where most can be said; `None` if it is for no line item.
    pub standing: Option<FitStanding>,
    /// What it saves in a month where it may be used, off the exact total with the buffer; below zero if it costs more.
    /// `None` if it may be used nowhere, or if the cost is unknown.
    pub saved: Option<Decimal>,
    /// Whether the cost of every line item where it may be used is known.
    pub is_complete: bool,
    /// What it saves at most on line items of which nobody says on how much it would be used, off their exact cost. `None`
    /// if there is none of these, or if the cost of one is unknown.
    pub at_most: Option<Decimal>,
    /// The places of the line items where it may be used, and of those where nobody says on how much of them.
    pub line_items: Vec<usize>,
}
