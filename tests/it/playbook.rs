//! Checklists, reviews and runbooks.

mod checklists;
mod hostile_values;
mod review;
mod runbooks;
