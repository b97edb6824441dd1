//! Amounts of a comparison: with as many decimals as tell its value and its limit apart.

use rust_decimal::Decimal;

use crate::calculate::BudgetCheck;
use crate::model::{Amount, Fraction, Measure};
use crate::view::page::number::{cents, percent};
use crate::view::page::section::{amount, rounded_amount};

/// The most decimals that a decimal has.
const MOST: u32 = 28;

/// How the amounts of a comparison are shown: with so many decimals more than usual.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shown {
    more: u32,
}

impl Shown {
    /// None more where value and limit are the same, or differ in what is shown usually.
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

    /// An amount as a table shows it: money in cents, ratios in per cent with two decimals, unless more are needed.
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

/// How many decimals an amount is shown with usually.
fn decimals(measure: &Measure) -> u32 {
    match measure {
        Measure::Ratio => 4,
        Measure::Money(_) | Measure::Plain | Measure::Unit(_) => 2,
    }
}

/// Whether value and limit differ at so many decimals, and so does the margin from zero.
fn differs(value: Fraction, limit: Fraction, margin: Option<Fraction>, places: u32) -> bool {
    let rounded = |of: Fraction| of.round(places).ok();
    let is_margin_shown = margin.is_none_or(|margin| rounded(margin).is_some_and(|margin| !margin.is_zero()));
    match (rounded(value), rounded(limit)) {
        (Some(value), Some(limit)) => value != limit && is_margin_shown,
        _ => false,
    }
}

/// A number with exactly so many decimals; `None` where it has too many digits for them.
fn fixed(value: Fraction, places: u32) -> Option<Decimal> {
    let mut shown = value.round(places).ok()?;
    shown.rescale(places);
    (shown.scale() == places).then_some(shown)
}
