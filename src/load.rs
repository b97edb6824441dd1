//! The only file IO: finding the project, reading its files, and writing new ones.
//!
//! A project is the directory of the nearest `costplan.toml`, searching upwards from the working directory; otherwise
//! the working directory, if it has `stages/`, `pricing/` or `budget.yaml`; otherwise only the bundled files. Stages
//! come from the project if it has a directory of them, otherwise from the bundled plan. A vendor's sheet comes from
//! the project if it has one, otherwise from the bundled price book.
//!
//! A project can also be opened as it was at a revision of git ([`find_revision`]). Its files are then read from the
//! repository, and those of the working tree are ignored.
//!
//! A project can also be texts in memory ([`Root::in_memory`]), with the same names of files and directories.
//!
//! Reading is bounded: files of at most 32 MiB (a bill, which is never whole in memory, may have any size), regular files only, at most 10,000 files in a directory.
//!
//! May import `source` and `diagnostic`.

#[cfg(feature = "cli")]
mod bill;
mod bundled;
#[cfg(feature = "files")]
mod disk;
mod fault;
mod file;
mod folder;
#[cfg(feature = "git")]
mod git;
#[cfg(feature = "git")]
mod git_output;
#[cfg(feature = "cli")]
mod here;
#[cfg(feature = "files")]
mod inside;
mod limits;
mod memory;
#[cfg(feature = "files")]
mod regular;
#[cfg(feature = "git")]
mod revision;
mod root;
#[cfg(feature = "cli")]
mod stamp;
mod tree;
#[cfg(feature = "cli")]
mod write;

#[cfg(feature = "cli")]
pub(crate) use bill::{OpenBill, open_bill};
#[cfg(feature = "cli")]
pub(crate) use bundled::{EXAMPLE_SETTINGS, SEARCH_WORDS, bundled_stages, bundled_vendors, output_schemas};
pub(crate) use bundled::{NEW_PLAN, bundled_mappings, bundled_prices, is_bundled_stage};
#[cfg(feature = "files")]
pub(crate) use disk::find_root;
#[cfg(feature = "cli")]
pub(crate) use file::file;
pub(crate) use file::{ProjectFile, read, replaced_file};
pub(crate) use folder::{FOLDERS, Folder};
#[cfg(feature = "cli")]
pub(crate) use here::{from_root, name_of};
// For `fuzz/`, which is built with this.
#[cfg(all(feature = "git", fuzzing))]
pub use git_output::{Content, Entry, Unlisted, content, files};
#[cfg(feature = "cli")]
pub(crate) use limits::{MAX_FILE, MAX_TEXTS, SETTINGS};
#[cfg(feature = "cli")]
pub(crate) use regular::{open_typed, typed_text};
pub(crate) use root::Root;
#[cfg(feature = "git")]
pub(crate) use root::find_revision;
#[cfg(feature = "cli")]
pub(crate) use stamp::stamp;
#[cfg(feature = "cli")]
pub(crate) use write::{check_new, lock_beside, replace, replace_all, replace_bytes, write_new};
