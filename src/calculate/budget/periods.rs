//! The quarters and years of a forecast against their budgets.

use rust_decimal::Decimal;

use crate::calculate::budget::budget::{nothing, verdict};
use crate::calculate::budget::comparison::{BudgetCheck, BudgetSubject, Remark};
use crate::calculate::cost::costing::Completeness;
use crate::calculate::fault::Fault;
use crate::calculate::plan::months::forecast_result::{Forecast, ForecastMonth};
use crate::diagnostic::Diagnostic;
use crate::model::{AlertSeverity, Amount, LimitKind, Limits, Stage, add, subtract, sum};
use crate::source::Spanned;

/// A comparison of a period of a forecast with its budget, and the place of its last month in the forecast.
#[derive(Clone, Debug)]
pub struct PeriodCheck {
    /// The comparison.
    pub check: BudgetCheck,
    /// The last month of the period that the forecast has.
    pub last: usize,
}

/// Compares the most expensive quarter and the most expensive year of a forecast with the budgets for them. Periods are
/// those of the calendar; of one that the forecast has only in part, the months that it has are counted. `stage` gives
/// the currency.
///
/// # Errors
/// `overflow`, `lost-digits`.
pub fn period_checks(forecast: &Forecast, limits: &Limits, stage: &Stage) -> Result<Vec<PeriodCheck>, Vec<Diagnostic>> {
    let kinds = [(LimitKind::Quarterly, limits.quarterly), (LimitKind::Yearly, limits.yearly)];
    let limited = kinds.into_iter().filter_map(|(kind, limit)| Some((kind, kind.months()?, limit?)));
    let mut found = Vec::new();
    for (kind, length, limit) in limited {
        let fault = |fault: Fault| vec![fault.at("the budget of the forecast", Some(limit.span))];
        let mut highest: Option<(Decimal, Vec<usize>)> = None;
        for months in periods(forecast, length) {
            let cost = cost(months.iter().map(|place| &forecast.months[*place])).map_err(fault)?;
            if highest.as_ref().is_none_or(|(most, _)| cost > *most) {
                highest = Some((cost, months));
            }
        }
        if let Some((cost, months)) = highest {
            found.extend(compared(forecast, (kind, length), (cost, &months), limit, stage).map_err(fault)?);
        }
    }
    Ok(found)
}

/// The places of the months in each period of the calendar.
fn periods(forecast: &Forecast, length: u32) -> Vec<Vec<usize>> {
    let period = |month: &ForecastMonth| {
        let first = month.month.first_day();
        (first.year(), (first.month().unsigned_abs() - 1) / u8::try_from(length).unwrap_or(12))
    };
    let places: Vec<usize> = (0..forecast.months.len()).collect();
    let is_same = |a: &usize, b: &usize| period(&forecast.months[*a]) == period(&forecast.months[*b]);
    places.chunk_by(is_same).map(<[usize]>::to_vec).collect()
}

/// The known costs of months, as the forecast adds them up.
fn cost<'m>(months: impl Iterator<Item = &'m ForecastMonth>) -> Result<Decimal, Fault> {
    let mut all = Decimal::ZERO;
    for month in months {
        all = add(all, sum([month.total.unwrap_or_default(), month.extra].into_iter())?)?;
    }
    Ok(all)
}

fn compared(
    forecast: &Forecast,
    (kind, length): (LimitKind, u32),
    (cost, months): (Decimal, &[usize]),
    limit: Spanned<Decimal>,
    stage: &Stage,
) -> Result<Option<PeriodCheck>, Fault> {
    let (Some(first), Some(last)) = (months.first(), months.last()) else { return Ok(None) };
    let of = |place: &usize| &forecast.months[*place];
    let is_full = months.iter().all(|place| of(place).completeness == Completeness::Full);
    let completeness = if is_full { Completeness::Full } else { Completeness::Part };
    let is_beyond = stage.compare(&cost.into(), &limit.value.into())?.is_gt();
    let (verdict, remark) = verdict(is_beyond, AlertSeverity::Fail, completeness);
    let part = (months.len() < length as usize)
        .then(|| Remark::new("part-of-period", format!("the forecast has {} of its {length} months", months.len())));
    let some = if part.is_some() { format!(", {} of {length} months", months.len()) } else { String::new() };
    let name = format!("{} to {}{some}", of(first).month, of(last).month);
    let money = |value: Decimal| Amount::money(value, stage.currency);
    let left = subtract(limit.value, cost)?;
    let check = BudgetCheck {
        value: Some(money(cost)),
        limit: Some(money(limit.value)),
        margin: Some(money(left)),
        verdict,
        remark: remark.or(part),
        ..nothing(BudgetSubject::Forecast(kind, name.into()), None, limit.span)
    };
    Ok(Some(PeriodCheck { check, last: *last }))
}
