//! What is shown of what months really cost.

pub(crate) mod actual_costs;
pub(crate) mod actual_costs_json;
pub(crate) mod calibration;
pub(crate) mod calibration_json;
pub(crate) mod customers;
pub(crate) mod focus;
mod focus_services;
pub(crate) mod import;
#[cfg(feature = "cli")]
pub(crate) mod rules;
mod unified_diff;
