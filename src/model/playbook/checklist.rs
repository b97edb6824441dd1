//! Lists of things to check.

use crate::model::playbook::metric::Metric;

/// A list of things to check.
#[derive(Clone, Debug)]
pub struct Checklist {
    /// The stem of its file.
    pub id: Box<str>,
    /// The name that is shown.
    pub name: Box<str>,
    /// A sentence about it.
    pub summary: Option<Box<str>>,
    /// What to check, in order.
    pub items: Vec<Check>,
}

/// One thing to check.
#[derive(Clone, Debug)]
pub struct Check {
    /// What holds if all is well.
    pub text: Box<str>,
    /// The technique that helps if it does not hold, by the stem of its file.
    pub technique: Option<Box<str>>,
    /// How it can be measured.
    pub metric: Option<Metric>,
}
