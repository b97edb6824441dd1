//! Bills and what they say about the plan.

pub(crate) mod actual_costs;
#[cfg(feature = "cli")]
pub(crate) mod actuals;
#[cfg(feature = "cli")]
pub(crate) mod calibrate;
pub(crate) mod planned_bills;
