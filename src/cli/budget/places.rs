//! A project as other programs expect it: its name, and files from the root of the repository.

use std::path::{Path, PathBuf};

use crate::load;
use crate::source::Sources;
use crate::view::Annotation;
use crate::workspace::Workspace;

/// The settings of a project, at whose head is shown what belongs to no file of a project that has none on disk.
const SETTINGS: &str = "costplan.toml";

/// A project as other programs expect it.
pub(crate) struct Home {
    /// Its name in titles, if it has one.
    pub(crate) name: Option<String>,
    /// The file at whose head is shown what belongs to no file, from the root of the repository.
    head: String,
}

impl Home {
    /// A project; what no file causes is at the head of a `costplan.toml` in `directory`, or in the working directory, if
    /// it is not a project on disk.
    pub(crate) fn of(workspace: Option<&Workspace>, directory: Option<&Path>) -> Self {
        let settings = || directory.map_or_else(|| PathBuf::from(SETTINGS), |directory| directory.join(SETTINGS));
        let main_file = workspace.and_then(Workspace::main_file).map_or_else(settings, PathBuf::from);
        let named = || load::name_of(workspace?.directory()?);
        let name = workspace.and_then(Workspace::name).map(str::to_owned).or_else(named);
        Self { name, head: load::from_root(&main_file.to_string_lossy()) }
    }

    /// The same project, but what no file causes is at the head of this file.
    pub(crate) fn at(self, file: &Path) -> Self {
        Self { head: load::from_root(&file.to_string_lossy()), ..self }
    }

    /// Annotations that each have a file.
    pub(crate) fn placed(&self, annotations: Vec<Annotation>) -> Vec<Annotation> {
        let one = |found: Annotation| {
            let place = found.file().map(|(file, line, column)| (file.to_owned(), line, column));
            Annotation { place: place.or_else(|| Some((self.head.clone(), 1, 1))), ..found }
        };
        annotations.into_iter().map(one).collect()
    }
}

/// The texts under the names of their files from the root of the repository.
pub(crate) fn from_root(sources: &Sources) -> Sources {
    sources.renamed(|name| if Path::new(name).is_file() { load::from_root(name) } else { name.to_owned() })
}
