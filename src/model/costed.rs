//! A stage with what it costs, as snapshots keep it and differences compare it.

use rust_decimal::Decimal;

use crate::model::stage::Stage;
use crate::model::words::Words;
use crate::source::Span;

/// Which number of customers a stage is computed at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangePoint {
    /// A number that somebody gives.
    Given,
    /// The least that the stage is meant for.
    Low,
    /// The most that the stage is meant for.
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

/// What a snapshot says that a stage costs.
#[derive(Clone, Debug)]
pub struct Recorded {
    /// The line items, by name.
    pub line_items: Vec<(Box<str>, RecordedCost)>,
    /// The total, as far as it is known.
    pub total: RecordedCost,
}

/// A recorded number.
#[derive(Clone, Copy, Debug)]
pub struct RecordedCost {
    /// The cost, as far as it is known; `None` if nothing is.
    pub cost: Option<Decimal>,
    /// Where it is written.
    pub span: Span,
}
