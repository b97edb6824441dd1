//! Regular files, read while their size is bounded: a pipe or a device is neither waited for nor read.

use std::fs;
use std::io::Read as _;
use std::path::Path;

use crate::diagnostic::{Code, Diagnostic};
use crate::load::fault::{not_readable, too_large};
use crate::load::limits::MAX_FILE;

/// The flag with which a file is opened, so that a pipe that nobody writes to is not waited for.
#[cfg(unix)]
pub(super) const WITHOUT_WAITING: i32 = rustix::fs::OFlags::NONBLOCK.bits().cast_signed();

/// The bytes of a file by the path that a user typed.
pub(super) fn read_typed(path: &Path, name: &str) -> Result<Vec<u8>, Diagnostic> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(WITHOUT_WAITING);
    }
    let file = options.open(path).map_err(|error| not_readable(path, &error))?;
    read_open(file, path, name)
}

/// A regular file of any size by the path that a user typed, to be read a part at a time.
#[cfg(feature = "cli")]
pub fn open_typed(path: &Path) -> Result<std::io::BufReader<fs::File>, Diagnostic> {
    let metadata = fs::metadata(path).map_err(|error| not_readable(path, &error))?;
    if !metadata.is_file() {
        let kind = if metadata.is_dir() { "a directory" } else { "not a regular file" };
        return Err(Diagnostic::new(Code::NotAFile, format!("`{}` is {kind}", path.display())));
    }
    let file = fs::File::open(path).map_err(|error| not_readable(path, &error))?;
    Ok(std::io::BufReader::with_capacity(64 * 1024, file))
}

/// The bytes of an open file, if it is a regular one and not too large.
pub(super) fn read_open(file: fs::File, path: &Path, name: &str) -> Result<Vec<u8>, Diagnostic> {
    let metadata = file.metadata().map_err(|error| not_readable(path, &error))?;
    if !metadata.is_file() {
        let kind = if metadata.is_dir() { "a directory" } else { "not a regular file" };
        return Err(Diagnostic::new(Code::NotAFile, format!("`{name}` is {kind}")));
    }
    if metadata.len() > MAX_FILE {
        return Err(too_large(name, metadata.len()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1);
    file.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(|error| not_readable(path, &error))?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(too_large(name, bytes.len() as u64));
    }
    Ok(bytes)
}

/// The text of bytes that were read elsewhere, which must be UTF-8 and not too large.
#[cfg(feature = "cli")]
pub fn typed_text(bytes: Vec<u8>, name: &str) -> Result<String, Diagnostic> {
    if bytes.len() as u64 > MAX_FILE { Err(too_large(name, bytes.len() as u64)) } else { decoded(bytes, name) }
}

/// The text of bytes, which must be UTF-8.
pub(super) fn decoded(bytes: Vec<u8>, name: &str) -> Result<String, Diagnostic> {
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        let before = &error.as_bytes()[..offset];
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        let message = format!("`{name}` is not UTF-8: byte {offset}, on line {line}, starts no character");
        Diagnostic::new(Code::NotUtf8, message).help("save the file as UTF-8")
    })
}
