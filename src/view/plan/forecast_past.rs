//! What a forecast shows of the months that were.

use crate::model::Month;
use crate::view::page::screen::{customers, month as in_words};
use crate::view::plan::forecast::ForecastView;

/// How many months old the last recorded month usually is: the bills of a month take some weeks.
const USUAL: i64 = 3;

impl ForecastView<'_> {
    /// After which month the forecast begins.
    pub(crate) fn starts_after(&self) -> Option<String> {
        let after = self.after.filter(|after| after.is_used)?;
        Some(format!("starts after {}, which had {}", in_words(after.month), customers(after.customers)))
    }

    /// What is to be said of the month in which the forecast begins.
    pub(crate) fn note_on_start(&self) -> Option<String> {
        self.passed_over().or_else(|| self.long_ago())
    }

    /// That the forecast begins after a month that was long ago, so that some of its months are over.
    fn long_ago(&self) -> Option<String> {
        let after = self.after.filter(|after| after.is_used)?;
        let ago = Month::of(self.plan.as_of).since(after.month);
        let over = ago - 1;
        (ago > USUAL).then(|| {
            let begins = in_words(after.month);
            format!("The customers of {begins} are {ago} months old, and {over} months are forecast that are over: record newer ones, or set --start")
        })
    }

    /// That a recorded month is passed over, since the forecast begins with it or before it.
    pub(crate) fn passed_over(&self) -> Option<String> {
        let first = self.months().first()?.month;
        let after = self.after.filter(|after| !after.is_used && after.month >= first)?;
        let (month, had) = (in_words(after.month), customers(after.customers));
        Some(format!("{month} is over and had {had}; the start that is set comes before that"))
    }
}
