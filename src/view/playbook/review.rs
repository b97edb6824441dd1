//! Measured values compared with the checklists, and what helps where a check fails.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::calculate::{CheckResult, CheckStatus, CheckVerdict, Costing, FailingLineItem, TechniqueSaving};
use crate::model::{Bound, Checklist, Dimension, Measured, Month, Stage};
use crate::view::View;
use crate::view::actuals::actual_costs::ActualCostsView;
use crate::view::budget::check_json::RowJson;
use crate::view::cost::stage_json::StageReference;
use crate::view::page::layout::{Block, Cell, Column, Grid, Page, Records};
use crate::view::page::number::{Number, quotient};
use crate::view::page::scenario::{ScenarioJson, headline};
use crate::view::page::words::rating;
use crate::view::playbook::checklist_status::CheckStatusJson;
pub use crate::view::playbook::review_bill::ReviewBill;
use crate::view::playbook::review_bill::bill_rows;
use crate::view::playbook::saving_words::saves;
use crate::view::savings::optimize::standing;

/// A stage with the savings of the techniques that help.
#[derive(Clone, Debug)]
pub struct ReviewStage {
    /// The stage.
    pub stage: Stage,
    /// The number of customers that it is computed at.
    pub customers: u64,
    /// The saving of each technique that a check names.
    pub savings: Vec<TechniqueSaving>,
}

/// What is recorded of a month.
#[derive(Debug)]
pub struct ReviewMonth {
    /// The month.
    pub month: Month,
    /// The day of which it is reviewed.
    pub day: Date,
    /// Whether anything was measured.
    pub is_measured: bool,
    /// What the stage costs.
    pub costing: Option<Costing>,
    /// What was billed, if anything was.
    pub bill: Option<ReviewBill>,
    /// The line items whose values fail a check.
    pub failing: Vec<FailingLineItem>,
    /// The results of earlier months, in order.
    pub earlier: Vec<(Month, Vec<CheckResult>)>,
    /// The checklists.
    pub checklists: Vec<Checklist>,
    /// Which of their checks are done, in their order.
    pub status: Vec<CheckStatus>,
}

/// The results of the measurable checks.
#[derive(Clone, Copy, Debug)]
pub struct ReviewView<'a> {
    pub(crate) results: &'a [CheckResult],
    measured_on: Option<Date>,
    pub(crate) stage: Option<&'a ReviewStage>,
    pub(crate) month: Option<&'a ReviewMonth>,
}

impl<'a> ReviewView<'a> {
    /// Shows checks in the given order.
    pub fn new(results: &'a [CheckResult], measured_on: Option<Date>, stage: Option<&'a ReviewStage>) -> Self {
        Self { results, measured_on, stage, month: None }
    }

    /// With what is recorded of a month.
    #[must_use]
    pub fn of_month(self, month: Option<&'a ReviewMonth>) -> Self {
        Self { month, ..self }
    }

    /// How many checks failed.
    pub fn failed(&self) -> usize {
        self.count(CheckVerdict::Failed)
    }

    fn count(&self, verdict: CheckVerdict) -> usize {
        self.results.iter().filter(|result| result.verdict == verdict).count()
    }

    /// How many checks failed and how many are undecided, in a sentence without a full stop.
    pub fn summary(&self) -> String {
        let (failed, all) = (self.failed(), self.results.len());
        let mut text = format!("{failed} of {all} measurable check{} failed", if all == 1 { "" } else { "s" });
        for (verdict, words) in
            [(CheckVerdict::NotMeasured, "not measured"), (CheckVerdict::NoBound, "without a bound")]
        {
            let count = self.count(verdict);
            if count > 0 {
                let _ = write!(text, ", {count} {words}");
            }
        }
        text
    }

    pub(crate) fn saving(&self, result: &CheckResult) -> Option<&'a TechniqueSaving> {
        let technique = result.technique.as_ref()?;
        self.stage?.savings.iter().find(|saving| saving.technique == *technique)
    }

    /// The values of earlier months of what a check measures, in order.
    pub(crate) fn earlier<'r>(
        &self,
        result: &'r CheckResult,
    ) -> impl Iterator<Item = (Month, Option<&'a Measured>)> + use<'a, 'r> {
        let earlier = self.month.map(|of| &of.earlier[..]).unwrap_or_default();
        earlier.iter().map(move |(month, results)| {
            let same =
                results.iter().find(|other| other.metric == result.metric && other.checklist == result.checklist);
            (*month, same.and_then(|same| same.measured.as_ref()))
        })
    }

    /// The value of the month before.
    pub(crate) fn before(&self, result: &CheckResult) -> Option<&'a Measured> {
        let before = self.month?.month.earlier(1)?;
        self.earlier(result).find(|(month, _)| *month == before)?.1
    }

    fn verdicts(&self) -> Grid {
        let mut grid = Grid::new(vec![
            Column::left("Checklist").at_least(9),
            Column::left("Metric").at_least(14),
            Column::right("Measured"),
            Column::left("Bound").at_least(14),
            Column::left("Verdict"),
        ]);
        for result in self.results {
            let own = if result.is_own_bound { " (yours)" } else { "" };
            grid.cell(&result.checklist).cell(&result.metric);
            grid.cell(result.measured.as_ref().map_or("-", |measured| &*measured.text));
            grid.cell(result.bound.as_ref().map_or_else(|| "-".to_owned(), |found| format!("{}{own}", bound(found))));
            grid.cell(words(result.verdict));
        }
        grid
    }

    /// What helps with failed checks; a technique is listed once per metric.
    fn help(&self) -> Grid {
        let mut columns = vec![Column::left("Metric").at_least(14), Column::left("What helps").at_least(18)];
        columns.extend(self.stage.map(|_| Column::left("Saves").at_least(24)));
        let mut grid = Grid::new(columns);
        let mut shown: Vec<(&str, Option<&str>)> = Vec::new();
        for result in self.results.iter().filter(|result| result.verdict == CheckVerdict::Failed) {
            let row = (&*result.metric, result.technique.as_deref());
            if shown.contains(&row) {
                continue;
            }
            shown.push(row);
            grid.cell(row.0).cell(row.1.unwrap_or("no technique is named"));
            if let Some(on) = self.stage {
                grid.cell(self.saving(result).map(|saving| saves(saving, &on.stage)).unwrap_or_default());
            }
        }
        grid
    }
}

/// `at most 1 second`.
pub(crate) fn bound(bound: &Bound) -> String {
    format!("{} {}", bound.kind.as_str().replace('_', " "), bound.limit.text)
}

pub(crate) fn words(verdict: CheckVerdict) -> &'static str {
    match verdict {
        CheckVerdict::Ok => "ok",
        CheckVerdict::Failed => "failed",
        CheckVerdict::NotMeasured => "not measured",
        CheckVerdict::NoBound => "no bound",
    }
}

/// The name of a technique's standing on the stage.
fn standing_name(saving: &TechniqueSaving) -> &'static str {
    saving.standing.as_ref().map_or("no_line_item", standing)
}

impl View for ReviewView<'_> {
    fn page(&self) -> Page {
        if let Some(month) = self.month {
            return self.month_page(month);
        }
        let mut blocks = match self.stage {
            Some(on) => headline(&on.stage, on.customers),
            None => vec![Block::Title("Review".to_owned())],
        };
        blocks.extend(self.measured_on.map(|day| Block::Text(format!("Measured on {day}"))));
        blocks.push(Block::Text(format!("{}.", self.summary())));
        if !self.results.is_empty() {
            blocks.push(Block::Grid(self.verdicts()));
        }
        if self.failed() > 0 {
            blocks.push(Block::Grid(self.help()));
        }
        Page { blocks }
    }

    fn records(&self) -> Records<'_> {
        let mut header = vec![
            "checklist",
            "check",
            "metric",
            "measured",
            "bound",
            "verdict",
            "technique",
            "stage",
            "customers",
            "standing",
            "saved",
            "saved_at_most",
            "currency",
        ];
        if self.month.is_some() {
            header.extend(["month", "before"]);
        }
        let rows = self.results.iter().map(move |result| {
            let saving = self.saving(result);
            let text = |text: Option<String>| text.map_or(Cell::Empty, Cell::text);
            let mut row = vec![
                Cell::text(&*result.checklist),
                Cell::text(&*result.text),
                Cell::text(&*result.metric),
                text(result.measured.as_ref().map(|measured| measured.text.to_string())),
                text(result.bound.as_ref().map(bound)),
                Cell::text(result.verdict.as_str()),
                text(result.technique.as_ref().map(ToString::to_string)),
                Cell::number(self.stage.map(|on| on.stage.id.into())),
                Cell::number(self.stage.map(|on| on.customers.into())),
                text(saving.map(|saving| standing_name(saving).to_owned())),
                Cell::number(saving.and_then(|saving| saving.saved)),
                Cell::number(saving.and_then(|saving| saving.at_most)),
                text(self.stage.map(|on| on.stage.currency.to_string())),
            ];
            if let Some(of) = self.month {
                row.push(Cell::text(of.month.to_string()));
                row.push(text(self.before(result).map(|before| before.text.to_string())));
            }
            row
        });
        let of_bill = self.month.and_then(|of| of.bill.as_ref()).into_iter().flat_map(bill_rows);
        Records { header, rows: Box::new(rows.chain(of_bill)) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ReviewJson<'a> {
    schema: &'static str,
    measured_on: Option<String>,
    stage: Option<StageReference<'a>>,
    customers: Option<u64>,
    currency: Option<String>,
    as_of: Option<String>,
    scenario: Option<ScenarioJson<'a>>,
    passed: bool,
    failed: usize,
    not_measured: usize,
    without_bound: usize,
    checks: Vec<ResultJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    month: Option<MonthJson<'a>>,
}

/// What is recorded of a month.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MonthJson<'a> {
    month: String,
    day: String,
    measured: bool,
    total: Option<Number>,
    mrr: Option<Number>,
    share_of_mrr: Option<Number>,
    rating: Option<&'static str>,
    failing_line_items: Vec<FailingJson<'a>>,
    ticks: Vec<CheckStatusJson<'a>>,
    #[cfg_attr(test, schemars(with = "Option<crate::view::actuals::actual_costs_json::ActualsJson<'a>>"))]
    actuals: Option<ActualCostsView<'a>>,
    actuals_checks: Vec<RowJson<'a>>,
}

/// A line item whose value fails a check.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct FailingJson<'a> {
    metric: &'a str,
    line_item: &'a str,
    measured: ValueJson<'a>,
    in_stage: bool,
    monthly_cost: Option<Number>,
    unused: Option<Number>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ResultJson<'a> {
    checklist: &'a str,
    check: &'a str,
    metric: &'a str,
    measured: Option<ValueJson<'a>>,
    bound: Option<BoundJson<'a>>,
    verdict: &'static str,
    technique: Option<&'a str>,
    saving: Option<SavingJson<'a>>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    computed: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    line_items: Vec<LineItemJson<'a>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    earlier: Vec<EarlierJson<'a>>,
}

/// The value of a single line item.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LineItemJson<'a> {
    line_item: &'a str,
    measured: ValueJson<'a>,
    holds: bool,
}

/// The value of an earlier month.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct EarlierJson<'a> {
    month: String,
    measured: Option<ValueJson<'a>>,
}

/// A value as it is written, and in canonical units.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ValueJson<'a> {
    text: &'a str,
    value: Number,
    unit: Option<&'static str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct BoundJson<'a> {
    kind: &'static str,
    #[serde(flatten)]
    limit: ValueJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'static str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SavingJson<'a> {
    standing: &'static str,
    saved: Option<Number>,
    saved_at_most: Option<Number>,
    complete: bool,
    line_items: Vec<&'a str>,
}

impl<'a> From<&'a Measured> for ValueJson<'a> {
    fn from(measured: &'a Measured) -> Self {
        let unit = match measured.dimension {
            Dimension::TIME => Some("second"),
            Dimension::DATA => Some("GB"),
            _ => None,
        };
        Self { text: &measured.text, value: Number(measured.value), unit }
    }
}

impl<'a> From<&'a Bound> for BoundJson<'a> {
    fn from(bound: &'a Bound) -> Self {
        Self { kind: bound.kind.as_str(), limit: (&bound.limit).into(), from: None }
    }
}

impl ReviewView<'_> {
    fn result_json<'r>(&'r self, result: &'r CheckResult) -> ResultJson<'r> {
        let from = if result.is_own_bound { "metrics" } else { "checklist" };
        let saving = self.stage.zip(self.saving(result)).map(|(on, saving)| SavingJson {
            standing: standing_name(saving),
            saved: saving.saved.map(Number),
            saved_at_most: saving.at_most.map(Number),
            complete: saving.is_complete,
            line_items: saving.line_items.iter().map(|place| &*on.stage.line_items[*place].name).collect(),
        });
        ResultJson {
            checklist: &result.checklist,
            check: &result.text,
            metric: &result.metric,
            measured: result.measured.as_ref().map(ValueJson::from),
            bound: result.bound.as_ref().map(|bound| BoundJson { from: Some(from), ..bound.into() }),
            verdict: result.verdict.as_str(),
            technique: result.technique.as_deref(),
            saving,
            computed: result.is_computed,
            line_items: result
                .line_items
                .iter()
                .map(|item| LineItemJson {
                    line_item: &item.name,
                    measured: (&item.measured).into(),
                    holds: item.holds,
                })
                .collect(),
            earlier: self
                .earlier(result)
                .map(|(month, measured)| EarlierJson {
                    month: month.to_string(),
                    measured: measured.map(ValueJson::from),
                })
                .collect(),
        }
    }
}

fn month_json(of: &ReviewMonth) -> MonthJson<'_> {
    let economics = of.costing.as_ref().map(|costing| &costing.economics);
    MonthJson {
        month: of.month.to_string(),
        day: of.day.to_string(),
        measured: of.is_measured,
        total: of.costing.as_ref().and_then(Costing::known_totals).map(|totals| Number(totals.total)),
        mrr: economics.and_then(|economics| economics.mrr).map(Number),
        share_of_mrr: economics.and_then(|economics| economics.share_of_mrr.as_ref()).and_then(quotient),
        rating: economics.and_then(|economics| economics.rating).map(|found| rating(found).0),
        failing_line_items: of
            .failing
            .iter()
            .map(|item| FailingJson {
                metric: &item.metric,
                line_item: &item.name,
                measured: (&item.measured).into(),
                in_stage: item.place.is_some(),
                monthly_cost: item.cost.map(Number),
                unused: item.unused.map(Number),
            })
            .collect(),
        actuals: of.bill.as_ref().map(ReviewBill::view),
        actuals_checks: of.bill.iter().flat_map(ReviewBill::rows_json).collect(),
        ticks: of.status.iter().map(|status| CheckStatusJson::new(&of.checklists, status)).collect(),
    }
}

impl Serialize for ReviewView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stage = self.stage.map(|on| &on.stage);
        ReviewJson {
            schema: "costplan.review.v1",
            measured_on: self.measured_on.map(|day| day.to_string()),
            stage: stage.map(|stage| StageReference { id: stage.id, name: &stage.name }),
            customers: self.stage.map(|on| on.customers),
            currency: stage.map(|stage| stage.currency.to_string()),
            as_of: stage.map(|stage| stage.as_of.to_string()),
            scenario: stage.and_then(ScenarioJson::of),
            passed: self.failed() == 0,
            failed: self.failed(),
            not_measured: self.count(CheckVerdict::NotMeasured),
            without_bound: self.count(CheckVerdict::NoBound),
            checks: self.results.iter().map(|result| self.result_json(result)).collect(),
            month: self.month.map(month_json),
        }
        .serialize(serializer)
    }
}
