//! Prices and what they come to.

mod alternatives;
mod commands;
mod exchange_rates;
mod own_sheets;
mod price_models;
mod price_search;
mod specifications;
