//! Checklists, measured values and runbooks.

pub(crate) mod check_record;
pub(crate) mod checklist;
pub(crate) mod command;
pub(crate) mod deployment;
pub(crate) mod metrics;
pub(crate) mod placeholder;
pub(crate) mod purchases;
pub(crate) mod quotes;
pub(crate) mod runbook;
