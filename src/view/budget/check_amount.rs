//! Amounts of a comparison, with enough decimals to distinguish its value from its limit.

use rust_decimal::Decimal;

use crate::calculate::BudgetCheck;
use crate::model::{Amount, Fraction, Measure};
use crate::view::page::number::{cents, percent};
use crate::view::page::section::{amount, rounded_amount};

/// The most decimals of a `Decimal`.
const MOST: u32 = 28;

/// The number of extra decimals with which the amounts of a comparison are shown.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown {
    more: u32,
}

impl Shown {
    /// No extra decimals where value and limit are equal, or already differ as usually shown.
    pub(crate) fn of(check: &BudgetCheck) -> Self {
        let more = match (&check.value, &check.limit) {
            (Some(value), Some(limit)) => {
                let usual = decimals(&value.measure);
                let margin = check.margin.as_ref().map(|margin| margin.value);
                (0..=MOST - usual).find(|more| differs(value.value, limit.value, margin, usual + more)).unwrap_or(0)
            }
            _ => 0,
        };
        Self { more }
    }

    /// An amount as a table shows it: money in cents and ratios in per cent with two decimals, unless more are needed.
    pub(crate) fn amount(self, of: &Amount) -> String {
        let places = decimals(&of.measure) + self.more;
        match &of.measure {
            Measure::Money(currency) if self.more == 0 => {
                of.value.to_decimal().map_or_else(|_| amount(of), |value| format!("{} {currency}", cents(value)))
            }
            Measure::Money(currency) => {
                fixed(of.value, places).map_or_else(|| amount(of), |value| format!("{value} {currency}"))
            }
            Measure::Ratio if self.more > 0 => percent(of.value, places - 2),
            Measure::Ratio | Measure::Plain | Measure::Unit(_) => rounded_amount(of, places),
        }
    }

    /// An amount, or a dash where there is none.
    pub(crate) fn or_dash(self, of: Option<&Amount>) -> String {
        of.map_or_else(|| "-".to_owned(), |of| self.amount(of))
    }
}

/// How many decimals an amount usually has.
fn decimals(measure: &Measure) -> u32 {
    match measure {
        Measure::Ratio => 4,
        Measure::Money(_) | Measure::Plain | Measure::Unit(_) => 2,
    }
}

/// Whether value and limit differ at this many decimals, and the margin differs from zero.
fn differs(value: Fraction, limit: Fraction, margin: Option<Fraction>, places: u32) -> bool {
    let rounded = |of: Fraction| of.round(places).ok();
    let is_margin_shown = margin.is_none_or(|margin| rounded(margin).is_some_and(|margin| !margin.is_zero()));
    match (rounded(value), rounded(limit)) {
        (Some(value), Some(limit)) => value != limit && is_margin_shown,
        _ => false,
    }
}

/// A number with exactly this many decimals; `None` if it has too many digits.
fn fixed(value: Fraction, places: u32) -> Option<Decimal> {
    let mut shown = value.round(places).ok()?;
    shown.rescale(places);
    (shown.scale() == places).then_some(shown)
}
