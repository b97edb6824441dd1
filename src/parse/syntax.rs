//! YAML and TOML as one tree of nodes, and the scalars in it.

pub(crate) mod node;
pub(crate) mod scalar;
pub(crate) mod toml;
pub(crate) mod toml_part;
pub(crate) mod yaml;
