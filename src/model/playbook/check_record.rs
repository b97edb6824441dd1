//! What was checked and when.

use jiff::civil::Date;

/// A recorded check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RecordedCheck {
    /// The day of the check.
    pub date: Date,
    /// Whether it was done; otherwise the last record of it up to that day does not count.
    pub is_done: bool,
    /// The stem of the list's file.
    pub checklist: Box<str>,
    /// The name of the check in the list.
    pub item: Box<str>,
    /// Who did it.
    pub by: Option<Box<str>>,
    /// A remark.
    pub note: Option<Box<str>>,
}
