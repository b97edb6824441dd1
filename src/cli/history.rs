//! Why did it change? `snapshot` and `diff`.

pub(crate) mod diff;
pub(crate) mod snapshot;
