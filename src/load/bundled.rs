//! The bundled files, listed by the build script.

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// Whether a text is that of a stage of the bundled plan, wherever it is.
pub fn is_bundled_stage(text: &str) -> bool {
    STAGES.iter().any(|(_, known)| *known == text)
}

/// The text of a bundled file, such as `stages/1-mvp.yaml`, to be written into a new project.
#[cfg(feature = "cli")]
pub fn bundled_text(path: &str) -> Option<&'static str> {
    let (directory, name) = path.split_once('/')?;
    let files = if directory == "stages" { STAGES } else { PRICING };
    files.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}
