//! What a bill ends at if it goes on by days.

use rust_decimal::Decimal;

use crate::model::{ActualMonth, ArithmeticError, BillSource, BilledCharge, ChargeKind, Fraction, Money, Month};

/// The days of a month, and those that a bill covers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Days {
    covered: i8,
    all: i8,
}

/// The days that the bill of a charge covers, if they are not the whole month; `None` for what is for the whole month, and for
/// what was typed in.
pub(super) fn days_of(charge: &BilledCharge, month: &ActualMonth) -> Option<Days> {
    let is_of = |source: &&BillSource| source.charges.iter().any(|own| std::ptr::eq(own, charge));
    let source = month.sources.iter().find(is_of)?;
    of_source(source, month.month).filter(|_| charge.product.kind == ChargeKind::Usage && !charge.product.is_monthly)
}

fn of_source(source: &BillSource, month: Month) -> Option<Days> {
    let (through, last) = (source.through?, month.last_day());
    (through < last).then(|| Days { covered: through.day(), all: last.day() })
}

impl Days {
    /// An amount of the days that are covered, for the whole month.
    pub(super) fn projected(self, amount: Decimal) -> Result<Decimal, ArithmeticError> {
        let all = Fraction::from(amount).multiply(&Decimal::from(self.all).into())?;
        all.divide(&Decimal::from(self.covered).into())?.to_decimal()
    }
}

/// A charge with what it ends at.
pub(super) fn projected(charge: &BilledCharge, days: Option<Days>) -> Result<BilledCharge, ArithmeticError> {
    let Some(days) = days else { return Ok(charge.clone()) };
    let cost = Money::new(days.projected(charge.cost.amount)?, charge.cost.currency);
    let quantity = charge.quantity.map(|quantity| days.projected(quantity)).transpose()?;
    Ok(BilledCharge { cost, quantity, ..charge.clone() })
}
