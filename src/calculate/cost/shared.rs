//! What rows share with each other.

use crate::calculate::cost::bases::Bases;
use crate::calculate::cost::exact::Part;
use crate::calculate::cost::inputs::Rows;
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

impl Shared<'_> {
    /// Where the costs of a row by charge are kept, if something may be taken off them.
    pub(crate) fn parts_of(&mut self, rows: Rows<'_>, index: usize) -> Option<&mut Vec<Part>> {
        let parts = self.parts.get_mut(index)?;
        rows.memory.is_none_or(|memory| memory.is_adjusted(index)).then_some(parts)
    }
}
