//! The plan over customers and months.

mod affordable;
mod breakeven;
mod calendar;
mod forecast;
mod forecast_screens;
mod growth;
mod plan_models;
mod recommend;
mod retention;
mod revenue;
mod scenarios;
mod sensitivity;
mod sweep;
mod sweeps;
