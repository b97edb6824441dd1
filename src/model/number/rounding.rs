//! Rounding to a multiple of a step.

use rust_decimal::Decimal;

use crate::model::number::decimal::ArithmeticError;
use crate::model::number::fraction::Fraction;
use crate::model::words::words;

words! {
    /// In which direction an amount is rounded.
    pub enum Direction is "a direction of rounding" {
        /// To the nearest step, half away from zero.
        Nearest = "nearest",
        /// To the next step above.
        Up = "up",
        /// To the next step below.
        Down = "down",
    }
}

/// Rounding of amounts to a multiple of `to`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounding {
    /// The step, above zero: `1` for whole dollars, `0.01` for cents, `5` for fives.
    pub to: Decimal,
    /// The direction of rounding.
    pub direction: Direction,
}

impl Rounding {
    /// The amount, rounded to a multiple of the step.
    pub fn apply(self, amount: impl Into<Fraction>) -> Result<Decimal, ArithmeticError> {
        let steps = amount.into().divide(&self.to.into())?;
        let whole = match self.direction {
            Direction::Nearest => steps.rounded(0)?,
            Direction::Up => steps.ceil()?,
            Direction::Down => steps.floor()?,
        };
        whole.multiply(&self.to.into())?.to_decimal()
    }
}
