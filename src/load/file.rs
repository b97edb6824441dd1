//! A file of a project: where its text is, and how it is read.

use std::borrow::Cow;
use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::diagnostic::{Code, Diagnostic};
use crate::load::fault::{not_readable, too_large};
use crate::load::limits::MAX_FILE;
use crate::load::memory::Memory;
#[cfg(feature = "git")]
use crate::load::revision::Revision;
use crate::source::{FileId, Sources};

/// Where a text is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Location {
    Disk(PathBuf),
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

    /// Whether it is a file on disk.
    pub fn is_on_disk(&self) -> bool {
        matches!(self.location, Location::Disk(_))
    }
}

/// A file by its path.
pub fn file(path: &Path) -> ProjectFile {
    on_disk(path.to_owned())
}

pub(crate) fn bundled_file(directory: &str, (name, text): &(&str, &'static str)) -> ProjectFile {
    ProjectFile { stem: stem(name), name: format!("bundled:{directory}/{name}"), location: Location::Bundled(text) }
}

pub(crate) fn stem(name: &str) -> String {
    name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
}

pub(crate) fn on_disk(path: PathBuf) -> ProjectFile {
    let file_name = path.file_name().unwrap_or_default().to_string_lossy();
    ProjectFile { stem: stem(&file_name), name: path.to_string_lossy().into_owned(), location: Location::Disk(path) }
}

/// Reads a file into `sources`.
///
/// # Errors
/// `file-not-readable`, `not-a-file`, `file-too-large`, `not-utf8`; `git-not-available` and `unknown-revision` for a file
/// at a revision.
pub fn read(file: &ProjectFile, sources: &mut Sources) -> Result<FileId, Diagnostic> {
    let text: Cow<'static, str> = match &file.location {
        Location::Bundled(text) => Cow::Borrowed(text),
        Location::Disk(path) => Cow::Owned(read_disk(path, &file.name)?),
        #[cfg(feature = "git")]
        Location::Revision(revision, path) => Cow::Owned(decoded(revision.read(path)?, &file.name)?),
        Location::Memory(memory, path) => memory.read(path, &file.name)?,
    };
    Ok(sources.add(file.name.clone(), text))
}

pub(crate) fn read_disk(path: &Path, name: &str) -> Result<String, Diagnostic> {
    let metadata = fs::metadata(path).map_err(|error| not_readable(path, &error))?;
    if !metadata.is_file() {
        let kind = if metadata.is_dir() { "a directory" } else { "not a regular file" };
        return Err(Diagnostic::new(Code::NotAFile, format!("`{name}` is {kind}")));
    }
    if metadata.len() > MAX_FILE {
        return Err(too_large(name, metadata.len()));
    }
    let file = fs::File::open(path).map_err(|error| not_readable(path, &error))?;
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| not_readable(path, &error))?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(too_large(name, bytes.len() as u64));
    }
    decoded(bytes, name)
}

pub(crate) fn decoded(bytes: Vec<u8>, name: &str) -> Result<String, Diagnostic> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..offset];
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let message = format!("`{name}` is not UTF-8: byte {offset}, on line {line}, starts no character");
        Diagnostic::new(Code::NotUtf8, message).help("save the file as UTF-8")
    })
}
