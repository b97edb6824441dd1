//! Checklists: `checklists/<name>.yaml`.

use crate::diagnostic::Problems;
use crate::parse::metrics::MeasuredRaw;
use crate::parse::syntax::node::{FromNode, Reader, table};
use crate::parse::syntax::yaml;
use crate::source::{FileId, Spanned};

table! {
    /// A list of things to check.
    pub struct ChecklistRaw is "a checklist" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The name that is shown.
        pub name: Spanned<String>,
        /// A sentence about it.
        pub summary: Option<Spanned<String>>,
        /// What to check, in order.
        pub items: Vec<CheckRaw>,
    }
}

table! {
    /// One thing to check.
    pub struct CheckRaw is "a check" {
        /// What holds if all is well.
        pub check: Spanned<String>,
        /// The technique that helps if it does not hold, by the stem of its file.
        pub technique: Option<Spanned<String>>,
        /// What is measured, by a name of your own: `storage_growth`. A file of metrics gives its value.
        pub metric: Option<Spanned<String>>,
        /// The value is this or less: `20%`, `1 second`. One of the four bounds at most.
        pub at_most: Option<MeasuredRaw>,
        /// The value is this or more.
        pub at_least: Option<MeasuredRaw>,
        /// The value is less than this.
        pub below: Option<MeasuredRaw>,
        /// The value is more than this.
        pub above: Option<MeasuredRaw>,
    }
}

/// Reads a checklist.
pub fn checklist(file: FileId, text: &str, problems: &mut Problems) -> Option<ChecklistRaw> {
    let node = yaml::parse(file, text, problems)?;
    ChecklistRaw::from_node(node, &mut Reader { file, text, problems })
}
