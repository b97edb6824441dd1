//! The last month that was, after which a forecast begins.

use jiff::civil::Date;

use crate::app::actuals::actual_costs::actual_costs;
use crate::app::request::Request;
use crate::diagnostic::Diagnostic;
#[cfg(feature = "cli")]
use crate::diagnostic::Failure;
use crate::model::{Currency, Month};
use crate::parse::ForecastRaw;
use crate::source::Spanned;
use crate::view::{ActualStart, PastMonth};
use crate::workspace::Workspace;

/// The most months before a forecast that are shown.
const PAST: usize = 12;

/// The last month that is over on a day and of which customers are recorded.
pub(super) fn last_actual(workspace: &mut Workspace, day: Date) -> Result<Option<(Month, u64)>, Vec<Diagnostic>> {
    let mut months = workspace.recorded_months()?;
    months.retain(|month| month.last_day() < day);
    for month in months.into_iter().rev() {
        let customers = workspace.actual_month(month)?.and_then(|actual| actual.customers);
        if let Some(customers) = customers {
            return Ok(Some((month, customers)));
        }
    }
    Ok(None)
}

/// Lets a forecast begin after the last month that was, unless something else is chosen. `is_chosen` says that the request or
/// its scenario says with how many customers it begins.
pub(super) fn begin(raw: &mut ForecastRaw, last: Option<(Month, u64)>, is_chosen: bool) -> Option<ActualStart> {
    let (month, customers) = last?;
    let is_used = !is_chosen && raw.start.is_none() && !raw.lists_customers();
    let first = month.later(1).filter(|_| is_used);
    if let Some(first) = first {
        raw.start = Some(Spanned::given(first));
        raw.from = Some(Spanned::given(customers));
    }
    Some(ActualStart { month, customers, is_used: first.is_some() })
}

/// The flags of a forecast that the project does not make needless, `--from` and `--growth`, and the last month with bills.
///
/// # Errors
/// What is wrong with the request and the recorded months.
#[cfg(feature = "cli")]
pub(crate) fn next_steps(
    workspace: &mut Workspace,
    request: &Request,
) -> Result<(&'static str, Option<Month>), Failure> {
    let found = |workspace: &mut Workspace| {
        let settled = request.settled(workspace)?;
        let of_project = workspace.settings.as_ref().and_then(|settings| settings.forecast.clone());
        let last = last_actual(workspace, settled.request.as_of)?;
        let raws = || settled.forecast.iter().chain(&of_project);
        let is_listed = raws().any(ForecastRaw::lists_customers);
        let has_from = settled.customers.is_some() || last.is_some() || raws().any(|raw| raw.from.is_some());
        let flags = match (has_from || is_listed, is_listed || raws().any(|raw| raw.growth.is_some())) {
            (true, true) => "",
            (true, false) => "--growth",
            (false, true) => "--from",
            (false, false) => "--from --growth",
        };
        let mut billed = None;
        for month in workspace.recorded_months()?.into_iter().rev() {
            if workspace.actual_month(month)?.is_some_and(|actual| actual.charges().next().is_some()) {
                billed = Some(month);
                break;
            }
        }
        Ok::<_, Vec<Diagnostic>>((flags, billed))
    };
    found(workspace).map_err(|wrong| workspace.failure(wrong))
}

/// What the months before a forecast really cost, in order; the cost is left out where no stage can be compared with the bill.
pub fn past_months(workspace: &mut Workspace, request: &Request, start: Month, currency: Currency) -> Vec<PastMonth> {
    let mut months = workspace.recorded_months().unwrap_or_default();
    months.retain(|month| *month < start);
    let request = Request { currency: Some(Spanned::given(currency)), ..request.clone() };
    let first = months.len().saturating_sub(PAST);
    let past = months.drain(first..).filter_map(|month| {
        let actual = workspace.actual_month(month).ok()??;
        let costs =
            actual_costs(workspace, Some(month), None, &request).ok().filter(|_| actual.charges().next().is_some());
        Some(PastMonth {
            month,
            customers: actual.customers,
            billed: costs.as_ref().map(|costs| costs.comparison.billed_before_tax),
            each: costs.as_ref().and_then(|costs| costs.comparison.cost_per_customer.clone()),
            mrr: actual.mrr,
            share: costs.and_then(|costs| costs.comparison.share_of_mrr),
        })
    });
    past.collect()
}
