//! Prices and what they come to.

mod alternatives;
mod commands;
mod price_models;
mod specifications;
