//! Errors of reading a file or a directory.

#[cfg(feature = "files")]
use std::{io, path::Path};

use crate::diagnostic::{Code, Diagnostic};
use crate::load::limits::{MAX_FILE, MAX_FILES};

#[cfg(feature = "files")]
pub(crate) fn not_readable(path: &Path, error: &io::Error) -> Diagnostic {
    let name = path.display().to_string();
    let reason = match error.kind() {
        io::ErrorKind::NotFound => return missing(&name),
        io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        _ => error.to_string(),
    };
    Diagnostic::new(Code::FileNotReadable, format!("`{name}` cannot be read: {reason}"))
}

pub(crate) fn missing(name: &str) -> Diagnostic {
    Diagnostic::new(Code::FileNotReadable, format!("`{name}` cannot be read: it does not exist"))
}

pub(crate) fn not_a_directory(name: &str) -> Diagnostic {
    Diagnostic::new(Code::FileNotReadable, format!("`{name}` is not a directory"))
}

pub(crate) fn too_many_files(name: &str) -> Diagnostic {
    Diagnostic::new(Code::TooManyFiles, format!("`{name}` holds more than {MAX_FILES} files"))
}

pub(crate) fn too_large(name: &str, size: u64) -> Diagnostic {
    let message = format!("`{name}` has {size} bytes, and costplan reads at most {MAX_FILE}");
    Diagnostic::new(Code::FileTooLarge, message)
        .help("split stages into several files; of the prices of a vendor, import those that you use: `costplan prices import VENDOR FILE --select regionCode=eu-central-1`")
}
