//! Writing price sheets into the project.

use std::io::Write as _;

use crate::cli::args::OrFail as _;
use crate::cli::terminal::Terminal;
use crate::load;
use crate::workspace::Workspace;

/// Writes new files into the directory of price sheets, all or none, and says which.
///
/// # Errors
/// `file-exists`, `file-not-readable`, `outside-of-project`.
pub(super) fn write(files: &[(String, &str)], workspace: &Workspace, terminal: &mut Terminal) -> anyhow::Result<()> {
    let names: Vec<&str> = files.iter().map(|(name, _)| name.as_str()).collect();
    let directory = workspace.price_directory(&names).or_fail(workspace)?;
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    load::write_new(&directory, &files).or_fail(workspace)?;
    for (name, _) in files {
        writeln!(terminal, "wrote {}", directory.join(name).display())?;
    }
    Ok(())
}
