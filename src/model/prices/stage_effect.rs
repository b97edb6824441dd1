//! What new prices do to the total of a stage.

use rust_decimal::Decimal;

use crate::model::number::money::Currency;

/// What new prices do to the total of a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageEffect {
    /// The number of the stage.
    pub id: u32,
    /// Its name.
    pub name: String,
    /// The number of customers at which it is computed.
    pub customers: u64,
    /// The currency of its totals.
    pub currency: Currency,
    /// The totals of a month before and afterwards; otherwise why they cannot be compared.
    pub totals: Result<[Decimal; 2], String>,
}
