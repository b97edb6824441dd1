//! A whole stage: drivers, rows, totals, what they mean, and the verdicts.

use rust_decimal::Decimal;

use super::Fault;
use super::economics::{Known, economics};
use super::findings::findings;
use super::formula::{self, evaluate};
use super::line_item::total;
use super::memory::Memory;
use super::rows::{Computed, Rows, rows};
use super::tags::{leave_out, tags};
use super::tax::taxed_total;
use crate::diagnostic::Diagnostic;
use crate::model::{
    Amount, CategoryId, CostRange, Costing, Fraction, Inputs, Knowledge, KnownCost, LineCost, Measure, Observer,
    Operand, Operation, Origin, PricePoint, Stage, Step, Subject, Totals, Unobserved, add, multiply, subtract,
};

/// Computes a stage for given inputs and tells every step to `observer`.
///
/// # Errors
/// A diagnostic for every driver, line item or total whose arithmetic has no result: `overflow`, `lost-digits`,
/// `division-by-zero`, `negative-amount`.
pub fn stage<O: Observer>(stage: &Stage, inputs: Inputs, observer: &mut O) -> Result<Costing, Vec<Diagnostic>> {
    let Sums { drivers, lines: mut line_items, adjustments, knowledge, totals, whole } =
        sums(stage, inputs.customers, None, observer)?;
    let expected = Rows { stage, drivers: &drivers, point: PricePoint::Expected, memory: None };
    let categories = categories(stage, &line_items, observer).map_err(|fault| of_total(fault, stage))?;
    let tags = tags(stage, &line_items, totals.subtotal, observer).map_err(|fault| of_total(fault, stage))?;
    shares(stage, &line_items, totals.subtotal, observer);
    // What the next customer costs is unknown where a cost is, or where the stage cannot be computed with one more.
    let next_total = match (knowledge, stage.depends_on_customers()) {
        (Knowledge::Part | Knowledge::Nothing, _) => None,
        (Knowledge::Full, false) => Some(totals.total_exact),
        (Knowledge::Full, true) => next_total(stage, inputs),
    };
    let range = if stage.has_price_ranges() { Some(Box::new(cost_range(expected)?)) } else { None };
    let adjustments: Result<Vec<Decimal>, Fault> =
        adjustments.into_iter().map(|taken| Ok(taken.to_decimal()?)).collect();
    let adjustments = adjustments.map_err(|fault| of_total(fault, stage))?;
    let taxed = match &stage.tax {
        Some(tax) if knowledge != Knowledge::Nothing => {
            Some(taxed_total(stage, tax, &line_items, &totals, observer).map_err(|fault| of_total(fault, stage))?)
        }
        _ => None,
    };
    let known = Known { totals, knowledge, next_total };
    let economics = economics(stage, inputs, known, observer).map_err(|fault| of_total(fault, stage))?;
    let drivers: Vec<Fraction> = drivers.into_iter().flatten().collect();
    for line in line_items.iter_mut().filter(|line| line.is_left_out) {
        *line = LineCost::left_out();
    }
    let mut costing = Costing {
        inputs,
        drivers,
        line_items,
        categories,
        tags,
        totals,
        share_of_stage: whole.and_then(|whole| whole.share(&totals)),
        range,
        adjustments,
        taxed,
        economics,
        findings: Vec::new(),
    };
    costing.findings = findings(stage, &costing).map_err(|fault| of_total(fault, stage))?;
    Ok(costing)
}

/// The rows of a stage and their sums.
pub(super) struct Sums {
    /// The values of the stage's scope, by slot, in canonical units.
    pub(super) drivers: Vec<Option<Fraction>>,
    pub(super) lines: Vec<LineCost>,
    /// What each discount and credit takes off.
    pub(super) adjustments: Vec<Fraction>,
    pub(super) knowledge: Knowledge,
    pub(super) totals: Totals,
    /// What all rows cost, where only a part of the stage is asked for.
    pub(super) whole: Option<Whole>,
}

/// What all rows of a stage cost, of which the sums count only a part.
#[derive(Clone, Copy)]
pub(super) struct Whole {
    subtotal: Decimal,
    knowledge: Knowledge,
}

impl Whole {
    /// The share that a part takes of the subtotal; `None` if the subtotal is zero, or not known in full.
    pub(super) fn share(self, part: &Totals) -> Option<Fraction> {
        let share = Fraction::new(part.subtotal, self.subtotal).ok();
        share.filter(|_| self.knowledge == Knowledge::Full)
    }
}

/// Computes the rows of a stage for a number of customers, and their sums; the rows in `memory` are not computed again.
/// Where a part of the stage is asked for, all rows are computed, and the sums are those of the part.
///
/// # Errors
/// As [`stage`].
pub(super) fn sums<O: Observer>(
    stage: &Stage,
    customers: u64,
    memory: Option<&Memory>,
    observer: &mut O,
) -> Result<Sums, Vec<Diagnostic>> {
    let drivers = drivers(stage, customers, observer)?;
    let expected = Rows { stage, drivers: &drivers, point: PricePoint::Expected, memory };
    let Computed { mut lines, adjustments } = rows(expected, observer)?;
    let whole = whole(stage, &lines).map_err(|fault| of_total(fault, stage))?;
    leave_out(stage, &mut lines);
    let knowledge = Knowledge::of(&lines);
    let totals = match knowledge {
        // There is nothing to explain.
        Knowledge::Nothing => totals(stage, &lines, &mut Unobserved),
        _ => totals(stage, &lines, observer),
    };
    let totals = totals.map_err(|fault| of_total(fault, stage))?;
    Ok(Sums { drivers, lines, adjustments, knowledge, totals, whole })
}

fn whole(stage: &Stage, lines: &[LineCost]) -> Result<Option<Whole>, Fault> {
    match &stage.part {
        Some(_) => Ok(Some(Whole { subtotal: total(lines, |line| line.monthly)?, knowledge: Knowledge::of(lines) })),
        None => Ok(None),
    }
}

/// What the stage costs at the ends of the prices that are ranges.
fn cost_range(expected: Rows<'_>) -> Result<CostRange, Vec<Diagnostic>> {
    let stage = expected.stage;
    let end = |point: PricePoint| {
        let mut lines = rows(Rows { point, ..expected }, &mut Unobserved)?.lines;
        leave_out(stage, &mut lines);
        let totals = totals(stage, &lines, &mut Unobserved).map_err(|fault| of_total(fault, stage))?;
        Ok::<_, Vec<Diagnostic>>((lines, totals))
    };
    let ((low_lines, low), (high_lines, high)) = (end(PricePoint::Low)?, end(PricePoint::High)?);
    let line_items = low_lines.iter().zip(&high_lines).map(|(low, high)| (low.monthly, high.monthly)).collect();
    Ok(CostRange { low, high, line_items })
}

/// The exact total for one customer more, if it is known.
fn next_total(stage: &Stage, inputs: Inputs) -> Option<Decimal> {
    let next = sums(stage, inputs.customers.checked_add(1)?, None, &mut Unobserved).ok()?;
    (next.knowledge == Knowledge::Full).then_some(next.totals.total_exact)
}

fn of_total(fault: Fault, stage: &Stage) -> Vec<Diagnostic> {
    vec![fault.at(&format!("the total of stage {} ({})", stage.id, stage.name), None)]
}

/// The values of the stage's scope, in canonical units. All are known; the option is what formulas take.
pub(super) fn drivers<O: Observer>(
    stage: &Stage,
    customers: u64,
    observer: &mut O,
) -> Result<Vec<Option<Fraction>>, Vec<Diagnostic>> {
    let hours = stage.hours_per_month;
    let seconds = multiply(hours.value, Decimal::from(3600))
        .map_err(|error| vec![Fault::from(error).at("`hours_per_month`", hours.span)])?;
    observer.step(Subject::Driver(Stage::CUSTOMERS), || {
        Step::new("customers", Operation::Given, Amount::plain(Decimal::from(customers)))
    });
    observer.step(Subject::Driver(Stage::HOURS_PER_MONTH), || {
        let result = Amount { value: hours.value.into(), measure: Measure::Unit("hour".into()) };
        Step::new("hours a month", Operation::Given, result).from(Origin::at(hours.span))
    });
    let mut values = Vec::with_capacity(stage.scope.len());
    values.extend([Some(Fraction::from(Decimal::from(customers))), Some(seconds.into())]);
    values.resize(stage.scope.len(), Some(Fraction::ZERO));
    for driver in &stage.drivers {
        let name = stage.scope.name(driver.slot);
        let value = evaluate(&driver.formula.expression, &values)
            .map_err(|error| vec![Fault::from(error).at(&format!("the driver `{name}`"), Some(driver.formula.span))])?;
        values[driver.slot.index()] = value;
        observer.step(Subject::Driver(driver.slot), || {
            let result = formula::readable(value.unwrap_or(Fraction::ZERO), driver.formula.dimension);
            Step::new(name.to_owned(), formula::operation(&driver.formula, &stage.scope, &values), result)
                .from(Origin::at(driver.formula.span))
        });
    }
    Ok(values)
}

fn totals<O: Observer>(stage: &Stage, lines: &[LineCost], observer: &mut O) -> Result<Totals, Fault> {
    let money = |value: Decimal| Amount::money(value, stage.currency);
    let operands = |amount: fn(&LineCost) -> Decimal| {
        let named = stage.rows(lines).filter(|(_, _, line)| line.is_known);
        named.map(|(_, item, line)| Operand::new(item.name.to_string(), money(amount(line)))).collect()
    };
    let subtotal = total(lines, |line| line.monthly)?;
    observer.step(Subject::Subtotal, || {
        Step::new("subtotal", Operation::Sum(operands(|line| line.monthly)), money(subtotal))
    });
    let subtotal_exact = total(lines, |line| line.exact)?;
    observer.step(Subject::SubtotalExact, || {
        Step::new("exact subtotal", Operation::Sum(operands(|line| line.exact)), money(subtotal_exact))
    });
    // The plan buffers the shown subtotal, not the exact one.
    let rate = stage.buffer.value;
    let buffer = multiply(subtotal, rate).map_err(Fault::from)?;
    observer.step(Subject::Buffer, || {
        let operands = vec![Operand::new("subtotal", money(subtotal)), Operand::new("buffer", Amount::ratio(rate))];
        Step::new("buffer", Operation::Product(operands), money(buffer)).from(Origin::at(stage.buffer.span))
    });
    let unrounded = add(subtotal, buffer).map_err(Fault::from)?;
    observer.step(Subject::Total, || {
        let operands = vec![Operand::new("subtotal", money(subtotal)), Operand::new("buffer", money(buffer))];
        Step::new("with the buffer", Operation::Sum(operands), money(unrounded))
    });
    let rounded = match stage.rounding.total {
        Some(rounding) => {
            let rounded = rounding.value.apply(unrounded).map_err(Fault::from)?;
            observer.step(Subject::Total, || {
                let operand = Operand::new("with the buffer", money(unrounded));
                Step::new("total", Operation::Round(operand, rounding.value), money(rounded))
                    .from(Origin::at(rounding.span).remark("rounding of the total"))
            });
            rounded
        }
        None => unrounded,
    };
    let rounding = subtract(rounded, unrounded).map_err(Fault::from)?;
    observer.step(Subject::Rounding, || {
        let operands = (Operand::new("total", money(rounded)), Operand::new("with the buffer", money(unrounded)));
        Step::new("rounding", Operation::Difference(operands.0, operands.1), money(rounding))
    });
    let exact_buffer = multiply(subtotal_exact, rate).map_err(Fault::from)?;
    let total_exact = add(subtotal_exact, exact_buffer).map_err(Fault::from)?;
    observer.step(Subject::TotalExact, || {
        let operands =
            vec![Operand::new("exact subtotal", money(subtotal_exact)), Operand::new("buffer", Amount::ratio(rate))];
        Step::new("exact buffer", Operation::Product(operands), money(exact_buffer)).from(Origin::at(stage.buffer.span))
    });
    observer.step(Subject::TotalExact, || {
        let operands = vec![
            Operand::new("exact subtotal", money(subtotal_exact)),
            Operand::new("exact buffer", money(exact_buffer)),
        ];
        Step::new("exact total", Operation::Sum(operands), money(total_exact))
    });
    Ok(Totals { subtotal, subtotal_exact, buffer, rounding, total: rounded, total_exact })
}

fn categories<O: Observer>(stage: &Stage, lines: &[LineCost], observer: &mut O) -> Result<Vec<KnownCost>, Fault> {
    let mut costs: Vec<Option<KnownCost>> = vec![None; stage.categories.len()];
    for (_, item, line) in stage.rows(lines) {
        let (monthly, knowledge) = (line.monthly, line.knowledge());
        let cost = &mut costs[item.category.index()];
        *cost = Some(match *cost {
            Some(cost) => KnownCost {
                monthly: add(cost.monthly, monthly).map_err(Fault::from)?,
                knowledge: cost.knowledge.and(knowledge),
            },
            None => KnownCost { monthly, knowledge },
        });
    }
    // A category is there because a line item has it, which may not be in the part that is asked for.
    let nothing = KnownCost { monthly: Decimal::ZERO, knowledge: Knowledge::Full };
    let costs: Vec<KnownCost> = costs.into_iter().map(|cost| cost.unwrap_or(nothing)).collect();
    let members =
        |id: CategoryId| stage.rows(lines).filter(move |(_, item, line)| item.category == id && line.is_known);
    for (index, cost) in costs.iter().enumerate().filter(|(_, cost)| cost.knowledge != Knowledge::Nothing) {
        let id = CategoryId(u32::try_from(index).unwrap_or(u32::MAX));
        if !stage.has_selected(id) {
            continue;
        }
        observer.step(Subject::Category(id), || {
            let operands = members(id).map(|(_, item, line)| {
                Operand::new(item.name.to_string(), Amount::money(line.monthly, stage.currency))
            });
            let operation = Operation::Sum(operands.collect());
            Step::new(stage.categories[index].to_string(), operation, Amount::money(cost.monthly, stage.currency))
        });
    }
    Ok(costs)
}

/// Tells the share of each row; nothing is kept, since a share is a quotient of two kept numbers.
fn shares<O: Observer>(stage: &Stage, lines: &[LineCost], subtotal: Decimal, observer: &mut O) {
    for (index, _, line) in stage.rows(lines).filter(|(_, _, line)| line.is_known) {
        if let Ok(share) = Fraction::new(line.monthly, subtotal) {
            observer.step(Subject::Share(index), || {
                let part = Operand::new("monthly cost", Amount::money(line.monthly, stage.currency));
                let whole = Operand::new("subtotal", Amount::money(subtotal, stage.currency));
                Step::new("share of the subtotal", Operation::Quotient(part, whole), Amount::ratio(share))
            });
        }
    }
}
