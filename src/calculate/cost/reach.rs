//! The customer counts at which a stage meets its target for the cost per customer.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::Completeness;
use crate::calculate::cost::finding::Finding;
use crate::calculate::cost::scan::Scan;
use crate::calculate::fault::Fault;
use crate::calculate::plan::breakeven_result::Reach;
use crate::diagnostic::Diagnostic;
use crate::model::{Band, CountRange, Fraction, Stage, Verdict, add, subtract};

/// The most operations that a search over customer counts may take: some tenths of a second.
const MAX_OPERATIONS: u64 = 4_000_000;

/// The operations of the search for the numbers of customers at which a stage meets its target; `None` if there are too
/// many, so that it is not made.
pub fn reach_operations(stage: &Stage) -> Option<u64> {
    let CountRange { low, high } = stage.customers.value;
    let is_searched = stage.targets.cost_per_customer.is_some() && stage.depends_on_customers();
    let counts = high.filter(|_| is_searched).map_or(0, |high| (high - low).saturating_add(1));
    Some(counts.saturating_mul(stage.operations())).filter(|all| *all <= MAX_OPERATIONS)
}

/// The runs of customer counts in the stage's range at which its target per customer is met, before the buffer.
///
/// A stage whose cost does not depend on customers is solved; any other is computed at every whole number of its range.
/// `None` if the stage has no target or no customers, only a part of it is requested, a cost is unknown, or its range
/// is open or too large to search.
///
/// # Errors
/// As [`stage`](crate::calculate::cost::stage::stage()), at any of the counts.
pub fn target_reach(stage: &Stage) -> Result<Option<Finding>, Vec<Diagnostic>> {
    let target = stage.targets.cost_per_customer.filter(|_| stage.part.is_none());
    let Some(target) = target else { return Ok(None) };
    let (band, range) = (target.value, stage.customers.value);
    let fault = |fault: Fault| vec![fault.at("the cost per customer", Some(target.span))];
    let mut scan = Scan::new(stage, stage.revenue);
    if !stage.depends_on_customers() {
        let Some(subtotal) = known_subtotal(&mut scan, range.low)? else { return Ok(None) };
        return constant_cost_reach(stage, subtotal, band).map_err(fault);
    }
    let Some(high) = range.high.filter(|high| *high > 0) else { return Ok(None) };
    if reach_operations(stage).is_none() {
        return Ok(None);
    }
    let mut met = Reach::default();
    let mut is_exceeded = false;
    for customers in range.low.max(1)..=high {
        let Some(subtotal) = known_subtotal(&mut scan, customers)? else { return Ok(None) };
        let cost = Fraction::new(subtotal, Decimal::from(customers));
        let verdict = cost.and_then(|cost| stage.verdict(&cost, band, Decimal::ONE));
        match verdict.map_err(Fault::from).map_err(fault)? {
            Verdict::Within => {}
            Verdict::Above => {
                is_exceeded = true;
                continue;
            }
            Verdict::Below => continue,
        }
        met.extend(customers);
    }
    Ok(Some(Finding::TargetReach { band, range, met: met.runs, is_exceeded }))
}

/// The subtotal for a number of customers, if it is fully known.
fn known_subtotal(scan: &mut Scan<'_>, customers: u64) -> Result<Option<Decimal>, Vec<Diagnostic>> {
    let sums = scan.sums(customers)?;
    Ok((sums.completeness == Completeness::Full).then_some(sums.totals.subtotal))
}

/// The reach of a stage that costs the same for any number of customers: the counts `n` of its range from
/// `ceil(subtotal / high)` to `floor(subtotal / low)`, at which `low <= subtotal / n <= high`. `None` if the range has
/// no customers, or an end of the run is too large for a customer count.
pub(crate) fn constant_cost_reach(stage: &Stage, subtotal: Decimal, band: Band) -> Result<Option<Finding>, Fault> {
    let range = stage.customers.value;
    // Converting may have moved each end by one, so the verdict decides there.
    let at = |count: Decimal| stage.verdict(&Fraction::new(subtotal, count)?, band, Decimal::ONE);
    let first = match band.high {
        Some(high) if high.is_zero() => return Ok(None),
        Some(high) => {
            let first = Fraction::new(subtotal, high)?.ceil()?.to_decimal()?;
            let before = subtract(first, Decimal::ONE)?;
            let is_met = stage.is_converted() && before >= Decimal::ONE && at(before)? != Verdict::Above;
            if is_met { before } else { first }
        }
        None => Decimal::ONE,
    };
    let last = match band.low {
        Some(low) if !low.is_zero() => {
            let last = Fraction::new(subtotal, low)?.floor()?.to_decimal()?;
            let after = add(last, Decimal::ONE)?;
            let is_met = stage.is_converted() && at(after)? != Verdict::Below;
            Some(if is_met { after } else { last })
        }
        _ => None,
    };
    let Ok(first) = u64::try_from(first) else { return Ok(None) };
    let last = match last.map(u64::try_from) {
        Some(Ok(last)) => Some(last),
        Some(Err(_)) => return Ok(None),
        None => None,
    };
    // Fewer customers cost more each.
    let fewest = range.low.max(1);
    if range.high.is_some_and(|high| high < fewest) {
        return Ok(None);
    }
    let is_exceeded = at(Decimal::from(fewest))? == Verdict::Above;
    let low = first.max(fewest);
    let high = match (last, range.high) {
        (Some(last), Some(high)) => Some(last.min(high)),
        (last, high) => last.or(high),
    };
    let is_empty = high.is_some_and(|high| high < low);
    let met = if is_empty { Vec::new() } else { vec![CountRange { low, high }] };
    Ok(Some(Finding::TargetReach { band, range, met, is_exceeded }))
}
