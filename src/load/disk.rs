//! A project on disk: where it is found.

use std::fs;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic};
use crate::load::fault::not_readable;
use crate::load::limits::{BUDGETS, SETTINGS};
use crate::load::root::{Root, settings};
use crate::load::tree::Tree;

/// Finds the project: `explicit` if given, otherwise from the working directory upwards.
///
/// # Errors
/// `file-not-readable` if `explicit` is not a directory, `no-stages` if it holds no project.
pub fn find_root(explicit: Option<&Path>) -> Result<Root, Diagnostic> {
    if let Some(directory) = explicit {
        let metadata = fs::metadata(directory).map_err(|error| not_readable(directory, &error))?;
        if !metadata.is_dir() {
            let message = format!("`{}` is not a directory", directory.display());
            let diagnostic = Diagnostic::new(Code::FileNotReadable, message);
            return Err(diagnostic.help("give the directory that holds `stages/` or `costplan.toml`"));
        }
        if !holds_project(directory) {
            // Otherwise the bundled plan would be mistaken for the user's.
            let message = format!("`{}` holds no project", directory.display());
            let diagnostic = Diagnostic::new(Code::NoStages, message);
            let help = "give the directory that holds `costplan.toml`, `budget.yaml`, `stages/` or `pricing/`";
            return Err(diagnostic.help(help));
        }
        let directory = if directory == Path::new(".") { PathBuf::new() } else { directory.to_owned() };
        return Ok(Root::of(Tree::Disk(directory.into())));
    }
    let depth = std::env::current_dir().map_or(1, |directory| directory.ancestors().count());
    let mut directory = PathBuf::new();
    for _ in 0..depth {
        let tree = Tree::Disk(directory.as_path().into());
        if settings(&tree).is_some() {
            return Ok(Root::of(tree));
        }
        directory.push("..");
    }
    let here = holds_project(Path::new("."));
    Ok(if here { Root::of(Tree::Disk(Path::new("").into())) } else { Root::bundled() })
}

/// Whether a directory is that of a project: it has settings, a budget, stages or price sheets of its own.
pub(crate) fn holds_project(directory: &Path) -> bool {
    let has_file = [SETTINGS].iter().chain(&BUDGETS).any(|name| directory.join(name).is_file());
    has_file || ["stages", "pricing"].iter().any(|name| directory.join(name).is_dir())
}
