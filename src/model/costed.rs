//! The costs of a stage as a snapshot records them.

use rust_decimal::Decimal;

use crate::model::stage::Stage;
use crate::model::words::Words;
use crate::source::Span;

/// The number of customers that a stage is computed at, relative to its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RangePoint {
    /// A number that the user gives.
    Given,
    /// The smallest number that the stage is meant for.
    Low,
    /// The largest number that the stage is meant for.
    High,
}

impl Words for RangePoint {
    const WHAT: &'static str = "an end of a range";
    const WORDS: &'static [(&'static str, Self)] = &[("low", Self::Low), ("high", Self::High)];
}

impl RangePoint {
    /// The word in snapshots; `None` for a number that somebody gives.
    pub fn word(self) -> Option<&'static str> {
        Self::WORDS.iter().find(|(_, point)| *point == self).map(|(word, _)| *word)
    }

    /// What a number of customers is of a stage, where `given` is the one that somebody gives.
    pub fn of(stage: &Stage, given: Option<u64>, customers: u64) -> Self {
        match given {
            Some(_) => Self::Given,
            None if customers == stage.customers.value.low => Self::Low,
            None => Self::High,
        }
    }
}

/// The costs of a stage that a snapshot records.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The costs of the line items, by name.
    pub line_items: Vec<(Box<str>, RecordedCost)>,
    /// The known part of the total.
    pub total: RecordedCost,
}

/// A recorded cost per month.
#[derive(Clone, Copy, Debug)]
pub struct RecordedCost {
    /// The known part of the cost; `None` if nothing is known.
    pub cost: Option<Decimal>,
    /// Its place in the snapshot.
    pub span: Span,
}
