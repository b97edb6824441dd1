//! Stage manifests, and what their parts are written in.

pub(crate) mod adjustment;
pub(crate) mod autoscaling;
pub(crate) mod formula;
pub(crate) mod inheritance;
pub(crate) mod manifest;
pub(crate) mod payers;
pub(crate) mod rounding;
