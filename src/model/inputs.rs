//! The inputs of a computation: customers and revenue.

use rust_decimal::Decimal;

use crate::model::setting::Setting;

/// The inputs of a computation in addition to the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inputs {
    /// The number of customers.
    pub customers: u64,
    /// The revenue per month.
    pub revenue: Revenue,
}

/// The revenue per month, in the reporting currency.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revenue {
    /// Not given.
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
