//! What months really cost: bills that are imported, and compared with the plan.

mod compared;
mod hostile;
mod imported;
mod parquet;
mod query;
