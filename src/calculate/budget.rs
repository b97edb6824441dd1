//! Is the cost within limits? Compares costings with budgets, goals and the growth since a snapshot.

pub(crate) mod budget;
pub(crate) mod checks;
pub(crate) mod comparison;
pub(crate) mod goals;
pub(crate) mod growth;
pub(crate) mod periods;
pub(crate) mod remedies;
