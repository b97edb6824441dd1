//! What do vendors charge? The age of prices, doubtful prices, and usage for examples.

pub(crate) mod example_usage;
pub(crate) mod offer;
pub(crate) mod offer_check;
pub(crate) mod price_age;
pub(crate) mod price_change;
pub(crate) mod price_check;
