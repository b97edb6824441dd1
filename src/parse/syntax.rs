//! Reads YAML and TOML into one tree of nodes, and reads scalars from it.

pub(crate) mod amount;
pub(crate) mod json;
pub(crate) mod node;
pub(crate) mod number;
pub(crate) mod scalar;
pub(crate) mod toml;
mod toml_bounds;
pub(crate) mod toml_part;
pub(crate) mod yaml;

use crate::diagnostic::{Code, Diagnostic};
use crate::source::Span;

/// The deepest nesting of lists and tables. The tree is walked by functions that call themselves.
const MAX_DEPTH: usize = 64;

/// The most values, keys included, of a file: about 300 bytes each while it is parsed.
const MAX_VALUES: usize = 3_000_000;

/// The most syntax errors of a file that are reported.
const MAX_ERRORS: usize = 1000;

/// The error for the first value that is too many.
fn too_many_values(at: Span) -> Diagnostic {
    let message = format!("a file may hold at most {MAX_VALUES} keys and values");
    Diagnostic::at(Code::FileTooLarge, at, message, "this is one more").help("split it into several files")
}
