//! What if it grows? `recommend`, `sweep`, `breakeven`, `forecast` and `sensitivity`.

pub(crate) mod breakeven;
pub(crate) mod forecast;
pub(crate) mod recommend;
pub(crate) mod sensitivity;
pub(crate) mod sweep;
