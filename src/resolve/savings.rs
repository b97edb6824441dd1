//! Techniques, the line items that they apply to, and data retention.

pub(crate) mod retention;
pub(crate) mod technique;
pub(crate) mod technique_scope;
pub(crate) mod technique_use;
