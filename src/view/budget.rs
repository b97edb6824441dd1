//! What `costplan check` shows.

pub(crate) mod check;
pub(crate) mod check_amount;
pub(crate) mod check_chart;
pub(crate) mod check_json;
pub(crate) mod check_screen;
pub(crate) mod check_words;
pub(crate) mod checked;
