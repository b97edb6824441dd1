//! The months of a forecast as a table, after those that were.

use std::iter;

use rust_decimal::Decimal;

use crate::calculate::{Completeness, ForecastMonth};
use crate::model::Month;
use crate::view::page::finding::verdict_word;
use crate::view::page::layout::{Column, Grid, Mark};
use crate::view::page::number::{bare_money_band, displayed, per_unit, percent};
use crate::view::plan::forecast::{ForecastView, costs, stage_changes, to_pay};
use crate::view::plan::forecast_event::stage_name;
use crate::view::plan::forecast_start::PastMonth;

/// A column: whether it is shown, its header, and its cells for a month of the forecast and for one before it.
type MonthColumn = (bool, Column, OfMonth, OfPast);
type OfMonth = fn(&ForecastView<'_>, &ForecastMonth) -> String;
type OfPast = fn(&ForecastView<'_>, &PastMonth) -> String;

impl ForecastView<'_> {
    /// Every month; `name` writes its name.
    pub(crate) fn grid(&self, name: fn(Month) -> String) -> Grid {
        let columns: Vec<MonthColumn> = self.columns().into_iter().filter(|(is_shown, ..)| *is_shown).collect();
        let headers = columns.iter().map(|(_, column, ..)| column.clone());
        let mut grid = Grid::new(iter::once(Column::left("Month").at_least(7)).chain(headers).collect());
        for past in self.past {
            grid.mark(Mark::Faint).cell(name(past.month));
            for (.., of_past) in &columns {
                grid.cell(of_past(self, past));
            }
        }
        for month in self.months() {
            if stage_changes(month) {
                grid.mark(Mark::Strong);
            }
            grid.cell(name(month.month));
            for (_, _, of_month, _) in &columns {
                grid.cell(of_month(self, month));
            }
        }
        grid
    }

    /// The columns after the month. Those are shown that have something to say of any month.
    fn columns(&self) -> [MonthColumn; 15] {
        let any = |is: fn(&ForecastMonth) -> bool| self.months().iter().any(is);
        let has_budget = self.follows_calendar();
        let has_revenue = any(|month| month.economics.mrr.is_some());
        let is_received_otherwise = has_revenue && any(|month| month.received != month.economics.mrr);
        let is_paid_otherwise =
            any(|month| to_pay(month).is_some() && to_pay(month) != costs(month).map(|(costs, _)| costs));
        let has_extra = any(|month| !month.extra.is_zero());
        let has_credits = any(|month| !month.credits.is_zero());
        let has_tax_back = any(|month| !month.tax_recovered.is_zero());
        let none: OfPast = |_, _| String::new();
        [
            (true, Column::right("Customers"), |_, month| month.customers.to_string(), past_customers),
            (true, Column::left("Stage").at_least(12), stage, |_, _| "actual".to_owned()),
            (true, Column::right("Total"), |view, month| view.known(month, month.total), past_total),
            (has_budget, Column::right("Planned").optional(), planned, none),
            (has_budget, Column::left("Verdict").optional(), verdict, none),
            (has_extra, Column::right("Extra"), |view, month| view.amount(Some(month.extra)), none),
            (true, Column::right("Each").optional(), each, past_each),
            (has_revenue, Column::right("MRR"), |view, month| view.amount(month.economics.mrr), past_mrr),
            (is_received_otherwise, Column::right("Received"), |view, month| view.amount(month.received), none),
            (has_revenue, Column::right("Share").optional(), share, past_share),
            (true, Column::right("Cumulative").optional(), cumulative, none),
            (
                is_paid_otherwise,
                Column::right("To pay").optional(),
                |view, month| view.known(month, to_pay(month)),
                none,
            ),
            (has_credits, Column::right("Credits"), |view, month| view.amount(Some(month.credits)), none),
            (has_tax_back, Column::right("Tax back"), |view, month| view.amount(Some(month.tax_recovered)), none),
            (self.has_cash(), Column::right("Cash left"), |view, month| view.amount(month.balance), none),
        ]
    }

    fn amount(&self, amount: Option<Decimal>) -> String {
        or_unknown(amount.map(|amount| displayed(amount, self.currency).to_string()))
    }

    /// An amount of which only a part may be known.
    fn known(&self, month: &ForecastMonth, amount: Option<Decimal>) -> String {
        open(self.amount(amount), amount.is_none() || month.completeness == Completeness::Full)
    }
}

fn or_unknown(shown: Option<String>) -> String {
    shown.unwrap_or_else(|| "?".to_owned())
}

/// A figure, to which something unknown is added unless it is whole.
fn open(shown: String, is_whole: bool) -> String {
    if is_whole { shown } else { format!("{shown} + ?") }
}

fn stage(_: &ForecastView<'_>, month: &ForecastMonth) -> String {
    let mark = if month.serves { "" } else { " *" };
    month.stage.as_ref().map_or_else(|| "none".to_owned(), |stage| format!("{}{mark}", stage_name(stage)))
}

fn planned(view: &ForecastView<'_>, month: &ForecastMonth) -> String {
    month.budget.map(|budget| bare_money_band(budget, view.currency)).unwrap_or_default()
}

fn verdict(_: &ForecastView<'_>, month: &ForecastMonth) -> String {
    month.budget_verdict.map(verdict_word).unwrap_or_default().to_owned()
}

fn each(view: &ForecastView<'_>, month: &ForecastMonth) -> String {
    match &month.economics.cost_per_customer {
        Some(cost) => open(per_unit(cost, view.currency), month.completeness == Completeness::Full),
        None if month.customers == 0 => "-".to_owned(),
        None => "?".to_owned(),
    }
}

fn share(_: &ForecastView<'_>, month: &ForecastMonth) -> String {
    match &month.economics.share_of_mrr {
        Some(share) => open(percent(share, 2), month.completeness == Completeness::Full),
        None if month.economics.mrr.is_some_and(|mrr| mrr.is_zero()) => "-".to_owned(),
        None => "?".to_owned(),
    }
}

fn cumulative(view: &ForecastView<'_>, month: &ForecastMonth) -> String {
    open(view.amount(month.cumulative), month.cumulative.is_none() || month.is_cumulative_complete)
}

fn past_customers(_: &ForecastView<'_>, past: &PastMonth) -> String {
    or_unknown(past.customers.map(|customers| customers.to_string()))
}

fn past_total(view: &ForecastView<'_>, past: &PastMonth) -> String {
    view.amount(past.billed)
}

fn past_each(view: &ForecastView<'_>, past: &PastMonth) -> String {
    or_unknown(past.each.as_ref().map(|each| per_unit(each, view.currency)))
}

/// The revenue of a month before the forecast, which may be recorded in another currency.
fn past_mrr(view: &ForecastView<'_>, past: &PastMonth) -> String {
    or_unknown(past.mrr.map(|mrr| {
        let shown = displayed(mrr.amount, mrr.currency);
        if mrr.currency == view.currency { shown.to_string() } else { format!("{shown} {}", mrr.currency) }
    }))
}

fn past_share(_: &ForecastView<'_>, past: &PastMonth) -> String {
    or_unknown(past.share.as_ref().map(|share| percent(share, 2)))
}
