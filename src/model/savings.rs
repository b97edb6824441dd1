//! Techniques, the focus of the plan, data retention, opportunities, and the order of computation.

pub(crate) mod focus;
pub(crate) mod needs;
pub(crate) mod opportunity;
pub(crate) mod optimization;
pub(crate) mod retention;
pub(crate) mod technique;
