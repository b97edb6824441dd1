//! Whether the files of a directory changed.

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::Path;

/// How many directories deep is looked.
const DEPTH: usize = 6;
/// How many files and directories are looked at.
const MOST: usize = 20_000;

/// A number that changes when a file of a directory is written, added, renamed or removed. Hidden ones, and those that builds
/// make, are left out.
pub(crate) fn stamp(directory: &Path) -> u64 {
    let mut hasher = DefaultHasher::new();
    let mut left = MOST;
    add(directory, DEPTH, &mut left, &mut hasher);
    hasher.finish()
}

fn add(directory: &Path, depth: usize, left: &mut usize, hasher: &mut DefaultHasher) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    let mut entries: Vec<_> = entries.flatten().collect();
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        let is_left_out = name.as_encoded_bytes().starts_with(b".") || name == "target" || name == "node_modules";
        let Ok(metadata) = entry.metadata() else { continue };
        if is_left_out || *left == 0 {
            continue;
        }
        *left -= 1;
        name.hash(hasher);
        if metadata.is_dir() && depth > 0 {
            add(&entry.path(), depth - 1, left, hasher);
        } else if metadata.is_file() {
            (metadata.len(), metadata.modified().ok()).hash(hasher);
        }
    }
}
