//! What git prints.

/// The most bytes of a file, in place of those of a real one.
#[cfg(fuzzing)]
const MOST: u64 = 1000;

/// Reads bytes as the files of a commit, and as the contents of files, one after the other.
#[cfg(fuzzing)]
pub fn read(data: &[u8]) {
    use costplan::load::{Content, content, files};

    if let Ok(files) = files(data) {
        let bytes: usize = files.iter().map(|(path, _)| path.len() + 1).sum();
        assert!(bytes <= data.len() + 1, "more is listed than there is");
    }
    let mut rest = data;
    while !rest.is_empty() {
        let before = rest.len();
        match content(&mut rest, MOST) {
            Ok(Content::Bytes(bytes)) => assert!(bytes.len() as u64 <= MOST, "larger than it may be"),
            Ok(Content::TooLarge(size)) => assert!(size > MOST, "refused, although it is small enough"),
            Ok(Content::Missing) => {}
            Err(_) => return,
        }
        assert!(rest.len() < before, "nothing is read");
    }
}

/// What reads it is not part of the library unless it is built by cargo-fuzz.
#[cfg(not(fuzzing))]
pub fn read(_data: &[u8]) {}
