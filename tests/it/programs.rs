//! What other programs make of what costplan writes. Each test needs its program, which `.ci/run` installs.

mod browser;
