//! What a computation under a scenario is called.

/// A scenario as results name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioName {
    /// The stem of its file.
    pub id: Box<str>,
    /// The name that is shown: that of the file's `name`, otherwise the stem.
    pub name: Box<str>,
    /// A sentence about it.
    pub summary: Option<Box<str>>,
}
