//! The rows of a stage that do not depend on the swept number: a sweep computes them once.

use crate::calculate::cost::costing::LineCost;

/// Which rows do not depend on the swept number, and their costs.
#[derive(Debug)]
pub(crate) struct Memory {
    is_apart: Vec<bool>,
    /// The costs of these rows, and `None` for others; empty before the first computation.
    apart: Vec<Option<LineCost>>,
}

impl Memory {
    /// No computation yet.
    pub(crate) fn new(is_apart: Vec<bool>) -> Self {
        Self { is_apart, apart: Vec::new() }
    }

    /// Stores the costs of the rows that do not depend on the swept number, so that they are not computed again.
    pub(crate) fn keep(&mut self, lines: &[LineCost]) {
        if self.apart.is_empty() {
            let keep = |(line, is_apart): (&LineCost, &bool)| is_apart.then(|| line.clone());
            self.apart = lines.iter().zip(&self.is_apart).map(keep).collect();
        }
    }

    /// The stored cost of a row that does not depend on the swept number.
    pub(crate) fn row(&self, index: usize) -> Option<&LineCost> {
        self.apart.get(index)?.as_ref()
    }
}
