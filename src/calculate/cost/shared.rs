//! What rows share with each other.

use crate::calculate::charge::exact::Part;
use crate::calculate::cost::bases::Bases;
use crate::calculate::cost::pools::Pools;

/// What rows know of each other while they are computed.
pub(crate) struct Shared<'a> {
    /// What percentages are taken of.
    pub(crate) bases: Bases<'a>,
    /// The allowances that charges share.
    pub(crate) pools: Pools<'a>,
    /// The costs of each row by charge, in the reporting currency, where something may be taken off them.
    pub(crate) parts: Vec<Vec<Part>>,
}
