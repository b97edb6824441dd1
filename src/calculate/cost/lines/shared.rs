//! State that rows share.

use crate::calculate::charge::exact::ChargePart;
use crate::calculate::cost::lines::bases::Bases;
use crate::calculate::cost::lines::pools::Pools;

/// State that rows share while they are computed.
pub(crate) struct Shared<'a> {
    pub(crate) bases: Bases<'a>,
    /// The allowances that charges share.
    pub(crate) pools: Pools<'a>,
    /// The costs of each row by charge, in the reporting currency, where something may be deducted from them.
    pub(crate) parts: Vec<Vec<ChargePart>>,
}
