//! Techniques, and how long data is kept.

pub(crate) mod retention;
pub(crate) mod technique;
