//! Lists of things to check.

use crate::model::playbook::metric::Metric;

/// A list of things to check.
#[derive(Clone, Debug)]
pub struct Checklist {
    /// The stem of its file.
    pub id: Box<str>,
    /// The name for display.
    pub name: Box<str>,
    /// A sentence about the list.
    pub summary: Option<Box<str>>,
    /// Every how many months it is due; `None` if it is done once.
    pub every: Option<u32>,
    /// The checks, in order.
    pub items: Vec<Check>,
}

/// One check.
#[derive(Clone, Debug)]
pub struct Check {
    /// The name under which it is recorded, unique in its list.
    pub id: Box<str>,
    /// The statement that should be true.
    pub text: Box<str>,
    /// The technique that helps if the statement is false, by the stem of its file.
    pub technique: Option<Box<str>>,
    /// The metric that measures it, if any.
    pub metric: Option<Metric>,
}
