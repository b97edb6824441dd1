//! The steps that lead to a number. Every step goes to an [`Observer`]; the one that `explain` uses keeps them all.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use crate::calculate::charge::regime::{RegimeKey, RegimeState};
use crate::model::{Amount, CategoryId, Citation, Fraction, Rounding, Slot, TagId, TagValueId};
use crate::source::Span;

/// What a step helps to compute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// A driver, including `customers` and `hours_per_month`.
    Driver(Slot),
    /// A line item, by its place.
    LineItem(usize),
    /// A line item at list prices, by its place.
    ListPrice(usize),
    /// A line item's share of the subtotal, by its place.
    Share(usize),
    /// A category.
    Category(CategoryId),
    /// The line items with a value of a tag; `None` for those without the tag.
    Tag(TagId, Option<TagValueId>),
    /// Their share of the subtotal.
    TagShare(TagId, Option<TagValueId>),
    /// The sum of the rounded rows.
    Subtotal,
    /// The sum of the exact rows.
    SubtotalExact,
    /// The buffer.
    Buffer,
    /// What the rounding of the total adds.
    Rounding,
    /// The total.
    Total,
    /// The total without any rounding.
    TotalExact,
    /// The tax.
    Tax,
    /// The total with tax.
    TotalWithTax,
    /// What credits after tax deduct.
    CreditsAfterTax,
    /// The total with tax less those credits.
    ToPay,
    /// The total per customer.
    CostPerCustomer,
    /// The subtotal per customer.
    CostPerCustomerBeforeBuffer,
    /// The cost of the next customer.
    MarginalCost,
    /// Monthly recurring revenue.
    Mrr,
    /// The total as a share of MRR.
    ShareOfMrr,
    /// MRR less the total.
    GrossProfit,
    /// MRR less the total, as a share of MRR.
    GrossMargin,
}

/// A named number that a step uses.
#[derive(Clone, Debug)]
pub struct Operand {
    /// The name.
    pub name: Cow<'static, str>,
    /// The number.
    pub amount: Amount,
}

impl Operand {
    /// Names a number.
    pub fn new(name: impl Into<Cow<'static, str>>, amount: Amount) -> Self {
        Self { name: name.into(), amount }
    }
}

/// How a step gets its result. The result equals the operation over its operands, to the last digit.
#[derive(Clone, Debug)]
pub enum Operation {
    /// The value is given in a source.
    Given,
    /// The value is assumed, for the reason in the step's label.
    Assumed,
    /// A formula that the user wrote, over these names.
    Formula(Span, Vec<Operand>),
    /// The sum.
    Sum(Vec<Operand>),
    /// The first less the second.
    Difference(Operand, Operand),
    /// The first less the second, but not below zero.
    Excess(Operand, Operand),
    /// The product.
    Product(Vec<Operand>),
    /// The first divided by the second, exactly.
    Quotient(Operand, Operand),
    /// The operand, rounded to a step.
    Round(Operand, Rounding),
    /// The first, but at least the second.
    AtLeast(Operand, Operand),
    /// The first, but at most the second.
    AtMost(Operand, Operand),
}

/// Where an input of a step comes from.
#[derive(Clone, Debug)]
pub struct Origin {
    /// The place; `None` for a built-in default.
    pub span: Option<Span>,
    /// The price's source and date.
    pub citation: Option<Arc<Citation>>,
    /// A further remark, such as what a rate applies to.
    pub remark: Option<Cow<'static, str>>,
}

impl Origin {
    /// A place.
    pub fn at(span: impl Into<Option<Span>>) -> Self {
        Self { span: span.into(), citation: None, remark: None }
    }

    /// Adds a remark.
    #[must_use]
    pub fn remark(mut self, remark: impl Into<Cow<'static, str>>) -> Self {
        self.remark = Some(remark.into());
        self
    }
}

/// One step.
#[derive(Clone, Debug)]
pub struct Step {
    /// The name of the result.
    pub label: Cow<'static, str>,
    /// How it is computed.
    pub operation: Operation,
    /// The result.
    pub result: Amount,
    /// Where its inputs come from.
    pub origin: Option<Origin>,
    /// The meter of the charge that it is a step of; `None` if it is of none.
    pub meter: Option<Box<str>>,
}

impl Step {
    /// A step without an origin of its own.
    pub fn new(label: impl Into<Cow<'static, str>>, operation: Operation, result: Amount) -> Self {
        Self { label: label.into(), operation, result, origin: None, meter: None }
    }

    /// Adds where the input comes from.
    #[must_use]
    pub fn from(mut self, origin: Origin) -> Self {
        self.origin = Some(origin);
        self
    }
}

/// What is billed for a charge: the parts that have a price of their own, in order, then what they come to.
#[derive(Clone, Debug)]
pub enum ChargeRecord {
    /// Units at a price.
    Part(PricedPart),
    /// The cost of the charge, for the whole quantity and in the currency of its prices.
    Cost(Amount),
}

/// Units of a charge that have one price: all of them, those of a tier, or one for a fee.
#[derive(Clone, Debug)]
pub struct PricedPart {
    /// How many times the price is paid.
    pub units: Fraction,
    /// How many units of usage one price buys; zero for a fee.
    pub per: Decimal,
    /// The price, in the currency of the terms.
    pub price: Fraction,
    /// Which tier it is, where there are several.
    pub tier: Option<String>,
}

/// Receives the steps of a computation.
pub trait Observer {
    /// Whether the observer also wants the cost of rows at list prices.
    const LIST_PRICES: bool = true;

    /// Whether it keeps steps, so that what only steps need is computed for it.
    const KEEPS_STEPS: bool = false;

    /// Receives a step; `step` is called only on observers that keep steps.
    fn step(&mut self, subject: Subject, step: impl FnOnce() -> Step);

    /// Receives what is billed for a charge, by its place; a plain cost has one. Only a planned bill keeps it.
    fn charge(&mut self, _: Subject, _: usize, _: impl FnOnce() -> ChargeRecord) {}

    /// Receives which part of its price model something is in; only the search for break-points keeps it.
    fn regime(&mut self, _: RegimeKey, _: RegimeState) {}
}

/// An observer that keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn step(&mut self, _: Subject, _: impl FnOnce() -> Step) {}
}

/// An observer that keeps every step, in order.
#[derive(Clone, Debug, Default)]
pub struct Trace {
    steps: Vec<(Subject, Step)>,
    /// The places of each subject's steps.
    of: HashMap<Subject, Vec<usize>>,
}

impl Trace {
    /// The steps of a subject, in order.
    pub fn of(&self, subject: Subject) -> impl Iterator<Item = &Step> {
        self.of.get(&subject).into_iter().flatten().map(|&place| &self.steps[place].1)
    }

    /// All steps, in order.
    pub fn steps(&self) -> impl Iterator<Item = &(Subject, Step)> {
        self.steps.iter()
    }
}

impl Observer for Trace {
    const KEEPS_STEPS: bool = true;

    fn step(&mut self, subject: Subject, step: impl FnOnce() -> Step) {
        self.of.entry(subject).or_default().push(self.steps.len());
        self.steps.push((subject, step()));
    }
}
