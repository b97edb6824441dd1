//! What is to be done? Compares what was measured with the bounds of the checklists.

pub(crate) mod review;
