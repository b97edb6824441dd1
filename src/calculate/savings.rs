//! How can it cost less? Techniques, the best set of them, other SKUs, and data retention.

pub(crate) mod arrivals;
pub(crate) mod breakeven_load;
pub(crate) mod focus;
pub(crate) mod opportunities;
pub(crate) mod optimize;
pub(crate) mod retention;
pub(crate) mod retention_result;
pub(crate) mod retention_steps;
pub(crate) mod technique;
pub(crate) mod technique_result;
