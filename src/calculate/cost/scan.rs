//! A stage at one number of customers after another.

use crate::calculate::cost::lines::memory::Memory;
use crate::calculate::cost::sums::{Sums, sums};
use crate::calculate::cost::trace::Unobserved;
use crate::diagnostic::Diagnostic;
use crate::model::{Inputs, Revenue, Stage};

/// Sums of a stage for many numbers of customers: the rows that do not depend on customers are computed once.
pub(crate) struct Scan<'s> {
    stage: &'s Stage,
    revenue: Revenue,
    memory: Memory,
}

impl<'s> Scan<'s> {
    /// Nothing is computed yet.
    pub(crate) fn new(stage: &'s Stage, revenue: Revenue) -> Self {
        Self { stage, revenue, memory: Memory::new(stage.rows_apart_from(Some(Stage::CUSTOMERS))) }
    }

    /// The sums at a number of customers.
    ///
    /// # Errors
    /// As [`stage`](crate::calculate::cost::stage::stage()).
    pub(crate) fn sums(&mut self, customers: u64) -> Result<Sums, Vec<Diagnostic>> {
        let inputs = Inputs { customers, revenue: self.revenue };
        let sums = sums(self.stage, inputs, Some(&self.memory), &mut Unobserved)?;
        self.memory.keep(&sums.lines);
        Ok(sums)
    }
}
