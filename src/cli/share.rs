//! Commands whose result is for others to look at.

pub(super) mod report;
mod serve;
