//! May it cost that? `check`, and its formats for CI.

pub(crate) mod check;
pub(crate) mod ci_format;
pub(crate) mod places;
