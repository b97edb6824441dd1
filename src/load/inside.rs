//! The directory of a project on disk: whatever its files name is inside of it.
//!
//! A file of a project may be a stranger's, so it may name only what the stranger could have written there: a regular
//! file that is inside of the directory once links are followed, and is not git's. A path that leads out of the
//! directory is refused by the system while it is opened (`cap-std`), so that no link is followed in between. What a
//! user types on a command line is not read through this.

use std::io;
use std::path::{Component, Path, PathBuf};

use cap_std::ambient_authority;
use cap_std::fs::{Dir, OpenOptions};

use crate::diagnostic::{Code, Diagnostic};
use crate::load::fault::not_readable;
use crate::load::regular::read_open;

/// How often a file is looked for that other runs replace.
const ATTEMPTS: usize = 20;

/// The directory that git keeps its own files in.
pub(super) const OF_GIT: &str = ".git";

/// The root of the repository of git around a directory, or at it.
#[cfg(any(feature = "cli", feature = "git"))]
pub(super) fn repository_around(directory: &Path) -> Option<&Path> {
    directory.ancestors().find(|around| around.join(OF_GIT).symlink_metadata().is_ok())
}

/// The names of what is at a path.
pub(super) fn entries(
    root: &Path,
    path: &Path,
) -> Result<impl Iterator<Item = Result<PathBuf, Diagnostic>> + use<>, Diagnostic> {
    let whole = root.join(path);
    let (directory, found) = followed(root, path)?;
    let entries = directory.read_dir(found).map_err(|error| fault(&whole, &error))?;
    Ok(entries.map(move |entry| {
        entry.map(|entry| PathBuf::from(entry.file_name())).map_err(|error| not_readable(&whole, &error))
    }))
}

/// Whether anything is at a path, even a link that leads nowhere or out of the project.
pub(super) fn holds(root: &Path, path: &Path) -> bool {
    let found = directory(root).and_then(|directory| directory.symlink_metadata(path));
    // What cannot be looked at is reported when it is read.
    !found.is_err_and(|error| matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory))
}

/// Whether a directory is at a path; `None` if nothing is.
///
/// # Errors
/// `file-not-readable`, `outside-of-project`.
pub(super) fn is_directory(root: &Path, path: &Path) -> Result<Option<bool>, Diagnostic> {
    if !holds(root, path) {
        return Ok(None);
    }
    let (directory, found) = followed(root, path)?;
    let metadata = directory.metadata(found).map_err(|error| fault(&root.join(path), &error))?;
    Ok(Some(metadata.is_dir()))
}

/// The bytes of a regular file.
///
/// # Errors
/// `file-not-readable`, `not-a-file`, `file-too-large`, `outside-of-project`.
pub(super) fn read(root: &Path, path: &Path, name: &str) -> Result<Vec<u8>, Diagnostic> {
    let (directory, found) = followed(root, path)?;
    let mut options = OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use cap_std::fs::OpenOptionsExt as _;
        options.custom_flags(crate::load::regular::WITHOUT_WAITING);
    }
    let whole = root.join(path);
    let file = directory.open_with(found, &options).map_err(|error| fault(&whole, &error))?;
    read_open(file.into_std(), &whole, name)
}

/// Checks that a file may be written at a path, which need not exist.
///
/// # Errors
/// `file-not-readable`, `outside-of-project`.
pub(super) fn check_place(root: &Path, path: &Path) -> Result<(), Diagnostic> {
    let there = path.ancestors().find(|part| part.as_os_str().is_empty() || holds(root, part));
    let there = there.unwrap_or(Path::new(""));
    let (_, found) = followed(root, there)?;
    let rest = path.strip_prefix(there).unwrap_or(path);
    if rest.components().any(|part| matches!(part, Component::ParentDir)) {
        return Err(outside(&root.join(path)));
    }
    not_of_git(&found.join(rest), &root.join(path))
}

/// The directory, and the path in it without links.
fn followed(root: &Path, path: &Path) -> Result<(Dir, PathBuf), Diagnostic> {
    let whole = root.join(path);
    let directory = directory(root).map_err(|error| not_readable(root, &error))?;
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    let found = without_links(&directory, path).map_err(|error| fault(&whole, &error))?;
    not_of_git(&found, &whole)?;
    Ok((directory, found))
}

/// A path without links. While another run replaces a file, the one that was opened to find its path has none for a moment:
/// then it is looked for again.
fn without_links(directory: &Dir, path: &Path) -> io::Result<PathBuf> {
    let find = || directory.canonicalize(path).and_then(|found| directory.symlink_metadata(&found).map(|_| found));
    for _ in 1..ATTEMPTS {
        match find() {
            Err(error) if error.kind() == io::ErrorKind::NotFound && directory.symlink_metadata(path).is_ok() => {}
            found => return found,
        }
    }
    find()
}

fn directory(root: &Path) -> io::Result<Dir> {
    let root = if root.as_os_str().is_empty() { Path::new(".") } else { root };
    Dir::open_ambient_dir(root, ambient_authority())
}

fn not_of_git(found: &Path, whole: &Path) -> Result<(), Diagnostic> {
    if found.components().any(|part| part.as_os_str().eq_ignore_ascii_case(OF_GIT)) {
        let message = format!("`{}` is in the `.git` of a repository", whole.display());
        let help = "a file of a project cannot name the files in which git keeps a repository";
        return Err(Diagnostic::new(Code::OutsideOfProject, message).help(help));
    }
    Ok(())
}

fn fault(whole: &Path, error: &io::Error) -> Diagnostic {
    // The system has a number for its own errors; a path that leads out is refused by the crate.
    let leads_out = error.kind() == io::ErrorKind::PermissionDenied && error.raw_os_error().is_none();
    if leads_out { outside(whole) } else { not_readable(whole, error) }
}

/// The error for a path that leads out of a project.
pub(super) fn outside(whole: &Path) -> Diagnostic {
    let message = format!("`{}` leads out of the project", whole.display());
    let help = "a file of a project can only name what is in its directory, after links are followed; a path that you \
                type on the command line may lead elsewhere";
    Diagnostic::new(Code::OutsideOfProject, message).help(help)
}
