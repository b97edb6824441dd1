//! The plan over customers and months.

mod affordable;
mod breakeven;
mod forecast;
mod growth;
mod recommend;
mod retention;
mod revenue;
mod scenarios;
mod sensitivity;
mod sweep;
mod sweeps;
