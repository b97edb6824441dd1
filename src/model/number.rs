//! Exact numbers: amounts, fractions, money, units, and how they are rounded.

pub(crate) mod amount;
pub(crate) mod decimal;
pub(crate) mod fraction;
pub(crate) mod money;
pub(crate) mod quotient;
pub(crate) mod range;
pub(crate) mod rounding;
pub(crate) mod stored;
pub(crate) mod unit;
