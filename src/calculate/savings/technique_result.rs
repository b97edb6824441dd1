//! The effects of a technique.

use crate::calculate::cost::trace::Step;
use crate::calculate::savings::retention_result::RetentionResult;
use crate::model::{Amount, Fraction};

/// The values of a technique.
#[derive(Clone, Debug)]
pub struct TechniqueResult {
    /// The inputs, in their order, each as the step that gives it.
    pub inputs: Vec<Step>,
    /// What happens to the data that it stores.
    pub retention: Option<RetentionResult>,
    /// Its effects, in its order.
    pub effects: Vec<EffectResult>,
}

/// The effect of a technique on one value.
#[derive(Clone, Debug)]
pub struct EffectResult {
    /// The value without the technique.
    pub before: Step,
    /// The value with it.
    pub after: Step,
    /// By how much it grows; below zero if it shrinks.
    pub difference: Amount,
    /// The difference as a share of the value without the technique; `None` if that is zero.
    pub change: Option<Fraction>,
    /// Whether the saving is as claimed, to the percent; `None` if nothing is claimed or the saving is unknown.
    pub is_as_claimed: Option<bool>,
}
