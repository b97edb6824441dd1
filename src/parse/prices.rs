//! Price sheets, exchange rates, and the mappings of imports.

pub(crate) mod condition;
pub(crate) mod exchange_rates;
pub(crate) mod price_mapping;
pub(crate) mod price_sheet;
pub(crate) mod search_words;
pub(crate) mod specification;
