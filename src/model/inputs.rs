//! What a stage is computed for: the customers and the revenue.

use rust_decimal::Decimal;

use crate::model::setting::Setting;

/// What a computation is asked for, beside the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// The customers.
    pub customers: u64,
    /// The revenue.
    pub revenue: Revenue,
}

/// What is known of the revenue, in the reporting currency and per month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revenue {
    /// Nothing.
    Unknown,
    /// Monthly recurring revenue.
    Mrr(Setting<Decimal>),
    /// Average revenue per customer and month.
    Arpu(Setting<Decimal>),
}

impl Revenue {
    /// The revenue per customer, if it is given so.
    pub fn arpu(&self) -> Option<Decimal> {
        match self {
            Self::Arpu(arpu) => Some(arpu.value),
            Self::Unknown | Self::Mrr(_) => None,
        }
    }
}
