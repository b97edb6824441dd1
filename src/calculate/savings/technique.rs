//! The values of a technique: its inputs, and its effects before and after.

use rust_decimal::Decimal;

use crate::calculate::charge::formula::{evaluate, operation_over, readable};
use crate::calculate::cost::trace::{Operand, Origin, Step};
use crate::calculate::fault::Fault;
use crate::calculate::savings::retention::retention;
use crate::calculate::savings::technique_result::{EffectResult, TechniqueResult};
use crate::diagnostic::Diagnostic;
use crate::model::{Amount, Band, Effect, Formula, Fraction, Measure, Retention, ShownUnit, Technique};

/// Computes a technique.
///
/// # Errors
/// A diagnostic for the first input, or for each effect, whose arithmetic has no result: `overflow`, `lost-digits`,
/// `division-by-zero`, `negative-amount`. A technique can therefore not save more than the whole cost.
pub fn technique(technique: &Technique) -> Result<TechniqueResult, Vec<Diagnostic>> {
    let mut computing = Computing { technique, values: Vec::new(), inputs: Vec::new(), kept: Vec::new() };
    for input in &technique.inputs {
        let name = technique.scope.name(input.slot);
        let step = computing.step(name, &input.formula, input.unit.as_ref());
        let (value, step) = step.map_err(|diagnostic| vec![diagnostic])?;
        computing.values.push(Some(value));
        computing.inputs.push(step);
    }
    let retention = technique.retention.as_ref().map(|kept| retention(kept, &computing.values)).transpose()?;
    if let Some(result) = &retention {
        // The last steps are those of the names that effects may use.
        let first = result.steps.len().saturating_sub(Retention::NAMES.len());
        computing.kept = result.steps[first..].iter().map(|step| step.result.clone()).collect();
        computing.values.extend(computing.kept.iter().map(|amount| Some(amount.value.clone())));
    }
    let (mut effects, mut wrong) = (Vec::with_capacity(technique.effects.len()), Vec::new());
    for effect in &technique.effects {
        match computing.effect(effect) {
            Ok(result) => effects.push(result),
            Err(diagnostic) => wrong.push(diagnostic),
        }
    }
    if wrong.is_empty() { Ok(TechniqueResult { inputs: computing.inputs, retention, effects }) } else { Err(wrong) }
}

struct Computing<'t> {
    technique: &'t Technique,
    /// The values of the inputs so far, in canonical units.
    values: Vec<Option<Fraction>>,
    /// The steps that give them.
    inputs: Vec<Step>,
    /// The results for the stored data, by the names after the inputs.
    kept: Vec<Amount>,
}

impl Computing<'_> {
    /// The value of a formula, and the step that gives it.
    fn step(&self, label: &str, formula: &Formula, unit: Option<&ShownUnit>) -> Result<(Fraction, Step), Diagnostic> {
        let fault = |fault: Fault| fault.at(&format!("`{label}`"), Some(formula.span));
        // Every name of a technique has a value.
        let value = evaluate(&formula.expression, &self.values).map_err(|error| fault(error.into()))?;
        let value = value.unwrap_or(Fraction::ZERO);
        if value.is_negative() {
            return Err(fault(Fault::Negative));
        }
        let result = shown(value.clone(), formula, unit).map_err(fault)?;
        let operation = operation_over(formula, |slot| {
            let behind = || self.kept.get(slot.index().checked_sub(self.inputs.len())?);
            let shown = self.inputs.get(slot.index()).map(|step| &step.result).or_else(behind)?.clone();
            Some(Operand::new(self.technique.scope.name(slot).to_owned(), shown))
        });
        let step = Step::new(label.to_owned(), operation, result);
        Ok((value, step.from(Origin::at(formula.span))))
    }

    fn effect(&self, effect: &Effect) -> Result<EffectResult, Diagnostic> {
        let unit = effect.unit.as_ref();
        let (before, before_step) = self.step(&format!("{}, before", effect.name), &effect.before, unit)?;
        let (after, after_step) = self.step(&format!("{}, after", effect.name), &effect.after, unit)?;
        let compared = || {
            let difference = after.subtract(&before)?;
            let change = if before.is_zero() { None } else { Some(difference.divide(&before)?) };
            let is_as_claimed = match (effect.claimed, &change) {
                (Some(claimed), Some(change)) => Some(is_within(&change.negate(), claimed)?),
                _ => None,
            };
            Ok((shown(difference, &effect.before, unit)?, change, is_as_claimed))
        };
        let (difference, change, is_as_claimed) = compared()
            .map_err(|fault: Fault| fault.at(&format!("the change of `{}`", effect.name), Some(effect.after.span)))?;
        Ok(EffectResult { before: before_step, after: after_step, difference, change, is_as_claimed })
    }
}

/// A value in the unit in which it is shown.
fn shown(value: Fraction, formula: &Formula, unit: Option<&ShownUnit>) -> Result<Amount, Fault> {
    Ok(match unit {
        Some(unit) => Amount { value: value.divide(&unit.factor.into())?, measure: Measure::Unit(unit.label.clone()) },
        None => readable(value, formula.dimension),
    })
}

/// Whether a share is within a band once it is rounded to a whole percent.
fn is_within(share: &Fraction, band: Band) -> Result<bool, Fault> {
    let share: Decimal = share.round(2)?;
    Ok(band.low.is_none_or(|low| share >= low) && band.high.is_none_or(|high| share <= high))
}
