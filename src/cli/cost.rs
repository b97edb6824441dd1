//! What does it cost, and why? `stage`, `stages`, `compare` and `explain`.

pub(crate) mod compare;
pub(crate) mod explain;
pub(crate) mod stage;
pub(crate) mod stages;
