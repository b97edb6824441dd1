//! Where the files of a project come from: a directory, a revision of it, or memory.
//!
//! A project accesses its files only through [`Tree`], so that all of them are found, listed and named by the same
//! rules. All paths are relative to the directory of the project.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::Diagnostic;
#[cfg(feature = "files")]
use crate::load::fault::not_a_directory;
use crate::load::fault::too_many_files;
use crate::load::file::{Location, ProjectFile, stem};
#[cfg(feature = "files")]
use crate::load::inside;
use crate::load::limits::MAX_FILES;
use crate::load::memory::Memory;
#[cfg(feature = "git")]
use crate::load::revision::Revision;

/// The files of a project.
#[derive(Clone, Debug)]
pub(super) enum Tree {
    /// Those below a directory.
    #[cfg(feature = "files")]
    Disk(Arc<Path>),
    /// Those of a revision.
    #[cfg(feature = "git")]
    Revision(Arc<Revision>),
    /// Texts in memory.
    Memory(Arc<Memory>),
}

impl Tree {
    /// Whether anything is at a path, even a broken link.
    pub(super) fn holds(&self, path: &Path) -> bool {
        match self {
            #[cfg(feature = "files")]
            Self::Disk(root) => inside::holds(root, path),
            #[cfg(feature = "git")]
            Self::Revision(revision) => revision.holds(path),
            Self::Memory(memory) => memory.holds(path),
        }
    }

    /// Whether a directory is at a path; an error if something else is.
    ///
    /// # Errors
    /// `file-not-readable`, `not-a-file`, `outside-of-project`.
    pub(super) fn has_directory(&self, path: &Path) -> Result<bool, Diagnostic> {
        match self {
            #[cfg(feature = "files")]
            Self::Disk(root) => match inside::is_directory(root, path)? {
                Some(true) => Ok(true),
                Some(false) => Err(not_a_directory(&self.name(path))),
                None => Ok(false),
            },
            #[cfg(feature = "git")]
            Self::Revision(revision) => revision.has_directory(path),
            Self::Memory(memory) => memory.has_directory(path),
        }
    }

    /// The files of a directory with one of some extensions, without hidden ones. Sorted by stem.
    ///
    /// # Errors
    /// `file-not-readable`, `not-a-file`, `not-utf8`, `too-many-files`.
    pub(super) fn list(&self, directory: &Path, endings: &[&str]) -> Result<Vec<ProjectFile>, Diagnostic> {
        let names = self.shown_names(directory)?;
        let wanted = names.iter().filter(|name| ends_in(name, endings));
        let mut files: Vec<ProjectFile> = wanted.map(|name| self.file(&directory.join(name))).collect();
        files.sort_by(|a, b| a.stem.cmp(&b.stem).then_with(|| a.name.cmp(&b.name)));
        Ok(files)
    }

    /// The names of what else is in a directory, without hidden files. Sorted.
    ///
    /// # Errors
    /// As [`Self::list`].
    pub(super) fn others(&self, directory: &Path, endings: &[&str]) -> Result<Vec<String>, Diagnostic> {
        let names = self.shown_names(directory)?;
        let others = names.iter().filter(|name| !ends_in(name, endings));
        let mut others: Vec<String> = others.map(|name| self.name(&directory.join(name))).collect();
        others.sort();
        Ok(others)
    }

    /// The names of what is in a directory and is not hidden.
    fn shown_names(&self, directory: &Path) -> Result<Vec<PathBuf>, Diagnostic> {
        let mut names = match self {
            #[cfg(feature = "files")]
            Self::Disk(root) => inside::entries(root, directory)?.take(MAX_FILES + 1).collect::<Result<_, _>>()?,
            #[cfg(feature = "git")]
            Self::Revision(revision) => revision.names(directory)?,
            Self::Memory(memory) => memory.names(directory),
        };
        if names.len() > MAX_FILES {
            return Err(too_many_files(&self.name(directory)));
        }
        names.retain(|path| !path.as_os_str().as_encoded_bytes().starts_with(b"."));
        Ok(names)
    }

    /// The file at a path.
    pub(super) fn file(&self, path: &Path) -> ProjectFile {
        match self {
            #[cfg(feature = "files")]
            Self::Disk(root) => self.named(path, Location::Project(Arc::clone(root), path.to_owned())),
            #[cfg(feature = "git")]
            Self::Revision(revision) => self.named(path, Location::Revision(Arc::clone(revision), path.to_owned())),
            Self::Memory(memory) => self.named(path, Location::Memory(Arc::clone(memory), path.to_owned())),
        }
    }

    fn named(&self, path: &Path, location: Location) -> ProjectFile {
        let file_name = path.file_name().unwrap_or_default().to_string_lossy();
        ProjectFile { stem: stem(&file_name), name: self.name(path), location }
    }

    /// The place of a file that is to be written, from the working directory.
    ///
    /// # Errors
    /// `file-not-readable`, `outside-of-project`.
    #[cfg_attr(not(feature = "files"), allow(clippy::unnecessary_wraps, reason = "only a place on disk can be wrong"))]
    pub(super) fn place(&self, path: &Path) -> Result<PathBuf, Diagnostic> {
        match self {
            #[cfg(feature = "files")]
            Self::Disk(root) => {
                inside::check_place(root, path)?;
                Ok(root.join(path))
            }
            _ => Ok(path.to_owned()),
        }
    }

    /// The directory of a project on disk, from the working directory.
    pub(super) fn directory(&self) -> Option<&Path> {
        match self {
            #[cfg(feature = "files")]
            Self::Disk(root) => Some(root),
            _ => None,
        }
    }

    /// The name of a path in messages.
    pub(super) fn name(&self, path: &Path) -> String {
        match self {
            #[cfg(feature = "files")]
            Self::Disk(root) => root.join(path).display().to_string(),
            #[cfg(feature = "git")]
            Self::Revision(revision) => revision.name(path),
            Self::Memory(_) => path.display().to_string(),
        }
    }
}

/// Whether the name of a file has one of some extensions.
fn ends_in(path: &Path, endings: &[&str]) -> bool {
    path.extension().is_some_and(|found| endings.iter().any(|ending| found == *ending))
}
