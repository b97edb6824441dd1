//! What vendors charge: price sheets, machines, the age of prices, and what an import changes.

pub(crate) mod age;
pub(crate) mod imported_change;
pub(crate) mod price;
pub(crate) mod specification;
pub(crate) mod stage_effect;
