//! What `git` prints: the files of a commit, and the contents of one.
//!
//! A repository may be a stranger's, and so may what git says of it: paths of any bytes, and as many as it likes.

use std::io::{self, BufRead, Read as _};

/// The most files of a revision that are listed.
const MAX_ENTRIES: usize = 1_000_000;
/// The most bytes of the paths of a revision, which a tree that contains the same trees again and again multiplies.
const MAX_PATHS: u64 = 64 * 1024 * 1024;
/// The longest line with which git announces a file.
const MAX_LINE: u64 = 1024;

/// An entry at a path of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A regular file, with the name of its contents.
    File(String),
    /// A symbolic link.
    Link,
    /// A directory whose files are in another repository.
    Submodule,
}

/// What git returns for a file.
#[derive(Debug)]
pub enum Content {
    /// Its bytes.
    Bytes(Vec<u8>),
    /// The number of its bytes, which is too large. They are not read, so the reader cannot be used again.
    TooLarge(u64),
    /// The repository does not have them.
    Missing,
}

/// Why the files of a commit are not known.
#[derive(Debug)]
pub enum Unlisted {
    /// There are more files, or more bytes of paths, than this.
    TooMany(String),
    /// git prints something else, or stops.
    Unreadable,
}

/// The files of a commit by their paths, as `git ls-tree -r -z` prints them.
///
/// # Errors
/// [`Unlisted`].
pub fn files(output: impl BufRead) -> Result<Vec<(Vec<u8>, Entry)>, Unlisted> {
    let mut output = output.take(MAX_PATHS);
    let mut files = Vec::new();
    for line in output.by_ref().split(0) {
        if files.len() >= MAX_ENTRIES {
            return Err(Unlisted::TooMany(format!("{MAX_ENTRIES} files")));
        }
        files.push(line.ok().as_deref().and_then(entry).ok_or(Unlisted::Unreadable)?);
    }
    if output.limit() == 0 { Err(Unlisted::TooMany(format!("{MAX_PATHS} bytes of paths"))) } else { Ok(files) }
}

/// A line of `git ls-tree -z`: `100644 blob 5716ca59...<tab>stages/1-mvp.yaml`.
fn entry(line: &[u8]) -> Option<(Vec<u8>, Entry)> {
    let tab = memchr::memchr(b'\t', line)?;
    let mut words = std::str::from_utf8(&line[..tab]).ok()?.split(' ');
    let (mode, _, name) = (words.next()?, words.next()?, words.next()?);
    let entry = match mode {
        "120000" => Entry::Link,
        "160000" => Entry::Submodule,
        _ => Entry::File(name.to_owned()),
    };
    Some((line[tab + 1..].to_vec(), entry))
}

/// The next contents of a file, up to a number of bytes, as `git cat-file --batch` prints them.
///
/// # Errors
/// That of reading, or `UnexpectedEof` if git stops before their end.
pub fn content(output: &mut impl BufRead, most: u64) -> io::Result<Content> {
    let mut line = String::new();
    output.by_ref().take(MAX_LINE).read_line(&mut line)?;
    // `5716ca59... blob 412`, or `5716ca59... missing`.
    let size: Option<u64> = line.trim_end().rsplit_once(" blob ").and_then(|(_, size)| size.parse().ok());
    let size = match size {
        Some(size) if size > most => return Ok(Content::TooLarge(size)),
        Some(size) => size,
        None => return Ok(Content::Missing),
    };
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or(0) + 1);
    // A line break that belongs to no file ends it.
    output.by_ref().take(size + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 != size + 1 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    bytes.pop();
    Ok(Content::Bytes(bytes))
}
