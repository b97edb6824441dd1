//! Budgets, and the stages that `costplan check` covers.

pub(crate) mod budget;
pub(crate) mod check_plan;
pub(crate) mod lines;
