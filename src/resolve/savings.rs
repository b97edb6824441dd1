//! Techniques, the line items that they apply to, what they replace, and data retention.

pub(crate) mod replacement;
pub(crate) mod retention;
pub(crate) mod technique;
pub(crate) mod technique_money;
pub(crate) mod technique_scope;
pub(crate) mod technique_use;
