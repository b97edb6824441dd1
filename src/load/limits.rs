//! How much is read at most, and the names of the files that make a project.

/// The largest file that is read, in bytes.
pub(crate) const MAX_FILE: u64 = 32 * 1024 * 1024;

/// The most bytes of all files of a run, which stay in memory with what is read from them.
pub(crate) const MAX_TEXTS: usize = 64 * 1024 * 1024;

/// The most files of a directory that are listed.
pub(crate) const MAX_FILES: usize = 10_000;

/// The file of settings, by which a project is found.
pub(crate) const SETTINGS: &str = "costplan.toml";

/// The files that may hold a budget.
pub(crate) const BUDGETS: [&str; 2] = ["budget.yaml", "budget.yml"];
