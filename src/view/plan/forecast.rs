//! The months of a forecast.

use std::borrow::Cow;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::calculate::{Completeness, Forecast, ForecastEvent, ForecastMonth, ForecastYear};
use crate::model::{Currency, ForecastPlan, Month, ScenarioName, StageChoice, StagePart, add, subtract};
use crate::view::View;
use crate::view::cost::stage_json::StageReference;
use crate::view::cost::tags::part_words;
use crate::view::page::finding::verdict_word;
use crate::view::page::layout::{Block, Cell, Column, Grid, Page, Records};
use crate::view::page::number::{Number, displayed, percent, quotient};
use crate::view::page::scenario::{ScenarioJson, line_of, techniques_line};
use crate::view::page::words::rating;
use crate::view::plan::forecast_event::{EventJson, bound_words, event_json, words};
use crate::view::plan::forecast_start::{ActualStart, BeforeJson, PastMonth};
use crate::view::plan::forecast_years::{self, BandJson, YearJson};

/// The columns of a month in a spreadsheet.
const HEADER: [&str; 30] = [
    "month",
    "number",
    "customers",
    "customers_unrounded",
    "stage",
    "name",
    "serves",
    "currency",
    "total",
    "complete",
    "overlap",
    "once",
    "tax",
    "cost_per_customer",
    "mrr",
    "share_of_mrr",
    "rating",
    "cumulative",
    "cumulative_complete",
    "to_pay",
    "credits",
    "other_costs",
    "balance",
    "events",
    "tax_recovered",
    "received",
    "budget_low",
    "budget_high",
    "budget_verdict",
    "balance_change",
];

/// A forecast with its assumptions.
#[derive(Debug)]
#[allow(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
pub struct ForecastView<'a> {
    pub(crate) plan: &'a ForecastPlan,
    forecast: &'a Forecast,
    pub(crate) currency: Currency,
    pub(crate) scenario: Option<&'a ScenarioName>,
    pub(crate) techniques: &'a [Box<str>],
    pub(crate) part: Option<&'a StagePart>,
    pub(crate) draws: bool,
    pub(crate) lists_months: bool,
    pub(crate) lists_events: bool,
    pub(crate) after: Option<ActualStart>,
    pub(crate) past: &'a [PastMonth],
    details: bool,
}

impl<'a> ForecastView<'a> {
    /// Shows a forecast in its currency.
    pub fn new(plan: &'a ForecastPlan, forecast: &'a Forecast, currency: Currency) -> Self {
        Self {
            plan,
            forecast,
            currency,
            scenario: None,
            techniques: &[],
            part: None,
            draws: false,
            lists_months: false,
            lists_events: false,
            after: None,
            past: &[],
            details: false,
        }
    }

    /// The same view, whose screen has everything that Markdown has.
    #[must_use]
    pub fn detailed(self, details: bool) -> Self {
        Self { details, ..self }
    }

    /// The same view, whose screen has every month or those that matter, and lists the events or not.
    #[must_use]
    pub fn listing(self, lists_months: bool, lists_events: bool) -> Self {
        Self { lists_months, lists_events, ..self }
    }

    /// The same view, with the last month that was, and the months before the forecast.
    #[must_use]
    pub fn after(self, after: Option<ActualStart>, past: &'a [PastMonth]) -> Self {
        Self { after, past, ..self }
    }

    /// The scenario, and the part of the stages that is covered.
    #[must_use]
    pub fn of(self, scenario: Option<&'a ScenarioName>, part: Option<&'a StagePart>) -> Self {
        Self { scenario, part, ..self }
    }

    /// The requested techniques.
    #[must_use]
    pub fn with_techniques(self, techniques: &'a [Box<str>]) -> Self {
        Self { techniques, ..self }
    }

    /// Whether charts are made.
    #[must_use]
    pub fn with_chart(self, draws: bool) -> Self {
        Self { draws, ..self }
    }

    pub(crate) fn months(&self) -> &'a [ForecastMonth] {
        &self.forecast.months
    }

    /// The years; none if their sums need too many digits.
    pub(crate) fn years(&self) -> Vec<ForecastYear> {
        self.forecast.years().unwrap_or_default()
    }

    /// Whether the months are held against the budgets of the stages: where the calendar of the plan chooses them.
    pub(crate) fn follows_calendar(&self) -> bool {
        self.plan.choice == StageChoice::Calendar && self.months().iter().any(|month| month.budget.is_some())
    }

    fn money(&self, amount: Decimal) -> String {
        format!("{} {}", displayed(amount, self.currency), self.currency)
    }

    /// The first month with an event.
    pub(crate) fn first(&self, is: fn(&ForecastEvent) -> bool) -> Option<&'a ForecastMonth> {
        self.months().iter().find(|month| month.events.iter().any(is))
    }

    pub(crate) fn title(&self) -> String {
        match (self.months().first(), self.months().last()) {
            (Some(first), Some(last)) => format!("Forecast from {} to {}", first.month, last.month),
            _ => "Forecast".to_owned(),
        }
    }

    /// The result of the months, in sentences.
    pub(crate) fn sentences(&self) -> Vec<String> {
        let mut sentences: Vec<String> =
            self.starts_after().map(|after| format!("The forecast {after}")).into_iter().collect();
        let Some(last) = self.months().last() else { return sentences };
        let cost = match (last.cumulative, last.is_cumulative_complete) {
            (Some(cumulative), true) => self.money(cumulative),
            (Some(cumulative), false) => format!("{}, without what is unknown", self.money(cumulative)),
            (None, _) => "an unknown amount".to_owned(),
        };
        sentences.push(format!(
            "{} {cost}; at the end there are {} customers",
            if self.months().len() == 1 {
                "1 month costs".to_owned()
            } else {
                format!("{} months cost", self.months().len())
            },
            last.customers
        ));
        sentences.extend(self.share_sentence());
        if self.plan.cash.is_some() {
            let is_known = self.months().iter().all(|month| month.balance.is_some());
            sentences.push(match self.first(|event| *event == ForecastEvent::OutOfCash) {
                Some(month) => format!("The cash runs out in {}", month.month),
                None if !is_known => "How long the cash lasts is unknown, since a cost is unknown".to_owned(),
                None => "The cash lasts beyond these months".to_owned(),
            });
        }
        sentences.extend(self.outside());
        sentences.extend(self.note_on_start());
        sentences
    }

    /// The cash at the start of the first month, and the monthly costs other than the infrastructure.
    pub(crate) fn start(&self) -> Option<(Decimal, Decimal)> {
        Some((self.plan.cash?, self.plan.other_costs))
    }

    /// How the cash changes in a month; `None` if it is not known, or there is none.
    fn balance_change(&self, place: usize) -> Option<Decimal> {
        let before = match place.checked_sub(1) {
            Some(before) => self.months().get(before)?.balance?,
            None => self.plan.cash?,
        };
        subtract(self.months().get(place)?.balance?, before).ok()
    }

    /// How much customers use in a month, as a multiple of what is usual; `None` if it is like any other.
    pub(crate) fn season(&self, month: Month) -> Option<Decimal> {
        self.plan.season.of(month)
    }

    /// Whether it is known how much cash there is.
    pub(crate) fn has_cash(&self) -> bool {
        self.plan.cash.is_some()
    }

    /// The costs of single months that are in none of the months.
    pub(crate) fn outside(&self) -> Option<String> {
        let months = self.months();
        let is_outside = |month: Month| months.iter().all(|row| row.month != month);
        let outside = self.plan.once.iter().filter(|cost| is_outside(cost.month));
        let outside: Vec<String> = outside.map(|cost| format!("{} in {}", cost.reason, cost.month)).collect();
        (!outside.is_empty()).then(|| format!("Not in these months: {}", outside.join(", ")))
    }

    /// Whether the share of MRR stays under the target, or without one under the plan's 20 %.
    fn share_sentence(&self) -> Option<String> {
        let has_share = self.months().iter().any(|month| month.economics.share_of_mrr.is_some());
        match self.first(|event| *event == ForecastEvent::FirstUrgent) {
            Some(month) => {
                let share = month.economics.share_of_mrr.as_ref().map_or_else(String::new, |share| percent(share, 2));
                let advice = if month.economics.target.is_some() { "" } else { ", optimise urgently" };
                let bound = bound_words(&month.economics);
                Some(format!("The first month at or over {bound} of MRR is {}: {share}{advice}", month.month))
            }
            // The rating applies to whole stages.
            None if has_share && self.part.is_none() => {
                let is_sure = |month: &ForecastMonth| {
                    month.completeness == Completeness::Full && month.economics.share_of_mrr.is_some()
                };
                let all = self.months().iter().all(is_sure);
                let with_share = self.months().iter().filter(|month| month.economics.share_of_mrr.is_some());
                let mut bounds: Vec<String> = with_share.map(|month| bound_words(&month.economics)).collect();
                bounds.dedup();
                let bound = if let [bound] = &bounds[..] { bound } else { "its target" };
                Some(if all {
                    format!("Every month stays under {bound} of MRR")
                } else {
                    format!("No month is known to reach {bound} of MRR")
                })
            }
            None => None,
        }
    }

    /// The events, month by month; `name` writes the name of a month.
    pub(crate) fn events(&self, name: fn(Month) -> String) -> Option<Grid> {
        let mut grid = Grid::new(vec![Column::left("Month").at_least(7), Column::left("What happens").at_least(20)]);
        for month in self.months() {
            for event in &month.events {
                grid.cell(name(month.month)).cell(words(event, month, self.currency));
            }
        }
        (!grid.is_empty()).then_some(grid)
    }
}

/// The known amount to pay; `None` if none of the stage's cost is known.
pub(super) fn to_pay(month: &ForecastMonth) -> Option<Decimal> {
    month.total.map(|_| month.to_pay)
}

/// Whether another stage serves from a month on.
pub(crate) fn stage_changes(month: &ForecastMonth) -> bool {
    month.events.iter().any(|event| matches!(event, ForecastEvent::StageChange { .. }))
}

/// All costs of a month, and whether they are fully known.
pub(crate) fn costs(month: &ForecastMonth) -> Option<(Decimal, bool)> {
    let costs = add(month.total.unwrap_or_default(), month.extra).ok()?;
    Some((costs, month.completeness == Completeness::Full))
}

impl View for ForecastView<'_> {
    fn page(&self) -> Page {
        let mut blocks = vec![
            Block::Title(self.title()),
            Block::Text(format!("{} a month, each month at the prices of its first day", self.currency)),
        ];
        blocks.extend(self.scenario.map(line_of));
        blocks.extend(techniques_line(self.techniques));
        if let Some(part) = self.part {
            blocks.push(Block::Text(part_words(part)));
            let left_out = "Cash, credits, migrations and one-time costs belong to the whole stage and are left out";
            blocks.push(Block::Text(left_out.to_owned()));
        }
        blocks.extend(self.sentences().into_iter().map(Block::Text));
        blocks.push(Block::Grid(self.grid(|month| month.to_string())));
        if self.months().iter().any(|month| month.stage.is_some() && !month.serves) {
            let meaning = "* This stage does not serve the month; the costs are those that it would have";
            blocks.push(Block::Text(meaning.to_owned()));
        }
        if self.follows_calendar() {
            blocks.push(Block::Grid(forecast_years::grid(&self.years(), self.currency)));
        }
        blocks.extend(self.events(|month| month.to_string()).map(Block::Grid));
        if self.draws {
            blocks.extend(self.charts().into_iter().map(Block::Chart));
        }
        Page { blocks }
    }

    fn screen(&self) -> Page {
        if self.details { self.page() } else { self.screen_page() }
    }

    fn records(&self) -> Records<'_> {
        let rows = self.months().iter().enumerate().map(|(place, month)| {
            let economics = &month.economics;
            let number = |value: Option<Number>| Cell::number(value.map(|value| value.0));
            let events: Vec<String> = month.events.iter().map(|event| words(event, month, self.currency)).collect();
            vec![
                Cell::text(month.month.to_string()),
                Cell::Number(month.number.into()),
                Cell::Number(month.customers.into()),
                Cell::Number(month.unrounded),
                Cell::number(month.stage.as_ref().map(|stage| stage.id.into())),
                month.stage.as_ref().map_or(Cell::Empty, |stage| Cell::Text(Cow::Borrowed(&*stage.name))),
                Cell::truth(month.serves),
                Cell::text(self.currency.to_string()),
                Cell::number(month.total),
                Cell::truth(month.completeness == Completeness::Full),
                Cell::Number(month.overlap),
                Cell::Number(month.once),
                Cell::Number(month.tax),
                number(economics.cost_per_customer.as_ref().and_then(quotient)),
                Cell::number(economics.mrr),
                number(economics.share_of_mrr.as_ref().and_then(quotient)),
                economics.rating.map_or(Cell::Empty, |found| Cell::text(rating(found).0)),
                Cell::number(month.cumulative),
                Cell::truth(month.is_cumulative_complete),
                Cell::number(to_pay(month)),
                Cell::Number(month.credits),
                Cell::Number(self.plan.other_costs),
                Cell::number(month.balance),
                Cell::text(events.join("; ")),
                Cell::Number(month.tax_recovered),
                Cell::number(month.received),
                Cell::number(month.budget.and_then(|budget| budget.low)),
                Cell::number(month.budget.and_then(|budget| budget.high)),
                month.budget_verdict.map_or(Cell::Empty, |verdict| Cell::text(verdict_word(verdict))),
                Cell::number(self.balance_change(place)),
            ]
        });
        Records { header: HEADER.to_vec(), rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ForecastJson<'a> {
    schema: &'static str,
    currency: String,
    scenario: Option<ScenarioJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    techniques: Option<&'a [Box<str>]>,
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    conditions: Option<&'a [Box<str>]>,
    as_of: String,
    start: String,
    #[serde(flatten)]
    before: BeforeJson,
    cash: Option<Number>,
    other_costs: Number,
    months: Vec<MonthJson<'a>>,
    years: Vec<YearJson>,
    summary: SummaryJson,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SummaryJson {
    total: Option<Number>,
    complete: bool,
    customers: Option<u64>,
    /// The first month whose share of MRR is 20 % or more.
    first_urgent_month: Option<String>,
    /// The first month that ends with negative cash.
    out_of_cash_month: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MonthJson<'a> {
    month: String,
    number: u32,
    customers: u64,
    customers_unrounded: Number,
    stage: Option<StageReference<'a>>,
    serves: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    needed_stage: Option<StageReference<'a>>,
    total: Option<Number>,
    complete: bool,
    overlap: Number,
    once: Number,
    tax: Number,
    tax_recovered: Number,
    cost_per_customer: Option<Number>,
    mrr: Option<Number>,
    share_of_mrr: Option<Number>,
    rating: Option<&'static str>,
    cumulative: Option<Number>,
    cumulative_complete: bool,
    to_pay: Option<Number>,
    credits: Number,
    received: Option<Number>,
    balance: Option<Number>,
    balance_change: Option<Number>,
    budget: Option<BandJson>,
    budget_verdict: Option<&'static str>,
    events: Vec<EventJson>,
}

impl ForecastView<'_> {
    fn month_json<'m>(&self, place: usize, month: &'m ForecastMonth) -> MonthJson<'m> {
        let economics = &month.economics;
        MonthJson {
            month: month.month.to_string(),
            number: month.number,
            customers: month.customers,
            customers_unrounded: Number(month.unrounded),
            stage: month.stage.as_ref().map(|stage| StageReference { id: stage.id, name: &stage.name }),
            serves: month.serves,
            needed_stage: month
                .needed
                .as_ref()
                .map(|needed| StageReference { id: needed.stage.id, name: &needed.stage.name }),
            total: month.total.map(Number),
            complete: month.completeness == Completeness::Full,
            overlap: Number(month.overlap),
            once: Number(month.once),
            tax: Number(month.tax),
            tax_recovered: Number(month.tax_recovered),
            cost_per_customer: economics.cost_per_customer.as_ref().and_then(quotient),
            mrr: economics.mrr.map(Number),
            share_of_mrr: economics.share_of_mrr.as_ref().and_then(quotient),
            rating: economics.rating.map(|found| rating(found).0),
            cumulative: month.cumulative.map(Number),
            cumulative_complete: month.is_cumulative_complete,
            to_pay: to_pay(month).map(Number),
            credits: Number(month.credits),
            received: month.received.map(Number),
            balance: month.balance.map(Number),
            balance_change: self.balance_change(place).map(Number),
            budget: month.budget.map(BandJson::from),
            budget_verdict: month.budget_verdict.map(verdict_word),
            events: month.events.iter().map(|event| event_json(event, month, self.currency)).collect(),
        }
    }
}

impl Serialize for ForecastView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let months = self.months().iter().enumerate().map(|(place, month)| self.month_json(place, month));
        let last = self.months().last();
        let month_of = |is: fn(&ForecastEvent) -> bool| self.first(is).map(|month| month.month.to_string());
        ForecastJson {
            schema: "costplan.forecast.v1",
            currency: self.currency.to_string(),
            scenario: self.scenario.map(ScenarioJson::new),
            techniques: (!self.techniques.is_empty()).then_some(self.techniques),
            conditions: self.part.map(|part| part.conditions.as_slice()),
            as_of: self.plan.as_of.to_string(),
            start: self.plan.start.to_string(),
            before: BeforeJson::new(self.after, self.note_on_start(), self.past),
            cash: self.plan.cash.map(Number),
            other_costs: Number(self.plan.other_costs),
            months: months.collect(),
            years: self.years().iter().map(YearJson::from).collect(),
            summary: SummaryJson {
                total: last.and_then(|last| last.cumulative).map(Number),
                complete: last.is_some_and(|last| last.is_cumulative_complete),
                customers: last.map(|last| last.customers),
                first_urgent_month: month_of(|event| *event == ForecastEvent::FirstUrgent),
                out_of_cash_month: month_of(|event| *event == ForecastEvent::OutOfCash),
            },
        }
        .serialize(serializer)
    }
}
