//! Checklists, reviews and runbooks.

mod checklists;
mod review;
mod runbooks;
