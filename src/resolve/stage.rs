//! Stages, line items, drivers, scenarios and requests.

pub(crate) mod adjustments;
pub(crate) mod autoscaling;
pub(crate) mod drivers;
pub(crate) mod line_item;
pub(crate) mod offer;
pub(crate) mod payers;
pub(crate) mod percentages;
pub(crate) mod request;
pub(crate) mod scenario;
pub(crate) mod services;
pub(crate) mod sku_line;
pub(crate) mod stage;
pub(crate) mod substitute;
pub(crate) mod tags;
pub(crate) mod tax;
