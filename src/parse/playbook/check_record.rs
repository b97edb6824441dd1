//! The record of checks: `records/checks.yaml`.

use jiff::civil::Date;

use crate::diagnostic::Problems;
use crate::parse::other_kind;
use crate::parse::syntax::node::table;
use crate::source::{FileId, Spanned};

table! {
    /// What was checked and when. `costplan checklist done` adds lines and changes none.
    pub struct CheckRecordRaw is "a record of checks" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The checks, one a line, in the order in which they were recorded.
        pub checks: Vec<RecordedCheckRaw>,
    }
}

table! {
    /// A check that was done, or that was not done after all.
    pub struct RecordedCheckRaw is "a recorded check" {
        /// The day of the check.
        pub date: Spanned<Date>,
        /// The check, as the stem of its list and its name: `monthly/slow-queries`.
        pub done: Option<Spanned<String>>,
        /// A check whose last record up to that day does not count.
        pub undone: Option<Spanned<String>>,
        /// Who did it.
        pub by: Option<Spanned<String>>,
        /// A remark.
        pub note: Option<Spanned<String>>,
    }
}

/// Reads a record of checks.
pub fn check_record(file: FileId, text: &str, problems: &mut Problems) -> Option<CheckRecordRaw> {
    other_kind::of_yaml(file, text, "a record of checks", problems)
}
