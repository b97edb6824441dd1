//! Checklists, their records, metrics and runbooks.

pub(crate) mod check_record;
pub(crate) mod checklist;
pub(crate) mod metrics;
pub(crate) mod runbook;
