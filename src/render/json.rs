//! JSON: pretty-printed, numbers with their exact digits.

use std::io::{self, Write};

use crate::view::View;

pub(super) fn write(view: &impl View, out: &mut impl Write) -> io::Result<()> {
    serde_json::to_writer_pretty(&mut *out, view)?;
    writeln!(out)
}
