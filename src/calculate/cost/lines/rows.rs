//! All rows of one computation: the line items, what they share, and what is deducted.

use crate::calculate::charge::exact::ChargePart;
use crate::calculate::cost::costing::LineCost;
use crate::calculate::cost::inputs::Rows;
use crate::calculate::cost::lines::adjustments::adjust;
use crate::calculate::cost::lines::bases::Bases;
use crate::calculate::cost::lines::line_item::{line_item, round};
use crate::calculate::cost::lines::pools::Pools;
use crate::calculate::cost::lines::shared::Shared;
use crate::calculate::cost::trace::{Observer, Unobserved};
use crate::calculate::fault::Fault;
use crate::diagnostic::Diagnostic;
use crate::model::{Fraction, LineItem, LinePricing, Sku, SkuLine, Slot, Stage, Usage};
use crate::source::Span;

/// How many faulty line items one run reports.
const MAX_REPORTED: usize = 50;

/// The rows, and what each discount and credit deducts from them.
pub(crate) struct Computed {
    pub(crate) lines: Vec<LineCost>,
    pub(crate) adjustments: Vec<Fraction>,
}

/// Computes every row.
///
/// # Errors
/// A diagnostic for each line item whose arithmetic has no result.
pub(crate) fn rows<O: Observer>(rows: Rows<'_>, observer: &mut O) -> Result<Computed, Vec<Diagnostic>> {
    let keeps_parts = !rows.stage.adjustments.is_empty();
    all_rows(rows, keeps_parts, observer).map(|(computed, _)| computed)
}

/// Computes every row and returns the costs of its charges after discounts and credits.
///
/// # Errors
/// As [`rows`].
pub(crate) fn rows_with_parts(rows: Rows<'_>) -> Result<(Computed, Vec<Vec<ChargePart>>), Vec<Diagnostic>> {
    all_rows(rows, true, &mut Unobserved)
}

fn all_rows<O: Observer>(
    rows: Rows<'_>,
    keeps_parts: bool,
    observer: &mut O,
) -> Result<(Computed, Vec<Vec<ChargePart>>), Vec<Diagnostic>> {
    let stage = rows.stage;
    let count = stage.line_items.len();
    let kept = if keeps_parts { count } else { 0 };
    let mut shared = Shared { bases: Bases::new(stage), pools: Pools::new(rows), parts: vec![Vec::new(); kept] };
    let mut faults = Vec::new();
    let mut report = |fault: Fault, index: usize| {
        if faults.len() < MAX_REPORTED {
            faults.push(of_line_item(fault, rows, &stage.line_items[index]));
        }
    };
    let mut compute = |index: usize| {
        if let Some(known) = rows.memory.and_then(|memory| memory.row(index)) {
            shared.bases.keep(index, known);
            return Some(LineCost { is_left_out: false, ..known.clone() });
        }
        let cost = line_item(rows, index, &stage.line_items[index], &mut shared, observer);
        match cost {
            Ok(cost) => {
                shared.bases.keep(index, &cost);
                Some(cost)
            }
            Err(fault) => {
                report(fault, index);
                None
            }
        }
    };
    let mut lines: Vec<LineCost> = match &stage.order {
        None => {
            let mut costs = Vec::with_capacity(count);
            costs.extend((0..count).filter_map(compute));
            costs
        }
        Some(order) => {
            let mut costs: Vec<Option<LineCost>> = vec![None; count];
            for index in order {
                costs[*index] = compute(*index);
            }
            costs.into_iter().flatten().collect()
        }
    };
    if !faults.is_empty() {
        return Err(faults);
    }
    let adjustments = adjust(rows, &mut lines, &mut shared.parts, observer)
        .map_err(|(fault, index)| vec![of_line_item(fault, rows, &stage.line_items[index])])?;
    for (index, line) in lines.iter_mut().enumerate() {
        round(stage, index, line, observer)
            .map_err(|fault| vec![of_line_item(fault, rows, &stage.line_items[index])])?;
    }
    Ok((Computed { lines, adjustments }, shared.parts))
}

fn of_line_item(fault: Fault, rows: Rows<'_>, item: &LineItem) -> Diagnostic {
    let customers = rows.drivers[Stage::CUSTOMERS.index()].as_ref().and_then(Fraction::exact).unwrap_or_default();
    let at = if rows.stage.depends_on_customers() { format!(" at {customers} customers") } else { String::new() };
    let (place, line) = match (fault, &item.pricing) {
        (Fault::NegativeUsage(place) | Fault::ShareAboveAll(place), LinePricing::Sku(line)) => (place, line),
        (Fault::SharesAboveAll(place), LinePricing::Sku(line)) => {
            return of_shares(fault, line, place.into(), (item, &at));
        }
        _ => return fault.at(&format!("the cost of `{}`{at}", item.name), Some(item.span)),
    };
    // The name and the formula of what is wrong, and what the sheet computes it from.
    let slot = Slot(place.saturating_add(u16::try_from(Sku::FIRST_INPUT).unwrap_or_default()));
    let name = line.sku.scope.name(slot);
    let usage = line.usage_at(slot.index());
    let span = usage.and_then(Usage::given).map_or(item.span, |formula| formula.span);
    let diagnostic = fault.at(&format!("`{name}` of `{}`{at}", item.name), Some(span));
    match usage.and_then(Usage::by_default) {
        Some(formula) => {
            let from: Vec<&str> = formula.slots().iter().map(|slot| line.sku.scope.name(*slot)).collect();
            diagnostic.help(format!("it is computed from {}", from.join(", ")))
        }
        None => diagnostic,
    }
}

/// The diagnostic for shares of one whole, up to the input in `place`, that are together above all of it.
fn of_shares(fault: Fault, line: &SkuLine, place: usize, (item, at): (&LineItem, &str)) -> Diagnostic {
    let shares = line.sku.inputs.iter().zip(&line.inputs).take(place + 1).filter(|(input, _)| input.is_share());
    let given: Vec<(String, Option<Span>)> = shares
        .filter(|(_, usage)| {
            usage.given().is_some() || usage.by_default().is_some_and(|usage| usage.literal().is_none())
        })
        .map(|(input, usage)| (format!("`{}`", input.name), usage.given().map(|formula| formula.span)))
        .collect();
    let names = given.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(" and ");
    let mut spans = given.iter().rev().filter_map(|(_, span)| *span);
    let last = spans.next().unwrap_or(item.span);
    let diagnostic = fault.at(&format!("{names} of `{}`{at}", item.name), Some(last));
    let diagnostic = spans.fold(diagnostic, |diagnostic, span| diagnostic.and_at(span, "and this"));
    diagnostic.help("they are parts of one whole, so they can be at most 100% together: lower one of them")
}
