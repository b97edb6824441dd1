//! Places as other programs expect them: files from the root of the repository, and none without a file.

use std::path::{Path, PathBuf};

use crate::load;
use crate::source::Sources;
use crate::view::Annotation;

/// The settings of a project, at whose head is shown what belongs to no file of a project that has none on disk.
const SETTINGS: &str = "costplan.toml";

/// The texts under the names of their files from the root of the repository.
pub(crate) fn from_root(sources: &Sources) -> Sources {
    sources.renamed(|name| if Path::new(name).is_file() { load::from_root(name) } else { name.to_owned() })
}

/// Annotations that each have a file. What no file of the project causes is at the head of `main_file`, or of a
/// `costplan.toml` in `directory`, the one of the project or the working directory.
pub(crate) fn placed(
    annotations: Vec<Annotation>,
    main_file: Option<&str>,
    directory: Option<&Path>,
) -> Vec<Annotation> {
    let settings = || directory.map_or_else(|| PathBuf::from(SETTINGS), |directory| directory.join(SETTINGS));
    let head = load::from_root(&main_file.map_or_else(settings, PathBuf::from).to_string_lossy());
    let one = |found: Annotation| {
        let place = found.file().map(|(file, line, column)| (file.to_owned(), line, column));
        Annotation { place: place.or_else(|| Some((head.clone(), 1, 1))), ..found }
    };
    annotations.into_iter().map(one).collect()
}
