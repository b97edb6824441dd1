//! A whole stage: drivers, rows, totals, unit economics and findings.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Completeness, CostRange, Costing, KnownCost, LineCost};
use crate::calculate::cost::economics::{Known, economics};
use crate::calculate::cost::findings::findings;
use crate::calculate::cost::inputs::Rows;
use crate::calculate::cost::lines::rows::rows;
use crate::calculate::cost::sums::{Sums, of_total, sums, totals};
use crate::calculate::cost::tags::{leave_out, tags};
use crate::calculate::cost::tax::taxed_total;
use crate::calculate::cost::trace::{Observer, Operand, Operation, Step, Subject, Unobserved};
use crate::calculate::fault::Fault;
use crate::diagnostic::Diagnostic;
use crate::model::{Amount, CategoryId, Fraction, Inputs, PricePoint, Stage, add};

/// Computes a stage for given inputs and reports every step to `observer`.
///
/// # Errors
/// A diagnostic for every driver, line item or total whose arithmetic has no result: `overflow`, `lost-digits`,
/// `division-by-zero`, `negative-amount`.
pub fn stage<O: Observer>(stage: &Stage, inputs: Inputs, observer: &mut O) -> Result<Costing, Vec<Diagnostic>> {
    let Sums { drivers, lines: mut line_items, adjustments, completeness, totals, whole } =
        sums(stage, inputs, None, observer)?;
    let expected = Rows { stage, inputs, drivers: &drivers, point: PricePoint::Expected, memory: None };
    let categories = categories(stage, &line_items, observer).map_err(|fault| of_total(fault, stage))?;
    let tags = tags(stage, &line_items, totals.subtotal, observer).map_err(|fault| of_total(fault, stage))?;
    shares(stage, &line_items, totals.subtotal, observer);
    // The cost of the next customer is unknown where a cost is, or where the stage cannot be computed with one more.
    let next_total = match (completeness, stage.depends_on_customers()) {
        (Completeness::Part | Completeness::Nothing, _) => None,
        (Completeness::Full, false) => Some(totals.total_exact),
        (Completeness::Full, true) => next_total(stage, inputs),
    };
    let range = if stage.has_price_ranges() { Some(Box::new(cost_range(expected)?)) } else { None };
    let adjustments: Result<Vec<Decimal>, Fault> =
        adjustments.into_iter().map(|taken| Ok(taken.to_decimal()?)).collect();
    let adjustments = adjustments.map_err(|fault| of_total(fault, stage))?;
    let taxed = match &stage.tax {
        Some(tax) if completeness != Completeness::Nothing => {
            Some(taxed_total(stage, tax, &line_items, &totals, observer).map_err(|fault| of_total(fault, stage))?)
        }
        _ => None,
    };
    let known = Known { totals, completeness, next_total };
    let economics = economics(stage, inputs, known, observer).map_err(|fault| of_total(fault, stage))?;
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

/// The cost of the stage at both ends of its price ranges.
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

/// The exact total with one more customer, if it is known.
fn next_total(stage: &Stage, inputs: Inputs) -> Option<Decimal> {
    let inputs = Inputs { customers: inputs.customers.checked_add(1)?, ..inputs };
    let next = sums(stage, inputs, None, &mut Unobserved).ok()?;
    (next.completeness == Completeness::Full).then_some(next.totals.total_exact)
}

fn categories<O: Observer>(stage: &Stage, lines: &[LineCost], observer: &mut O) -> Result<Vec<KnownCost>, Fault> {
    let mut costs: Vec<Option<KnownCost>> = vec![None; stage.categories.len()];
    for (_, item, line) in stage.rows(lines) {
        let (monthly, completeness) = (line.monthly, line.completeness());
        let cost = &mut costs[item.category.index()];
        *cost = Some(match *cost {
            Some(cost) => KnownCost {
                monthly: add(cost.monthly, monthly).map_err(Fault::from)?,
                completeness: cost.completeness.and(completeness),
            },
            None => KnownCost { monthly, completeness },
        });
    }
    // A category exists because a line item has it, but that line item may be outside the requested part.
    let nothing = KnownCost { monthly: Decimal::ZERO, completeness: Completeness::Full };
    let costs: Vec<KnownCost> = costs.into_iter().map(|cost| cost.unwrap_or(nothing)).collect();
    let members =
        |id: CategoryId| stage.rows(lines).filter(move |(_, item, line)| item.category == id && line.is_known);
    for (index, cost) in costs.iter().enumerate().filter(|(_, cost)| cost.completeness != Completeness::Nothing) {
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

/// Reports the share of each row. It is not stored, since it is a quotient of two stored numbers.
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
