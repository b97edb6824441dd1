//! What if it grows? Sweeps, break-points, break-even, recommendations, forecasts and sensitivity.

pub(crate) mod affordable;
pub(crate) mod alternatives;
pub(crate) mod breakeven;
pub(crate) mod breakeven_result;
pub(crate) mod curve;
pub(crate) mod influence;
pub(crate) mod months;
pub(crate) mod peak;
pub(crate) mod points;
pub(crate) mod rated_cost;
pub(crate) mod recommend;
pub(crate) mod recommendation;
pub(crate) mod regimes;
pub(crate) mod revenue_needed;
pub(crate) mod sensitivity;
pub(crate) mod sensitivity_result;
pub(crate) mod share_rule;
pub(crate) mod sweep;
