//! Which checks fail, and which are due? Compares measured values with the bounds of the checklists, and the record of
//! checks with how often they are due.

pub(crate) mod check_status;
pub(crate) mod review;
