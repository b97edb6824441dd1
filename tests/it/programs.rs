//! What other programs make of what costplan writes and reads. Each test needs its program, which `.ci/run` installs.

mod settings;
mod wasm;
