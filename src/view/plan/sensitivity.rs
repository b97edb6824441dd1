//! The inputs of a stage, ranked by how far its total moves with each.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::calculate::{Basis, Costing, InputEnd, InputSensitivity, Outcome, Sensitivity};
use crate::model::{Fraction, LineItem, Money, Stage};
use crate::source::Sources;
use crate::view::View;
use crate::view::cost::stage_json::StageReference;
use crate::view::cost::tags::conditions;
use crate::view::page::chart::{Chart, ChartKind, Tornado, TornadoRow};
use crate::view::page::finding::{FindingView, findings};
use crate::view::page::layout::{Block, Cell, Column, Grid, Mark, Page, Records};
use crate::view::page::number::{Number, WithCurrency, displayed, exact_percent, percent, quotient, signed};
use crate::view::page::scenario::{ScenarioJson, asked_techniques, headline};
use crate::view::page::section::{AmountJson, amount, amount_json};

/// The cost of a stage, and how its total moves with each of its inputs.
#[derive(Debug)]
pub struct SensitivityView<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) costing: &'a Costing,
    pub(crate) sensitivity: &'a Sensitivity,
    sources: &'a Sources,
    draws: bool,
    details: bool,
}

impl<'a> SensitivityView<'a> {
    /// Shows how a stage's total moves with its inputs, next to the costing of the unchanged stage.
    pub fn new(stage: &'a Stage, costing: &'a Costing, sensitivity: &'a Sensitivity, sources: &'a Sources) -> Self {
        Self { stage, costing, sensitivity, sources, draws: false, details: false }
    }

    /// The same view, whose screen has everything that Markdown has.
    #[must_use]
    pub fn detailed(self, details: bool) -> Self {
        Self { details, ..self }
    }

    /// Whether charts are made.
    #[must_use]
    pub fn with_chart(self, draws: bool) -> Self {
        Self { draws, ..self }
    }

    /// The ranking as a chart; `None` if no cost is known. An input whose change cannot be computed is only in the
    /// table.
    pub fn tornado(&self) -> Option<Tornado> {
        let (baseline, currency) = (self.sensitivity.total?, self.stage.currency);
        let rows = self.sensitivity.inputs.iter().filter(|input| input.moves()).filter_map(|input| {
            let (low, high) = (outcome(&input.low)?, outcome(&input.high)?);
            Some(TornadoRow {
                label: input.label.to_string(),
                low: low.total,
                high: high.total,
                low_text: signed(low.moved, currency),
                high_text: signed(high.moved, currency),
            })
        });
        Some(Tornado {
            baseline,
            baseline_text: WithCurrency(Money::new(baseline, self.stage.currency)).to_string(),
            low_name: format!("{} less", self.by()),
            high_name: format!("{} more", self.by()),
            rows: rows.collect(),
        })
    }

    /// The ranking as a picture, if pictures are made.
    pub(crate) fn chart(&self) -> Option<Block> {
        let tornado = self.tornado().filter(|_| self.draws)?;
        let title = "What each input moves".to_owned();
        Some(Block::Chart(Chart { title, kind: ChartKind::Tornado(tornado) }))
    }

    pub(crate) fn by(&self) -> String {
        exact_percent(self.sensitivity.by)
    }

    /// A move as a share of the total.
    pub(crate) fn share(&self, moved: Option<Decimal>) -> Option<Fraction> {
        Fraction::new(moved?, self.sensitivity.total?).ok()
    }

    fn place(&self, input: &InputSensitivity) -> Option<String> {
        input.span.map(|span| self.sources.origin(span))
    }

    /// The change, and the total that moves: not that of `costplan stage` if the manifest rounds it.
    fn total_text(&self) -> String {
        let of = if self.costing.is_complete() { "the total" } else { "the known part of the total" };
        match self.sensitivity.total {
            Some(total) => {
                let total = WithCurrency(Money::new(total, self.stage.currency));
                let by = self.by();
                format!(
                    "Each input {by} less and more, everything else unchanged. The exact total is {total}: \
                     {of} with the buffer, not rounded"
                )
            }
            None => "None of the cost is known, so nothing can be ranked".to_owned(),
        }
    }

    /// Findings: unknown costs, the input that needs a better estimate, and that the ranking is partial.
    pub(crate) fn findings(&self) -> Vec<FindingView> {
        let is_unknown = |finding: &FindingView| finding.code.starts_with("unknown-");
        let mut all: Vec<FindingView> = findings(self.stage, self.costing).into_iter().filter(is_unknown).collect();
        if !self.costing.is_complete() && self.sensitivity.total.is_some() {
            let message =
                "the ranking covers only the known part of the cost: an unknown cost may have a larger effect";
            all.push(FindingView {
                severity: "warning",
                code: "known-part",
                message: message.to_owned(),
                customers: None,
            });
        }
        if let Some(input) = self.sensitivity.estimate_to_improve() {
            let share = self
                .share(input.largest_move())
                .map_or_else(String::new, |share| format!(", up to {} of it", percent(&share, 1)));
            let place = self.place(input).map_or_else(String::new, |place| format!(" ({place})"));
            let (by, currency) = (self.by(), self.stage.currency);
            let moved = |end: &InputEnd| outcome(end).map(|outcome| signed(outcome.moved, currency));
            let effect = match (moved(&input.low), moved(&input.high)) {
                (Some(less), Some(more)) => {
                    format!("{by} less moves the total by {less} {currency}, and {by} more by {more} {currency}{share}")
                }
                (Some(less), None) => {
                    format!("{by} less moves the total by {less} {currency}{share}; {by} more cannot be computed")
                }
                (None, Some(more)) => {
                    format!("{by} more moves the total by {more} {currency}{share}; {by} less cannot be computed")
                }
                // An input that cannot be computed moves nothing that is known.
                (None, None) => format!("{by} less and {by} more cannot be computed"),
            };
            let message = format!("`{}`{place} deserves a better estimate: {effect}", input.label);
            all.push(FindingView { severity: "note", code: "better-estimate", message, customers: None });
        }
        all
    }

    /// The totals and the moves; changes that cannot be computed are listed below their row.
    fn ranking(&self, inputs: &[&InputSensitivity]) -> Grid {
        let (by, currency) = (self.by(), self.stage.currency);
        let mut grid = Grid::new(vec![
            Column::left("Input"),
            Column::right(format!("Total at -{by}")),
            Column::right(format!("at +{by}")),
            Column::right(format!("Move at -{by}")),
            Column::right(format!("at +{by}")),
            Column::right("Of total"),
        ]);
        for input in inputs {
            let ends = [&input.low, &input.high];
            grid.cell(&input.label);
            for end in ends {
                grid.cell(
                    outcome(end)
                        .map_or_else(|| "-".to_owned(), |outcome| displayed(outcome.total, currency).to_string()),
                );
            }
            for end in ends {
                grid.cell(outcome(end).map_or_else(|| "-".to_owned(), |outcome| signed(outcome.moved, currency)));
            }
            grid.cell(self.share(input.largest_move()).map_or_else(|| "-".to_owned(), |share| percent(&share, 1)));
            for (end, sign) in ends.into_iter().zip(["-", "+"]) {
                if let Err(problem) = &end.outcome {
                    grid.mark(Mark::Wide).cell(format_args!("at {sign}{by}: {problem}"));
                    for _ in 1..grid.columns.len() {
                        grid.cell("");
                    }
                }
            }
        }
        grid
    }

    /// The values of the inputs.
    fn values(&self, inputs: &[&InputSensitivity]) -> Grid {
        let by = self.by();
        let mut grid = Grid::new(vec![
            Column::left("Input"),
            Column::right("Now"),
            Column::right(format!("-{by}")),
            Column::right(format!("+{by}")),
            Column::left("Known by"),
        ]);
        for input in inputs {
            grid.cell(&input.label).cell(amount(&input.value));
            for end in [&input.low, &input.high] {
                grid.cell(end.value.as_ref().map_or_else(|| "-".to_owned(), amount));
            }
            grid.cell(basis_words(input.basis));
        }
        grid
    }
}

/// The outcome of the change, if any.
pub(crate) fn outcome(end: &InputEnd) -> Option<Outcome> {
    end.outcome.as_ref().ok().copied()
}

pub(crate) fn basis_words(basis: Basis) -> String {
    match basis {
        Basis::Given => "given".to_owned(),
        Basis::Computed => "computed".to_owned(),
        Basis::Assumed => "assumed".to_owned(),
        Basis::ListPrice(day) => format!("list price {day}"),
        Basis::AgreedPrice => "agreed price".to_owned(),
        Basis::ExchangeRate(day) => format!("rate of {day}"),
    }
}

/// The word and the day of a basis in JSON.
fn basis(basis: Basis) -> (&'static str, Option<String>) {
    match basis {
        Basis::Given => ("given", None),
        Basis::Computed => ("computed", None),
        Basis::Assumed => ("assumed", None),
        Basis::ListPrice(day) => ("list_price", Some(day.to_string())),
        Basis::AgreedPrice => ("agreed_price", None),
        Basis::ExchangeRate(day) => ("exchange_rate", Some(day.to_string())),
    }
}

impl View for SensitivityView<'_> {
    fn page(&self) -> Page {
        let stage = self.stage;
        let mut blocks = headline(stage, self.costing.inputs.customers);
        blocks.push(Block::Text(self.total_text()));
        let (still, moving): (Vec<&InputSensitivity>, Vec<_>) =
            self.sensitivity.inputs.iter().partition(|input| input.moves_nothing());
        if !moving.is_empty() {
            blocks.push(Block::Grid(self.ranking(&moving)));
            blocks.push(Block::Grid(self.values(&moving)));
        }
        blocks.extend(self.chart());
        if !still.is_empty() {
            let labels: Vec<&str> = still.iter().map(|input| &*input.label).collect();
            // A list is preceded by an empty line; a paragraph would follow the one before directly.
            blocks.push(Block::List(vec![format!("No effect on the total: {}", labels.join(", "))]));
        }
        blocks.extend(Block::findings(self.findings()));
        Page { blocks }
    }

    fn screen(&self) -> Page {
        if self.details { self.page() } else { self.screen_page() }
    }

    fn records(&self) -> Records<'_> {
        let header = vec![
            "input",
            "kind",
            "line_item",
            "value",
            "unit",
            "basis",
            "day",
            "place",
            "is_estimate",
            "low_value",
            "low_total",
            "low_move",
            "low_problem",
            "high_value",
            "high_total",
            "high_move",
            "high_problem",
            "largest_move_share",
            "currency",
        ];
        let text = |text: Option<String>| text.map_or(Cell::Empty, Cell::text);
        let rows = self.sensitivity.inputs.iter().map(move |input| {
            let json = self.input_json(input);
            let mut row = vec![
                Cell::text(&*input.label),
                Cell::text(json.kind),
                json.line_item.map_or(Cell::Empty, Cell::text),
                Cell::number(json.value.value.map(|value| value.0)),
                text(json.value.unit),
                Cell::text(json.basis),
                text(json.day),
                text(json.place),
                Cell::truth(json.is_estimate),
            ];
            for end in [json.low, json.high] {
                row.push(Cell::number(end.value.map(|value| value.0)));
                row.push(Cell::number(end.total.map(|total| total.0)));
                row.push(Cell::number(end.moved.map(|moved| moved.0)));
                row.push(end.problem.map_or(Cell::Empty, Cell::text));
            }
            row.push(Cell::number(json.largest_move_share.map(|share| share.0)));
            row.push(Cell::text(self.stage.currency.to_string()));
            row
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct SensitivityJson<'a> {
    schema: &'static str,
    stage: StageReference<'a>,
    currency: String,
    as_of: String,
    list_prices: bool,
    scenario: Option<ScenarioJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    techniques: Option<&'a [Box<str>]>,
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    conditions: Option<&'a [Box<str>]>,
    inputs: InputsJson,
    by: Number,
    total_exact: Option<Number>,
    complete: bool,
    ranking: Vec<InputJson<'a>>,
    better_estimate: Option<&'a str>,
    findings: Vec<FindingView>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct InputsJson {
    customers: u64,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct InputJson<'a> {
    input: &'a str,
    kind: &'static str,
    line_item: Option<&'a str>,
    sku: Option<&'a str>,
    #[serde(flatten)]
    value: AmountJson,
    basis: &'static str,
    day: Option<String>,
    place: Option<String>,
    is_estimate: bool,
    low: EndJson<'a>,
    high: EndJson<'a>,
    largest_move: Option<Number>,
    largest_move_share: Option<Number>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct EndJson<'a> {
    value: Option<Number>,
    total: Option<Number>,
    #[serde(rename = "move")]
    moved: Option<Number>,
    move_share: Option<Number>,
    problem: Option<&'a str>,
}

impl<'a> SensitivityView<'a> {
    fn input_json(&self, input: &'a InputSensitivity) -> InputJson<'a> {
        let item = input.input.line_item().map(|place| &self.stage.line_items[place]);
        let (basis, day) = basis(input.basis);
        let sku = input.input.sku().or_else(|| item.and_then(LineItem::sku));
        InputJson {
            input: &input.label,
            kind: input.input.kind(),
            line_item: item.map(|item| &*item.name),
            sku,
            value: amount_json(&input.value),
            basis,
            day,
            place: self.place(input),
            is_estimate: input.input.is_estimate(),
            low: self.end_json(&input.low),
            high: self.end_json(&input.high),
            largest_move: input.largest_move().map(Number),
            largest_move_share: self.share(input.largest_move()).as_ref().and_then(quotient),
        }
    }

    fn end_json(&self, end: &'a InputEnd) -> EndJson<'a> {
        let found = outcome(end);
        EndJson {
            value: end.value.as_ref().and_then(|value| amount_json(value).value),
            total: found.map(|outcome| Number(outcome.total)),
            moved: found.map(|outcome| Number(outcome.moved)),
            move_share: self.share(found.map(|outcome| outcome.moved)).as_ref().and_then(quotient),
            problem: end.outcome.as_ref().err().map(|problem| &**problem),
        }
    }
}

impl Serialize for SensitivityView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let stage = self.stage;
        SensitivityJson {
            schema: "costplan.sensitivity.v1",
            stage: StageReference { id: stage.id, name: &stage.name },
            currency: stage.currency.to_string(),
            as_of: stage.as_of.to_string(),
            list_prices: stage.list_prices,
            scenario: ScenarioJson::of(stage),
            techniques: asked_techniques(Some(stage)),
            conditions: conditions(Some(stage)),
            inputs: InputsJson { customers: self.costing.inputs.customers },
            by: Number(self.sensitivity.by),
            total_exact: self.sensitivity.total.map(Number),
            complete: self.costing.is_complete(),
            ranking: self.sensitivity.inputs.iter().map(|input| self.input_json(input)).collect(),
            better_estimate: self.sensitivity.estimate_to_improve().map(|input| &*input.label),
            findings: self.findings(),
        }
        .serialize(serializer)
    }
}
