//! Rounding of prices and totals.

use rust_decimal::Decimal;

use crate::diagnostic::Problems;
use crate::model::{Direction, Rounding};
use crate::parse::{RoundingRaw, ScalarOr};
use crate::resolve::checks::positive;
use crate::source::Spanned;

/// Resolves a rounding: a step, or a step with a direction.
pub(crate) fn rounding(
    raw: &ScalarOr<Spanned<Decimal>, RoundingRaw>,
    problems: &mut Problems,
) -> Option<Spanned<Rounding>> {
    let (to, direction, span) = match raw {
        ScalarOr::Scalar(to) => (*to, Direction::Nearest, to.span),
        ScalarOr::Table(table) => {
            (table.to, table.direction.map_or(Direction::Nearest, |direction| direction.value), table.span)
        }
    };
    let to = positive(Some(to), "the step of a rounding", problems)?;
    Some(Spanned::new(Rounding { to, direction }, span))
}
