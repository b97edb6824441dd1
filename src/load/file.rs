//! A file of a project: where its text is, and how it is read.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
#[cfg(feature = "files")]
use crate::load::inside;
use crate::load::limits::MAX_TEXTS;
use crate::load::memory::Memory;
#[cfg(feature = "files")]
use crate::load::regular::{decoded, read_typed};
#[cfg(feature = "git")]
use crate::load::revision::Revision;
use crate::source::{FileId, Sources};

/// Where a text is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Location {
    /// A path that a user typed.
    #[cfg(feature = "files")]
    Disk(PathBuf),
    /// A path that a file of the project names, from the directory of the project.
    #[cfg(feature = "files")]
    Project(Arc<Path>, PathBuf),
    Bundled(&'static str),
    /// A path from the directory of the project, at a revision.
    #[cfg(feature = "git")]
    Revision(Arc<Revision>, PathBuf),
    /// A path from the directory of a project in memory.
    Memory(Arc<Memory>, PathBuf),
}

/// A file that can be read.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ProjectFile {
    /// The name without its ending: `2-growth`, `hetzner`.
    pub stem: String,
    /// Its name in messages: a path from the working directory, `bundled:pricing/hetzner.toml`, or
    /// `git:HEAD~1:stages/2-growth.yaml`.
    pub name: String,
    pub(super) location: Location,
}

impl ProjectFile {
    /// Whether it is bundled with costplan.
    pub fn is_bundled(&self) -> bool {
        matches!(self.location, Location::Bundled(_))
    }

    /// Its path from the directory of the project; `None` if it is bundled, or was typed.
    pub fn path(&self) -> Option<&Path> {
        match &self.location {
            Location::Bundled(_) => None,
            #[cfg(feature = "files")]
            Location::Disk(_) => None,
            #[cfg(feature = "files")]
            Location::Project(_, path) => Some(path),
            #[cfg(feature = "git")]
            Location::Revision(_, path) => Some(path),
            Location::Memory(_, path) => Some(path),
        }
    }

    /// Whether it is a file on disk.
    pub fn is_on_disk(&self) -> bool {
        match self.location {
            Location::Bundled(_) | Location::Memory(..) => false,
            #[cfg(feature = "files")]
            Location::Disk(_) | Location::Project(..) => true,
            #[cfg(feature = "git")]
            Location::Revision(..) => false,
        }
    }
}

/// A file by the path that a user typed. Without `files` there is none.
pub fn file(path: &Path) -> ProjectFile {
    let file_name = path.file_name().unwrap_or_default().to_string_lossy();
    let name = path.to_string_lossy().into_owned();
    #[cfg(feature = "files")]
    let location = Location::Disk(path.to_owned());
    #[cfg(not(feature = "files"))]
    let location = Location::Memory(Arc::new(Memory::new([])), path.to_owned());
    ProjectFile { stem: stem(&file_name), name, location }
}

/// A text in place of a file of prices.
pub fn replaced_file(stem: &str, name: String, text: String) -> ProjectFile {
    let path = PathBuf::from(format!("{stem}.toml"));
    let memory = Memory::new([(path.clone(), Cow::Owned(text))]);
    ProjectFile { stem: stem.to_owned(), name, location: Location::Memory(Arc::new(memory), path) }
}

pub(crate) fn bundled_file(directory: &str, (name, text): &(&str, &'static str)) -> ProjectFile {
    ProjectFile { stem: stem(name), name: format!("bundled:{directory}/{name}"), location: Location::Bundled(text) }
}

pub(crate) fn stem(name: &str) -> String {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}

/// Reads a file into `sources`.
///
/// # Errors
/// `file-not-readable`, `not-a-file`, `file-too-large`, `not-utf8`; `git-not-available` and `unknown-revision` for a file
/// at a revision.
pub fn read(file: &ProjectFile, sources: &mut Sources) -> Result<FileId, Diagnostic> {
    let text: Cow<'static, str> = match &file.location {
        Location::Bundled(text) => Cow::Borrowed(text),
        #[cfg(feature = "files")]
        Location::Disk(path) => Cow::Owned(decoded(read_typed(path, &file.name)?, &file.name)?),
        #[cfg(feature = "files")]
        Location::Project(root, path) => Cow::Owned(decoded(inside::read(root, path, &file.name)?, &file.name)?),
        #[cfg(feature = "git")]
        Location::Revision(revision, path) => Cow::Owned(decoded(revision.read(path)?, &file.name)?),
        Location::Memory(memory, path) => memory.read(path, &file.name)?,
    };
    if !file.is_bundled() && sources.bytes() + text.len() > MAX_TEXTS {
        let message = format!("`{}` and the files before it have more than {MAX_TEXTS} bytes in all", file.name);
        let help = "keep price sheets and stages that are not used in another directory";
        return Err(Diagnostic::new(Code::FileTooLarge, message).help(help));
    }
    Ok(sources.add(file.name.clone(), text))
}
