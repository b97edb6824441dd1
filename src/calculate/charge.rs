//! What does one charge cost? From usage to billable usage, to its price, to an amount in the currency of the stage.

pub(crate) mod autoscaling_steps;
pub(crate) mod billable;
pub(crate) mod charge;
pub(crate) mod charge_inputs;
pub(crate) mod currency;
pub(crate) mod exact;
pub(crate) mod formula;
pub(crate) mod meters;
pub(crate) mod pricing;
pub(crate) mod quantity;
pub(crate) mod regime;
pub(crate) mod steps;
