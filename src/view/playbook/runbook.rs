//! Runbooks: a list of them, and one with its commands filled in.

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::model::{FilledRunbook, PurchaseNote, Runbook, RunbookStep};
use crate::view::View;
use crate::view::page::finding::FindingView;
use crate::view::page::layout::{Block, Cell, Code, Column, Grid, Page, Records};
use crate::view::page::offer::described;

/// A runbook with its commands filled in.
#[derive(Clone, Copy, Debug)]
pub struct RunbookView<'a> {
    filled: &'a FilledRunbook,
    /// The number and the name of the requested stage.
    stage: Option<(u64, &'a str)>,
    /// What is to be known about what it buys, on a day.
    notes: &'a [PurchaseNote],
    day: Date,
}

/// A part of a script: a comment or commands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ScriptPart {
    /// A comment of one or more lines.
    Comment(String),
    /// An empty line.
    Gap,
    /// A command of one or more lines.
    Command(Box<str>),
}

impl<'a> RunbookView<'a> {
    /// Shows a runbook, with the stage by which it was found, if any.
    pub fn new(filled: &'a FilledRunbook, stage: Option<(u64, &'a str)>) -> Self {
        Self { filled, stage, notes: &[], day: Date::ZERO }
    }

    /// The same with notes on what it buys on a day.
    #[must_use]
    pub fn with_notes(self, notes: &'a [PurchaseNote], day: Date) -> Self {
        Self { notes, day, ..self }
    }

    /// What is to be known about what it buys.
    fn findings(&self) -> Vec<FindingView> {
        let view = |note: &PurchaseNote| {
            let (severity, code, message) = match note {
                PurchaseNote::Unlisted(id) => {
                    ("note", "unlisted", format!("it buys {id}, of which no price sheet has a price"))
                }
                PurchaseNote::NotSold { sku, successor } => {
                    let last = sku.sale.sold_until.map(|day| day.to_string()).unwrap_or_default();
                    let after = match successor {
                        Some(successor) => format!("its successor is {}", described(successor, self.day)),
                        None => "the price sheet names no successor that is sold".to_owned(),
                    };
                    let id = &sku.id;
                    (
                        "warning",
                        "not-sold",
                        format!("it buys {id}, which can no longer be ordered, the last day was {last}; {after}"),
                    )
                }
                PurchaseNote::NotCounted(sku) => {
                    let stage = self.stage.map(|(number, name)| format!("{number} {name}")).unwrap_or_default();
                    let sku = described(sku, self.day);
                    ("warning", "not-counted", format!("it buys {sku}, which no line item of stage {stage} counts"))
                }
            };
            FindingView { severity, code, message, customers: None }
        };
        self.notes.iter().map(view).collect()
    }

    /// The runbook as a script for a POSIX shell, from top to bottom.
    pub fn script(&self) -> Vec<ScriptPart> {
        let runbook = &self.filled.runbook;
        let mut parts = vec![ScriptPart::Comment(self.title())];
        parts.extend(runbook.summary.iter().map(|summary| ScriptPart::Comment(summary.to_string())));
        let findings = self.findings().into_iter();
        parts.extend(findings.map(|found| ScriptPart::Comment(format!("{}: {}", found.severity, found.message))));
        parts.extend([ScriptPart::Gap, ScriptPart::Command("set -eu".into())]);
        parts.extend((!runbook.inputs.is_empty()).then_some(ScriptPart::Gap));
        let inputs = runbook.inputs.iter().zip(&self.filled.values);
        for ((input, value), assignment) in inputs.zip(self.filled.assignments()) {
            let from = match (value.is_set, &value.line_item) {
                (true, _) => String::new(),
                (false, Some(line_item)) => format!(" (of `{line_item}`)"),
                (false, None) => " (default)".to_owned(),
            };
            parts.push(ScriptPart::Comment(format!("{}{from}", input.meaning)));
            parts.push(ScriptPart::Command(assignment.into()));
        }
        let mut add = |heading: String, step: &RunbookStep| {
            parts.extend([ScriptPart::Gap, ScriptPart::Comment(heading)]);
            parts.extend(step.note.iter().map(|note| ScriptPart::Comment(note.to_string())));
            parts.extend(step.commands.iter().map(|command| ScriptPart::Command(command.value.clone())));
        };
        for (place, step) in runbook.steps.iter().enumerate() {
            add(format!("{}. {}", place + 1, step.name), step);
        }
        for step in &runbook.checks {
            add(format!("Check: {}", step.name), step);
        }
        parts
    }

    fn title(&self) -> String {
        match self.stage {
            Some((number, name)) => format!("Stage {number} {name}: {}", self.filled.runbook.name),
            None => self.filled.runbook.name.to_string(),
        }
    }

    fn inputs(&self) -> Grid {
        let mut grid = Grid::new(vec![
            Column::left("Input").at_least(12),
            Column::left("Value").at_least(34),
            Column::left("Meaning").at_least(24),
        ]);
        for (input, value) in self.filled.runbook.inputs.iter().zip(&self.filled.values) {
            let set = match (&value.line_item, value.is_set, value.is_placeholder) {
                (Some(line_item), ..) => format!(" (of `{line_item}`)"),
                (None, true, _) => " (set)".to_owned(),
                (None, false, true) => " (an example: give yours)".to_owned(),
                (None, false, false) => String::new(),
            };
            grid.cell(&input.name.value).cell(&value.value).cell(format_args!("{}{set}", input.meaning));
        }
        grid
    }
}

fn blocks_of(heading: String, step: &RunbookStep, blocks: &mut Vec<Block>) {
    blocks.push(Block::Text(heading));
    blocks.extend(step.note.as_ref().map(|note| Block::Text(note.to_string())));
    blocks.extend(shell(step.commands.iter().map(|command| command.value.to_string())));
}

/// Lines for a shell; nothing if there are none.
fn shell(lines: impl Iterator<Item = String>) -> Option<Block> {
    let text = lines.collect::<Vec<_>>().join("\n");
    (!text.is_empty()).then(|| Block::Code(Code { language: "sh".to_owned(), text }))
}

/// The commands of steps, each with the place and the name of its step.
fn lines<'a>(
    part: &'static str,
    steps: &'a [RunbookStep],
) -> impl Iterator<Item = (&'static str, usize, &'a str, String)> {
    steps.iter().enumerate().flat_map(move |(place, step)| {
        step.commands.iter().map(move |command| (part, place, &*step.name, command.value.to_string()))
    })
}

impl View for RunbookView<'_> {
    fn page(&self) -> Page {
        let runbook = &self.filled.runbook;
        let mut blocks = vec![Block::Title(self.title())];
        blocks.extend(runbook.summary.as_ref().map(|summary| Block::Text(summary.to_string())));
        if !runbook.inputs.is_empty() {
            blocks.push(Block::Grid(self.inputs()));
            blocks
                .push(Block::Text("The commands read them as variables of the shell, so set these first:".to_owned()));
            blocks.extend(shell(self.filled.assignments()));
        }
        for (place, step) in runbook.steps.iter().enumerate() {
            blocks_of(format!("{}. {}", place + 1, step.name), step, &mut blocks);
        }
        if !runbook.checks.is_empty() {
            blocks.push(Block::Title("Checks".to_owned()));
        }
        for step in &runbook.checks {
            blocks_of(step.name.to_string(), step, &mut blocks);
        }
        blocks.extend(Block::findings(self.findings()));
        Page { blocks }
    }

    fn records(&self) -> Records<'_> {
        let header = vec!["runbook", "part", "number", "name", "command"];
        let runbook = &self.filled.runbook;
        let inputs = runbook.inputs.iter().zip(self.filled.assignments()).enumerate();
        let values = inputs.map(|(place, (input, line))| ("value", place, &*input.name.value, line));
        let rows = values.chain(lines("step", &runbook.steps)).chain(lines("check", &runbook.checks));
        let rows = rows.map(|(part, place, name, command)| {
            vec![
                Cell::text(&*runbook.id),
                Cell::text(part),
                Cell::Number(Decimal::from(place + 1)),
                Cell::text(name),
                Cell::text(command),
            ]
        });
        Records { header, rows: Box::new(rows) }
    }
}

/// All runbooks.
#[derive(Clone, Copy, Debug)]
pub struct RunbooksView<'a> {
    runbooks: &'a [Runbook],
}

impl<'a> RunbooksView<'a> {
    /// Shows runbooks in the given order.
    pub fn new(runbooks: &'a [Runbook]) -> Self {
        Self { runbooks }
    }
}

fn stages(runbook: &Runbook) -> String {
    let numbers: Vec<String> = runbook.stages.iter().map(|stage| stage.value.to_string()).collect();
    numbers.join(", ")
}

impl View for RunbooksView<'_> {
    fn page(&self) -> Page {
        let title = Block::Title("Runbooks".to_owned());
        let text =
            Block::Text("`costplan runbook STAGE` prints a stage's runbook, `runbook NAME` any runbook".to_owned());
        let mut grid = Grid::new(vec![
            Column::left("Runbook").at_least(16),
            Column::left("Stages"),
            Column::right("Steps"),
            Column::left("About").at_least(24),
        ]);
        let mut runbooks: Vec<&Runbook> = self.runbooks.iter().collect();
        runbooks.sort_by_key(|runbook| runbook.stages.first().map_or(u64::MAX, |stage| stage.value));
        for runbook in runbooks {
            grid.cell(&runbook.id).cell(stages(runbook)).cell(runbook.steps.len());
            grid.cell(runbook.summary.as_deref().unwrap_or(&runbook.name));
        }
        Page { blocks: vec![title, text, Block::Grid(grid)] }
    }

    fn records(&self) -> Records<'_> {
        let header = vec!["runbook", "name", "stages", "steps", "checks", "summary"];
        let rows = self.runbooks.iter().map(|runbook| {
            vec![
                Cell::text(&*runbook.id),
                Cell::text(&*runbook.name),
                Cell::text(stages(runbook)),
                Cell::Number(Decimal::from(runbook.steps.len())),
                Cell::Number(Decimal::from(runbook.checks.len())),
                runbook.summary.as_deref().map_or(Cell::Empty, Cell::text),
            ]
        });
        Records { header, rows: Box::new(rows) }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RunbooksJson<'a> {
    schema: &'static str,
    runbooks: Vec<HeadJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct HeadJson<'a> {
    id: &'a str,
    name: &'a str,
    summary: Option<&'a str>,
    stages: Vec<u64>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RunbookJson<'a> {
    schema: &'static str,
    #[serde(flatten)]
    head: HeadJson<'a>,
    stage: Option<StageJson<'a>>,
    inputs: Vec<InputJson<'a>>,
    assignments: Vec<String>,
    steps: Vec<StepJson<'a>>,
    checks: Vec<StepJson<'a>>,
    buys: &'a [Box<str>],
    findings: Vec<FindingView>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct StageJson<'a> {
    id: u64,
    name: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct InputJson<'a> {
    name: &'a str,
    meaning: &'a str,
    kind: &'static str,
    value: &'a str,
    set: bool,
    placeholder: bool,
    line_item: Option<&'a str>,
    default: Option<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct StepJson<'a> {
    name: &'a str,
    note: Option<&'a str>,
    commands: Vec<&'a str>,
}

impl<'a> From<&'a Runbook> for HeadJson<'a> {
    fn from(runbook: &'a Runbook) -> Self {
        let stages = runbook.stages.iter().map(|stage| stage.value).collect();
        Self { id: &runbook.id, name: &runbook.name, summary: runbook.summary.as_deref(), stages }
    }
}

impl<'a> From<&'a RunbookStep> for StepJson<'a> {
    fn from(step: &'a RunbookStep) -> Self {
        let commands = step.commands.iter().map(|command| &*command.value).collect();
        Self { name: &step.name, note: step.note.as_deref(), commands }
    }
}

impl Serialize for RunbookView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let runbook = &self.filled.runbook;
        let inputs = runbook.inputs.iter().zip(&self.filled.values).map(|(input, value)| InputJson {
            name: &input.name.value,
            meaning: &input.meaning,
            kind: input.kind.as_str(),
            value: &value.value,
            set: value.is_set,
            placeholder: value.is_placeholder,
            line_item: value.line_item.as_deref(),
            default: input.default.as_ref().map(|default| &*default.value),
        });
        RunbookJson {
            schema: "costplan.runbook.v2",
            head: runbook.into(),
            stage: self.stage.map(|(id, name)| StageJson { id, name }),
            inputs: inputs.collect(),
            assignments: self.filled.assignments().collect(),
            steps: runbook.steps.iter().map(StepJson::from).collect(),
            checks: runbook.checks.iter().map(StepJson::from).collect(),
            buys: &self.filled.buys,
            findings: self.findings(),
        }
        .serialize(serializer)
    }
}

impl Serialize for RunbooksView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let runbooks = self.runbooks.iter().map(HeadJson::from).collect();
        RunbooksJson { schema: "costplan.runbooks.v1", runbooks }.serialize(serializer)
    }
}
