//! Measured values compared with the checklists, and what helps where a check fails.

use std::fmt::Write as _;

use jiff::civil::Date;
use serde::{Serialize, Serializer};

use crate::calculate::{CheckResult, CheckVerdict, TechniqueSaving};
use crate::model::{Bound, Dimension, FitStanding, Measured, Stage};
use crate::view::View;
use crate::view::cost::stage_json::StageReference;
use crate::view::page::layout::{Block, Cell, Column, Grid, Page, Records};
use crate::view::page::number::{Number, displayed};
use crate::view::page::scenario::{ScenarioJson, headline};
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

/// The results of the measurable checks.
#[derive(Clone, Copy, Debug)]
pub struct ReviewView<'a> {
    results: &'a [CheckResult],
    measured_on: Option<Date>,
    stage: Option<&'a ReviewStage>,
}

impl<'a> ReviewView<'a> {
    /// Shows checks in the given order.
    pub fn new(results: &'a [CheckResult], measured_on: Option<Date>, stage: Option<&'a ReviewStage>) -> Self {
        Self { results, measured_on, stage }
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

    fn saving(&self, result: &CheckResult) -> Option<&'a TechniqueSaving> {
        let technique = result.technique.as_ref()?;
        self.stage?.savings.iter().find(|saving| saving.technique == *technique)
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

fn words(verdict: CheckVerdict) -> &'static str {
    match verdict {
        CheckVerdict::Ok => "ok",
        CheckVerdict::Failed => "failed",
        CheckVerdict::NotMeasured => "not measured",
        CheckVerdict::NoBound => "no bound",
    }
}

/// The saving of a technique, in words.
pub(crate) fn saves(saving: &TechniqueSaving, stage: &Stage) -> String {
    let names: Vec<&str> = saving.line_items.iter().map(|place| &*stage.line_items[*place].name).collect();
    let on = format!(" on {}", names.join(", "));
    let currency = stage.currency;
    match &saving.standing {
        None => "applies to no line item".to_owned(),
        Some(FitStanding::InUse) => "already in use".to_owned(),
        Some(FitStanding::Never) => "ruled out by the manifest".to_owned(),
        Some(FitStanding::NeedsInput(names)) => format!("needs a value of {}", names.join(", ")),
        Some(FitStanding::NotBilled) => "reduces nothing that is billed".to_owned(),
        Some(FitStanding::Conflicts(other)) => format!("conflicts with {other}, which is in use"),
        Some(FitStanding::ShareUnknown(_)) => match saving.at_most {
            Some(at_most) => format!("at most {}{on}", displayed(at_most, currency)),
            None => format!("unknown{on} (unknown cost)"),
        },
        Some(FitStanding::Usable(_)) => {
            let Some(saved) = saving.saved else { return format!("unknown{on} (unknown cost)") };
            let part = if saving.is_complete { "" } else { ", of what is known" };
            let more = saving
                .at_most
                .map(|more| format!(", and at most {} more", displayed(more, currency)))
                .unwrap_or_default();
            format!("{}{more}{on}{part}", displayed(saved, currency))
        }
    }
}

/// The name of a technique's standing on the stage.
fn standing_name(saving: &TechniqueSaving) -> &'static str {
    saving.standing.as_ref().map_or("no_line_item", standing)
}

impl View for ReviewView<'_> {
    fn page(&self) -> Page {
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
        let header = vec![
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
        let rows = self.results.iter().map(move |result| {
            let saving = self.saving(result);
            let text = |text: Option<String>| text.map_or(Cell::Empty, Cell::text);
            vec![
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
            ]
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
struct ReviewJson<'a> {
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
}

#[derive(Serialize)]
struct ResultJson<'a> {
    checklist: &'a str,
    check: &'a str,
    metric: &'a str,
    measured: Option<ValueJson<'a>>,
    bound: Option<BoundJson<'a>>,
    verdict: &'static str,
    technique: Option<&'a str>,
    saving: Option<SavingJson<'a>>,
}

/// A value as it is written, and in canonical units.
#[derive(Serialize)]
struct ValueJson<'a> {
    text: &'a str,
    value: Number,
    unit: Option<&'static str>,
}

#[derive(Serialize)]
pub(crate) struct BoundJson<'a> {
    kind: &'static str,
    #[serde(flatten)]
    limit: ValueJson<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    from: Option<&'static str>,
}

#[derive(Serialize)]
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
        }
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
        }
        .serialize(serializer)
    }
}
