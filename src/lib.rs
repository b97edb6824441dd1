//! costplan
pub mod calculate;
pub mod diagnostic;
pub mod model;
pub mod parse;
pub mod resolve;
pub mod source;
