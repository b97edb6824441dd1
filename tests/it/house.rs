//! What holds for the whole program: its files, formats, documents and messages.

mod answers;
mod book;
mod chart_flag;
mod charts;
mod circles;
mod cli;
mod documents;
mod embed;
mod errors;
mod goldens;
mod growth_of_work;
mod init;
mod layering;
mod memory_project;
mod other_kinds;
pub mod output_schemas;
mod outputs;
mod page_core;
mod pictures;
mod progress_of_work;
mod read_once;
mod remarks;
pub mod schemas;
mod screens;
mod validate;
#[cfg(unix)]
mod whole_numbers;
mod wizard;
mod yaml_merge;
mod yaml_oracle;
