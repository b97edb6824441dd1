//! Snapshots.

pub(crate) mod snapshot;
