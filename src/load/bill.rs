//! Bills: files of any size, read piece by piece, unpacked if they are gzip.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufReader, Read, Seek};
use std::path::Path;
use std::rc::Rc;

use flate2::read::MultiGzDecoder;
use sha2::{Digest as _, Sha256};

use crate::diagnostic::{Code, Diagnostic};
use crate::load::fault::not_readable;
#[cfg(unix)]
use crate::load::regular::WITHOUT_WAITING;

/// A bill that is open.
pub enum OpenBill {
    /// A text.
    Text(BillText),
    /// A file of Parquet, which is read by its end first, and its digest.
    Parquet(fs::File, String),
}

/// The text of a bill, unpacked.
pub struct BillText {
    /// The text.
    pub input: Box<dyn Read>,
    hash: Rc<RefCell<Sha256>>,
}

/// The first bytes of a file of Parquet, and of one that is encrypted.
const PARQUET: [&[u8]; 2] = [b"PAR1", b"PARE"];

/// Opens a bill by the path that a user typed. `heard` is called with the bytes of a text that were read and their number in all.
///
/// # Errors
/// `file-not-readable`, `not-a-file`.
pub fn open_bill(path: &Path, mut heard: impl FnMut(u64, u64) + 'static) -> Result<OpenBill, Diagnostic> {
    let mut options = fs::OpenOptions::new();
    options.read(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.custom_flags(WITHOUT_WAITING);
    }
    let mut file = options.open(path).map_err(|error| not_readable(path, &error))?;
    let metadata = file.metadata().map_err(|error| not_readable(path, &error))?;
    if !metadata.is_file() {
        let kind = if metadata.is_dir() { "a directory" } else { "not a regular file" };
        return Err(Diagnostic::new(Code::NotAFile, format!("`{}` is {kind}", path.display())));
    }
    let mut start = Vec::new();
    let mut first = || {
        file.by_ref().take(4).read_to_end(&mut start)?;
        file.rewind()
    };
    first().map_err(|error| not_readable(path, &error))?;
    if PARQUET.contains(&&*start) {
        let mut hash = Sha256::new();
        let mut seen = Watched { input: &mut file, seen: |bytes: &[u8]| hash.update(bytes) };
        io::copy(&mut seen, &mut io::sink()).map_err(|error| not_readable(path, &error))?;
        return Ok(OpenBill::Parquet(file, digits(hash)));
    }
    let hash = Rc::new(RefCell::new(Sha256::new()));
    let (all, mut done) = (metadata.len(), 0);
    let counted = Watched {
        input: file,
        seen: move |bytes: &[u8]| {
            done += bytes.len() as u64;
            heard(done, all.max(done));
        },
    };
    let counted = BufReader::with_capacity(128 * 1024, counted);
    let text: Box<dyn Read> =
        if start.starts_with(&[0x1f, 0x8b]) { Box::new(MultiGzDecoder::new(counted)) } else { Box::new(counted) };
    let of_text = Rc::clone(&hash);
    let input = Watched { input: text, seen: move |bytes: &[u8]| of_text.borrow_mut().update(bytes) };
    Ok(OpenBill::Text(BillText { input: Box::new(input), hash }))
}

/// A digest in hexadecimal digits.
fn digits(hash: Sha256) -> String {
    let mut digits = String::new();
    for byte in hash.finalize() {
        let _ = write!(digits, "{byte:02x}");
    }
    digits
}

impl BillText {
    /// The SHA-256 digest of the whole text, in hexadecimal digits; what was not read yet is read.
    ///
    /// # Errors
    /// Those of reading.
    pub fn digest(mut self) -> io::Result<String> {
        io::copy(&mut self.input, &mut io::sink())?;
        Ok(digits(self.hash.borrow().clone()))
    }
}

/// An input of which every byte that is read is shown to a function.
struct Watched<R, F> {
    input: R,
    seen: F,
}

impl<R: Read, F: FnMut(&[u8])> Read for Watched<R, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let length = self.input.read(buffer)?;
        (self.seen)(&buffer[..length]);
        Ok(length)
    }
}
