//! What months really cost: bills that are imported, and compared with the plan.

mod compared;
mod focus;
mod hostile;
mod imported;
