//! Budgets, and what a check looks at.

pub(crate) mod budget;
pub(crate) mod check_plan;
