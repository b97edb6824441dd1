//! The steps of one charge, reported to an observer.

use std::fmt;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::calculate::charge::regime::{RegimeKey, RegimeKind, RegimeState};
use crate::calculate::cost::trace::{ChargeRecord, Observer, Operand, Operation, Origin, PricedPart, Step, Subject};
use crate::model::{Amount, Fraction, Terms};
use crate::source::Span;

/// Reports the steps of one charge to an observer. Labels and origins are built only if the observer keeps them.
pub(crate) struct Steps<'o, O> {
    pub(crate) observer: &'o mut O,
    pub(crate) subject: Subject,
    pub(crate) meter: &'o str,
    pub(crate) place: usize,
    /// Why the line item has agreed prices.
    pub(crate) reason: Option<&'o str>,
}

/// Where the input of a step comes from.
#[derive(Clone, Copy)]
pub(crate) enum From<'a> {
    /// The step before.
    Nothing,
    /// A place in a source.
    Place(Span),
    /// A price: the sheet with the choices and dates that it applies to, or the manifest with the reason for an agreed
    /// price.
    Price(&'a Terms),
}

impl<O: Observer> Steps<'_, O> {
    /// Reports which part of its price model the charge is in.
    pub(crate) fn regime(&mut self, kind: RegimeKind, state: RegimeState) {
        if let Subject::LineItem(line_item) = self.subject {
            self.observer.regime(RegimeKey { line_item, part: self.place, kind }, state);
        }
    }

    /// Reports units at a price, of a tier where there are several.
    pub(crate) fn part(
        &mut self,
        (units, per): (&Fraction, Decimal),
        price: impl Into<Fraction>,
        tier: Option<&dyn fmt::Display>,
    ) {
        self.observer.charge(self.subject, self.place, || {
            let tier = tier.map(ToString::to_string);
            ChargeRecord::Part(PricedPart { units: units.clone(), per, price: price.into(), tier })
        });
    }

    /// Reports a step that takes the results of earlier steps.
    pub(crate) fn tell(&mut self, label: impl fmt::Display, step: impl FnOnce() -> (Operation, Amount)) {
        self.tell_from(label, From::Nothing, step);
    }

    /// Reports a step that takes an input.
    pub(crate) fn tell_from(
        &mut self,
        label: impl fmt::Display,
        from: From<'_>,
        step: impl FnOnce() -> (Operation, Amount),
    ) {
        let (meter, reason) = (self.meter, self.reason);
        self.observer.step(self.subject, || {
            let label = format!("{meter}: {label}");
            let (operation, result) = step();
            let origin = match from {
                From::Nothing => None,
                From::Place(span) => Some(Origin::at(span)),
                From::Price(terms) => Some(of_price(terms, reason)),
            };
            let meter = Some(meter.to_string().into());
            Step { label: label.into(), operation, result, origin, meter }
        });
    }
}

/// The most parts that are listed for a sum shared by many line items, since each of them lists the sum again.
pub(crate) const MAX_TOLD: usize = 100;

/// The sum of parts; with more than [`MAX_TOLD`] parts, only the fact that there are many.
pub(crate) fn sum_of(parts: Vec<Operand>, whole: &Amount) -> Operation {
    if parts.len() > MAX_TOLD {
        return Operation::Sum(vec![Operand::new(format!("over {MAX_TOLD} line items"), whole.clone())]);
    }
    Operation::Sum(parts)
}

/// Where a price comes from, and the choices and dates that it applies to.
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
