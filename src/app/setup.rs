//! New plans, and plans that are validated.

pub(crate) mod new_plan;
pub(crate) mod new_plan_text;
pub(crate) mod validate;
