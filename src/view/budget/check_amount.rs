//! Amounts of a comparison, with enough decimals to distinguish its value from its limit.

use crate::calculate::BudgetCheck;
use crate::model::{Amount, Fraction, Measure};
use crate::view::page::number::{percent, with_decimals};
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
                let margin = check.margin.as_ref().map(|margin| margin.value.clone());
                (0..=MOST - usual)
                    .find(|more| differs(value.value.clone(), limit.value.clone(), margin.clone(), usual + more))
                    .unwrap_or(0)
            }
            _ => 0,
        };
        Self { more }
    }

    /// An amount as a table shows it: money with the decimals of its currency and ratios in
    /// per cent with two decimals, unless more are needed.
    pub(crate) fn amount(self, of: &Amount) -> String {
        let places = decimals(&of.measure) + self.more;
        match &of.measure {
            Measure::Money(currency) => {
                with_decimals(&of.value, places).map_or_else(|| amount(of), |value| format!("{value} {currency}"))
            }
            Measure::Ratio if self.more > 0 => percent(&of.value, places - 2),
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
        Measure::Money(currency) => currency.decimals(),
        Measure::Plain | Measure::Unit(_) => 2,
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
