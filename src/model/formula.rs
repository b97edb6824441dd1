//! Formulas over drivers, the load of a week, and their values.

pub(crate) mod autoscaled_week;
pub(crate) mod evaluation;
pub(crate) mod formula;
pub(crate) mod load_profile;
