//! What do vendors charge? The age of prices, doubtful prices, and usage for examples.

pub(crate) mod example_usage;
pub(crate) mod price_age;
pub(crate) mod price_check;
