//! Where in its range a stage costs the most.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::Completeness;
use crate::calculate::cost::scan::Scan;
use crate::diagnostic::Diagnostic;
use crate::model::{CountRange, Progress, Stage};

/// The most operations that the search for a peak may take: some seconds.
const MAX_OPERATIONS: u64 = 40_000_000;

/// The result for the numbers of customers between the two ends of a range.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peak {
    /// None of them costs more than both ends.
    AtAnEnd,
    /// The first number of customers with the highest total, which is higher than at both ends.
    Between(u64),
    /// There are too many to compute.
    NotComputed,
    /// The range has no upper end, and more customers may cost more or use more of a capacity.
    Open,
}

/// The operations of the search for the peak of a stage; `None` if there are too many, so that it is not made.
pub fn peak_operations(stage: &Stage) -> Option<u64> {
    let CountRange { low, high } = stage.customers.value;
    let between = high.filter(|_| stage.depends_on_customers()).map_or(0, |high| high - low);
    Some(between.saturating_mul(stage.operations())).filter(|all| *all <= MAX_OPERATIONS)
}

/// The number of customers in the range of a stage with the highest total, as far as it is known. Every whole number of
/// customers is computed, since costs may fall where a package or a tier is full.
///
/// # Errors
/// As [`stage`](crate::calculate::cost::stage::stage()), at any of the numbers.
pub fn peak(stage: &Stage, progress: &Progress) -> Result<Peak, Vec<Diagnostic>> {
    let CountRange { low, high } = stage.customers.value;
    let Some(high) = high else {
        let may_grow = stage.depends_on_customers() || stage.capacity_depends_on_customers();
        return Ok(if may_grow { Peak::Open } else { Peak::AtAnEnd });
    };
    if high - low <= 1 || !stage.depends_on_customers() {
        return Ok(Peak::AtAnEnd);
    }
    if peak_operations(stage).is_none() {
        return Ok(Peak::NotComputed);
    }
    let mut scan = Scan::new(stage, stage.revenue);
    let mut total = |customers: u64| -> Result<Option<Decimal>, Vec<Diagnostic>> {
        let sums = scan.sums(customers)?;
        Ok((sums.completeness != Completeness::Nothing).then_some(sums.totals.total))
    };
    let mut highest = total(low)?.max(total(high)?);
    let mut peak = Peak::AtAnEnd;
    for customers in low + 1..high {
        progress.report(customers - low, high - low);
        let total = total(customers)?;
        if total > highest {
            (highest, peak) = (total, Peak::Between(customers));
        }
    }
    Ok(peak)
}
