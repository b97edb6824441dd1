//! What the files of a stranger cannot do: read secrets, run programs, take all memory, or pass a check unseen.

mod files;
mod git;
