//! One line item: its quantity, its charges, and their sum in the reporting currency.

use rust_decimal::Decimal;

use crate::calculate::charge::currency::{convert, keep};
use crate::calculate::charge::exact::{ChargePart, ExactCost};
use crate::calculate::charge::formula::{self, value};
use crate::calculate::charge::quantity::{quantity, tell_amount};
use crate::calculate::charge::regime::RegimeKind;
use crate::calculate::cost::built_in::lacking;
use crate::calculate::cost::costing::LineCost;
use crate::calculate::cost::inputs::Rows;
use crate::calculate::cost::lines::shared::Shared;
use crate::calculate::cost::lines::sku_line::sku_line;
use crate::calculate::cost::technique_use::{Lowered, lower};
use crate::calculate::cost::trace::{ChargeRecord, Observer, Operand, Operation, Origin, PricedPart, Step, Subject};
use crate::calculate::fault::Fault;
use crate::model::{Amount, Fraction, LineItem, LinePricing, Lowers, PlainCost, Stage};

/// The monthly cost of a line item, before row rounding. `shared` is the state that rows share.
pub(crate) fn line_item<O: Observer>(
    rows: Rows<'_>,
    index: usize,
    item: &LineItem,
    shared: &mut Shared<'_>,
    observer: &mut O,
) -> Result<LineCost, Fault> {
    let Some(quantity) = quantity(rows, item, Subject::LineItem(index), observer)? else {
        let lacking = item.quantity.iter().flat_map(|formula| lacking(rows.stage, formula, rows.drivers));
        return Ok(LineCost::unknown(None, lacking.collect()));
    };
    for used in &item.techniques {
        if let Some(moved) = &used.moved {
            let from = moved.from.as_deref().unwrap_or("the plain cost");
            observer.step(Subject::LineItem(index), || {
                let label = match moved.counts {
                    Some([before, after]) => format!("{after} instead of {before}, by {}", used.technique.id),
                    None => format!("{} instead of {from}, by {}", moved.to, used.technique.id),
                };
                Step::new(label, Operation::Given, Amount::plain(quantity.clone()))
            });
        }
    }
    match &item.pricing {
        LinePricing::Cost(cost) => plain_cost(rows, item, cost, &quantity, index, shared, observer),
        LinePricing::Sku(line) => sku_line(rows, line, &quantity, index, shared, observer),
    }
}

/// Rounds the cost of a line item as the manifest says.
pub(crate) fn round<O: Observer>(
    stage: &Stage,
    index: usize,
    line: &mut LineCost,
    observer: &mut O,
) -> Result<(), Fault> {
    line.monthly = line.exact;
    if let Some(rounding) = stage.rounding.line_items.filter(|_| line.is_known) {
        line.monthly = rounding.value.apply(line.exact).map_err(Fault::from)?;
        observer.step(Subject::LineItem(index), || {
            let exact = Operand::new("cost", Amount::money(line.exact, stage.currency));
            let result = Amount::money(line.monthly, stage.currency);
            Step::new("monthly cost", Operation::Round(exact, rounding.value), result)
                .from(Origin::at(rounding.span).remark("rounding of line items"))
        });
    }
    Ok(())
}

fn plain_cost<O: Observer>(
    rows: Rows<'_>,
    item: &LineItem,
    cost: &PlainCost,
    quantity: &Fraction,
    index: usize,
    shared: &mut Shared<'_>,
    observer: &mut O,
) -> Result<LineCost, Fault> {
    let Rows { stage, drivers, .. } = rows;
    let subject = Subject::LineItem(index);
    let Some(of_one) = value(&cost.amount, drivers)? else {
        let lacking = lacking(stage, &cost.amount, drivers).into_iter().collect();
        return Ok(LineCost::unknown(Some(quantity.to_decimal()?), lacking));
    };
    let one = ExactCost { value: of_one, currency: cost.currency };
    tell_amount(RegimeKind::PlainCost, one.value.clone(), subject, observer);
    observer.step(subject, || {
        let operation = formula::operation(&cost.amount, &stage.scope, drivers);
        Step::new("cost of one", operation, one.amount()).from(Origin::at(cost.amount.span))
    });
    let native = ExactCost { value: one.value.multiply(quantity)?, currency: one.currency };
    if !quantity.is_one() {
        observer.step(subject, || {
            let quantity = Operand::new("quantity", Amount::plain(quantity.clone()));
            let operands = vec![quantity, Operand::new("cost of one", one.amount())];
            Step::new("cost", Operation::Product(operands), native.amount())
        });
    }
    let lowered = Lowered {
        what: Lowers::Cost(None),
        name: "cost",
        measure: |value| Amount::money(value, one.currency),
        quantity,
        drivers,
    };
    let native = ExactCost { value: lower(item, &lowered, native.value, subject, observer)?, currency: one.currency };
    observer.charge(subject, 0, || {
        let (units, price) = (quantity.clone(), one.value.clone());
        ChargeRecord::Part(PricedPart { units, per: Decimal::ZERO, price, tier: None })
    });
    observer.charge(subject, 0, || ChargeRecord::Cost(native.amount()));
    let in_reporting = convert(stage, native.clone(), subject, observer)?;
    if let Some(parts) = shared.parts.get_mut(index) {
        parts.push(ChargePart { charge: None, cost: in_reporting.clone() });
    }
    let exact = keep(stage, &in_reporting, subject, observer)?;
    Ok(LineCost {
        quantity: Some(quantity.to_decimal()?),
        native: Some(native.kept()?),
        list: None,
        exact,
        off: Decimal::ZERO,
        monthly: exact,
        unknown: Box::default(),
        limits: Box::default(),
        is_known: true,
        is_left_out: false,
    })
}

/// The total cost of the rows that are not left out.
pub(crate) fn total(lines: &[LineCost], amount: impl Fn(&LineCost) -> Decimal) -> Result<Fraction, Fault> {
    let mut counted = lines.iter().filter(|line| !line.is_left_out);
    Ok(counted.try_fold(Fraction::ZERO, |sum, line| sum.add(&amount(line).into()))?)
}
