//! The folders of a project, and what in them is not read or replaces something.

use crate::diagnostic::Diagnostic;
use crate::load::bundled;
use crate::load::file::ProjectFile;
use crate::load::root::Root;

/// A folder of a project.
#[derive(Clone, Copy, Debug)]
pub struct Folder {
    /// Its name, unless the settings name another.
    pub name: &'static str,
    /// The endings of the files that are read.
    pub endings: &'static [&'static str],
    /// The bundled files that files of the same stem replace.
    bundled: &'static [(&'static str, &'static str)],
}

const YAML: &[&str] = &["yaml", "yml"];

/// The folders of a project. The stages of a project replace the bundled plan as a whole.
pub const FOLDERS: [Folder; 8] = [
    Folder { name: "stages", endings: YAML, bundled: &[] },
    Folder { name: "pricing", endings: &["toml"], bundled: bundled::PRICING },
    Folder { name: "scenarios", endings: YAML, bundled: &[] },
    Folder { name: "techniques", endings: YAML, bundled: bundled::TECHNIQUES },
    Folder { name: "checklists", endings: YAML, bundled: bundled::CHECKLISTS },
    Folder { name: "runbooks", endings: YAML, bundled: bundled::RUNBOOKS },
    Folder { name: "records", endings: YAML, bundled: &[] },
    Folder { name: "actuals", endings: YAML, bundled: &[] },
];

impl Root {
    /// The names of what is in a folder of the project and is not read, without hidden files. Sorted.
    ///
    /// # Errors
    /// `file-not-readable`, `too-many-files`.
    pub fn unread(&self, given: Option<&str>, folder: &Folder) -> Result<Vec<String>, Diagnostic> {
        match self.existing(given, folder.name)? {
            Some((tree, directory)) => tree.others(directory, folder.endings),
            None => Ok(Vec::new()),
        }
    }

    /// The files of a folder of the project that replace a bundled file, each with the text of that one.
    ///
    /// # Errors
    /// `file-not-readable`, `too-many-files`.
    pub fn replacing(
        &self,
        given: Option<&str>,
        folder: &Folder,
    ) -> Result<Vec<(ProjectFile, &'static str)>, Diagnostic> {
        let Some((tree, directory)) = self.existing(given, folder.name)? else { return Ok(Vec::new()) };
        let files = tree.list(directory, folder.endings)?;
        let bundled = |stem: &str| {
            let same = |name: &str| name.rsplit_once('.').is_some_and(|(known, _)| known == stem);
            folder.bundled.iter().find(|(name, _)| same(name)).map(|(_, text)| *text)
        };
        Ok(files.into_iter().filter_map(|file| Some((file.clone(), bundled(&file.stem)?))).collect())
    }
}
