//! What a forecast assumes.

pub(crate) mod forecast;
pub(crate) mod forecast_names;
