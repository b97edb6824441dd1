//! What is shown of sweeps, break-even, what revenue allows, recommendations, forecasts and sensitivity.

pub(crate) mod affordable;
pub(crate) mod break_points;
pub(crate) mod breakeven;
pub(crate) mod breakeven_screen;
pub(crate) mod change;
pub(crate) mod curves;
pub(crate) mod forecast;
pub(crate) mod forecast_chart;
pub(crate) mod forecast_event;
mod forecast_past;
pub(crate) mod forecast_screen;
pub(crate) mod forecast_start;
mod forecast_table;
pub(crate) mod forecast_years;
pub(crate) mod rated_cost;
pub(crate) mod recommend;
pub(crate) mod recommend_screen;
pub(crate) mod sensitivity;
pub(crate) mod sensitivity_screen;
pub(crate) mod share_rule;
pub(crate) mod sweep;
pub(crate) mod sweep_picture;
pub(crate) mod sweep_screen;
