//! Which inputs move the total of a stage: each is decreased and increased, and the whole stage is computed again.
//!
//! An input is changed in the model: a formula, the prices of a SKU or a rate is multiplied by a factor. The stage is
//! then computed by [`stage()`](crate::calculate::cost::stage::stage()) like any other, so everything that depends on
//! the input changes with it.

use std::cmp::Reverse;
use std::collections::HashSet;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::calculate::charge::formula::{evaluate, readable};
use crate::calculate::cost::costing::Costing;
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::plan::sensitivity_result::{Basis, InputEnd, InputSensitivity, Outcome, Sensitivity, StageInput};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{
    Amount, ArithmeticError, Expression, Formula, Fraction, Inputs, LinePricing, Operator, Progress, Revenue, Setting,
    Sku, SkuLine, Slot, Stage, Terms, Usage, add, multiply, subtract,
};
use crate::source::Span;

/// The most operations that all computations together may take: about ten seconds.
const MAX_OPERATIONS: u64 = 50_000_000;

/// Changes each input of a stage down and up by a ratio, and ranks inputs by how far the exact total moves from that of
/// `costing`, the unchanged stage.
///
/// The total is `total_exact`: with the buffer, but without the manifest's rounding, whose steps would hide small
/// moves. Where part of the cost is unknown, it is the total of the known part.
///
/// # Errors
/// `invalid-argument` if the stage is too large to compute that often. If the stage cannot be computed with a change,
/// the row of that input says so.
pub fn sensitivity(
    stage: &Stage,
    costing: &Costing,
    by: Decimal,
    progress: &Progress,
) -> Result<Sensitivity, Vec<Diagnostic>> {
    let Some(total) = costing.known_totals().map(|totals| totals.total_exact) else {
        return Ok(Sensitivity { by, total: None, inputs: Vec::new() });
    };
    let is_revenue_known = costing.economics.mrr.is_some() && stage.depends_on_revenue();
    let found = inputs_of(stage, is_revenue_known);
    if operations(stage, &found).is_none() {
        let message = format!("stage {} has {} inputs, too many to change each of them", stage.id, found.len());
        let diagnostic = Diagnostic::new(Code::InvalidArgument, message);
        return Err(vec![diagnostic.help("rank a stage with fewer line items")]);
    }
    let base = Base { stage, costing, by, total };
    let all = found.len() as u64;
    let row = |(done, input)| {
        progress.report(done, all);
        base.row(input)
    };
    let mut ranked: Vec<InputSensitivity> = (0..).zip(found).map(row).collect();
    ranked.sort_by(|a, b| {
        let key = |row: &InputSensitivity| Reverse(row.largest_move());
        key(a).cmp(&key(b)).then_with(|| a.label.cmp(&b.label))
    });
    Ok(Sensitivity { by, total: Some(total), inputs: ranked })
}

/// The operations of changing every input of a stage; `None` if there are too many, so that it is refused.
pub fn sensitivity_operations(stage: &Stage) -> Option<u64> {
    operations(stage, &inputs_of(stage, stage.depends_on_revenue()))
}

fn operations(stage: &Stage, inputs: &[StageInput]) -> Option<u64> {
    let computations = (inputs.len() as u64).saturating_mul(2);
    Some(computations.saturating_mul(stage.operations())).filter(|all| *all <= MAX_OPERATIONS)
}

/// Every input of a stage. An input that is just a driver counts as that driver, except for quantities, which are
/// whole.
fn inputs_of(stage: &Stage, is_revenue_known: bool) -> Vec<StageInput> {
    let mut found = vec![StageInput::Customers];
    found.extend(is_revenue_known.then_some(StageInput::Revenue));
    found.extend((0..stage.drivers.len()).map(StageInput::Driver));
    let mut skus = HashSet::new();
    let mut prices = Vec::new();
    for (line_item, item) in stage.line_items.iter().enumerate() {
        found.extend(item.quantity.as_ref().map(|_| StageInput::Quantity(line_item)));
        match &item.pricing {
            LinePricing::Cost(cost) if !is_driver(&cost.amount) => found.push(StageInput::Cost(line_item)),
            LinePricing::Cost(_) => {}
            LinePricing::Sku(line) => {
                for slot in Sku::FIRST_INPUT..line.sku.scope.len() {
                    if let (Some(Usage::Given(formula)), Ok(slot)) = (line.usage_at(slot), u16::try_from(slot))
                        && !is_driver(formula)
                    {
                        found.push(StageInput::Usage { line_item, slot: Slot(slot) });
                    }
                }
                if priced(line).next().is_some() && skus.insert(&line.sku.id) {
                    prices.push(StageInput::Prices(line.sku.id.clone()));
                }
            }
        }
    }
    found.extend(prices);
    found.extend(stage.rates.iter().map(|rate| StageInput::ExchangeRate(rate.from)));
    found.push(StageInput::Buffer);
    found
}

/// Whether a formula is just `customers`, a revenue or a driver.
fn is_driver(formula: &Formula) -> bool {
    let is_fixed = |slot: Slot| slot == Stage::HOURS_PER_MONTH || slot == Stage::MONTH;
    matches!(formula.expression, Expression::Name(slot) if !is_fixed(slot))
}

/// The prices that a line item pays.
fn priced(line: &SkuLine) -> impl Iterator<Item = &Terms> {
    line.charges
        .iter()
        .filter_map(|charge| charge.terms())
        .map(|terms| &**terms)
        .filter(|terms| !terms.pricing.is_quote())
}

/// The unchanged stage.
struct Base<'s> {
    stage: &'s Stage,
    costing: &'s Costing,
    by: Decimal,
    total: Decimal,
}

/// What is changed, where it is written, and its basis.
struct Now {
    value: Amount,
    basis: Basis,
    span: Option<Span>,
}

impl Base<'_> {
    fn row(&self, input: StageInput) -> InputSensitivity {
        let Now { value, basis, span } = self.now(&input);
        let less = subtract(Decimal::ONE, self.by);
        let more = add(Decimal::ONE, self.by);
        let low = self.end(&input, &value, less, false);
        let high = self.end(&input, &value, more, true);
        let label = input.label(self.stage).into();
        InputSensitivity { input, label, value, basis, span, low, high }
    }

    fn now(&self, input: &StageInput) -> Now {
        let Self { stage, costing, .. } = *self;
        match input {
            StageInput::Customers => {
                Now { value: Amount::plain(Decimal::from(costing.inputs.customers)), basis: Basis::Given, span: None }
            }
            StageInput::Revenue => {
                let (value, span) = match costing.inputs.revenue {
                    Revenue::Mrr(revenue) | Revenue::Arpu(revenue) => (revenue.value, revenue.span),
                    Revenue::Unknown => (Decimal::ZERO, None),
                };
                Now { value: Amount::money(value, stage.currency), basis: Basis::Given, span }
            }
            StageInput::Buffer => {
                let basis = if stage.buffer.span.is_some() { Basis::Given } else { Basis::Assumed };
                Now { value: Amount::ratio(stage.buffer.value), basis, span: stage.buffer.span }
            }
            StageInput::ExchangeRate(from) => {
                let rate = stage.rate(*from);
                let value = Amount::plain(rate.map_or(Decimal::ONE, |rate| rate.rate));
                let basis = rate.map_or(Basis::Assumed, |rate| Basis::ExchangeRate(rate.effective_from));
                Now { value, basis, span: rate.map(|rate| rate.span) }
            }
            StageInput::Prices(sku) => {
                let read = self.lines_of(sku).flat_map(priced).filter_map(|terms| terms.citation.as_ref());
                let oldest: Option<Date> = read.map(|citation| citation.retrieved_on).min();
                let basis = oldest.map_or(Basis::AgreedPrice, Basis::ListPrice);
                let span = self.lines_of(sku).flat_map(priced).map(|terms| terms.span).next();
                Now { value: Amount::ratio(Decimal::ONE), basis, span }
            }
            StageInput::Driver(_) | StageInput::Usage { .. } | StageInput::Quantity(_) | StageInput::Cost(_) => {
                self.now_of_formula(input)
            }
        }
    }

    fn now_of_formula(&self, input: &StageInput) -> Now {
        let Some(formula) = formula(self.stage, input) else {
            return Now { value: Amount::plain(Decimal::ONE), basis: Basis::Assumed, span: None };
        };
        // The stage has already been computed with it.
        let value = evaluate(&formula.expression, &self.costing.drivers).ok().flatten().unwrap_or(Fraction::ZERO);
        let value = match &input {
            StageInput::Cost(line_item) => match &self.stage.line_items[*line_item].pricing {
                LinePricing::Cost(cost) => Amount::money(value, cost.currency),
                LinePricing::Sku(_) => Amount::plain(value),
            },
            StageInput::Customers
            | StageInput::Revenue
            | StageInput::Driver(_)
            | StageInput::Usage { .. }
            | StageInput::Quantity(_)
            | StageInput::Prices(_)
            | StageInput::ExchangeRate(_)
            | StageInput::Buffer => readable(value, formula.dimension),
        };
        let basis = if formula.literal().is_some() { Basis::Given } else { Basis::Computed };
        Now { value, basis, span: Some(formula.span) }
    }

    fn lines_of<'b>(&'b self, sku: &'b str) -> impl Iterator<Item = &'b SkuLine> {
        self.stage.line_items.iter().filter_map(move |item| match &item.pricing {
            LinePricing::Sku(line) if *line.sku.id == *sku => Some(&**line),
            _ => None,
        })
    }

    /// An input at one end: its value there, and the total.
    fn end(
        &self,
        input: &StageInput,
        now: &Amount,
        factor: Result<Decimal, ArithmeticError>,
        is_more: bool,
    ) -> InputEnd {
        let failed = |error: ArithmeticError| InputEnd { value: None, outcome: Err(error.to_string().into()) };
        let factor = match factor {
            Ok(factor) => factor,
            Err(error) => return failed(error),
        };
        let scaled = match now.value.multiply(&factor.into()) {
            Ok(scaled) => scaled,
            Err(error) => return failed(error),
        };
        if *input == StageInput::Customers {
            return self.with_customers(&scaled, is_more);
        }
        if *input == StageInput::Revenue {
            return self.with_revenue(scaled, now);
        }
        let stage = self.changed(input, factor);
        let value = Some(Amount { value: scaled.clone(), measure: now.measure.clone() });
        let outcome = match stage {
            Ok(stage) => self.outcome(&stage, self.costing.inputs),
            Err(error) => Err(format!("the changed value cannot be represented: {error}").into()),
        };
        InputEnd { value, outcome }
    }

    /// The nearest whole number of customers, at least one lower or higher.
    fn with_customers(&self, scaled: &Fraction, is_more: bool) -> InputEnd {
        let customers = self.costing.inputs.customers;
        let next = if is_more { customers.checked_add(1) } else { customers.checked_sub(1) };
        let nearest = scaled.round(0).ok().and_then(|scaled| u64::try_from(scaled).ok());
        let (Some(next), Some(nearest)) = (next, nearest) else {
            return InputEnd { value: None, outcome: Err("there cannot be fewer than 0 customers".into()) };
        };
        let customers = if is_more { nearest.max(next) } else { nearest.min(next) };
        let value = Some(Amount::plain(Decimal::from(customers)));
        InputEnd { value, outcome: self.outcome(self.stage, Inputs { customers, ..self.costing.inputs }) }
    }

    /// The revenue, or that per customer.
    fn with_revenue(&self, scaled: Fraction, now: &Amount) -> InputEnd {
        let inputs = self.costing.inputs;
        let outcome = scaled.to_decimal().map_err(|error| error.to_string().into_boxed_str());
        let outcome = outcome.and_then(|amount| {
            let revenue = match inputs.revenue {
                Revenue::Unknown => Revenue::Unknown,
                Revenue::Mrr(given) => Revenue::Mrr(Setting { value: amount, ..given }),
                Revenue::Arpu(given) => Revenue::Arpu(Setting { value: amount, ..given }),
            };
            self.outcome(self.stage, Inputs { revenue, ..inputs })
        });
        let value = Some(Amount { value: scaled, measure: now.measure.clone() });
        InputEnd { value, outcome }
    }

    fn outcome(&self, stage: &Stage, inputs: Inputs) -> Result<Outcome, Box<str>> {
        let costing = crate::calculate::cost::stage::stage(stage, inputs, &mut Unobserved).map_err(|wrong| {
            let first = wrong.into_iter().next();
            first.map_or_else(|| "the stage cannot be computed".into(), |wrong| wrong.message.into_boxed_str())
        })?;
        let total = costing.known_totals().ok_or("none of the cost is known")?.total_exact;
        let moved = subtract(total, self.total).map_err(|error| error.to_string())?;
        Ok(Outcome { total, moved })
    }

    /// The stage with one input multiplied.
    fn changed(&self, input: &StageInput, factor: Decimal) -> Result<Stage, ArithmeticError> {
        let mut stage = self.stage.clone();
        match input {
            StageInput::Prices(sku) => {
                for item in &mut stage.line_items {
                    if let LinePricing::Sku(line) = &mut item.pricing
                        && line.sku.id == *sku
                    {
                        scale_prices(line, factor)?;
                    }
                }
            }
            StageInput::ExchangeRate(from) => {
                for rate in stage.rates.iter_mut().filter(|rate| rate.from == *from) {
                    rate.rate = multiply(rate.rate, factor)?;
                }
            }
            StageInput::Buffer => stage.buffer.value = multiply(stage.buffer.value, factor)?,
            StageInput::Customers
            | StageInput::Revenue
            | StageInput::Driver(_)
            | StageInput::Usage { .. }
            | StageInput::Quantity(_)
            | StageInput::Cost(_) => {
                if let Some(formula) = formula_mut(&mut stage, input) {
                    formula.expression = times(&formula.expression, factor);
                }
            }
        }
        Ok(stage)
    }
}

/// A formula times a factor.
fn times(expression: &Expression, factor: Decimal) -> Expression {
    let operands = (expression.clone(), Expression::Number(factor.into()));
    Expression::Binary(Operator::Multiply, Box::new(operands))
}

/// The formula of an input that has one.
fn formula<'s>(stage: &'s Stage, input: &StageInput) -> Option<&'s Formula> {
    match input {
        StageInput::Driver(place) => Some(&stage.drivers[*place].formula),
        StageInput::Quantity(line_item) => stage.line_items[*line_item].quantity.as_ref(),
        StageInput::Cost(line_item) => match &stage.line_items[*line_item].pricing {
            LinePricing::Cost(cost) => Some(&cost.amount),
            LinePricing::Sku(_) => None,
        },
        StageInput::Usage { line_item, slot } => match &stage.line_items[*line_item].pricing {
            LinePricing::Sku(line) => line.usage_at(slot.index()).and_then(Usage::given),
            LinePricing::Cost(_) => None,
        },
        StageInput::Customers
        | StageInput::Revenue
        | StageInput::Prices(_)
        | StageInput::ExchangeRate(_)
        | StageInput::Buffer => None,
    }
}

/// The formula of [`formula`], mutable.
fn formula_mut<'s>(stage: &'s mut Stage, input: &StageInput) -> Option<&'s mut Formula> {
    match input {
        StageInput::Driver(place) => Some(&mut stage.drivers[*place].formula),
        StageInput::Quantity(line_item) => stage.line_items[*line_item].quantity.as_mut(),
        StageInput::Cost(line_item) => match &mut stage.line_items[*line_item].pricing {
            LinePricing::Cost(cost) => Some(&mut cost.amount),
            LinePricing::Sku(_) => None,
        },
        StageInput::Usage { line_item, slot } => match &mut stage.line_items[*line_item].pricing {
            LinePricing::Sku(line) => line.usage_at_mut(slot.index()).and_then(Usage::given_mut),
            LinePricing::Cost(_) => None,
        },
        StageInput::Customers
        | StageInput::Revenue
        | StageInput::Prices(_)
        | StageInput::ExchangeRate(_)
        | StageInput::Buffer => None,
    }
}

/// Multiplies every price that a line item pays.
fn scale_prices(line: &mut SkuLine, factor: Decimal) -> Result<(), ArithmeticError> {
    for charge in &mut line.charges {
        let holding = if charge.agreed.is_some() { &mut charge.agreed } else { &mut charge.list };
        if let Some(terms) = holding {
            *terms = Arc::new(scaled(terms, factor)?);
        }
    }
    Ok(())
}

/// Terms with multiplied amounts of money; bounds, allowances and commitments count usage and are unchanged.
fn scaled(terms: &Terms, factor: Decimal) -> Result<Terms, ArithmeticError> {
    let times = |amount: Decimal| multiply(amount, factor);
    let pricing = terms.pricing.map(times)?;
    let (minimum, cap) = (terms.minimum.map(times).transpose()?, terms.cap.map(times).transpose()?);
    Ok(Terms { pricing, minimum, cap, ..terms.clone() })
}
