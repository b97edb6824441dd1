//! Which checks fail? Compares measured values with the bounds of the checklists.

pub(crate) mod review;
