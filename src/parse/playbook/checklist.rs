//! Checklists: `checklists/<name>.yaml`.

use crate::diagnostic::Problems;
use crate::parse::other_kind;
use crate::parse::playbook::metrics::MeasuredRaw;
use crate::parse::syntax::node::table;
use crate::source::{FileId, Spanned};

table! {
    /// A list of things to check.
    pub struct ChecklistRaw is "a checklist" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The name for display.
        pub name: Spanned<String>,
        /// A sentence about the list.
        pub summary: Option<Spanned<String>>,
        /// How often it is due: `month`, `3 months`, `year`. Unless given, it is done once.
        pub every: Option<Spanned<String>>,
        /// The checks, in order.
        pub items: Vec<CheckRaw>,
    }
}

table! {
    /// One check.
    pub struct CheckRaw is "a check" {
        /// The statement that should be true.
        pub check: Spanned<String>,
        /// The name under which it is recorded: `slow-queries`; the first words of the statement unless given.
        pub id: Option<Spanned<String>>,
        /// The technique that helps if the statement is false, by the stem of its file.
        pub technique: Option<Spanned<String>>,
        /// The metric to measure, by a name of your choice: `storage_growth`. A file of metrics gives its value.
        pub metric: Option<Spanned<String>>,
        /// The value of `metric` is the growth of this other one since the month before: `storage`.
        pub growth_of: Option<Spanned<String>>,
        /// The value must be this or less: `20%`, `1 second`. A check takes at most one of the four bounds.
        pub at_most: Option<MeasuredRaw>,
        /// The value must be this or more.
        pub at_least: Option<MeasuredRaw>,
        /// The value must be less than this.
        pub below: Option<MeasuredRaw>,
        /// The value must be more than this.
        pub above: Option<MeasuredRaw>,
    }
}

/// Reads a checklist.
pub fn checklist(file: FileId, text: &str, problems: &mut Problems) -> Option<ChecklistRaw> {
    other_kind::of_yaml(file, text, "a checklist", problems)
}
