//! What is to be done? `checklist`, `review` and `runbook`.

pub(crate) mod checklist;
pub(crate) mod review;
pub(crate) mod runbook;
