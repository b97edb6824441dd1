//! The inputs of the rows of a stage.

use crate::calculate::cost::lines::memory::Memory;
use crate::model::{Fraction, Inputs, PricePoint, Stage};

/// Inputs that all rows of one computation share.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub(crate) stage: &'a Stage,
    /// The customers and the revenue.
    pub(crate) inputs: Inputs,
    /// The values of the stage's scope.
    pub(crate) drivers: &'a [Option<Fraction>],
    /// Which end of price ranges is used.
    pub(crate) point: PricePoint,
    /// The rows that have been computed before and cost the same.
    pub(crate) memory: Option<&'a Memory>,
}
