//! Prices and what they come to.

mod alternatives;
mod commands;
mod exchange_rates;
mod price_book;
mod price_models;
mod specifications;
