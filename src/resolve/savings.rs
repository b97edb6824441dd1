//! Techniques, where they apply, and kept data.

pub(crate) mod retention;
pub(crate) mod technique;
pub(crate) mod technique_scope;
pub(crate) mod technique_use;
