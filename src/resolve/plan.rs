//! The assumptions of a forecast.

pub(crate) mod forecast;
pub(crate) mod forecast_names;
pub(crate) mod season;
