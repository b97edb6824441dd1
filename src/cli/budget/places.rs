//! Places as other programs expect them: files from the working directory.

use crate::load;
use crate::view::Annotation;

/// Annotations with the paths of their files from the working directory. One that no file of the project causes goes to
/// the head of its `costplan.toml`, whose name is `settings`, if it has one.
pub(crate) fn placed(annotations: Vec<Annotation>, settings: Option<&str>) -> Vec<Annotation> {
    let head = || Some((load::from_here(settings?), 1, 1));
    let one = |found: Annotation| {
        let place = found.file().map(|(file, line, column)| (load::from_here(file), line, column)).or_else(head);
        Annotation { place: place.or(found.place), ..found }
    };
    annotations.into_iter().map(one).collect()
}
