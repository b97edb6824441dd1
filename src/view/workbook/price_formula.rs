//! The price models as computations of cells.

use rust_decimal::Decimal;

use super::calc::Calc;
use super::prices_sheet::PriceRows;
use crate::model::{Commitment, Direction, Pricing, Rounding};

/// What billable units cost, before minimum and cap. `size` chooses the tier of a volume price; a percentage takes its part
/// of `billable`, which is money.
pub(crate) fn price(pricing: &Pricing, rows: PriceRows, billable: Calc, size: Calc) -> Calc {
    match pricing {
        Pricing::Flat { .. } => rows.price().over(rows.months()),
        Pricing::PerUnit { .. } => billable.over(rows.per()).times(rows.price()),
        Pricing::Package { .. } => {
            let started = Rounding { to: Decimal::ONE, direction: Direction::Up };
            Calc::RoundTo(Box::new(billable.over(rows.per())), started).times(rows.price())
        }
        Pricing::Graduated { .. } => Calc::Graduated(Box::new(rows.tiered(billable, Calc::zero(), rows.per()))),
        Pricing::Volume { .. } => Calc::Volume(Box::new(rows.tiered(billable, size, rows.per()))),
        Pricing::Percentage(_) => Calc::Graduated(Box::new(rows.tiered(billable, Calc::zero(), Decimal::ONE.into()))),
        Pricing::Quote => Calc::zero(),
    }
}

/// What units cost under a commitment: those within it at the price, those beyond it at a multiple. With a true-up, all
/// of it is paid by whoever buys anything.
pub(crate) fn committed(
    pricing: &Pricing,
    rows: PriceRows,
    billable: &Calc,
    commitment: Commitment,
    bought: Option<&Calc>,
) -> Calc {
    let limit = rows.committed();
    let of = |units: Calc| price(pricing, rows, units.clone(), units);
    let least = Calc::Least(vec![billable.clone(), limit.clone()]);
    let within = match (commitment.true_up, bought) {
        (false, _) => least,
        (true, None) => limit.clone(),
        (true, Some(quantity)) => quantity.clone().if_above_zero(limit.clone(), least),
    };
    let beyond = billable.clone().minus(limit).at_least_zero();
    of(within).plus(of(beyond).times(rows.overage()))
}
