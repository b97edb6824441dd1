//! The bundled files, listed by the build script.

include!(concat!(env!("OUT_DIR"), "/bundled.rs"));

/// What a new plan has unless its owner says otherwise.
pub const NEW_PLAN: &str = include_str!("../../words/new-plan.yaml");

/// Words that mean the same where prices are searched.
#[cfg(feature = "cli")]
pub const SEARCH_WORDS: &str = include_str!("../../words/search.yaml");

/// The settings of the example plan: its cost monitor.
#[cfg(feature = "cli")]
pub const EXAMPLE_SETTINGS: &str = include_str!("../../examples/plan/costplan.toml");

/// The schemas of what is printed as JSON, by the `schema` that it has.
#[cfg(feature = "cli")]
pub(crate) fn output_schemas() -> impl Iterator<Item = (&'static str, &'static str)> + Clone {
    OUTPUT_SCHEMAS.iter().filter_map(|(name, text)| Some((name.strip_suffix(".schema.json")?, *text)))
}

/// The bundled mappings of vendors' answers: their names and texts.
pub fn bundled_mappings() -> impl Iterator<Item = (&'static str, &'static str)> + Clone {
    IMPORTS.iter().filter_map(|(name, text)| Some((name.strip_suffix(".toml")?, *text)))
}

/// Whether a text is that of a stage of the bundled plan, wherever it is. A copy may name its schema elsewhere.
pub fn is_bundled_stage(text: &str) -> bool {
    STAGES.iter().any(|(_, known)| without_schema(known) == without_schema(text))
}

/// A text without the first line that names its schema.
fn without_schema(text: &str) -> &str {
    match text.split_once('\n') {
        Some((first, rest)) if first.starts_with("# yaml-language-server:") => rest,
        _ => text,
    }
}

/// The stages of the bundled plan by the names of their files, to be copied into a new project.
#[cfg(feature = "cli")]
pub fn bundled_stages() -> &'static [(&'static str, &'static str)] {
    STAGES
}

/// The stems of the bundled files of prices: the vendors, and `fx`.
#[cfg(feature = "cli")]
pub fn bundled_vendors() -> impl Iterator<Item = &'static str> + Clone {
    PRICING.iter().filter_map(|(name, _)| name.strip_suffix(".toml"))
}

/// The text of a bundled file of prices, to be copied into a project.
pub fn bundled_prices(stem: &str) -> Option<&'static str> {
    PRICING.iter().find(|(name, _)| name.strip_suffix(".toml") == Some(stem)).map(|(_, text)| *text)
}
