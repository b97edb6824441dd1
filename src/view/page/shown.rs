//! The sums of a costing as a table shows them, with every amount rounded as it is shown, and the residues.

use std::fmt;

use rust_decimal::Decimal;

use crate::calculate::Costing;
use crate::model::{ArithmeticError, Direction, Stage, add, subtract, sum};
use crate::view::page::number::displayed;

/// The sums of one costing as they are shown; down the table they add up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ShownTotals {
    /// The shown subtotal less the shown rows.
    pub(crate) rounding_of_rows: Decimal,
    pub(crate) subtotal: Decimal,
    pub(crate) buffer: Decimal,
    /// The shown total less the shown subtotal and buffer: the manifest's rounding, and that of what is shown.
    pub(crate) rounding: Decimal,
    pub(crate) total: Decimal,
}

impl ShownTotals {
    /// `None` if no cost is known.
    pub(crate) fn of(stage: &Stage, costing: &Costing) -> Option<Self> {
        let totals = costing.known_totals()?;
        let currency = stage.currency;
        let (subtotal, buffer, total) = (
            displayed(totals.subtotal, currency),
            displayed(totals.buffer, currency),
            displayed(totals.total, currency),
        );
        // The exact sums are known to fit, and amounts rounded for display have fewer digits.
        let rows = sum(costing
            .line_items
            .iter()
            .filter(|line| !line.is_left_out)
            .map(|line| displayed(line.monthly, currency)));
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

/// Whether all amounts are zero or unknown, so that the row can be left out.
pub(crate) fn is_nothing(amounts: &[Option<Decimal>]) -> bool {
    amounts.iter().flatten().all(Decimal::is_zero)
}

/// The label for the rounding between subtotal and total.
pub(crate) fn rounding_label(stage: &Stage) -> String {
    let Some(rounding) = stage.rounding.total else { return "Rounding of the amounts shown".to_owned() };
    let direction = match rounding.value.direction {
        Direction::Nearest => "to the nearest",
        Direction::Up => "up to the next",
        Direction::Down => "down to the last",
    };
    format!("Rounding {direction} {}", crate::view::page::number::Number(rounding.value.to))
}
