//! Why did it change? `snapshot` and `diff`.

pub(crate) mod diff;
pub(crate) mod sides;
pub(crate) mod snapshot;
pub(crate) mod watched;
