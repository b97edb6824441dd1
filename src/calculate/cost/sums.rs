//! Sums of rows, and the totals of a stage.

use rust_decimal::Decimal;

use crate::calculate::charge::currency::stored;
use crate::calculate::charge::formula::{self, evaluate};
use crate::calculate::cost::built_in::built_in;
use crate::calculate::cost::costing::{Completeness, LineCost, Totals};
use crate::calculate::cost::inputs::Rows;
use crate::calculate::cost::lines::line_item::total;
use crate::calculate::cost::lines::memory::Memory;
use crate::calculate::cost::lines::rows::{Computed, rows};
use crate::calculate::cost::tags::leave_out;
use crate::calculate::cost::trace::{Observer, Operand, Operation, Origin, Step, Subject, Unobserved};
use crate::calculate::fault::Fault;
use crate::diagnostic::Diagnostic;
use crate::model::{Amount, ArithmeticError, Driver, Fraction, Inputs, PricePoint, Stage};

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
        Some(_) => Ok(Some(Whole {
            subtotal: total(lines, |line| line.monthly)?.to_decimal()?,
            completeness: Completeness::of(lines),
        })),
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
        let value = driver_value(driver, &values)
            .map_err(|error| vec![Fault::from(error).at(&format!("the driver `{name}`"), Some(driver.formula.span))])?;
        values[driver.slot.index()].clone_from(&value);
        let Some(value) = value else { continue };
        observer.step(Subject::Driver(driver.slot), || {
            let result = formula::readable(value, driver.formula.dimension);
            let origin = Origin::at(driver.formula.span);
            let origin = match &driver.source {
                Some(source) => origin.remark(source.to_string()),
                None => origin,
            };
            Step::new(name.to_owned(), formula::operation(&driver.formula, &stage.scope, &values), result).from(origin)
        });
    }
    Ok(values)
}

/// The value of a driver, which is shown: so its whole part has at most 28 digits.
fn driver_value(driver: &Driver, values: &[Option<Fraction>]) -> Result<Option<Fraction>, ArithmeticError> {
    let value = evaluate(&driver.formula.expression, values)?;
    if let Some(value) = value.as_ref().filter(|value| value.exact().is_none()) {
        value.round(0)?;
    }
    Ok(value)
}

pub(crate) fn totals<O: Observer>(stage: &Stage, lines: &[LineCost], observer: &mut O) -> Result<Totals, Fault> {
    let money = |value: Decimal| Amount::money(value, stage.currency);
    let operands = |amount: fn(&LineCost) -> Decimal| {
        let named = stage.rows(lines).filter(|(_, _, line)| line.is_known);
        Operation::Sum(named.map(|(_, item, line)| Operand::new(item.name.to_string(), money(amount(line)))).collect())
    };
    let sum = total(lines, |line| line.monthly)?;
    let subtotal = stored(stage, sum, Subject::Subtotal, observer, |sum| {
        Step::new("subtotal", operands(|line| line.monthly), sum)
    })?;
    let sum = total(lines, |line| line.exact)?;
    let subtotal_exact = stored(stage, sum, Subject::SubtotalExact, observer, |sum| {
        Step::new("exact subtotal", operands(|line| line.exact), sum)
    })?;
    let rate = stage.buffer.value;
    let buffer_on = |label: &'static str, name: &'static str, base: Decimal| {
        move |buffer: Amount| {
            let operands = vec![Operand::new(name, money(base)), Operand::new("buffer", Amount::ratio(rate))];
            Step::new(label, Operation::Product(operands), buffer).from(Origin::at(stage.buffer.span))
        }
    };
    // The plan buffers the shown subtotal, not the exact one.
    let exact = Fraction::from(subtotal).multiply(&rate.into())?;
    let buffer = stored(stage, exact, Subject::Buffer, observer, buffer_on("buffer", "subtotal", subtotal))?;
    let exact = Fraction::from(subtotal).add(&buffer.into())?;
    let unrounded = stored(stage, exact, Subject::Total, observer, |sum| {
        let operands = vec![Operand::new("subtotal", money(subtotal)), Operand::new("buffer", money(buffer))];
        Step::new("with the buffer", Operation::Sum(operands), sum)
    })?;
    let rounded = match stage.rounding.total {
        Some(rounding) => {
            let rounded = rounding.value.apply(unrounded)?;
            observer.step(Subject::Total, || {
                let operand = Operand::new("with the buffer", money(unrounded));
                Step::new("total", Operation::Round(operand, rounding.value), money(rounded))
                    .from(Origin::at(rounding.span).remark("rounding of the total"))
            });
            rounded
        }
        None => unrounded,
    };
    let exact = Fraction::from(rounded).subtract(&unrounded.into())?;
    let rounding = stored(stage, exact, Subject::Rounding, observer, |difference| {
        let operands = (Operand::new("total", money(rounded)), Operand::new("with the buffer", money(unrounded)));
        Step::new("rounding", Operation::Difference(operands.0, operands.1), difference)
    })?;
    let total_exact =
        exact_total(stage, subtotal_exact, buffer_on("exact buffer", "exact subtotal", subtotal_exact), observer)?;
    Ok(Totals { subtotal, subtotal_exact, buffer, rounding, total: rounded, total_exact })
}

/// The exact subtotal with its buffer.
fn exact_total<O: Observer>(
    stage: &Stage,
    subtotal: Decimal,
    step: impl FnOnce(Amount) -> Step,
    observer: &mut O,
) -> Result<Decimal, Fault> {
    let money = |value: Fraction| Amount::money(value, stage.currency);
    let buffer = Fraction::from(subtotal).multiply(&stage.buffer.value.into())?;
    observer.step(Subject::TotalExact, || step(money(buffer.clone())));
    let exact = Fraction::from(subtotal).add(&buffer)?;
    stored(stage, exact, Subject::TotalExact, observer, |sum| {
        let subtotal = Operand::new("exact subtotal", money(subtotal.into()));
        Step::new(
            "exact total",
            Operation::Sum(vec![subtotal, Operand::new("exact buffer", money(buffer.clone()))]),
            sum,
        )
    })
}
