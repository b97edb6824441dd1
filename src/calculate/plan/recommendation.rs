//! Which stage to run: every stage with what it costs and how it serves.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::Costing;
use crate::calculate::plan::points::Fit;

/// All stages at one number of customers, in one currency.
#[derive(Clone, Debug)]
pub struct Recommendation {
    /// The stages, in their order.
    pub candidates: Vec<Candidate>,
    /// The place of the cheapest that serves; `None` if none does, or if the cost of each that does is unknown.
    pub chosen: Option<usize>,
    /// The place of the next one.
    pub runner_up: Option<usize>,
    /// Whether no unknown cost can change the choice.
    pub is_certain: bool,
}

/// One stage.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// What it costs.
    pub costing: Costing,
    /// How it serves.
    pub fit: Fit,
    /// Where it stands against the others.
    pub standing: Standing,
    /// By how much its total differs from that of the chosen stage, if both are known in full.
    pub difference: Option<Decimal>,
}

/// Where a stage stands against the others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It is the cheapest that serves.
    Chosen,
    /// It is the second cheapest that serves.
    RunnerUp,
    /// It serves and costs more.
    Dearer,
    /// It serves, and a part of its cost is unknown.
    UnknownCost,
    /// It does not serve.
    DoesNotServe,
}
