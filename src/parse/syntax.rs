//! Reads YAML and TOML into one tree of nodes, and reads scalars from it.

pub(crate) mod amount;
pub(crate) mod node;
pub(crate) mod number;
pub(crate) mod scalar;
pub(crate) mod toml;
pub(crate) mod toml_part;
pub(crate) mod yaml;
