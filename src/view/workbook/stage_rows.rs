//! The rows of a stage's sheet: line items with their quantity and usage.

use rust_decimal::Decimal;

use super::book::{Book, PLAIN};
use super::calc::Calc;
use super::columns::{BILLED, CATEGORY, ITEM, METER, QUANTITY, SKU, UNIT, USAGE, VENDOR};
use super::expression::calc_of;
use super::inputs_sheet::StageInputs;
use super::places::Place;
use super::sheet::{CellKind, CellLook, CellNumbers};
use crate::calculate::{Costing, techniques_leave};
use crate::model::{Formula, LineItem, LinePricing, Lowers, PricingUnit, SkuLine, Stage, Usage};

/// A stage while its sheet is written.
#[derive(Debug)]
pub(crate) struct StageDraft<'a> {
    pub(crate) stage: &'a Stage,
    pub(crate) costing: &'a Costing,
    pub(crate) sheet: u16,
    pub(crate) inputs: StageInputs,
    pub(crate) items: Vec<ItemRows>,
}

/// The rows of a line item: its own, and below it those of its charges, unless there is only one.
#[derive(Clone, Debug)]
pub(crate) struct ItemRows {
    pub(crate) first: u32,
    pub(crate) last: u32,
    /// The quantity.
    pub(crate) quantity: Calc,
    /// Whether the quantity may be zero.
    pub(crate) may_be_zero: bool,
    /// The values of the SKU's scope, in canonical units.
    pub(crate) names: Vec<Calc>,
    /// The row of each charge; that of a plain cost.
    pub(crate) charges: Vec<u32>,
    /// Whether a number in them keeps its value.
    pub(crate) is_kept: bool,
}

impl ItemRows {
    /// The quantity, if it may be zero.
    pub(crate) fn zero_quantity(&self) -> Option<&Calc> {
        self.may_be_zero.then_some(&self.quantity)
    }

    /// `then`, or zero if nothing is bought.
    pub(crate) fn if_bought(&self, then: Calc) -> Calc {
        match self.zero_quantity() {
            Some(quantity) => quantity.clone().if_above_zero(then, Calc::zero()),
            None => then,
        }
    }
}

impl StageDraft<'_> {
    pub(crate) fn at(&self, row: u32, column: u16) -> Place {
        Place { sheet: self.sheet, row, column }
    }

    /// What techniques leave of a value of a line item. Where that depends on the quantity or on drivers, it keeps its value.
    pub(crate) fn left(&self, index: usize, what: Lowers) -> Calc {
        let item = &self.stage.line_items[index];
        let mut used = item.techniques.iter().filter(|used| used.lowers == what).peekable();
        if used.peek().is_none() {
            return Decimal::ONE.into();
        }
        let is_fixed = used.all(|used| used.driven.is_empty() && used.counts.is_none());
        let written = item.quantity.as_ref().map_or(Some(Decimal::ONE.into()), |quantity| {
            crate::calculate::evaluate(&quantity.expression, &self.costing.drivers).ok().flatten()
        });
        let left = written.and_then(|quantity| techniques_leave(item, what, &quantity, &self.costing.drivers));
        match left {
            Some(left) if is_fixed => Calc::Number(left),
            Some(left) => Calc::Kept(left),
            None => Calc::Unknown,
        }
    }
}

/// Writes the rows of a line item from a row on, up to its usage.
pub(crate) fn write(book: &mut Book, draft: &StageDraft<'_>, index: usize, row: u32) -> ItemRows {
    let item = &draft.stage.line_items[index];
    let (quantity, may_be_zero) = quantity(book, draft, index);
    let at = draft.at(row, QUANTITY);
    let is_kept = book.calc(at, &quantity, look(&quantity, CellNumbers::Amount));
    described(book, draft, item, row);
    let quantity = Calc::Cell(at);
    let mut rows =
        ItemRows { first: row, last: row, quantity, may_be_zero, names: Vec::new(), charges: vec![row], is_kept };
    if let LinePricing::Sku(line) = &item.pricing {
        UsageRows { book, draft, index, line, rows: &mut rows }.write();
    }
    rows
}

/// The quantity of a line item, and whether it may be zero.
fn quantity(book: &Book, draft: &StageDraft<'_>, index: usize) -> (Calc, bool) {
    let written = draft.stage.line_items[index].quantity.as_ref();
    let is_never_zero = |formula: &Formula| formula.literal().is_some_and(|literal| !literal.is_zero());
    let may_be_zero = !written.is_none_or(is_never_zero);
    let quantity = match written {
        Some(formula) => calc_of(&formula.expression, &draft.inputs.drivers, &book.places),
        None => Decimal::ONE.into(),
    };
    (quantity.times(draft.left(index, Lowers::Quantity)), may_be_zero)
}

/// A number that nothing changes is an input.
fn look(calc: &Calc, numbers: CellNumbers) -> CellLook {
    CellLook::of(if matches!(calc, Calc::Number(_)) { CellKind::Input } else { CellKind::Plain }, numbers)
}

fn described(book: &mut Book, draft: &StageDraft<'_>, item: &LineItem, row: u32) {
    let sku = match &item.pricing {
        LinePricing::Sku(line) => line.sku.name_in_sheet(),
        LinePricing::Cost(_) => "",
    };
    let category = draft.stage.category(item.category);
    let texts = [(ITEM, &*item.name), (CATEGORY, category), (VENDOR, item.vendor().unwrap_or_default()), (SKU, sku)];
    for (column, text) in texts {
        book.text(draft.at(row, column), text, PLAIN);
    }
}

/// The inputs and meters of a SKU while their rows are written.
struct UsageRows<'a> {
    book: &'a mut Book,
    draft: &'a StageDraft<'a>,
    index: usize,
    line: &'a SkuLine,
    rows: &'a mut ItemRows,
}

impl UsageRows<'_> {
    fn write(&mut self) {
        let line = self.line;
        let is_inline = line.inputs.is_empty() && line.charges.len() == 1;
        let mut row = self.rows.first + u32::from(!is_inline);
        let hours = if line.hours_per_month == self.draft.stage.hours_per_month {
            self.draft.inputs.drivers[Stage::HOURS_PER_MONTH.index()].clone()
        } else {
            Calc::from(line.hours_per_month.value).times(Decimal::from(3600).into())
        };
        self.rows.names = vec![self.rows.quantity.clone(), hours];
        self.rows.charges.clear();
        for (place, usage) in line.inputs.iter().enumerate() {
            let input = &line.sku.inputs[place];
            self.usage(row, usage, (&input.name, Some(&input.unit)), None);
            row += 1;
        }
        for (place, charge) in line.charges.iter().enumerate() {
            self.usage(row, &charge.usage, (charge.meter(), charge.charge.unit.as_ref()), Some(place));
            self.rows.charges.push(row);
            row += 1;
        }
        self.rows.last = row.saturating_sub(1).max(self.rows.first);
        for (place, charge) in line.charges.iter().enumerate() {
            let (Some(billed), Some(unit)) = (&charge.charge.billed_usage, &charge.charge.unit) else { continue };
            let billed = calc_of(&billed.expression, &self.rows.names, &self.book.places).over(unit.factor.into());
            let at = self.draft.at(self.rows.charges[place], BILLED);
            self.rows.is_kept |= self.book.calc(at, &billed, CellLook::of(CellKind::Plain, CellNumbers::Amount));
        }
    }

    /// Writes the usage of an input or of the charge at a place, and adds its value to the names.
    fn usage(&mut self, row: u32, usage: &Usage, (name, unit): (&str, Option<&PricingUnit>), charge: Option<usize>) {
        self.book.text(self.draft.at(row, METER), name, PLAIN);
        self.book.text(self.draft.at(row, UNIT), unit.map_or("", |unit| &unit.label), PLAIN);
        let at = self.draft.at(row, USAGE);
        let factor = unit.map_or(Decimal::ONE, |unit| unit.factor);
        let calc = match usage {
            Usage::Flat => {
                self.rows.names.push(self.rows.quantity.clone());
                return;
            }
            Usage::WithinAllowance(_) | Usage::Unknown => {
                let is_within = usage.within_allowance().is_some();
                let said = if is_within { "included" } else { "not given" };
                self.book.text(at, said, CellLook::of(CellKind::Plain, CellNumbers::Amount));
                let unknown = if charge.is_some() { self.rows.if_bought(Calc::Unknown) } else { Calc::Unknown };
                self.rows.names.push(unknown);
                return;
            }
            Usage::Given(formula) => calc_of(&formula.expression, &self.draft.inputs.drivers, &self.book.places),
            Usage::Default(formula) => calc_of(&formula.expression, &self.rows.names, &self.book.places),
        };
        let left = charge.map_or(Decimal::ONE.into(), |place| self.draft.left(self.index, Lowers::Usage(place)));
        let calc = calc.over(factor.into()).times(left);
        self.rows.is_kept |= self.book.calc(at, &calc, look(&calc, CellNumbers::Amount));
        self.rows.names.push(Calc::Cell(at).times(factor.into()));
    }
}
