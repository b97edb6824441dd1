//! What new prices do to the total of a stage.

use rust_decimal::Decimal;

use crate::model::money::Currency;

/// What new prices do to the total of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageEffect {
    /// The number of the stage.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// The number of customers: the one that it is sized for, otherwise the most, otherwise the least.
    pub customers: u64,
    /// The currency of its totals.
    pub currency: Currency,
    /// The total of a month before.
    pub before: Decimal,
    /// The total of a month afterwards.
    pub after: Decimal,
}
