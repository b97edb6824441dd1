//! JSON: pretty-printed, numbers with their exact digits.

use std::io::{self, Write};

use serde::Serialize;

pub(super) fn write(view: &impl Serialize, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, view)?;
    writeln!(out)
}
