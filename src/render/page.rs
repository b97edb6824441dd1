//! Parts of a plan in HTML, and the page that has all of them.

mod blocks;
mod html;
#[cfg(feature = "cli")]
mod packed;
#[cfg(feature = "cli")]
mod report;

use crate::view::ReportSection;

#[cfg(feature = "cli")]
pub use report::{PAGE_CORE, PageUse, failed_report, report};

/// A part of a page without its title, for a page that computes it again.
pub fn section(section: &ReportSection) -> String {
    html::clean(&blocks::section(section)).into_owned()
}
