//! What a forecast says in one number: when the cash runs out, or what the months cost.

use crate::calculate::ForecastEvent;
use crate::view::page::screen::{amount, customers, month as name, several};
use crate::view::plan::forecast::ForecastView;
use crate::view::report::report::ReportFact;

/// The number of a forecast; `None` if it has no months.
pub(crate) fn forecast_fact(view: &ForecastView<'_>) -> Option<ReportFact> {
    let months = view.months();
    let last = months.last()?;
    let count = several(months.len(), "month");
    if !view.has_cash() {
        let text = match (last.cumulative, last.is_cumulative_complete) {
            (Some(sum), true) => amount(sum, view.currency),
            (Some(sum), false) => format!("at least {}", amount(sum, view.currency)),
            (None, _) => "unknown".to_owned(),
        };
        let note = format!("{}, {} at the end", view.currency, customers(last.customers));
        return Some(ReportFact { label: format!("The next {count}"), text, note, is_bad: false });
    }
    let out = view.first(|event| *event == ForecastEvent::OutOfCash);
    let is_known = months.iter().all(|month| month.balance.is_some());
    Some(match out {
        Some(month) => {
            let place = months.iter().position(|other| other.number == month.number).map_or(0, |place| place + 1);
            let note = format!("month {place} of the forecast");
            ReportFact { label: "Cash runs out".to_owned(), text: name(month.month), note, is_bad: true }
        }
        None if !is_known => {
            let note = "a cost of the forecast is unknown".to_owned();
            ReportFact { label: "Cash".to_owned(), text: "unknown".to_owned(), note, is_bad: false }
        }
        None => {
            let note = format!("the end of the forecast, {count}");
            ReportFact { label: "Cash lasts beyond".to_owned(), text: name(last.month), note, is_bad: false }
        }
    })
}
