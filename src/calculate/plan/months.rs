//! What will each month cost, and how long does the cash last?

pub(crate) mod due;
pub(crate) mod forecast;
pub(crate) mod forecast_result;
pub(crate) mod month_changes;
pub(crate) mod prepaid;
pub(crate) mod received;
pub(crate) mod season;
