//! Checklists, measured values and runbooks.

pub(crate) mod check_record;
pub(crate) mod checklist;
pub(crate) mod metric;
pub(crate) mod runbook;
