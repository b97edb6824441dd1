//! The steps of one charge, told to an observer.

use std::fmt;

use jiff::civil::Date;

use crate::calculate::charge::regime::{RegimeKey, RegimeKind, RegimeState};
use crate::calculate::cost::trace::{Observer, Operand, Operation, Origin, Step, Subject};
use crate::model::{Amount, Terms};
use crate::source::Span;

/// Tells the steps of one charge to an observer. Labels and origins are made only where the observer keeps them.
pub(crate) struct Steps<'o, O> {
    pub(crate) observer: &'o mut O,
    pub(crate) subject: Subject,
    pub(crate) meter: &'o str,
    /// The place of the charge.
    pub(crate) place: usize,
    /// Why prices of the line are agreed.
    pub(crate) reason: Option<&'o str>,
}

/// Where the input of a step comes from.
#[derive(Clone, Copy)]
pub(crate) enum From<'a> {
    /// From the step before.
    Nothing,
    /// A place.
    Place(Span),
    /// A price: the sheet with what it holds for, or the manifest with the reason.
    Price(&'a Terms),
}

impl<O: Observer> Steps<'_, O> {
    /// Tells in which part of its price model the charge is.
    pub(crate) fn regime(&mut self, kind: RegimeKind, state: RegimeState) {
        if let Subject::LineItem(line_item) = self.subject {
            self.observer.regime(RegimeKey { line_item, part: self.place, kind }, state);
        }
    }

    /// Tells a step that takes what the steps before give.
    pub(crate) fn tell(&mut self, label: impl fmt::Display, step: impl FnOnce() -> (Operation, Amount)) {
        self.tell_from(label, From::Nothing, step);
    }

    /// Tells a step that takes an input.
    pub(crate) fn tell_from(
        &mut self,
        label: impl fmt::Display,
        from: From<'_>,
        step: impl FnOnce() -> (Operation, Amount),
    ) {
        let (meter, reason) = (self.meter, self.reason);
        self.observer.step(self.subject, || {
            let (operation, result) = step();
            let origin = match from {
                From::Nothing => None,
                From::Place(span) => Some(Origin::at(span)),
                From::Price(terms) => Some(of_price(terms, reason)),
            };
            Step { label: format!("{meter}: {label}").into(), operation, result, origin }
        });
    }
}

/// How many parts of a sum are told that many line items share: each of them tells it.
pub(crate) const MAX_TOLD: usize = 100;

/// The sum of parts; of more than [`MAX_TOLD`] only that there are many.
pub(crate) fn sum_of(parts: Vec<Operand>, whole: &Amount) -> Operation {
    if parts.len() > MAX_TOLD {
        return Operation::Sum(vec![Operand::new(format!("over {MAX_TOLD} line items"), whole.clone())]);
    }
    Operation::Sum(parts)
}

/// Where a price comes from, and what it holds for.
fn of_price(terms: &Terms, reason: Option<&str>) -> Origin {
    let mut remarks: Vec<String> = terms.when.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    if terms.citation.is_none() {
        remarks.push(format!("agreed price: {}", reason.unwrap_or_default()));
    }
    remarks.extend(days("", terms.effective_from, terms.effective_to));
    remarks.extend(days("for orders ", terms.ordered_from, terms.ordered_to));
    remarks.extend(terms.range().map(|price| format!("between {} and {}", price.low, price.high)));
    let remark = (!remarks.is_empty()).then(|| remarks.join(", ").into());
    Origin { span: Some(terms.span), citation: terms.citation.clone(), remark }
}

fn days(what: &str, first: Option<Date>, last: Option<Date>) -> Option<String> {
    match (first, last) {
        (None, None) => None,
        (Some(from), None) => Some(format!("{what}from {from} on")),
        (None, Some(to)) => Some(format!("{what}until {to}")),
        (Some(from), Some(to)) => Some(format!("{what}from {from} to {to}")),
    }
}
