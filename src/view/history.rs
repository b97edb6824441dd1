//! Snapshots as they are written, and what is shown of differences between costs.

pub(crate) mod diff;
pub(crate) mod diff_chart;
pub(crate) mod diff_effect;
pub(crate) mod diff_json;
pub(crate) mod diff_screen;
pub(crate) mod diff_stage;
pub(crate) mod diff_words;
pub(crate) mod snapshot;
pub(crate) mod snapshot_prices;
