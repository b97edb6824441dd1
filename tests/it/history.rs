//! What changed, and why.

mod attribution;
mod ci;
mod ci_script;
mod diff;
mod git;
pub mod random;
mod snapshot;
