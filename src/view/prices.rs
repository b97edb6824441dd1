//! What is shown of prices, SKUs, quotes and the age of prices.

pub(crate) mod effect;
pub(crate) mod import;
pub(crate) mod import_rates;
pub(crate) mod price;
pub(crate) mod price_check;
pub(crate) mod price_example;
pub(crate) mod price_json;
pub(crate) mod price_screen;
pub(crate) mod price_terms;
pub(crate) mod prices;
pub(crate) mod prices_diff;
pub(crate) mod quote;
pub(crate) mod search;
pub(crate) mod stale;
pub(crate) mod vendors;
