//! How can it cost less? `techniques` and `optimize`.

pub(crate) mod optimize;
pub(crate) mod techniques;
