//! The cells of charges, from billable usage to money: the steps of `docs/price-models.md`.

use rust_decimal::Decimal;

use super::book::Book;
use super::calc::Calc;
use super::columns::{BASE, BILLABLE, BILLED, CHARGE, CURRENCY, EXACT, INCLUDED, OF_ALL, OF_ONE, PRICED, USAGE};
use super::expression::calc_of;
use super::places::{Place, Run};
use super::price_formula::{committed, price};
use super::prices_sheet::{PriceRows, PricesSheet};
use super::sheet::{CellKind, CellLook, CellNumbers};
use super::stage_rows::{ItemRows, StageDraft};
use crate::model::{
    Base, ChargeLine, Currency, Formula, LineItem, LinePricing, Lowers, PlainCost, PricingUnit, SkuLine, Terms,
};

const MONEY: CellLook = CellLook { kind: CellKind::Plain, numbers: EXACT };

/// Writes the cost of a line item, and says whether a number in it keeps its value.
pub(crate) fn write(book: &mut Book, draft: &StageDraft<'_>, prices: &mut PricesSheet, index: usize) -> bool {
    match &draft.stage.line_items[index].pricing {
        LinePricing::Cost(cost) => plain(book, draft, index, cost),
        LinePricing::Sku(line) => {
            let mut is_kept = false;
            for place in 0..line.charges.len() {
                let mut cells =
                    ChargeCells { book, draft, index, line, place, rows: &draft.items[index], is_kept: false };
                cells.write(prices);
                is_kept |= cells.is_kept;
            }
            is_kept
        }
    }
}

fn plain(book: &mut Book, draft: &StageDraft<'_>, index: usize, cost: &PlainCost) -> bool {
    let rows = &draft.items[index];
    let at = |column: u16| draft.at(rows.first, column);
    let of_one = calc_of(&cost.amount.expression, &draft.inputs.drivers, &book.places);
    let kind = if matches!(of_one, Calc::Number(_)) { CellKind::Input } else { CellKind::Plain };
    let mut is_kept = book.calc(at(OF_ONE), &of_one, CellLook::of(kind, EXACT));
    let all = Calc::Cell(at(OF_ONE)).times(rows.quantity.clone());
    is_kept |= book.calc(at(OF_ALL), &all, MONEY);
    book.text(at(CURRENCY), &cost.currency.to_string(), super::book::PLAIN);
    let lowered = Calc::Cell(at(OF_ALL)).times(draft.left(index, Lowers::Cost(None)));
    is_kept | book.calc(at(CHARGE), &draft.inputs.converted(lowered, cost.currency), MONEY)
}

/// The cells of one charge while they are written.
struct ChargeCells<'a> {
    book: &'a mut Book,
    draft: &'a StageDraft<'a>,
    index: usize,
    line: &'a SkuLine,
    place: usize,
    rows: &'a ItemRows,
    is_kept: bool,
}

impl ChargeCells<'_> {
    fn charge(&self) -> &ChargeLine {
        &self.line.charges[self.place]
    }

    fn at(&self, column: u16) -> Place {
        self.draft.at(self.rows.charges[self.place], column)
    }

    /// Writes a cell and returns it.
    fn put(&mut self, column: u16, calc: &Calc, look: CellLook) -> Calc {
        let at = self.at(column);
        self.is_kept |= self.book.calc(at, calc, look);
        Calc::Cell(at)
    }

    fn write(&mut self, prices: &mut PricesSheet) {
        let draft = self.draft;
        let line = self.line;
        let charge = &line.charges[self.place];
        let Some(terms) = charge.terms().or(charge.on_request()) else {
            // What is not bought costs nothing, whatever its price.
            let is_given = charge.usage.given().is_some();
            let cost = if is_given { Calc::Unknown } else { self.rows.if_bought(Calc::Unknown) };
            self.put(OF_ALL, &cost, MONEY);
            self.put(CHARGE, &Calc::Cell(self.at(OF_ALL)), MONEY);
            return;
        };
        let price = prices.rows(self.book, &line.sku, charge, terms);
        let cost = self.priced(terms, price);
        let before_bounds = self.put(PRICED, &cost, MONEY);
        let cost = self.bounded(before_bounds, terms, price);
        let cost = cost.times(draft.left(self.index, Lowers::Cost(Some(self.place))));
        if is_of_one(charge, terms) {
            let one = self.put(OF_ONE, &cost, MONEY);
            self.put(OF_ALL, &one.times(self.rows.quantity.clone()), MONEY);
        } else {
            self.put(OF_ALL, &cost, MONEY);
        }
        self.book.text(self.at(CURRENCY), &terms.currency.to_string(), super::book::PLAIN);
        let lowered = Calc::Cell(self.at(OF_ALL)).times(draft.left(self.index, Lowers::Cost(None)));
        self.put(CHARGE, &draft.inputs.converted(lowered, terms.currency), MONEY);
    }

    /// The price before minimum and cap.
    fn priced(&mut self, terms: &Terms, rows: PriceRows) -> Calc {
        if terms.pricing.period().is_some() {
            return price(&terms.pricing, rows, Calc::zero(), Calc::zero());
        }
        let unit = self.line.charges[self.place].charge.unit.as_ref();
        let billable = unit.map(|unit| {
            let billable = self.billable(terms, rows, unit);
            self.put(BILLABLE, &billable, CellLook::of(CellKind::Plain, CellNumbers::Amount))
        });
        if terms.pricing.is_percentage() {
            let base = self.base(terms);
            let base = self.put(BASE, &base, MONEY);
            let base = if terms.includes_tax.is_some() { base.times(gross(rows)) } else { base };
            let part = price(&terms.pricing, rows, base, Calc::zero());
            let cost = match billable {
                Some(count) => part.times(count),
                None => part,
            };
            return self.rows.if_bought(cost);
        }
        let (Some(billable), Some(unit)) = (billable, unit) else { return Calc::Unknown };
        if terms.pricing.is_quote() {
            let is_paid_anyway = terms.commitment.is_some_and(|commitment| commitment.true_up);
            let nothing = if is_paid_anyway { Calc::Unknown } else { Calc::zero() };
            return self.rows.if_bought(billable.if_above_zero(Calc::Unknown, nothing));
        }
        if let Some(commitment) = terms.commitment {
            return committed(&terms.pricing, rows, &billable, commitment, self.rows.zero_quantity());
        }
        let size = match &self.charge().charge.tier_by {
            Some(size) => self.of_sheet(size, unit),
            None => billable.clone(),
        };
        let cost = price(&terms.pricing, rows, billable.clone(), size);
        let has_fee = terms.pricing.tiers().iter().any(|tier| !tier.flat.is_zero());
        match self.rows.zero_quantity().filter(|_| has_fee) {
            // Reaching a tier costs no fee where nothing is bought or billable.
            Some(quantity) => Calc::Most(vec![quantity.clone(), billable]).if_above_zero(cost, Calc::zero()),
            None => cost,
        }
    }

    /// A formula of the sheet, in pricing units.
    fn of_sheet(&self, formula: &Formula, unit: &PricingUnit) -> Calc {
        calc_of(&formula.expression, &self.rows.names, &self.book.places).over(unit.factor.into())
    }

    fn billable(&mut self, terms: &Terms, rows: PriceRows, unit: &PricingUnit) -> Calc {
        let included = self.included(terms, rows, unit);
        let charge = &self.line.charges[self.place];
        let column = if charge.charge.billed_usage.is_some() { BILLED } else { USAGE };
        let used = Calc::Cell(self.at(column));
        let is_free_unknown = terms.is_free() && used.is_doubtful(&self.book.places);
        let billable = if charge.usage.is_counted() && !is_free_unknown {
            match included {
                Some(included) => used.minus(included).at_least_zero(),
                None => used,
            }
        } else {
            self.without_usage(terms, included)
        };
        self.bounded_usage(billable, unit)
    }

    /// What is included, in its own cell.
    fn included(&mut self, terms: &Terms, rows: PriceRows, unit: &PricingUnit) -> Option<Calc> {
        if self.charge().charge.pool.is_some() {
            return Some(Calc::Cell(self.at(INCLUDED)));
        }
        let formula = terms.included.as_ref()?;
        let included = if PricesSheet::has_included(terms) { rows.included() } else { self.of_sheet(formula, unit) };
        Some(self.put(INCLUDED, &included, CellLook::of(CellKind::Plain, CellNumbers::Amount)))
    }

    /// The billable usage where no usage is given: none if it is free, or stays within what is included.
    fn without_usage(&self, terms: &Terms, included: Option<Calc>) -> Calc {
        let charge = self.charge();
        if terms.is_free() {
            return Calc::zero();
        }
        let is_within =
            (charge.usage.within_allowance().is_some() && charge.has_allowance(terms)) || charge.is_unchecked_limit();
        match included.filter(|_| is_within) {
            // An allowance that is unknown may be none.
            Some(included) if included.is_doubtful(&self.book.places) => included.times(Calc::zero()),
            Some(_) => Calc::zero(),
            None => self.rows.if_bought(Calc::Unknown),
        }
    }

    /// Billable usage within its bounds, and rounded to the billing increment.
    fn bounded_usage(&self, billable: Calc, unit: &PricingUnit) -> Calc {
        let charge = &self.charge().charge;
        let mut bounded = billable;
        if let Some(least) = &charge.minimum_usage {
            bounded = Calc::Most(vec![bounded, self.rows.if_bought(self.of_sheet(least, unit))]);
        }
        if let Some(most) = &charge.maximum_usage {
            bounded = Calc::Least(vec![bounded, self.of_sheet(most, unit)]);
        }
        match charge.usage_rounding {
            Some(rounding) => Calc::RoundTo(Box::new(bounded), rounding),
            None => bounded,
        }
    }

    /// A price within its bounds, rounded as on the bill, and without the tax in it.
    fn bounded(&self, priced: Calc, terms: &Terms, rows: PriceRows) -> Calc {
        let mut cost = priced;
        if terms.minimum.is_some() {
            cost = Calc::Most(vec![cost, self.rows.if_bought(rows.minimum())]);
        }
        if terms.cap.is_some() {
            cost = Calc::Least(vec![cost, rows.cap()]);
        }
        if let Some(rounding) = self.charge().charge.cost_rounding {
            cost = Calc::RoundTo(Box::new(cost), rounding);
        }
        if terms.includes_tax.is_some() { cost.over(gross(rows)) } else { cost }
    }

    /// What a percentage is taken of, in the currency of its terms.
    fn base(&self, terms: &Terms) -> Calc {
        let charge = &self.charge().charge;
        let inputs = &self.draft.inputs;
        let Some(base) = charge.base else { return Calc::Unknown };
        if let Base::Charge(place) = base {
            return self.of_charge(usize::from(place), charge.each, terms.currency);
        }
        if base == Base::Mrr {
            return inputs.converted_back(Calc::Cell(inputs.mrr), terms.currency);
        }
        let runs = Run::joined(self.members(base).into_iter().map(|member| {
            let rows = &self.draft.items[member];
            Run { sheet: self.draft.sheet, column: CHARGE, first: rows.first, last: rows.last }
        }));
        let sum = if runs.is_empty() { Calc::zero() } else { Calc::SumOfAll(runs) };
        inputs.converted_back(sum, terms.currency)
    }

    /// The cost of another charge of the SKU: of one unit, if both are for each.
    fn of_charge(&self, place: usize, each: bool, into: Currency) -> Calc {
        let other = &self.line.charges[place];
        let terms = other.terms().or(other.on_request());
        let is_one = each && terms.is_some_and(|terms| is_of_one(other, terms));
        let row = self.rows.charges[place];
        let cost = Calc::Cell(self.draft.at(row, if is_one { OF_ONE } else { OF_ALL }));
        match terms.map(|terms| terms.currency).filter(|currency| *currency != into) {
            Some(from) => self.draft.inputs.converted_back(self.draft.inputs.converted(cost, from), into),
            None => cost,
        }
    }

    /// The places of the line items in the base of a percentage, in order.
    fn members(&self, base: Base) -> Vec<usize> {
        if base == Base::LineItems {
            return self.line.of.clone();
        }
        let vendor = self.line.sku.vendor();
        let is_member = |item: &LineItem| item.is_in(base) && (base == Base::Subtotal || item.vendor() == Some(vendor));
        let items = self.draft.stage.line_items.iter().enumerate();
        items.filter(|(_, item)| is_member(item)).map(|(place, _)| place).collect()
    }
}

/// Whether a charge is computed for one unit and multiplied by the quantity.
fn is_of_one(charge: &ChargeLine, terms: &Terms) -> bool {
    terms.pricing.period().is_some() || charge.charge.each
}

/// What a price without tax is multiplied by to have it.
fn gross(rows: PriceRows) -> Calc {
    Calc::from(Decimal::ONE).plus(rows.included_tax())
}
