//! The snapshot of a project.

use std::path::{Path, PathBuf};

use crate::diagnostic::{Code, Diagnostic, Problems};
#[cfg(feature = "cli")]
use crate::load;
use crate::parse;
use crate::resolve::{self, Snapshot};
use crate::source::FileId;
use crate::workspace::project::{Failed, Workspace, named_at, text};

/// The snapshot of a project that names no other.
const SNAPSHOT: &str = "costplan.snapshot.yaml";

/// The help for a snapshot that contradicts itself, which is not to be repaired by hand.
pub const SNAPSHOT_ANEW: &str = "`costplan snapshot --update` writes it again";

impl Workspace {
    /// The snapshot of the project, if it has one.
    ///
    /// # Errors
    /// As [`Self::snapshot_path`].
    pub(crate) fn existing_snapshot(&self) -> Failed<Option<PathBuf>> {
        Ok(Some(self.snapshot_path()?).filter(|path| self.is_project() && self.root.has_named(path)))
    }

    /// Where the snapshot of the project is.
    ///
    /// # Errors
    /// `file-not-readable`, `outside-of-project`.
    pub(crate) fn snapshot_path(&self) -> Failed<PathBuf> {
        let given = self.path(|paths| paths.snapshot.as_ref());
        let place = self.root.place(Path::new(given.map_or(SNAPSHOT, text)));
        place.map_err(|problem| vec![named_at(problem, given)])
    }

    /// Writes a snapshot, replacing an earlier one. No other file is replaced, and no snapshot of a newer costplan.
    ///
    /// # Errors
    /// `file-exists`, `newer-snapshot`, `file-not-readable`, `not-a-file`.
    #[cfg(feature = "cli")]
    pub(crate) fn write_snapshot(&mut self, path: &Path, text: &str) -> Result<(), Diagnostic> {
        if self.root.has_named(path) {
            let file = self.text_of(&load::file(path))?;
            let there = self.sources.text(file);
            if let Some(newer) = parse::newer_snapshot(file, there) {
                return Err(newer);
            }
            if !there.trim().is_empty() && !there.contains("`costplan snapshot --update` writes this file") {
                let message = format!("`{}` exists already, and costplan did not write it", path.display());
                let diagnostic = Diagnostic::new(Code::FileExists, message);
                return Err(diagnostic.help("a snapshot only replaces a snapshot; choose another file"));
            }
        }
        self.forget(&load::file(path));
        load::replace(path, text)
    }

    /// Reads a snapshot.
    ///
    /// # Errors
    /// `missing-snapshot`, `merge-conflict`, `newer-snapshot`, and everything else that is wrong with it.
    pub(crate) fn snapshot(&mut self, path: &Path) -> Failed<(FileId, Snapshot)> {
        if !self.root.has_named(path) {
            let message = format!("there is no snapshot `{}`", path.display());
            let diagnostic = Diagnostic::new(Code::MissingSnapshot, message);
            return Err(vec![diagnostic.help(
                if path.ends_with(SNAPSHOT) || self.snapshot_path().is_ok_and(|of_project| *path == *of_project) {
                    "write it with `costplan snapshot --update`, and commit it"
                } else {
                    "name a snapshot, the directory of a project, or a revision such as `git:main`"
                },
            )]);
        }
        let file = self.text_of(&self.root.named_file(path)).map_err(|problem| vec![problem])?;
        let mut problems = Problems::default();
        let raw = parse::snapshot(file, self.sources.text(file), &mut problems);
        let Some(raw) = raw.filter(|_| problems.is_empty()) else { return Err(problems.into_sorted()) };
        let snapshot = resolve::snapshot(raw, self.sources.text(file), &mut problems);
        if problems.is_empty() {
            return Ok((file, snapshot));
        }
        // The help for a manifest or a sheet does not apply here.
        let anew = |problem: Diagnostic| problem.help(SNAPSHOT_ANEW);
        Err(problems.into_sorted().into_iter().map(anew).collect())
    }
}
