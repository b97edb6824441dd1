//! What the fuzz targets share: projects in memory, every command over them, and what has to hold of every answer.
//!
//! A target fails if costplan panics, takes too long or too much memory, or breaks one of these:
//!
//! | promise | where |
//! |---|---|
//! | what is refused has an error, each with a place or a reason to have none, and its message can be printed | [`refused`] |
//! | JSON and CSV can be read back, and no output controls a terminal | [`shown`] |
//! | rows add up to sums, and sums to totals | [`sums`] |
//! | a snapshot that was written is read, and says the same | [`commands`] |
//! | a run ends when its operations are used up | [`commands`] |
//! | an answer of a vendor that is imported twice changes nothing the second time | [`imports`] |

pub mod arguments;
pub mod commands;
pub mod files;
pub mod git_output;
pub mod imports;
pub mod mutate;
pub mod refused;
pub mod shown;
pub mod sums;
pub mod targets;
