//! Bills, the months they become, and the settings for both.

pub(crate) mod actuals;
pub(crate) mod actuals_settings;
pub(crate) mod bill;
pub(crate) mod bill_csv;
pub(crate) mod bill_input;
pub(crate) mod bill_layout;
#[cfg(feature = "cli")]
pub(crate) mod bill_parquet;
pub(crate) mod customers_csv;
#[cfg(feature = "cli")]
pub(crate) mod parquet_delta;
#[cfg(feature = "cli")]
pub(crate) mod parquet_pages;
#[cfg(feature = "cli")]
pub(crate) mod parquet_thrift;
#[cfg(feature = "cli")]
pub(crate) mod parquet_value;
