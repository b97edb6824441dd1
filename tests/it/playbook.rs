//! Checklists, reviews and runbooks.

mod autoscaler;
mod check_record;
mod checklists;
mod hostile_values;
mod manifests;
mod month;
mod review;
mod runbooks;
