//! The parts of a page: numbers, grids, sections, charts and findings.

pub(crate) mod annotation;
pub(crate) mod bill;
pub(crate) mod chart;
pub(crate) mod comment;
pub(crate) mod document;
pub(crate) mod failure;
pub(crate) mod finding;
pub(crate) mod layout;
pub(crate) mod number;
pub(crate) mod offer;
pub(crate) mod scenario;
pub(crate) mod screen;
pub(crate) mod section;
pub(crate) mod selection;
pub(crate) mod shown;
pub(crate) mod specification;
pub(crate) mod typed_table;
pub(crate) mod verdict;
pub(crate) mod words;
