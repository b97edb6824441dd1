//! The rows of one computation: line items, what they share, and what is deducted from them.

pub(crate) mod adjusted;
pub(crate) mod adjustments;
pub(crate) mod bases;
pub(crate) mod line_item;
pub(crate) mod memory;
pub(crate) mod pools;
pub(crate) mod rows;
pub(crate) mod shared;
pub(crate) mod sku_line;
