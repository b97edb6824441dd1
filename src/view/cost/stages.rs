//! Every stage in one row.

use serde::Serialize;

use crate::calculate::{Costing, Finding, Totals};
use crate::model::Stage;
use crate::view::View;
use crate::view::cost::stage_json::StageReference;
use crate::view::cost::tags::{
    ShareJson, TagsJson, conditions, part_block, share_of_stage, tag_grid_of_stages, tag_records,
};
use crate::view::page::finding::{FindingView, findings, verdict_word};
use crate::view::page::layout::{Block, Cell, Column, Grid, Page, Records};
use crate::view::page::number::{
    Number, bare_money_band, displayed, exact_percent, per_unit, percent, quotient, range,
};
use crate::view::page::scenario::{ScenarioJson, asked_techniques, scenario_lines};
use crate::view::page::words::rating;

/// The stages of a project, each computed at the low end, the middle and the high end of its range of customers, and where
/// it is sized.
#[derive(Debug)]
pub struct StagesView<'a> {
    pub(crate) rows: Vec<StageRow<'a>>,
    pub(crate) by: &'a [String],
    details: bool,
}

#[derive(Debug)]
pub(crate) struct StageRow<'a> {
    pub(crate) stage: &'a Stage,
    /// At the low end, the middle, the high end and where it is sized, by customers; an open range has no middle and no high
    /// end.
    pub(crate) costings: &'a [Costing],
    pub(crate) reach: Option<&'a Finding>,
}

impl<'a> StagesView<'a> {
    /// Shows stages with their costings, and where each meets its target per customer.
    pub fn new(stages: impl IntoIterator<Item = (&'a Stage, &'a [Costing], Option<&'a Finding>)>) -> Self {
        let rows = stages.into_iter().map(|(stage, costings, reach)| StageRow { stage, costings, reach });
        Self { rows: rows.collect(), by: &[], details: false }
    }

    /// The same view, whose screen has everything that Markdown has.
    #[must_use]
    pub fn detailed(self, details: bool) -> Self {
        Self { details, ..self }
    }

    /// Adds the costs of tag values, in the middle of each range.
    #[must_use]
    pub fn by(self, tags: &'a [String]) -> Self {
        Self { by: tags, ..self }
    }

    /// The number and name of a stage, with its currency where others have another one.
    fn name(&self, row: &StageRow<'_>) -> String {
        let Stage { id, name, currency, .. } = row.stage;
        if self.has_one_currency() { format!("{id} {name}") } else { format!("{id} {name} ({currency})") }
    }

    /// What each stage costs over its range, and its budget.
    fn cost_grid(&self) -> Grid {
        let has_months = self.rows.iter().any(|row| row.stage.months.is_some());
        let mut columns = vec![Column::left("Stage")];
        columns.extend(has_months.then(|| Column::right("Months").optional()));
        columns.extend(["Customers", "Subtotal", "Total", "Budget"].map(Column::right));
        columns.push(Column::left("Verdict"));
        let mut grid = Grid::new(columns);
        for row in &self.rows {
            let stage = row.stage;
            grid.cell(self.name(row));
            if has_months {
                grid.cell(stage.months.map(range).unwrap_or_default());
            }
            // The budget is for the whole stage, not for a part of it.
            let budget = stage.monthly_budget.filter(|_| stage.part.is_none());
            grid.cell(range(stage.customers.value))
                .cell(row.amounts(|totals| totals.subtotal))
                .cell(row.amounts(|totals| totals.total))
                .cell(budget.map(|budget| bare_money_band(budget.value, stage.currency)).unwrap_or_default())
                .cell(row.budget().unwrap_or_default());
        }
        grid
    }

    /// A figure of each stage at the ends and in the middle of its range, and its target.
    fn ends_grid(
        &self,
        figure: &str,
        at: fn(&Stage, &Costing) -> String,
        target: fn(&Stage) -> Option<String>,
    ) -> Grid {
        let mut columns = vec![Column::left(figure)];
        columns.extend(["Low end", "Middle", "High end", "Target"].map(Column::right));
        let mut grid = Grid::new(columns);
        for row in &self.rows {
            grid.cell(self.name(row));
            for costing in row.ends() {
                grid.cell(costing.map(|costing| at(row.stage, costing)).unwrap_or_default());
            }
            // Targets are for the whole stage, not for a part of it.
            let is_whole = row.stage.part.is_none();
            grid.cell(target(row.stage).filter(|_| is_whole).unwrap_or_default());
        }
        grid
    }
}

/// An amount over the range: one number where it is constant, otherwise lowest to highest.
fn span(amounts: impl Iterator<Item = rust_decimal::Decimal> + Clone) -> String {
    match (amounts.clone().min(), amounts.max()) {
        (Some(least), Some(most)) if least != most => format!("{least} to {most}"),
        (Some(least), _) => least.to_string(),
        _ => String::new(),
    }
}

/// The share of MRR at a number of customers.
fn share_at(_: &Stage, costing: &Costing) -> String {
    let economics = &costing.economics;
    let share = match (economics.share_of_mrr.as_ref(), economics.mrr) {
        (Some(share), _) if costing.is_complete() => percent(share, 2),
        (Some(share), _) => format!("{} + ?", percent(share, 2)),
        (None, Some(mrr)) if mrr.is_zero() => "no revenue yet".to_owned(),
        (None, _) => "?".to_owned(),
    };
    format!("{share} at {}", costing.inputs.customers)
}

/// The cost per customer, before the buffer, at a number of customers.
fn cost_per_customer_at(stage: &Stage, costing: &Costing) -> String {
    let cost = costing.economics.cost_per_customer_before_buffer.as_ref().map(|cost| per_unit(cost, stage.currency));
    let cost = match cost {
        _ if costing.inputs.customers == 0 => "-".to_owned(),
        Some(cost) if costing.is_complete() => cost,
        Some(cost) => format!("{cost} + ?"),
        None => "?".to_owned(),
    };
    format!("{cost} at {}", costing.inputs.customers)
}

/// The verdict on the budget, if there is one.
fn budget_verdict(costing: &Costing) -> Option<&'static str> {
    costing.findings.iter().find_map(|finding| {
        let Finding::Budget { verdict, .. } = finding else { return None };
        Some(verdict.map_or("unknown", verdict_word))
    })
}

impl StageRow<'_> {
    /// The costing in the middle of the range; that at the low end of an open one.
    pub(crate) fn middle(&self) -> Option<&Costing> {
        let middle = self.stage.customers.value.middle();
        let mut costings = self.costings.iter();
        costings.find(|costing| Some(costing.inputs.customers) == middle).or(self.costings.first())
    }

    /// An amount at the number for which the stage is sized; without one, that of all numbers if they share it.
    fn usual(&self, amount: fn(&Totals) -> rust_decimal::Decimal) -> Option<Number> {
        let is_usual = |costing: &&Costing| self.stage.sized_for.is_none_or(|sized| costing.inputs.customers == sized);
        let mut known = self.costings.iter().filter(is_usual).map(|costing| costing.known_totals().map(amount));
        let first = known.next()??;
        known.all(|other| other == Some(first)).then_some(Number(first))
    }

    /// The costings at the low end, the middle and the high end of the range, each once.
    fn ends(&self) -> [Option<&Costing>; 3] {
        let range = self.stage.customers.value;
        let points = [Some(range.low), range.middle(), range.high];
        let mut place = 0;
        points.map(|point| {
            let is_new = point.is_some() && !points[..place].contains(&point);
            place += 1;
            self.costings.iter().find(|costing| is_new && Some(costing.inputs.customers) == point)
        })
    }

    fn amounts(&self, amount: fn(&Totals) -> rust_decimal::Decimal) -> String {
        let known = self.costings.iter().map(|costing| costing.known_totals().map(amount));
        let Some(known) = known.collect::<Option<Vec<_>>>() else { return "?".to_owned() };
        let amounts = span(known.into_iter().map(|amount| displayed(amount, self.stage.currency)));
        if self.is_complete() { amounts } else { format!("{amounts} + ?") }
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.costings.iter().all(Costing::is_complete)
    }

    /// The budget verdicts from the low end to the high end, each once.
    fn budget(&self) -> Option<String> {
        let mut words: Vec<&str> = self.costings.iter().filter_map(budget_verdict).collect();
        words.dedup();
        (!words.is_empty()).then(|| words.join(", "))
    }

    fn findings(&self) -> Vec<FindingView> {
        let unknown = self.costings.first().into_iter().flat_map(|costing| findings(self.stage, costing));
        let unknown = unknown.filter(|finding| finding.code == "unknown-usage");
        unknown.chain(self.reach.map(|finding| FindingView::new(finding, self.stage))).collect()
    }
}

impl View for StagesView<'_> {
    fn page(&self) -> Page {
        let as_of = self.rows.first().map(|row| {
            let currency = if self.has_one_currency() { format!("{} ", row.stage.currency) } else { String::new() };
            format!("{currency}per month, prices of {}", row.stage.as_of)
        });
        let mut blocks = vec![Block::Title("Stages".to_owned())];
        blocks.extend(as_of.map(Block::Text));
        blocks.extend(self.rows.first().into_iter().flat_map(|row| scenario_lines(row.stage)));
        blocks.extend(part_block(self.rows.first().map(|row| row.stage)));
        blocks.push(Block::Grid(self.cost_grid()));
        blocks.push(Block::Grid(self.ends_grid("Per customer", cost_per_customer_at, |stage| {
            stage.targets.cost_per_customer.map(|target| bare_money_band(target.value, stage.currency))
        })));
        if self.rows.iter().flat_map(|row| row.costings).any(|costing| costing.economics.mrr.is_some()) {
            blocks.push(Block::Grid(self.ends_grid("Share of MRR", share_at, |stage| {
                stage.targets.any_share_of_mrr().map(|target| format!("under {}", exact_percent(target)))
            })));
        }
        let by = self.by.iter().map(|tag| {
            let stages = self.rows.iter().filter_map(|row| Some((row.stage, row.middle()?)));
            Block::Grid(tag_grid_of_stages(stages, tag))
        });
        blocks.extend(by);
        let findings = self.rows.iter().flat_map(|row| {
            let name = self.name(row);
            row.findings()
                .into_iter()
                .map(move |finding| FindingView { message: format!("{name}: {}", finding.message), ..finding })
        });
        blocks.extend(Block::findings(findings.collect()));
        Page { blocks }
    }

    fn screen(&self) -> Page {
        if self.details { self.page() } else { self.screen_page() }
    }

    fn records(&self) -> Records<'_> {
        if !self.by.is_empty() {
            return tag_records(self.rows.iter().map(|row| (row.stage, row.costings)), self.by);
        }
        let header = vec![
            "stage",
            "name",
            "currency",
            "customers",
            "subtotal",
            "buffer",
            "rounding",
            "total",
            "complete",
            "cost_per_customer",
            "cost_per_customer_before_buffer",
            "budget_low",
            "budget_high",
            "budget_verdict",
            "target_low",
            "target_high",
            "mrr",
            "share_of_mrr",
            "rating",
        ];
        let rows = self.rows.iter().flat_map(|row| {
            row.costings.iter().map(move |costing| {
                let economics = &costing.economics;
                let total = |amount: fn(&Totals) -> _| Cell::number(costing.known_totals().map(amount));
                let number = |value: Option<Number>| Cell::number(value.map(|value| value.0));
                let budget = row.stage.monthly_budget.map(|budget| budget.value);
                let target = row.stage.targets.cost_per_customer.map(|target| target.value);
                vec![
                    Cell::Number(row.stage.id.into()),
                    Cell::text(&*row.stage.name),
                    Cell::text(row.stage.currency.to_string()),
                    Cell::Number(costing.inputs.customers.into()),
                    total(|totals| totals.subtotal),
                    total(|totals| totals.buffer),
                    total(|totals| totals.rounding),
                    total(|totals| totals.total),
                    Cell::truth(costing.is_complete()),
                    number(economics.cost_per_customer.as_ref().and_then(quotient)),
                    number(economics.cost_per_customer_before_buffer.as_ref().and_then(quotient)),
                    Cell::number(budget.and_then(|band| band.low)),
                    Cell::number(budget.and_then(|band| band.high)),
                    budget_verdict(costing).map_or(Cell::Empty, Cell::text),
                    Cell::number(target.and_then(|band| band.low)),
                    Cell::number(target.and_then(|band| band.high)),
                    Cell::number(economics.mrr),
                    number(economics.share_of_mrr.as_ref().and_then(quotient)),
                    economics.rating.map_or(Cell::Empty, |found| Cell::text(rating(found).0)),
                ]
            })
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct StagesJson<'a> {
    schema: &'static str,
    scenario: Option<ScenarioJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    techniques: Option<&'a [Box<str>]>,
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    conditions: Option<&'a [Box<str>]>,
    stages: Vec<RowJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RowJson<'a> {
    stage: StageReference<'a>,
    currency: String,
    as_of: String,
    customers: Ends<u64>,
    sized_for: Option<u64>,
    months: Option<Ends<u64>>,
    monthly_budget: Option<Ends<Number>>,
    target_cost_per_customer: Option<Ends<Number>>,
    target_share_of_mrr: Option<Number>,
    subtotal: Option<Number>,
    total: Option<Number>,
    complete: bool,
    budget_verdict: Option<String>,
    points: Vec<PointJson<'a>>,
    findings: Vec<FindingView>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct Ends<T> {
    low: Option<T>,
    high: Option<T>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PointJson<'a> {
    customers: u64,
    subtotal: Option<Number>,
    total: Option<Number>,
    cost_per_customer: Option<Number>,
    cost_per_customer_before_buffer: Option<Number>,
    mrr: Option<Number>,
    share_of_mrr: Option<Number>,
    rating: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    share_of_stage: Option<ShareJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        test,
        schemars(with = "Option<std::collections::BTreeMap<String, crate::view::cost::tags::TagJson<'a>>>")
    )]
    tags: Option<TagsJson<'a>>,
}

fn ends(band: crate::model::Band) -> Ends<Number> {
    Ends { low: band.low.map(Number), high: band.high.map(Number) }
}

impl Serialize for StagesView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stages = self.rows.iter().map(|row| {
            let range = row.stage.customers.value;
            let points = row.costings.iter().map(|costing| PointJson {
                customers: costing.inputs.customers,
                subtotal: costing.known_totals().map(|totals| Number(totals.subtotal)),
                total: costing.known_totals().map(|totals| Number(totals.total)),
                cost_per_customer: costing.economics.cost_per_customer.as_ref().and_then(quotient),
                cost_per_customer_before_buffer: costing
                    .economics
                    .cost_per_customer_before_buffer
                    .clone()
                    .as_ref()
                    .and_then(quotient),
                mrr: costing.economics.mrr.map(Number),
                share_of_mrr: costing.economics.share_of_mrr.as_ref().and_then(quotient),
                rating: costing.economics.rating.map(|found| rating(found).0),
                share_of_stage: share_of_stage(row.stage, costing.share_of_stage.as_ref()),
                tags: (!self.by.is_empty()).then(|| TagsJson {
                    stage: row.stage,
                    costings: std::slice::from_ref(costing),
                    tags: self.by.iter().map(String::as_str).collect(),
                }),
            });
            RowJson {
                stage: StageReference { id: row.stage.id, name: &row.stage.name },
                currency: row.stage.currency.to_string(),
                as_of: row.stage.as_of.to_string(),
                customers: Ends { low: Some(range.low), high: range.high },
                sized_for: row.stage.sized_for,
                months: row.stage.months.map(|months| Ends { low: Some(months.low), high: months.high }),
                monthly_budget: row.stage.monthly_budget.map(|budget| ends(budget.value)),
                target_cost_per_customer: row.stage.targets.cost_per_customer.map(|target| ends(target.value)),
                target_share_of_mrr: row.stage.targets.any_share_of_mrr().map(Number),
                subtotal: row.usual(|totals| totals.subtotal),
                total: row.usual(|totals| totals.total),
                complete: row.is_complete(),
                budget_verdict: row.budget(),
                points: points.collect(),
                findings: row.findings(),
            }
        });
        StagesJson {
            schema: "costplan.stages.v1",
            scenario: self.rows.first().and_then(|row| ScenarioJson::of(row.stage)),
            techniques: asked_techniques(self.rows.first().map(|row| row.stage)),
            conditions: conditions(self.rows.first().map(|row| row.stage)),
            stages: stages.collect(),
        }
        .serialize(serializer)
    }
}
