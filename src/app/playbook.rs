//! Checklists, reviews and runbooks.

pub(crate) mod checklist;
pub(crate) mod review;
pub(crate) mod runbook;
