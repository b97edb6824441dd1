//! What a person sees who types: help, completions, long output and long work, some of it on a pseudo-terminal.

#[cfg(unix)]
mod completion;
mod help;
#[cfg(unix)]
mod long_output;
mod messages;
#[cfg(unix)]
mod pseudo_terminal;
#[cfg(unix)]
mod screens;
