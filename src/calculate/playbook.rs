//! Which checks fail, and which are due? Compares measured values with the bounds of the checklists, and the record of
//! checks with how often they are due. And by which numbers does a cluster scale?

pub(crate) mod check_status;
pub(crate) mod deployments;
pub(crate) mod review;
