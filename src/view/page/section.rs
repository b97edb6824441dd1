//! The steps that lead to one number, for every command that shows working.

use std::sync::Arc;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::calculate::{Costing, Operand, Operation, Origin, Step, Subject, Trace};
use crate::model::{Amount, Citation, Direction, Fraction, Measure, Stage};
use crate::source::Sources;
use crate::view::page::finding::{unknown_name, unknown_sentences};
use crate::view::page::layout::{Cell, Column, Grid, Mark};
use crate::view::page::number::{Number, exact_percent, quotient, rounded_ratio, with_decimals};
use crate::view::page::selection::title;

/// The steps that lead to one number.
#[derive(Debug)]
pub(crate) struct Section<'a> {
    pub(crate) subject: Subject,
    /// The name of the number.
    pub(crate) title: String,
    pub(crate) steps: Vec<&'a Step>,
    /// Inputs that are not given, so that no step can compute their cost: by name, and in sentences.
    pub(crate) unknown: Vec<String>,
    pub(crate) sentences: Vec<String>,
    pub(crate) sources: &'a Sources,
}

impl<'a> Section<'a> {
    /// The columns of [`Self::records`] after the first, which is the title.
    pub(crate) const COLUMNS: &'static [&'static str] =
        &["step", "operation", "working", "result", "unit", "place", "source", "retrieved_on", "trust"];

    /// The steps of a subject; `None` if it has none.
    pub(crate) fn new(
        subject: Subject,
        stage: &Stage,
        costing: &Costing,
        trace: &'a Trace,
        sources: &'a Sources,
    ) -> Option<Self> {
        let steps: Vec<&Step> = trace.of(subject).collect();
        let (mut unknown, mut sentences) = (Vec::new(), Vec::new());
        if let Subject::LineItem(index) = subject {
            let (item, of_item) = (&stage.line_items[index], &costing.line_items[index].unknown);
            unknown.extend(of_item.iter().map(|unknown| unknown_name(item, *unknown).into_owned()));
            sentences = unknown_sentences(item, of_item);
        }
        let is_shown = !steps.is_empty() || !unknown.is_empty();
        is_shown.then(|| Self { subject, title: title(stage, subject), steps, unknown, sentences, sources })
    }

    /// A row for each step and one for the source of its input; `shown` holds the citations that the page already shows.
    pub(crate) fn grid(&self, shown: &mut Vec<Arc<Citation>>) -> Grid {
        let mut grid = Grid::new(vec![Column::left(""), Column::left("")]);
        let last = self.steps.len().saturating_sub(1);
        for (index, step) in self.steps.iter().enumerate() {
            if index == last {
                grid.mark(Mark::Strong);
            }
            let result = amount(&step.result);
            let working = self.working(step);
            let equation = if working.is_empty() { result } else { format!("{working} = {result}") };
            grid.row([&*step.label, &equation]);
            if let Some(origin) = self.origin(step, shown) {
                grid.mark(Mark::Wide);
                grid.row([&*format!("from {origin}"), ""]);
            }
        }
        for sentence in &self.sentences {
            grid.mark(Mark::Wide);
            grid.row([&*format!("{sentence}, so its cost is in none of the figures"), ""]);
        }
        grid
    }

    /// The steps as rows of a spreadsheet.
    pub(crate) fn records(&self) -> impl Iterator<Item = Vec<Cell<'_>>> {
        self.steps.iter().map(move |step| {
            let origin = step.origin.as_ref();
            let citation = origin.and_then(|origin| origin.citation.as_ref());
            let text = |text: Option<String>| text.map_or(Cell::Empty, Cell::text);
            vec![
                Cell::text(self.title.as_str()),
                Cell::text(&*step.label),
                Cell::text(operation_name(&step.operation)),
                Cell::text(self.working(step)),
                Cell::number(value(&step.result)),
                text(unit(&step.result.measure)),
                text(origin.map(|origin| self.place(origin))),
                text(citation.map(|citation| citation.source.to_string())),
                text(citation.map(|citation| citation.retrieved_on.to_string())),
                text(citation.map(|citation| citation.trust.as_str().to_owned())),
            ]
        })
    }

    pub(crate) fn place(&self, origin: &Origin) -> String {
        match origin.span {
            Some(span) => self.sources.origin(span),
            None => "built-in default".to_owned(),
        }
    }

    /// The source of a step's input, in words. A citation is shown once.
    fn origin(&self, step: &Step, shown: &mut Vec<Arc<Citation>>) -> Option<String> {
        let origin = step.origin.as_ref()?;
        let mut text = self.place(origin);
        if let Some(remark) = &origin.remark {
            text = format!("{text}, {remark}");
        }
        if let Some(citation) = &origin.citation
            && !shown.contains(citation)
        {
            shown.push(Arc::clone(citation));
            let trust = citation.trust.as_str().replace('_', " ");
            text = format!("{text}; read on {} ({trust}): {}", citation.retrieved_on, citation.source);
            if let Some(note) = &citation.note {
                text = format!("{text} (note: {note})");
            }
        }
        Some(text)
    }

    fn working(&self, step: &Step) -> String {
        working(&step.operation, self.sources)
    }
}

/// A number of a trace, rounded to so many decimals.
pub(crate) fn rounded_amount(of: &Amount, decimals: u32) -> String {
    let rounded = match of.measure {
        Measure::Ratio => rounded_ratio(&of.value, decimals),
        Measure::Plain | Measure::Money(_) | Measure::Unit(_) => with_decimals(&of.value, decimals),
    };
    match rounded {
        Some(value) => amount(&Amount { value: value.into(), measure: of.measure.clone() }),
        None => amount(of),
    }
}

/// A number of a trace with all its digits; a quotient is shown as about its twelve decimals.
pub(crate) fn amount(amount: &Amount) -> String {
    with_unit(amount, |value| match value.exact() {
        Some(exact) => Number(exact).to_string(),
        None => with_decimals(value, 12).map_or_else(|| "?".to_owned(), |value| format!("about {}", Number(value))),
    })
}

/// A number of a trace with its unit.
pub(crate) fn with_unit(amount: &Amount, digits: impl Fn(&Fraction) -> String) -> String {
    match &amount.measure {
        Measure::Plain => digits(&amount.value),
        Measure::Ratio => match amount.value.exact() {
            Some(exact) => exact_percent(exact),
            None => format!("about {}", crate::view::page::number::percent(&amount.value, 6)),
        },
        Measure::Money(currency) => format!("{} {currency}", digits(&amount.value)),
        Measure::Unit(label) => {
            let counted = !label.contains('-') && label.starts_with(|first: char| first.is_ascii_lowercase());
            let one = amount.value.exact() == Some(Decimal::ONE);
            let digits = digits(&amount.value);
            if !counted || one || label.ends_with('s') {
                return format!("{digits} {label}");
            }
            let is_vowel = |last: char| matches!(last, 'a' | 'e' | 'i' | 'o' | 'u');
            match label.strip_suffix('y') {
                Some(stem) if !stem.ends_with(is_vowel) => format!("{digits} {stem}ies"),
                _ => format!("{digits} {label}s"),
            }
        }
    }
}

/// How a step gets its result, in one line; empty if it is given.
pub(crate) fn working(operation: &Operation, sources: &Sources) -> String {
    working_with(operation, sources, |operand| format!("{} {}", operand.name, amount(&operand.amount)))
}

/// The same with operands as they are written by `named`.
pub(crate) fn working_with(operation: &Operation, sources: &Sources, named: impl Fn(&Operand) -> String) -> String {
    let join = |operands: &[Operand], sign: &str| operands.iter().map(&named).collect::<Vec<_>>().join(sign);
    match operation {
        Operation::Given | Operation::Assumed => String::new(),
        Operation::Formula(span, operands) if operands.is_empty() => sources.slice(*span).to_owned(),
        Operation::Formula(span, operands) if matches!(&operands[..], [one] if one.name == sources.slice(*span)) => {
            sources.slice(*span).to_owned()
        }
        Operation::Formula(span, operands) => {
            format!("{} with {}", sources.slice(*span), join(operands, ", "))
        }
        Operation::Sum(operands) => join(operands, " + "),
        Operation::Product(operands) => join(operands, " x "),
        Operation::Difference(a, b) => format!("{} - {}", named(a), named(b)),
        Operation::Excess(a, b) => format!("{} - {}, not below 0", named(a), named(b)),
        Operation::Quotient(a, b) => format!("{} / {}", named(a), named(b)),
        Operation::Round(operand, rounding) => {
            let direction = match rounding.direction {
                Direction::Nearest => "to the nearest",
                Direction::Up => "up to the next",
                Direction::Down => "down to the last",
            };
            format!("{} {direction} {}", named(operand), Number(rounding.to))
        }
        Operation::AtLeast(a, b) => format!("{}, at least {}", named(a), named(b)),
        Operation::AtMost(a, b) => format!("{}, at most {}", named(a), named(b)),
    }
}

/// The name of an operation in JSON.
fn operation_name(operation: &Operation) -> &'static str {
    match operation {
        Operation::Given => "given",
        Operation::Assumed => "assumed",
        Operation::Formula(..) => "formula",
        Operation::Sum(_) => "sum",
        Operation::Product(_) => "product",
        Operation::Difference(..) => "difference",
        Operation::Excess(..) => "excess",
        Operation::Quotient(..) => "quotient",
        Operation::Round(..) => "round",
        Operation::AtLeast(..) => "at_least",
        Operation::AtMost(..) => "at_most",
    }
}

pub(crate) fn operands(operation: &Operation) -> Vec<&Operand> {
    match operation {
        Operation::Given | Operation::Assumed => Vec::new(),
        Operation::Formula(_, operands) | Operation::Sum(operands) | Operation::Product(operands) => {
            operands.iter().collect()
        }
        Operation::Round(operand, _) => vec![operand],
        Operation::Difference(a, b)
        | Operation::Excess(a, b)
        | Operation::Quotient(a, b)
        | Operation::AtLeast(a, b)
        | Operation::AtMost(a, b) => vec![a, b],
    }
}

/// The exact value, or the quotient to twelve decimals.
fn value(amount: &Amount) -> Option<Decimal> {
    amount.value.to_decimal().ok()
}

fn unit(measure: &Measure) -> Option<String> {
    match measure {
        Measure::Plain | Measure::Ratio => None,
        Measure::Money(currency) => Some(currency.to_string()),
        Measure::Unit(label) => Some(label.to_string()),
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct SubjectJson<'a> {
    name: &'a str,
    result: Option<AmountJson>,
    steps: Vec<StepJson<'a>>,
    depends_on: Vec<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct AmountJson {
    pub(crate) value: Option<Number>,
    pub(crate) unit: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct StepJson<'a> {
    label: &'a str,
    operation: &'static str,
    working: String,
    inputs: Vec<OperandJson<'a>>,
    result: AmountJson,
    origin: Option<OriginJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct OperandJson<'a> {
    name: &'a str,
    value: Option<Number>,
    unit: Option<String>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct OriginJson<'a> {
    place: String,
    remark: Option<&'a str>,
    source: Option<&'a str>,
    retrieved_on: Option<String>,
    trust: Option<&'static str>,
    note: Option<&'a str>,
}

pub(crate) fn amount_json(amount: &Amount) -> AmountJson {
    AmountJson { value: value(amount).map(Number), unit: unit(&amount.measure) }
}

impl Section<'_> {
    fn step_json<'s>(&self, step: &'s Step) -> StepJson<'s> {
        let inputs = operands(&step.operation).into_iter().map(|operand| OperandJson {
            name: &operand.name,
            value: value(&operand.amount).map(Number),
            unit: unit(&operand.amount.measure),
        });
        let origin = step.origin.as_ref().map(|origin| {
            let citation = origin.citation.as_deref();
            OriginJson {
                place: self.place(origin),
                remark: origin.remark.as_deref(),
                source: citation.map(|citation| &*citation.source),
                retrieved_on: citation.map(|citation| citation.retrieved_on.to_string()),
                trust: citation.map(|citation| citation.trust.as_str()),
                note: citation.and_then(|citation| citation.note.as_deref()),
            }
        });
        StepJson {
            label: &step.label,
            operation: operation_name(&step.operation),
            working: self.working(step),
            inputs: inputs.collect(),
            result: amount_json(&step.result),
            origin,
        }
    }
}

impl Serialize for Section<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        SubjectJson {
            name: &self.title,
            result: self.steps.last().map(|step| amount_json(&step.result)),
            steps: self.steps.iter().map(|step| self.step_json(step)).collect(),
            depends_on: self.unknown.iter().map(String::as_str).collect(),
        }
        .serialize(serializer)
    }
}

/// An amount in JSON and CSV: a quotient has six decimals.
pub(crate) fn number_json(of: &Amount) -> AmountJson {
    let value = of.value.exact().map(Number).or_else(|| quotient(&of.value));
    AmountJson { value, ..amount_json(of) }
}
