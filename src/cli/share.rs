//! Commands whose result is for others to look at.

pub(crate) mod chart;
pub(crate) mod export;
pub(crate) mod picture;
pub(super) mod report;
mod serve;
