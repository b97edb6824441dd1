//! What does a stage cost, and why? From charges and line items to totals, unit economics and findings.

pub(crate) mod assumptions;
pub(crate) mod built_in;
pub(crate) mod costed;
pub(crate) mod costing;
pub(crate) mod economics;
pub(crate) mod finding;
pub(crate) mod findings;
pub(crate) mod inputs;
pub(crate) mod lines;
pub(crate) mod reach;
pub(crate) mod revenue;
pub(crate) mod scan;
pub(crate) mod stage;
pub(crate) mod sums;
pub(crate) mod tags;
pub(crate) mod tax;
pub(crate) mod technique_use;
pub(crate) mod trace;
pub(crate) mod usage;
