//! costplan
pub mod calculate;
pub mod cli;
pub mod diagnostic;
pub mod load;
pub mod model;
pub mod parse;
pub mod render;
pub mod resolve;
pub mod source;
pub mod view;
pub mod workspace;
