//! The sums below the rows of a stage: subtotal, buffer, total, tax, and what is left to pay.

use rust_decimal::Decimal;

use super::book::{Book, PLAIN};
use super::calc::{Calc, NEAR, UNKNOWN};
use super::columns::{CHARGE, ITEM, Last};
use super::inputs_sheet::decimals;
use super::places::{Place, Run};
use super::share_cells::shares;
use super::sheet::{CellKind, CellLook, CellNumbers};
use super::stage_rows::StageDraft;
use crate::calculate::TaxedTotal;
use crate::model::{Adjustment, AdjustmentScope, Deduction, Tax};

/// What is said next to a total of which all is known.
const FULL: &str = "all costs are known";

/// The sums of a stage.
#[derive(Debug)]
pub(crate) struct StageSums {
    pub(crate) subtotal: Place,
    pub(crate) buffer: Place,
    /// What rounding adds to the total.
    pub(crate) rounding: Option<Place>,
    pub(crate) total: Place,
    pub(crate) per_customer: Place,
    pub(crate) share_of_mrr: Place,
    /// What is left to pay, with tax and less credits after tax.
    pub(crate) to_pay: Option<Place>,
    /// How many charges have no known cost.
    pub(crate) unknown: Place,
}

/// The word of a rate of tax in the rows: of that at a place, or of none.
pub(crate) fn tax_key(place: Option<usize>) -> String {
    place.map_or_else(|| "reverse charge".to_owned(), |place| format!("rate {}", place + 1))
}

/// Writes the sums of the rows from a row on.
pub(crate) fn write(book: &mut Book, draft: &StageDraft<'_>, (rows, last): ((u32, u32), Last), row: u32) -> StageSums {
    let column = |column: u16| Run { sheet: draft.sheet, column, first: rows.0, last: rows.1 };
    let mut sums = SumRows { book, draft, column: last.monthly, row };
    let subtotal = sums.line("Subtotal", &Calc::Sum(vec![column(last.monthly)]), CellKind::Total);
    let buffer = sums.line("Buffer", &Calc::Cell(subtotal).times(Calc::Cell(draft.inputs.buffer)), CellKind::Plain);
    let (rounding, total) = sums.total(Calc::Cell(subtotal).plus(Calc::Cell(buffer)));
    let of_total = (last.per_customer, last.share_of_mrr);
    shares(sums.book, draft, total, total.row, of_total);
    let (per_customer, share_of_mrr) = (draft.at(total.row, of_total.0), draft.at(total.row, of_total.1));
    let unknown = sums.unknown(column(CHARGE), draft.at(total.row, last.remark));
    let taxed = draft.stage.tax.as_ref().zip(draft.costing.taxed.as_ref());
    let to_pay = taxed.map(|(tax, taxed)| {
        let [keys, monthly] = [last.tax, last.monthly].map(column);
        TaxRows { sums: &mut sums, keys, monthly, tax, taxed }.write(total)
    });
    let id = draft.stage.id;
    for (place, name) in [(subtotal, "subtotal"), (total, "total")] {
        sums.book.name(place, &format!("S{id}_{name}"));
    }
    StageSums { subtotal, buffer, rounding, total, per_customer, share_of_mrr, to_pay, unknown }
}

/// Sums in a column, each in a row.
struct SumRows<'a> {
    book: &'a mut Book,
    draft: &'a StageDraft<'a>,
    column: u16,
    row: u32,
}

impl SumRows<'_> {
    /// Names the next row and gives the cell of its amount.
    fn next(&mut self, label: &str, kind: CellKind) -> Place {
        self.book.text(self.draft.at(self.row, ITEM), label, CellLook::of(kind, CellNumbers::General));
        let at = self.draft.at(self.row, self.column);
        self.row += 1;
        at
    }

    fn money(&self, kind: CellKind) -> CellLook {
        CellLook::of(kind, CellNumbers::Money(decimals(self.draft.stage.currency)))
    }

    fn line(&mut self, label: &str, calc: &Calc, kind: CellKind) -> Place {
        let at = self.next(label, kind);
        let look = self.money(kind);
        self.book.calc(at, calc, look);
        at
    }

    /// Writes the total of a sum, and above it what rounding adds.
    fn total(&mut self, all: Calc) -> (Option<Place>, Place) {
        let Some(rounding) = self.draft.stage.rounding.total else {
            return (None, self.line("Total", &all, CellKind::Total));
        };
        // The total is rounded itself, so that a spreadsheet has no digits of a difference in it.
        let own = self.row;
        self.row += 1;
        let total = self.line("Total", &Calc::RoundTo(Box::new(all.clone()), rounding.value), CellKind::Total);
        let next = std::mem::replace(&mut self.row, own);
        let added = Calc::Round(Box::new(Calc::Cell(total).minus(all)), NEAR);
        let rounding = self.line("Rounding", &added, CellKind::Plain);
        self.row = next;
        (Some(rounding), total)
    }

    /// Counts the charges without a known cost, and says beside the total whether it is a lower bound.
    fn unknown(&mut self, charges: Run, beside: Place) -> Place {
        let run = self.book.places.run(charges, self.draft.sheet);
        let is_unknown = |place: &Place| self.book.places.is_filled(*place) && self.book.places.value(*place).is_none();
        let count = charges.places().filter(is_unknown).count();
        let at = self.next("Charges with an unknown cost", CellKind::Plain);
        self.book.formula(at, format!("COUNTIF({run},\"{UNKNOWN}\")"), Ok(Decimal::from(count)), PLAIN);
        let says = "a lower bound: some costs are unknown";
        let text = format!("IF({}>0,\"{says}\",\"{FULL}\")", self.book.places.written(at, self.draft.sheet));
        self.book.formula(
            beside,
            text,
            Err(if count > 0 { says } else { FULL }),
            CellLook::of(CellKind::Remark, CellNumbers::General),
        );
        at
    }
}

/// The tax of a stage while it is written.
struct TaxRows<'a, 'b> {
    sums: &'a mut SumRows<'b>,
    /// The words of the rates in the rows.
    keys: Run,
    monthly: Run,
    tax: &'a Tax,
    taxed: &'a TaxedTotal,
}

impl TaxRows<'_, '_> {
    /// Writes tax and credits after tax below the total, and returns the cell of what is left to pay.
    fn write(&mut self, total: Place) -> Place {
        let mut taxes = Vec::new();
        let mut bills = Vec::new();
        for (place, (rate, cell)) in self.sums.draft.inputs.taxes.clone().into_iter().enumerate() {
            let of_rate = self.taxed.rates.iter().find(|of| of.rate == rate);
            let taxable = self.of_key(Some(place), of_rate.map_or(Decimal::ZERO, |of| of.taxable));
            let tax = Calc::Cell(taxable).times(Calc::Cell(cell));
            bills.push(Calc::Cell(taxable).plus(tax.clone()));
            let tax = match self.tax.rounding {
                Some(rounding) => Calc::RoundTo(Box::new(tax), rounding.value),
                None => tax,
            };
            taxes.push(Calc::Cell(self.sums.line(&format!("Tax, {}", tax_key(Some(place))), &tax, CellKind::Plain)));
        }
        let all = taxes.into_iter().fold(Calc::Cell(total), Calc::plus);
        let with_tax = self.sums.line("Total with tax", &all, CellKind::Total);
        if self.tax.credits.is_empty() {
            return with_tax;
        }
        let known = self.sums.draft.stage.rows(&self.sums.draft.costing.line_items);
        let reversed = known.filter(|(_, item, _)| self.tax.rate_on(item).is_none()).map(|(_, _, line)| line.monthly);
        let reversed: Decimal = crate::model::sum(reversed).unwrap_or_default();
        bills.push(Calc::Cell(self.of_key(None, reversed)));
        let bills = bills.into_iter().reduce(Calc::plus).unwrap_or_else(Calc::zero);
        let mut left = (bills, Calc::Cell(with_tax));
        for (credit, used) in self.tax.credits.iter().zip(&self.taxed.credits) {
            let used = Calc::Cell(self.credit(credit, *used, &left));
            left = (left.0.minus(used.clone()), left.1.minus(used));
        }
        self.sums.line("To pay", &left.1, CellKind::Total)
    }

    /// Writes the sum of the rows with a word; `value` is what it is now.
    fn of_key(&mut self, place: Option<usize>, value: Decimal) -> Place {
        let key = tax_key(place);
        let (sheet, look) = (self.sums.draft.sheet, self.sums.money(CellKind::Plain));
        let places = &self.sums.book.places;
        let text = format!("SUMIF({},\"{key}\",{})", places.run(self.keys, sheet), places.run(self.monthly, sheet));
        let at = self.sums.next(&format!("Taxable, {key}"), CellKind::Plain);
        self.sums.book.formula(at, text, Ok(value), look);
        at
    }

    /// Writes what a credit after tax deducts: no more than the bills that it is for, and than the total. One that is for
    /// some of the bills keeps its value.
    fn credit(&mut self, credit: &Adjustment, used: Decimal, (bills, total): &(Calc, Calc)) -> Place {
        let is_for_all = credit.on == AdjustmentScope::default();
        let calc = match credit.off {
            Deduction::Amount { amount, currency } if is_for_all => {
                let amount = self.sums.draft.inputs.converted(amount.into(), currency);
                Calc::Least(vec![amount, bills.clone(), total.clone()])
            }
            _ => Calc::Kept(used.into()),
        };
        self.sums.line(&format!("Credit after tax: {}", credit.reason), &calc, CellKind::Plain)
    }
}
