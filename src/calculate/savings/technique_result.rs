//! What a technique changes.

use crate::calculate::cost::trace::Step;
use crate::calculate::savings::retention_result::RetentionResult;
use crate::model::{Amount, Fraction};

/// What a technique comes to.
#[derive(Clone, Debug)]
pub struct TechniqueResult {
    /// The inputs, in their order, each as the step that gives it.
    pub inputs: Vec<Step>,
    /// What becomes of the data that it keeps.
    pub retention: Option<RetentionResult>,
    /// What it changes, in its order.
    pub effects: Vec<EffectResult>,
}

/// What a technique makes of something.
#[derive(Clone, Debug)]
pub struct EffectResult {
    /// What it is without the technique.
    pub before: Step,
    /// What it is with it.
    pub after: Step,
    /// By how much it grows; below zero if it shrinks.
    pub difference: Amount,
    /// The difference as a share of what it is without; `None` if that is zero.
    pub change: Option<Fraction>,
    /// Whether as much is saved as is claimed, to the percent; `None` if nothing is claimed or known.
    pub is_as_claimed: Option<bool>,
}
