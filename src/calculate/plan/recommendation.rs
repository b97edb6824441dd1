//! Which stage to run: every stage with its cost and how it serves.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::Costing;
use crate::calculate::plan::points::Fit;

/// All stages at one number of customers, in one currency.
#[derive(Clone, Debug)]
pub struct Recommendation {
    /// The stages, in their order.
    pub candidates: Vec<Candidate>,
    /// The place of the cheapest stage that serves; `None` if none does, or if the cost of every one that does is
    /// unknown.
    pub chosen: Option<usize>,
    /// The place of the runner-up.
    pub runner_up: Option<usize>,
    /// Where no stage serves, the place of the cheapest one whose only obstacle is that it is meant for more customers;
    /// one with an unknown cost only if there is no other.
    pub could_carry: Option<usize>,
    /// Whether no unknown cost can change the choice.
    pub is_certain: bool,
}

/// One candidate stage.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The stage with its cost.
    pub costing: Costing,
    /// How it serves.
    pub fit: Fit,
    /// How it ranks against the others.
    pub standing: Standing,
    /// By how much its total differs from that of the chosen stage, if both are fully known.
    pub difference: Option<Decimal>,
}

/// How a stage ranks against the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is the cheapest that serves.
    Chosen,
    /// It is the second cheapest that serves.
    RunnerUp,
    /// It serves and costs more.
    Dearer,
    /// It serves, but part of its cost is unknown.
    UnknownCost,
    /// It does not serve.
    DoesNotServe,
}
