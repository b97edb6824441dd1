//! A project whose files are texts in memory: nothing is read from disk.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::{Hash, Hasher};
use std::path::{Component, Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic};
use crate::load::fault::{missing, not_a_directory, too_large};
use crate::load::limits::MAX_FILE;

/// The files of a project by their paths from its directory.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Memory {
    files: BTreeMap<PathBuf, Cow<'static, str>>,
}

// The map is compared only if everything else is equal.
impl Hash for Memory {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.files.len().hash(state);
    }
}

impl Memory {
    /// Files by their paths. If two have the same path, the later one counts.
    pub(super) fn new(files: impl IntoIterator<Item = (PathBuf, Cow<'static, str>)>) -> Self {
        Self { files: files.into_iter().map(|(path, text)| (plain(&path), text)).collect() }
    }

    /// Whether there is a file or a directory at a path.
    pub(super) fn holds(&self, path: &Path) -> bool {
        let path = plain(path);
        self.files.contains_key(&path) || self.below(&path).next().is_some()
    }

    /// Whether there is a directory at a path; an error if there is a file.
    ///
    /// # Errors
    /// `file-not-readable`.
    pub(super) fn has_directory(&self, path: &Path) -> Result<bool, Diagnostic> {
        let path = plain(path);
        if self.files.contains_key(&path) {
            return Err(not_a_directory(&path.display().to_string()));
        }
        Ok(self.below(&path).next().is_some())
    }

    /// The names of what is in a directory, sorted.
    pub(super) fn names(&self, directory: &Path) -> Vec<PathBuf> {
        let directory = plain(directory);
        let first = |below: &Path| below.components().next().map(|name| PathBuf::from(name.as_os_str()));
        let mut names: Vec<PathBuf> = self.below(&directory).filter_map(first).collect();
        names.dedup();
        names
    }

    /// The text of a file.
    ///
    /// # Errors
    /// `file-not-readable`, `not-a-file`, `file-too-large`.
    pub(super) fn read(&self, path: &Path, name: &str) -> Result<Cow<'static, str>, Diagnostic> {
        let path = plain(path);
        match self.files.get(&path) {
            Some(text) if text.len() as u64 > MAX_FILE => Err(too_large(name, text.len() as u64)),
            Some(text) => Ok(text.clone()),
            None if self.below(&path).next().is_some() => {
                Err(Diagnostic::new(Code::NotAFile, format!("`{name}` is a directory")))
            }
            None => Err(missing(name)),
        }
    }

    /// The paths of the files in a directory and below it, from that directory.
    fn below<'m>(&'m self, directory: &Path) -> impl Iterator<Item = &'m Path> {
        let directory = directory.to_owned();
        let from = self.files.range(directory.clone()..).map(|(path, _)| path);
        from.map_while(move |path| path.strip_prefix(&directory).ok()).filter(|below| !below.as_os_str().is_empty())
    }
}

/// A path without `.`, and without `..` and the part that it removes.
fn plain(path: &Path) -> PathBuf {
    let mut plain = PathBuf::new();
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir if plain.file_name().is_some() => {
                plain.pop();
            }
            other => plain.push(other),
        }
    }
    plain
}
