//! Techniques, what they need, kept data, and other ways to buy.

pub(crate) mod needs;
pub(crate) mod opportunity;
pub(crate) mod optimization;
pub(crate) mod retention;
pub(crate) mod technique;
