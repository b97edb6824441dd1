//! What other programs make of what costplan writes and reads. Each test needs its program, which `.ci/run` installs.

mod browser;
mod duckdb;
mod focus_validator;
mod libreoffice;
mod settings;
mod sqlglot;
mod wasm;
mod watch;
