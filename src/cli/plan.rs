//! What if it grows? `recommend`, `sweep`, `breakeven`, `afford`, `rate`, `forecast` and `sensitivity`.

pub(crate) mod afford;
pub(crate) mod breakeven;
pub(crate) mod forecast;
pub(crate) mod rate;
pub(crate) mod recommend;
pub(crate) mod sensitivity;
pub(crate) mod sweep;
