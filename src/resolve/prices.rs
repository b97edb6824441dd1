//! Price sheets, charges, agreed prices, exchange rates and quotes.

pub(crate) mod agreed_price;
pub(crate) mod book;
pub(crate) mod charge;
pub(crate) mod citation;
pub(crate) mod exchange_rates;
pub(crate) mod far_from_list;
pub(crate) mod mapping;
pub(crate) mod missing;
pub(crate) mod price;
pub(crate) mod price_sheet;
pub(crate) mod quote;
pub(crate) mod rounding;
pub(crate) mod specification;
pub(crate) mod units;
