//! Writing files: next to their place, then renamed into it.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic};
use crate::load::limits::MAX_FILE;

/// Writes new files below `directory`, all or none: if some exist already, reports all of these and writes nothing.
/// Each is written next to its place and renamed into it, so that none is ever incomplete.
///
/// # Errors
/// `file-exists`, `file-not-readable`.
pub fn write_new(directory: &Path, files: &[(&str, &str)]) -> Result<(), Vec<Diagnostic>> {
    check_new(directory, files.iter().map(|(name, _)| *name))?;
    let new_directories = missing_directories(directory, files);
    let mut written: Vec<PathBuf> = Vec::new();
    for (name, text) in files {
        let path = directory.join(name);
        if let Err(error) = write_one(&path, text) {
            for path in &written {
                // A file that cannot be removed again is reported by the next run as existing.
                let _ = fs::remove_file(path);
            }
            for directory in &new_directories {
                // One that was not made, or has files of others by now, stays as it is.
                let _ = fs::remove_dir(directory);
            }
            let message = format!("`{}` cannot be written: {error}", path.display());
            return Err(vec![Diagnostic::new(Code::FileNotReadable, message)]);
        }
        written.push(path);
    }
    Ok(())
}

/// Checks that none of some files below `directory` exists.
///
/// # Errors
/// `file-exists`.
pub fn check_new<'n>(directory: &Path, names: impl IntoIterator<Item = &'n str>) -> Result<(), Vec<Diagnostic>> {
    let existing = names.into_iter().map(|name| directory.join(name)).filter(|path| path.symlink_metadata().is_ok());
    let existing = existing.map(|path| {
        let message = format!("`{}` exists already", path.display());
        Diagnostic::new(Code::FileExists, message)
            .help("costplan never overwrites a file: move it away, or choose another directory")
    });
    let existing: Vec<Diagnostic> = existing.collect();
    if existing.is_empty() { Ok(()) } else { Err(existing) }
}

/// The directories above files that do not exist yet, each after those in it.
fn missing_directories(directory: &Path, files: &[(&str, &str)]) -> Vec<PathBuf> {
    let paths: Vec<PathBuf> = files.iter().map(|(name, _)| directory.join(name)).collect();
    let above = paths.iter().flat_map(|path| path.ancestors().skip(1));
    let missing = above.filter(|path| !path.as_os_str().is_empty() && path.symlink_metadata().is_err());
    let mut missing: Vec<PathBuf> = missing.map(Path::to_owned).collect();
    missing.sort_by_key(|path| std::cmp::Reverse(path.components().count()));
    missing.dedup();
    missing
}

/// Writes a file, replacing one that exists. It is written next to its place and renamed into it, so that it is never
/// incomplete. If the place is a link, its target is replaced. A file that is too large to be read is not written.
///
/// # Errors
/// `file-not-readable`, `file-too-large`.
pub fn replace(path: &Path, text: &str) -> Result<(), Diagnostic> {
    check_length(path, text)?;
    replace_bytes(path, text.as_bytes())
}

/// As [`replace`], for several files: each is written next to its place before the first is renamed into it, so that a full
/// disk leaves all of them as they were.
///
/// # Errors
/// `file-not-readable`, `file-too-large`.
pub fn replace_all(files: &[(PathBuf, String)]) -> Result<(), Diagnostic> {
    let mut written = Vec::new();
    for (path, text) in files {
        check_length(path, text)?;
        written.push(Replacement::new(path, text.as_bytes())?);
    }
    written.into_iter().try_for_each(Replacement::put)
}

fn check_length(path: &Path, text: &str) -> Result<(), Diagnostic> {
    if text.len() as u64 > MAX_FILE {
        let name = path.display();
        let message = format!("`{name}` would have {} bytes, and costplan reads at most {MAX_FILE}", text.len());
        return Err(
            Diagnostic::new(Code::FileTooLarge, message).help("write less into one file: fewer stages or scenarios")
        );
    }
    Ok(())
}

/// As [`replace`], for a file that costplan never reads, of any size.
///
/// # Errors
/// `file-not-readable`.
pub fn replace_bytes(path: &Path, bytes: &[u8]) -> Result<(), Diagnostic> {
    Replacement::new(path, bytes)?.put()
}

/// A file that is written next to its place.
struct Replacement {
    file: tempfile::NamedTempFile,
    place: PathBuf,
}

impl Replacement {
    fn new(path: &Path, bytes: &[u8]) -> Result<Self, Diagnostic> {
        if fs::metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Diagnostic::new(Code::NotAFile, format!("`{}` is not a regular file", path.display())));
        }
        let written = || {
            let place = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
            let permissions = fs::metadata(&place).ok().map(|metadata| metadata.permissions());
            let file = beside(&place, bytes)?;
            if let Some(permissions) = permissions {
                file.as_file().set_permissions(permissions)?;
            }
            Ok(Self { file, place })
        };
        written().map_err(|error| not_written(path, &error))
    }

    fn put(self) -> Result<(), Diagnostic> {
        let Self { file, place } = self;
        file.persist(&place).map_err(|error| not_written(&place, &error.error))?;
        Ok(())
    }
}

fn not_written(path: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::new(Code::FileNotReadable, format!("`{}` cannot be written: {error}", path.display()))
}

/// Waits until no other run changes the files of the directory of a path, and keeps others waiting until it is dropped.
/// The directory is made if there is none.
///
/// # Errors
/// `file-not-readable`.
pub fn lock_beside(path: &Path) -> Result<Option<fs::File>, Diagnostic> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent).map_err(|error| {
        Diagnostic::new(Code::FileNotReadable, format!("`{}` cannot be written: {error}", path.display()))
    })?;
    // A system that cannot lock a directory has no lock to wait for.
    let directory = fs::File::open(parent).ok();
    Ok(directory.filter(|directory| directory.lock().is_ok()))
}

pub(crate) fn write_one(path: &Path, text: &str) -> io::Result<()> {
    beside(path, text.as_bytes())?.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

/// A new file with a content, next to its future place.
pub(crate) fn beside(path: &Path, content: &[u8]) -> io::Result<tempfile::NamedTempFile> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(UNFINISHED.0).suffix(UNFINISHED.1);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The permissions of every other new file: what the user's mask leaves.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(parent)?;
    // The system releases the lock of a run that is stopped; a file system without locks has nothing to clean, either.
    let is_locked = file.as_file().try_lock().is_ok();
    if is_locked {
        remove_unfinished(parent, file.path());
    }
    file.write_all(content)?;
    Ok(file)
}

/// The start and the end of the names of files that are being written.
const UNFINISHED: (&str, &str) = (".costplan-", ".unfinished");

/// Removes files that runs left which were stopped while they wrote: those that no run has locked.
fn remove_unfinished(directory: &Path, own: &Path) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let name_bytes = name.as_encoded_bytes();
        let is_unfinished =
            name_bytes.starts_with(UNFINISHED.0.as_bytes()) && name_bytes.ends_with(UNFINISHED.1.as_bytes());
        let is_file = entry.file_type().is_ok_and(|kind| kind.is_file());
        if !is_unfinished || !is_file || Some(&*name) == own.file_name() {
            continue;
        }
        let is_left = fs::File::open(entry.path()).is_ok_and(|file| file.try_lock().is_ok());
        if is_left {
            // Another run may have removed it by now.
            let _ = fs::remove_file(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let names = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn what_a_stopped_run_left_is_removed_by_the_next_one() {
        let directory = tempfile::tempdir().unwrap();
        let at = directory.path();
        fs::write(at.join(".costplan-left.unfinished"), "half").unwrap();
        fs::write(at.join(".costplan-notes"), "a user's own").unwrap();
        let being_written = beside(&at.join("other.yaml"), b"text").unwrap();
        let name = being_written.path().file_name().unwrap().to_str().unwrap().to_owned();
        assert!(!names(at).contains(&".costplan-left.unfinished".to_owned()));
        replace(&at.join("snapshot.yaml"), "text").unwrap();
        let mut left = [name, ".costplan-notes".to_owned(), "snapshot.yaml".to_owned()];
        left.sort();
        assert_eq!(names(at), left);
    }

    #[test]
    fn new_files_that_cannot_all_be_written_leave_nothing() {
        let directory = tempfile::tempdir().unwrap();
        let plan = directory.path().join("new/plan");
        let files = [("costplan.toml", "a"), ("stages/1.yaml", "b"), ("costplan.toml/x", "c")];
        write_new(&plan, &files).unwrap_err();
        assert_eq!(names(directory.path()), Vec::<String>::new());
        write_new(&plan, &files[..2]).unwrap();
        assert_eq!(names(&plan), ["costplan.toml", "stages"]);
    }
}
