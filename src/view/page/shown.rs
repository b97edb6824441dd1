//! The sums of a costing as a table shows them: every amount rounded to cents, and by how much these miss each other.

use std::fmt;

use rust_decimal::Decimal;

use crate::calculate::Costing;
use crate::model::{ArithmeticError, Direction, Stage, add, subtract, sum};
use crate::view::page::number::cents;

/// The sums of one costing in cents; down the table they add up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShownTotals {
    /// By how much the rows that are shown miss the subtotal that is shown.
    pub(crate) rounding_of_rows: Decimal,
    pub(crate) subtotal: Decimal,
    pub(crate) buffer: Decimal,
    /// By how much subtotal and buffer miss the total: what the manifest rounds, and what showing cents does.
    pub(crate) rounding: Decimal,
    pub(crate) total: Decimal,
}

impl ShownTotals {
    /// `None` if nothing of the cost is known.
    pub(crate) fn of(costing: &Costing) -> Option<Self> {
        let totals = costing.known_totals()?;
        let (subtotal, buffer, total) = (cents(totals.subtotal), cents(totals.buffer), cents(totals.total));
        // The exact sums are known to fit, and what is rounded to cents has fewer digits.
        let rows = sum(costing.line_items.iter().filter(|line| !line.is_left_out).map(|line| cents(line.monthly)));
        let missed = |whole: Decimal, parts: Result<Decimal, ArithmeticError>| {
            parts.and_then(|parts| subtract(whole, parts)).unwrap_or_default()
        };
        Some(Self {
            rounding_of_rows: missed(subtotal, rows),
            subtotal,
            buffer,
            rounding: missed(total, add(subtotal, buffer)),
            total,
        })
    }
}

/// An amount as a table shows it.
#[derive(Clone, Copy)]
pub(crate) struct KnownOrUnknown(pub(crate) Option<Decimal>);

impl fmt::Display for KnownOrUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            // A difference of nothing may have a sign.
            Some(amount) if amount.is_zero() => amount.abs().fmt(f),
            Some(amount) => amount.fmt(f),
            None => f.write_str("?"),
        }
    }
}

/// Whether there is nothing to show: all amounts are zero or unknown.
pub(crate) fn is_nothing(amounts: &[Option<Decimal>]) -> bool {
    amounts.iter().flatten().all(Decimal::is_zero)
}

/// What the rounding between subtotal and total is called.
pub(crate) fn rounding_label(stage: &Stage) -> String {
    let Some(rounding) = stage.rounding.total else { return "Rounding of the amounts shown".to_owned() };
    let direction = match rounding.value.direction {
        Direction::Nearest => "to the nearest",
        Direction::Up => "up to the next",
        Direction::Down => "down to the last",
    };
    format!("Rounding {direction} {}", crate::view::page::number::Number(rounding.value.to))
}
