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
    let exists = |(name, _): &&(&str, &str)| directory.join(name).symlink_metadata().is_ok();
    let existing: Vec<Diagnostic> = files
        .iter()
        .filter(exists)
        .map(|(name, _)| {
            let message = format!("`{}` exists already", directory.join(name).display());
            Diagnostic::new(Code::FileExists, message)
                .help("costplan never overwrites a file; choose another directory")
        })
        .collect();
    if !existing.is_empty() {
        return Err(existing);
    }
    let mut written: Vec<PathBuf> = Vec::new();
    for (name, text) in files {
        let path = directory.join(name);
        if let Err(error) = write_one(&path, text) {
            for path in &written {
                // A file that cannot be removed again is reported by the next run as existing.
                let _ = fs::remove_file(path);
            }
            let message = format!("`{}` cannot be written: {error}", path.display());
            return Err(vec![Diagnostic::new(Code::FileNotReadable, message)]);
        }
        written.push(path);
    }
    Ok(())
}

/// Writes a file, replacing one that exists. It is written next to its place and renamed into it, so that it is never
/// incomplete. If the place is a link, its target is replaced. A file that is too large to be read is not written.
///
/// # Errors
/// `file-not-readable`, `file-too-large`.
pub fn replace(path: &Path, text: &str) -> Result<(), Diagnostic> {
    if text.len() as u64 > MAX_FILE {
        let name = path.display();
        let message = format!("`{name}` would have {} bytes, and costplan reads at most {MAX_FILE}", text.len());
        return Err(
            Diagnostic::new(Code::FileTooLarge, message).help("write less into one file: fewer stages or scenarios")
        );
    }
    let replaced = || {
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let permissions = fs::metadata(&path).ok().map(|metadata| metadata.permissions());
        let file = beside(&path, text)?;
        if let Some(permissions) = permissions {
            file.as_file().set_permissions(permissions)?;
        }
        file.persist(&path).map_err(|error| error.error)?;
        Ok::<(), io::Error>(())
    };
    replaced().map_err(|error| {
        Diagnostic::new(Code::FileNotReadable, format!("`{}` cannot be written: {error}", path.display()))
    })
}

pub(crate) fn write_one(path: &Path, text: &str) -> io::Result<()> {
    beside(path, text)?.persist_noclobber(path).map_err(|error| error.error)?;
    Ok(())
}

/// A new file with a text, next to its future place.
pub(crate) fn beside(path: &Path, text: &str) -> io::Result<tempfile::NamedTempFile> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    fs::create_dir_all(parent)?;
    let mut builder = tempfile::Builder::new();
    builder.prefix(".costplan-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        // The permissions of every other new file: what the user's mask leaves.
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    let mut file = builder.tempfile_in(parent)?;
    file.write_all(text.as_bytes())?;
    Ok(file)
}
