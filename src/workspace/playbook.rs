//! Checklists, records of them, metrics and runbooks of a project.

pub(crate) mod checklists;
pub(crate) mod metrics;
pub(crate) mod records;
pub(crate) mod runbooks;
