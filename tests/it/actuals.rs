//! What months really cost: bills that are imported, and compared with the plan.

mod calibrated;
mod compared;
mod customers;
mod focus;
mod hostile;
mod imported;
mod invoices;
mod parquet;
mod parquet_bounds;
mod past;
mod query;
mod year;
