//! What is shown of techniques, optimisation and data retention.

pub(crate) mod focus;
pub(crate) mod opportunity;
pub(crate) mod optimize;
pub(crate) mod optimize_json;
pub(crate) mod optimize_screen;
pub(crate) mod retention;
pub(crate) mod technique;
pub(crate) mod technique_json;
