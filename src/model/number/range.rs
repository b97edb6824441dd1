//! Ranges and bands.

use std::cmp::Ordering;
use std::fmt;

use rust_decimal::Decimal;

use crate::model::number::decimal::ArithmeticError;
use crate::model::number::fraction::Fraction;

/// The position of a value relative to a band.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Below the lower end.
    Below,
    /// Between the ends, both included.
    Within,
    /// Above the upper end.
    Above,
}

/// A range of amounts with inclusive ends; either end may be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    /// The lower end, inclusive.
    pub low: Option<Decimal>,
    /// The upper end, inclusive; `None` if open.
    pub high: Option<Decimal>,
}

impl Band {
    /// The position of an exact value.
    pub fn verdict(self, value: &Fraction) -> Result<Verdict, ArithmeticError> {
        self.verdict_by(|end| Ok(value.cmp(&end.into())))
    }

    /// The position of a value that `against` compares with each end.
    ///
    /// # Errors
    /// The errors of `against`.
    pub fn verdict_by(
        self,
        against: impl Fn(Decimal) -> Result<Ordering, ArithmeticError>,
    ) -> Result<Verdict, ArithmeticError> {
        if let Some(low) = self.low
            && against(low)?.is_lt()
        {
            return Ok(Verdict::Below);
        }
        if let Some(high) = self.high
            && against(high)?.is_gt()
        {
            return Ok(Verdict::Above);
        }
        Ok(Verdict::Within)
    }
}

/// A range of whole numbers with inclusive ends; the upper one may be open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CountRange {
    /// The lower end, inclusive.
    pub low: u64,
    /// The upper end, inclusive; `None` if open.
    pub high: Option<u64>,
}

impl CountRange {
    /// Whether the range contains a count.
    pub fn contains(self, count: u64) -> bool {
        count >= self.low && self.high.is_none_or(|high| count <= high)
    }

    /// The position of a count.
    pub fn verdict(self, count: u64) -> Verdict {
        match self.high {
            _ if count < self.low => Verdict::Below,
            Some(high) if count > high => Verdict::Above,
            _ => Verdict::Within,
        }
    }

    /// The whole number in the middle, rounded down; `None` for an open range.
    pub fn middle(self) -> Option<u64> {
        self.high.map(|high| self.low + (high - self.low) / 2)
    }
}

impl fmt::Display for CountRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.high {
            Some(high) if high == self.low => write!(f, "{}", self.low),
            Some(high) => write!(f, "{}..{high}", self.low),
            None => write!(f, "{}..", self.low),
        }
    }
}
