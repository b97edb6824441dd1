//! Scripts for a POSIX shell: comments that stay on their lines, and commands as they are.

use std::io::{self, Write};

use crate::render::layout::printable;
use crate::view::ScriptPart;

/// Writes a script.
///
/// # Errors
/// Those of `out`.
pub fn script(parts: &[ScriptPart], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "#!/bin/sh")?;
    for part in parts {
        match part {
            // Whatever could end a line is no part of one.
            ScriptPart::Comment(text) => {
                for line in text.lines() {
                    writeln!(out, "{}", format_args!("# {}", printable(line)).to_string().trim_end())?;
                }
            }
            ScriptPart::Gap => writeln!(out)?,
            ScriptPart::Command(command) => writeln!(out, "{command}")?,
        }
    }
    Ok(())
}
