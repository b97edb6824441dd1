//! What does a stage cost, and why? From charges over line items to totals, unit economics and findings.

pub(crate) mod adjustments;
pub(crate) mod bases;
pub(crate) mod billable;
pub(crate) mod charge;
pub(crate) mod economics;
pub(crate) mod findings;
pub(crate) mod formula;
pub(crate) mod line_item;
pub(crate) mod memory;
pub(crate) mod pools;
pub(crate) mod pricing;
pub(crate) mod reach;
pub(crate) mod rows;
pub(crate) mod sku_line;
pub(crate) mod stage;
pub(crate) mod steps;
pub(crate) mod tags;
pub(crate) mod tax;
pub(crate) mod technique_use;
