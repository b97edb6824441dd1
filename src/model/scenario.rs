//! The name of a scenario.

/// The name of a scenario in results.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioName {
    /// The stem of its file.
    pub id: Box<str>,
    /// The name for display: `name` of the file, otherwise the stem.
    pub name: Box<str>,
    /// A sentence about the scenario.
    pub summary: Option<Box<str>>,
}
