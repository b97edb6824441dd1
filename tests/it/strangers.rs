//! What the files of a stranger cannot do: read secrets, run programs, take all memory, or pass a check unseen.

mod checks;
mod files;
mod git;
mod logs;
mod work;
