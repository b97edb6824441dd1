//! Prices and what they come to.

mod ai_calls;
mod alternatives;
mod commands;
mod exchange_rates;
mod imports;
mod limits;
mod own_sheets;
mod price_book;
mod price_changes;
mod price_models;
mod price_search;
mod specifications;
