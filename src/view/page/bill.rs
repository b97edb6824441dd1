//! The steps that lead to one number as a person reads a bill: rounded, and without what costs nothing.
//!
//! `25.00 USD + 7 GB x 0.12483 USD = 25.87 USD`; the page has every digit, every step and every source.

use std::sync::Arc;

use crate::calculate::{Operand, Operation, Step};
use crate::model::{Amount, Citation, Fraction, Measure};
use crate::view::page::layout::{Grid, Mark};
use crate::view::page::number::{Number, exact_percent, percent, thousands, with_decimals};
use crate::view::page::screen::elided;
use crate::view::page::section::{Section, operands, with_unit, working_with};

/// The most decimals of a number that is shown as it is: those of prices.
const OF_PRICES: u32 = 6;
/// The decimals of other numbers.
const DECIMALS: u32 = 4;

/// A number of a trace for people.
pub(crate) fn readable(of: &Amount) -> String {
    let exact = of.value.exact().map(|exact| exact.normalize()).filter(|exact| exact.scale() <= OF_PRICES);
    let usual = if let Measure::Money(currency) = of.measure { currency.decimals() } else { 0 };
    let digits = |value: &Fraction| {
        let decimals = exact.map_or(DECIMALS, |exact| exact.scale().max(usual));
        let shown = with_decimals(value, decimals);
        shown.map_or_else(
            || "?".to_owned(),
            |shown| if usual > 0 { shown.to_string() } else { Number(shown).to_string() },
        )
    };
    let text = match (&of.measure, exact) {
        (Measure::Ratio, Some(exact)) => exact_percent(exact),
        (Measure::Ratio, None) => percent(&of.value, 1),
        _ => with_unit(of, digits),
    };
    thousands(&text).into_owned()
}

fn named(operand: &Operand) -> String {
    format!("{} {}", operand.name, readable(&operand.amount))
}

/// Whether a step turns an amount into another currency.
fn is_conversion(step: &Step) -> bool {
    let Measure::Money(into) = step.result.measure else { return false };
    let is_of_other = |operand: &&Operand| matches!(operand.amount.measure, Measure::Money(of) if of != into);
    operands(&step.operation).iter().any(is_of_other)
}

/// The currency of a step, if it is an amount of money.
fn unit_of(step: &Step) -> String {
    if let Measure::Money(currency) = step.result.measure { currency.to_string() } else { String::new() }
}

impl Section<'_> {
    /// The result; `None` if it is unknown.
    pub(crate) fn result(&self) -> Option<String> {
        self.steps.last().map(|step| readable(&step.result))
    }

    /// The charges that cost nothing, next to others.
    fn free(&self) -> Vec<&str> {
        let sum = self.steps.iter().rev().find_map(|step| match &step.operation {
            Operation::Sum(parts) if step.meter.is_none() => Some(parts),
            _ => None,
        });
        let Some(parts) = sum else { return Vec::new() };
        let is_charge = |name: &str| self.steps.iter().any(|step| step.meter.as_deref() == Some(name));
        let costs = |name: &str| parts.iter().any(|part| part.name == name && !part.amount.value.is_zero());
        let mut free: Vec<&str> = parts.iter().map(|part| &*part.name).collect();
        free.retain(|name| is_charge(name) && !costs(name));
        free.dedup();
        free
    }

    /// Adds a row for each step that a person needs, and one for the source of its input.
    pub(crate) fn add_bill(&self, grid: &mut Grid, shown: &mut Vec<Arc<Citation>>) {
        let free = self.free();
        let is_shown = |step: &&&Step| {
            let is_kept = matches!(&step.operation, Operation::Round(_, rounding) if rounding.to.scale() > OF_PRICES);
            !is_kept && step.meter.as_deref().is_none_or(|meter| !free.contains(&meter))
        };
        for step in self.steps.iter().filter(is_shown) {
            let result = readable(&step.result);
            let operation = match &step.operation {
                Operation::Sum(parts) if !free.is_empty() => {
                    let costs = parts.iter().filter(|part| !free.contains(&&*part.name)).cloned().collect();
                    &Operation::Sum(costs)
                }
                operation => operation,
            };
            let working = match operation {
                // The amount as it was.
                Operation::Round(of, _) if readable(&of.amount) == result => continue,
                Operation::Sum(parts) if parts.len() == 1 && step.meter.is_none() && !free.is_empty() => continue,
                operation => working_with(operation, self.sources, named),
            };
            let is_one = matches!(operation, Operation::Sum(parts) if parts.len() == 1);
            let equation = match () {
                () if working.is_empty() => result,
                () if is_one => working,
                () => format!("{working} = {result}"),
            };
            let label = if is_conversion(step) { format!("in {}", unit_of(step)) } else { step.label.to_string() };
            grid.row([&*thousands(&label), &equation]);
            if let Some(origin) = self.short_origin(step, shown) {
                grid.mark(Mark::Wide);
                grid.row([&*format!("from {origin}"), ""]);
            }
        }
        if !free.is_empty() {
            grid.row(["without a cost", &free.join(", ")]);
        }
        for sentence in &self.sentences {
            grid.mark(Mark::Wide);
            grid.row([&*format!("{sentence}, so its cost is in none of the figures"), ""]);
        }
    }

    /// Where an input is from; nothing for the lines of a bundled sheet whose source is already shown.
    fn short_origin(&self, step: &Step, shown: &mut Vec<Arc<Citation>>) -> Option<String> {
        let origin = step.origin.as_ref()?;
        let place = self.place(origin);
        let remark = origin.remark.as_deref().map(|remark| remark.split(". ").next().unwrap_or(remark));
        let citation = origin.citation.as_ref().filter(|citation| !shown.contains(citation));
        if step.meter.is_some() && origin.citation.is_some() && citation.is_none() {
            return None;
        }
        let mut text = place;
        if let Some(remark) = remark {
            text = format!("{text}, {remark}");
        }
        if let Some(citation) = citation {
            shown.push(Arc::clone(citation));
            let trust = citation.trust.as_str().replace('_', " ");
            text = format!("{text}; read on {} ({trust}): {}", citation.retrieved_on, citation.source);
        }
        Some(text)
    }

    /// The meter of the only charge that costs something, if a step adds up charges of which the others cost nothing.
    fn only_charge(&self, step: &Step) -> Option<&str> {
        let Operation::Sum(parts) = &step.operation else { return None };
        let mut costs = parts.iter().filter(|part| !part.amount.value.is_zero());
        let (Some(one), None) = (costs.next(), costs.next()) else { return None };
        self.steps.iter().filter_map(|step| step.meter.as_deref()).find(|meter| *meter == one.name)
    }

    /// How the number comes about, in at most so many columns.
    pub(crate) fn in_short(&self, most: usize) -> String {
        let is_main = |step: &&&Step| !matches!(step.operation, Operation::Round(..)) && !is_conversion(step);
        let Some(step) = self.steps.iter().rev().find(is_main) else { return self.unknown.join(", ") };
        let step = self
            .only_charge(step)
            .and_then(|meter| {
                self.steps.iter().rev().find(|step| is_main(step) && step.meter.as_deref() == Some(meter))
            })
            .unwrap_or(step);
        let rate = self.steps.iter().rev().find(|step| is_conversion(step)).map(|step| {
            let plain =
                operands(&step.operation).into_iter().filter(|operand| operand.amount.measure == Measure::Plain);
            plain.map(|operand| format!(", at {}", readable(&operand.amount))).collect::<String>()
        });
        let rate = rate.unwrap_or_default();
        let values = |operand: &Operand| readable(&operand.amount);
        let text = match &step.operation {
            Operation::Given | Operation::Assumed => {
                let meter = step.meter.as_ref().map(|meter| format!("{meter}: "));
                let of_charge = meter.and_then(|meter| step.label.strip_prefix(&meter));
                of_charge.unwrap_or("a fixed amount").to_owned()
            }
            Operation::Sum(parts) => sum_in_short(parts, most.saturating_sub(rate.len())),
            Operation::Formula(..) => working_with(&step.operation, self.sources, named),
            operation => working_with(operation, self.sources, values),
        };
        elided(&format!("{text}{rate}"), most).into_owned()
    }
}

/// The parts of a sum that are not zero, and how many do not fit into so many columns.
fn sum_in_short(parts: &[Operand], most: usize) -> String {
    let costs: Vec<String> = parts.iter().filter(|part| !part.amount.value.is_zero()).map(named).collect();
    let joined = |count: usize| match costs.len() - count {
        0 => costs.join(" + "),
        left => format!("{} + {left} more", costs[..count].join(" + ")),
    };
    match (1..=costs.len()).rev().map(joined).find(|text| text.chars().count() <= most) {
        Some(text) => text,
        None if costs.is_empty() => "within what is free".to_owned(),
        None => format!("{} parts", costs.len()),
    }
}
