//! Prices that are imported, and what changed between two days.

pub(crate) mod import;
pub(crate) mod import_rates;
pub(crate) mod prices_diff;
