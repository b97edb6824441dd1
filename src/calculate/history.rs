//! Why did a cost change? Takes the difference of two stages apart into its causes.

pub(crate) mod attribution;
pub(crate) mod between;
pub(crate) mod causes;
pub(crate) mod frozen;
pub(crate) mod unknown_change;
