//! Sums of rows, and the totals of a stage.

use rust_decimal::Decimal;

use crate::calculate::charge::formula::{self, evaluate};
use crate::calculate::cost::built_in::built_in;
use crate::calculate::cost::costing::{Completeness, LineCost, Totals};
use crate::calculate::cost::inputs::Rows;
use crate::calculate::cost::line_item::total;
use crate::calculate::cost::memory::Memory;
use crate::calculate::cost::rows::{Computed, rows};
use crate::calculate::cost::tags::leave_out;
use crate::calculate::cost::trace::{Observer, Operand, Operation, Origin, Step, Subject, Unobserved};
use crate::calculate::fault::Fault;
use crate::diagnostic::Diagnostic;
use crate::model::{Amount, Fraction, Inputs, PricePoint, Stage, add, multiply, subtract};

/// The rows of a stage and their sums.
pub(crate) struct Sums {
    /// The values of the stage's scope, by slot, in canonical units.
    pub(crate) drivers: Vec<Option<Fraction>>,
    pub(crate) lines: Vec<LineCost>,
    /// What each discount and credit deducts.
    pub(crate) adjustments: Vec<Fraction>,
    pub(crate) completeness: Completeness,
    pub(crate) totals: Totals,
    /// The cost of all rows, where only a part of the stage is requested.
    pub(crate) whole: Option<Whole>,
}

/// The cost of all rows of a stage whose sums cover only a part.
#[derive(Clone, Copy)]
pub(crate) struct Whole {
    subtotal: Decimal,
    completeness: Completeness,
}

impl Whole {
    /// The part as a share of the subtotal; `None` if the subtotal is zero or not fully known.
    pub(crate) fn share(self, part: &Totals) -> Option<Fraction> {
        let share = Fraction::new(part.subtotal, self.subtotal).ok();
        share.filter(|_| self.completeness == Completeness::Full)
    }
}

/// Computes the rows of a stage and their sums for given inputs; the rows in `memory` are not computed again.
/// Where a part of the stage is requested, all rows are computed, and the sums cover that part.
///
/// # Errors
/// As [`stage`].
pub(crate) fn sums<O: Observer>(
    stage: &Stage,
    inputs: Inputs,
    memory: Option<&Memory>,
    observer: &mut O,
) -> Result<Sums, Vec<Diagnostic>> {
    let drivers = drivers(stage, inputs, observer)?;
    let expected = Rows { stage, inputs, drivers: &drivers, point: PricePoint::Expected, memory };
    let Computed { mut lines, adjustments } = rows(expected, observer)?;
    let whole = whole(stage, &lines).map_err(|fault| of_total(fault, stage))?;
    leave_out(stage, &mut lines);
    let completeness = Completeness::of(&lines);
    let totals = match completeness {
        // There is nothing to explain.
        Completeness::Nothing => totals(stage, &lines, &mut Unobserved),
        Completeness::Part | Completeness::Full => totals(stage, &lines, observer),
    };
    let totals = totals.map_err(|fault| of_total(fault, stage))?;
    Ok(Sums { drivers, lines, adjustments, completeness, totals, whole })
}

pub(crate) fn whole(stage: &Stage, lines: &[LineCost]) -> Result<Option<Whole>, Fault> {
    match &stage.part {
        Some(_) => {
            Ok(Some(Whole { subtotal: total(lines, |line| line.monthly)?, completeness: Completeness::of(lines) }))
        }
        None => Ok(None),
    }
}

pub(crate) fn of_total(fault: Fault, stage: &Stage) -> Vec<Diagnostic> {
    vec![fault.at(&format!("the total of stage {} ({})", stage.id, stage.name), None)]
}

/// The values of the stage's scope, in canonical units; `None` for a revenue that is not given, and for what needs it.
pub(crate) fn drivers<O: Observer>(
    stage: &Stage,
    inputs: Inputs,
    observer: &mut O,
) -> Result<Vec<Option<Fraction>>, Vec<Diagnostic>> {
    let mut values = Vec::with_capacity(stage.scope.len());
    values.extend(built_in(stage, inputs, observer)?);
    values.resize(stage.scope.len(), None);
    for driver in &stage.drivers {
        let name = stage.scope.name(driver.slot);
        let value = evaluate(&driver.formula.expression, &values)
            .map_err(|error| vec![Fault::from(error).at(&format!("the driver `{name}`"), Some(driver.formula.span))])?;
        values[driver.slot.index()] = value;
        let Some(value) = value else { continue };
        observer.step(Subject::Driver(driver.slot), || {
            let result = formula::readable(value, driver.formula.dimension);
            Step::new(name.to_owned(), formula::operation(&driver.formula, &stage.scope, &values), result)
                .from(Origin::at(driver.formula.span))
        });
    }
    Ok(values)
}

pub(crate) fn totals<O: Observer>(stage: &Stage, lines: &[LineCost], observer: &mut O) -> Result<Totals, Fault> {
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
