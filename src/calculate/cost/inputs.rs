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
    /// What is remembered of the computation before, where there is one.
    pub(crate) memory: Option<&'a Memory>,
}
