//! Scripts for a POSIX shell: one-line comments, and commands as they are.

use std::io::{self, Write};

use crate::render::layout::printable;
use crate::view::ScriptPart;

/// Writes a script.
///
/// # Errors
/// The errors of `out`.
pub fn script(parts: &[ScriptPart], out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "#!/bin/sh")?;
    for part in parts {
        match part {
            // Nothing in a comment may end its line.
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
