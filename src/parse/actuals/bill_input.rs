//! The bytes of a bill while they are read: how long a row may be, and whether every quote is closed.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// The most bytes of one row.
pub(super) const MAX_ROW: usize = 1024 * 1024;

/// Counts what was read since the last row, and quotes. A row that never ends would fill the memory.
#[derive(Clone, Debug, Default)]
pub(super) struct Meter(Rc<Counts>);

#[derive(Debug, Default)]
struct Counts {
    since_row: Cell<usize>,
    has_open_quote: Cell<bool>,
    is_too_long: Cell<bool>,
}

impl Meter {
    /// A row has ended.
    pub(super) fn row(&self) {
        self.0.since_row.set(0);
    }

    /// Whether a row was too long, which ended the input.
    pub(super) fn is_too_long(&self) -> bool {
        self.0.is_too_long.get()
    }

    /// Whether a quote is open. Within quotes a quote is written twice, so a whole file has an even number of them.
    pub(super) fn has_open_quote(&self) -> bool {
        self.0.has_open_quote.get()
    }
}

/// An input whose bytes a meter counts.
#[derive(Debug)]
pub(super) struct Metered<R> {
    pub(super) input: R,
    pub(super) meter: Meter,
}

impl<R: Read> Metered<R> {
    /// Whether a quote is open at the end of the input, to which it is read.
    pub(super) fn has_open_quote_at_end(&mut self) -> bool {
        let mut buffer = vec![0; 64 * 1024];
        self.meter.row();
        while self.read(&mut buffer).is_ok_and(|length| length > 0) {
            self.meter.row();
        }
        self.meter.has_open_quote()
    }
}

impl<R: Read> Read for Metered<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let counts = &self.meter.0;
        if counts.since_row.get() > MAX_ROW {
            counts.is_too_long.set(true);
            return Err(io::Error::other("a row is too long"));
        }
        let length = self.input.read(buffer)?;
        counts.since_row.set(counts.since_row.get() + length);
        if memchr::memchr_iter(b'"', &buffer[..length]).count() % 2 == 1 {
            counts.has_open_quote.set(!counts.has_open_quote.get());
        }
        Ok(length)
    }
}
