//! Discounts and credits, deducted from the rows.

use std::collections::HashMap;

use rust_decimal::Decimal;

use crate::calculate::charge::currency::{convert, keep};
use crate::calculate::charge::exact::{ChargePart, ExactCost};
use crate::calculate::charge::quantity::quantity_of;
use crate::calculate::charge::regime::{RegimeKey, RegimeKind, RegimeState};
use crate::calculate::cost::costing::LineCost;
use crate::calculate::cost::inputs::Rows;
use crate::calculate::cost::lines::adjusted::rows_of;
use crate::calculate::cost::trace::{Observer, Operand, Operation, Origin, Step, Subject, Unobserved};
use crate::calculate::fault::Fault;
use crate::model::{Adjustment, Amount, ChargeLine, Currency, Deduction, Fraction, Stage, subtract};

/// Deducts discounts and credits from the rows, in order, and returns what each deducts from the rows that count in the
/// figures. `parts` holds the costs of the rows by charge; no charge falls below zero.
///
/// An amount is used up by one line item after another, so the order of the manifest decides which line items benefit.
///
/// # Errors
/// The place of a row whose arithmetic has no result.
pub(crate) fn adjust<O: Observer>(
    rows: Rows<'_>,
    lines: &mut [LineCost],
    parts: &mut [Vec<ChargePart>],
    observer: &mut O,
) -> Result<Vec<Fraction>, (Fault, usize)> {
    let stage = rows.stage;
    if stage.adjustments.is_empty() {
        return Ok(Vec::new());
    }
    let mut taken = Vec::with_capacity(stage.adjustments.len());
    let mut is_changed = vec![false; parts.len()];
    let mut followed = None;
    for (part, adjustment) in stage.adjustments.iter().enumerate() {
        let amount = amount_of(rows, adjustment)?;
        let adjusting = Adjusting { rows, adjustment, amount: amount.clone() };
        let Deducted { off, of_selected, used_up_at } = adjusting.all(parts, &mut is_changed, observer)?;
        if let Some(amount) = amount {
            let used_up_at = used_up_at.filter(|_| off == amount && !amount.is_zero());
            let key = RegimeKey { line_item: 0, part, kind: RegimeKind::Credit };
            observer.regime(
                key,
                match used_up_at {
                    // A deduction moves from one row to another without an effect, unless a later adjustment
                    // distinguishes between the rows.
                    Some(index) if followed.get_or_insert_with(|| followed_by_parts(stage))[part] => {
                        RegimeState::Place(index + 1)
                    }
                    Some(_) => RegimeState::Place(1),
                    None => RegimeState::Place(0),
                },
            );
        }
        taken.push(of_selected);
    }
    for (index, line) in lines.iter_mut().enumerate().filter(|(index, _)| is_changed.get(*index) == Some(&true)) {
        let fault = |fault: Fault| (fault, index);
        let cost = whole(&parts[index]).map_err(fault)?;
        let rest = ExactCost { value: cost, currency: stage.currency };
        let exact = keep(stage, &rest, Subject::LineItem(index), observer).map_err(fault)?;
        line.off = subtract(line.exact, exact).map_err(|error| (error.into(), index))?;
        line.exact = exact;
    }
    Ok(taken)
}

/// For each discount and credit, whether a later one applies to only some of its rows.
fn followed_by_parts(stage: &Stage) -> Vec<bool> {
    // From the last to the first: rows that every later one treats alike are in one class.
    let mut classes = vec![0; stage.line_items.len()];
    let mut count = 1;
    let mut followed = vec![false; stage.adjustments.len()];
    for (part, adjustment) in stage.adjustments.iter().enumerate().rev() {
        let rows: Vec<usize> = rows_of(stage, adjustment).collect();
        followed[part] = rows.windows(2).any(|pair| classes[pair[0]] != classes[pair[1]]);
        let mut split = HashMap::new();
        for row in rows {
            classes[row] = *split.entry(classes[row]).or_insert_with(|| {
                count += 1;
                count
            });
        }
    }
    followed
}

/// What a discount or credit deducts.
struct Deducted {
    /// From all rows.
    off: Fraction,
    /// From the rows that count in the figures.
    of_selected: Fraction,
    /// The row at which the whole amount is used up.
    used_up_at: Option<usize>,
}

/// The most that an adjustment deducts, in the reporting currency; `None` for a rate.
fn amount_of(rows: Rows<'_>, adjustment: &Adjustment) -> Result<Option<Fraction>, (Fault, usize)> {
    Ok(match adjustment.off {
        Deduction::Rate(_) => None,
        Deduction::Amount { amount, currency } => {
            let all = ExactCost { value: amount.into(), currency };
            let first = rows_of(rows.stage, adjustment).next().unwrap_or(0);
            let converted = convert(rows.stage, all, Subject::LineItem(first), &mut Unobserved);
            Some(converted.map_err(|fault| (fault, first))?.value)
        }
        Deduction::AmountEach { amount, currency, line_item } => {
            Some(of_each(rows, amount, currency, line_item).map_err(|fault| (fault, line_item))?)
        }
    })
}

/// One discount or credit that is being deducted from rows.
struct Adjusting<'a> {
    rows: Rows<'a>,
    adjustment: &'a Adjustment,
    /// The most that is deducted.
    amount: Option<Fraction>,
}

impl Adjusting<'_> {
    /// Deducts it from every row to which it applies.
    fn all<O: Observer>(
        &self,
        parts: &mut [Vec<ChargePart>],
        is_changed: &mut [bool],
        observer: &mut O,
    ) -> Result<Deducted, (Fault, usize)> {
        let Self { rows: Rows { stage, .. }, adjustment, amount } = self;
        let mut taken = Fraction::ZERO;
        let mut of_selected = Fraction::ZERO;
        let mut used_up_at = None;
        for index in rows_of(stage, adjustment) {
            let row = AdjustedRow { stage, adjustment, index, charges: stage.line_items[index].charges() };
            let off = row.take(&mut parts[index], amount.as_ref(), &taken, observer).map_err(|fault| (fault, index))?;
            is_changed[index] |= !off.is_zero();
            taken = taken.add(&off).map_err(|error| (error.into(), index))?;
            if used_up_at.is_none() && amount.as_ref().is_some_and(|amount| taken == *amount) {
                used_up_at = Some(index);
            }
            if stage.is_selected(index) {
                of_selected = of_selected.add(&off).map_err(|error| (error.into(), index))?;
            }
        }
        Ok(Deducted { off: taken, of_selected, used_up_at })
    }
}

/// An amount for each unit of a line item, in the reporting currency.
fn of_each(rows: Rows<'_>, amount: Decimal, currency: Currency, line_item: usize) -> Result<Fraction, Fault> {
    // Where the quantity is unknown, nothing of the line item is known from which the credit could be deducted.
    let quantity = quantity_of(rows, &rows.stage.line_items[line_item])?.unwrap_or(Fraction::ZERO);
    let all = ExactCost { value: Fraction::from(amount).multiply(&quantity)?, currency };
    Ok(convert(rows.stage, all, Subject::LineItem(line_item), &mut Unobserved)?.value)
}

/// One row from which something is deducted.
struct AdjustedRow<'a> {
    stage: &'a Stage,
    adjustment: &'a Adjustment,
    index: usize,
    charges: &'a [ChargeLine],
}

impl AdjustedRow<'_> {
    /// Deducts the adjustment from the costs to which it applies. Earlier rows have used up `taken` of its `amount`.
    fn take<O: Observer>(
        &self,
        parts: &mut [ChargePart],
        amount: Option<&Fraction>,
        taken: &Fraction,
        observer: &mut O,
    ) -> Result<Fraction, Fault> {
        let money = |value: Fraction| Amount::money(value, self.stage.currency);
        let reason = &self.adjustment.reason;
        let kind = self.adjustment.kind();
        let subject = Subject::LineItem(self.index);
        let before = whole(parts)?;
        let mut fitting = Fraction::ZERO;
        for part in parts.iter().filter(|part| self.fits(part)) {
            fitting = fitting.add(&part.cost.value)?;
        }
        let cost = || match &self.adjustment.on.meter {
            Some(meter) => Operand::new(format!("cost of {meter}"), money(fitting.clone())),
            None => Operand::new("cost", money(fitting.clone())),
        };
        let origin = Origin::at(self.adjustment.span);
        let (off, operation) = match (self.adjustment.off, amount) {
            (Deduction::Rate(rate), _) => {
                let off = fitting.multiply(&rate.into())?;
                (off, Operation::Product(vec![cost(), Operand::new("rate", Amount::ratio(rate))]))
            }
            (_, amount) => {
                let left = amount.unwrap_or(&Fraction::ZERO).subtract(taken)?;
                let is_enough = fitting.cmp(&left).is_le();
                let name = if taken.is_zero() { "the amount" } else { "the rest of the amount" };
                let operation = Operation::AtMost(cost(), Operand::new(name, money(left.clone())));
                (if is_enough { fitting } else { left }, operation)
            }
        };
        if off.is_zero() {
            return Ok(off);
        }
        observer.step(subject, || Step::new(format!("{kind}: {reason}"), operation, money(off.clone())).from(origin));
        self.spread(parts, off.clone())?;
        let after = before.subtract(&off)?;
        observer.step(subject, || {
            let operands = (Operand::new("cost", money(before)), Operand::new(kind, money(off.clone())));
            Step::new(format!("after the {kind}"), Operation::Difference(operands.0, operands.1), money(after))
        });
        Ok(off)
    }

    /// Deducts an amount from the matching parts, in order: the rate of each, or the rest of the amount.
    fn spread(&self, parts: &mut [ChargePart], off: Fraction) -> Result<(), Fault> {
        let mut left = off;
        for part in parts.iter_mut().filter(|part| self.fits(part)) {
            let value = part.cost.value.clone();
            let from_part = match self.adjustment.off {
                Deduction::Rate(rate) => value.multiply(&rate.into())?,
                Deduction::Amount { .. } | Deduction::AmountEach { .. } => {
                    let from_part = if value.cmp(&left).is_le() { value.clone() } else { left.clone() };
                    left = left.subtract(&from_part)?;
                    from_part
                }
            };
            part.cost.value = value.subtract(&from_part)?;
        }
        Ok(())
    }

    fn fits(&self, part: &ChargePart) -> bool {
        self.adjustment.on.fits_meter(part.charge.map(|place| self.charges[place].meter()))
    }
}

fn whole(parts: &[ChargePart]) -> Result<Fraction, Fault> {
    Ok(parts.iter().try_fold(Fraction::ZERO, |sum, part| sum.add(&part.cost.value))?)
}
