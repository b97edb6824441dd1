//! The quantity of a line item.

use rust_decimal::Decimal;

use crate::calculate::charge::autoscaling_steps;
use crate::calculate::charge::formula::{self, value};
use crate::calculate::charge::regime::{RegimeKey, RegimeKind, RegimeState};
use crate::calculate::cost::inputs::Rows;
use crate::calculate::cost::technique_use::{Lowered, lower};
use crate::calculate::cost::trace::{Observer, Origin, Step, Subject, Unobserved};
use crate::calculate::fault::Fault;
use crate::model::formula::evaluation::week_of;
use crate::model::{Amount, Fraction, LineItem, Lowers};

/// The quantity of a line item, and how it is computed; `None` as for [`quantity_of`].
pub(crate) fn quantity<O: Observer>(
    rows: Rows<'_>,
    item: &LineItem,
    subject: Subject,
    observer: &mut O,
) -> Result<Option<Fraction>, Fault> {
    let Some(written) = written_quantity(rows, item)? else { return Ok(None) };
    if let (Some(formula), Some(scaling)) = (&item.quantity, item.autoscaling()) {
        if O::KEEPS_STEPS
            && let Some(week) = week_of(scaling, rows.drivers)?
        {
            autoscaling_steps::tell(rows, formula, scaling, &week, &written, (subject, observer))?;
        }
    } else if let Some(formula) = &item.quantity {
        observer.step(subject, || {
            let operation = formula::operation(formula, &rows.stage.scope, rows.drivers);
            Step::new("quantity", operation, Amount::plain(written.clone())).from(Origin::at(formula.span))
        });
    }
    let quantity = lowered_quantity(rows, item, &written, subject, observer)?;
    if item.quantity.is_some() {
        tell_amount(RegimeKind::Quantity, quantity.clone(), subject, observer);
        if let Subject::LineItem(line_item) = subject {
            let key = RegimeKey { line_item, part: 0, kind: RegimeKind::Bought };
            observer.regime(key, RegimeState::Holds(!quantity.is_zero()));
        }
    }
    Ok(Some(quantity))
}

/// The quantity of a line item after the techniques that reduce it.
pub(crate) fn lowered_quantity<O: Observer>(
    rows: Rows<'_>,
    item: &LineItem,
    written: &Fraction,
    subject: Subject,
    observer: &mut O,
) -> Result<Fraction, Fault> {
    let (what, measure) = (Lowers::Quantity, Amount::plain);
    let lowered = Lowered { what, name: "quantity", measure, quantity: written, drivers: rows.drivers };
    lower(item, &lowered, written.clone(), subject, observer)
}

pub(crate) fn tell_amount<O: Observer>(kind: RegimeKind, amount: Fraction, subject: Subject, observer: &mut O) {
    if let Subject::LineItem(line_item) = subject {
        observer.regime(RegimeKey { line_item, part: 0, kind }, RegimeState::Amount(amount));
    }
}

/// The quantity of a line item; `None` if it depends on a revenue that is not given.
pub(crate) fn quantity_of(rows: Rows<'_>, item: &LineItem) -> Result<Option<Fraction>, Fault> {
    let written = written_quantity(rows, item)?;
    written.map(|written| lowered_quantity(rows, item, &written, Subject::Subtotal, &mut Unobserved)).transpose()
}

/// The quantity that the manifest gives for a line item; `None` as for [`quantity_of`].
pub(crate) fn written_quantity(rows: Rows<'_>, item: &LineItem) -> Result<Option<Fraction>, Fault> {
    item.quantity.as_ref().map_or(Ok(Some(Decimal::ONE.into())), |formula| value(formula, rows.drivers))
}
