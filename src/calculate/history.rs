//! Why did a cost change? Splits the difference between two stages into its causes.

pub(crate) mod attribution;
pub(crate) mod between;
pub(crate) mod causes;
pub(crate) mod frozen;
pub(crate) mod unknown_change;
