//! What the rows of a stage are computed from.

use crate::calculate::cost::memory::Memory;
use crate::model::{Fraction, PricePoint, Stage};

/// What all rows of one computation share.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    /// The stage.
    pub(crate) stage: &'a Stage,
    /// The values of the stage's scope.
    pub(crate) drivers: &'a [Option<Fraction>],
    /// Which end of the ranges of prices is computed with.
    pub(crate) point: PricePoint,
    /// The rows that were computed before, and cost the same.
    pub(crate) memory: Option<&'a Memory>,
}
