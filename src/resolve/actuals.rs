//! What months really cost: rows of bills, files of months, and the rules that put charges to line items.

pub(crate) mod bill;
pub(crate) mod bill_row;
pub(crate) mod bill_value;
pub(crate) mod customers;
pub(crate) mod engine;
pub(crate) mod layouts;
pub(crate) mod month;
pub(crate) mod query;
pub(crate) mod rules;
