//! The tests of the library and of the program, in one binary. The modules are those of the domain.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod actuals;
mod budget;
mod cost;
mod history;
mod house;
mod plan;
mod playbook;
mod prices;
mod programs;
mod project;
mod savings;
mod strangers;
mod terminal;
