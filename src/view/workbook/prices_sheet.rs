//! The sheet of prices: each price that a stage uses, once, with its source.

use std::collections::HashMap;
use std::sync::Arc;

use rust_decimal::Decimal;

use super::book::{Book, PLAIN};
use super::calc::{Calc, NO_END, TierColumns, Tiered};
use super::places::Place;
use super::sheet::{CellKind, CellLook, CellNumbers};
use crate::model::{ChargeLine, PriceModel, Sku, Terms, Tier};

const VENDOR: u16 = 0;
const SKU: u16 = 1;
const METER: u16 = 2;
const MODEL: u16 = 3;
const UNIT: u16 = 4;
const PER: u16 = 5;
const OVER: u16 = 6;
const UP_TO: u16 = 7;
const PRICE: u16 = 8;
const FEE: u16 = 9;
const MONTHS: u16 = 10;
const INCLUDED: u16 = 11;
const MINIMUM: u16 = 12;
const CAP: u16 = 13;
const COMMITTED: u16 = 14;
const OVERAGE: u16 = 15;
const TAX: u16 = 16;
const CURRENCY: u16 = 17;
const KIND: u16 = 18;
const READ_ON: u16 = 19;
const TRUST: u16 = 20;
const SOURCE: u16 = 21;

const HEADER: [(&str, u16); 22] = [
    ("Vendor", 14),
    ("SKU", 24),
    ("What is counted", 26),
    ("Price model", 12),
    ("Unit", 16),
    ("Price is for", 11),
    ("Over", 12),
    ("Up to", 12),
    ("Price", 18),
    ("Fee of the tier", 13),
    ("Months", 8),
    ("Included", 12),
    ("At least", 10),
    ("At most", 10),
    ("Committed", 11),
    ("Overage factor", 13),
    ("Tax in it", 9),
    ("Currency", 9),
    ("Kind", 11),
    ("Read on", 11),
    ("Trust", 11),
    ("Source", 60),
];

/// A price on the sheet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PriceRows {
    sheet: u16,
    rows: (u32, u32),
}

impl PriceRows {
    fn cell(self, column: u16) -> Calc {
        Calc::Cell(Place { sheet: self.sheet, row: self.rows.0, column })
    }

    pub(crate) fn price(self) -> Calc {
        self.cell(PRICE)
    }

    pub(crate) fn per(self) -> Calc {
        self.cell(PER)
    }

    pub(crate) fn months(self) -> Calc {
        self.cell(MONTHS)
    }

    pub(crate) fn included(self) -> Calc {
        self.cell(INCLUDED)
    }

    pub(crate) fn minimum(self) -> Calc {
        self.cell(MINIMUM)
    }

    pub(crate) fn cap(self) -> Calc {
        self.cell(CAP)
    }

    pub(crate) fn committed(self) -> Calc {
        self.cell(COMMITTED)
    }

    pub(crate) fn overage(self) -> Calc {
        self.cell(OVERAGE)
    }

    pub(crate) fn included_tax(self) -> Calc {
        self.cell(TAX)
    }

    /// An amount priced by its tiers; `size` chooses the tier of a volume price.
    pub(crate) fn tiered(self, amount: Calc, size: Calc, per: Calc) -> Tiered {
        let columns = TierColumns { over: OVER, up_to: UP_TO, price: PRICE, fee: FEE };
        Tiered { amount, size, per, sheet: self.sheet, rows: self.rows, columns }
    }
}

/// The id of a SKU and a meter of it.
type SkuAndMeter = (Box<str>, Box<str>);

/// The sheet while it is made.
#[derive(Debug)]
pub(crate) struct PricesSheet {
    sheet: u16,
    row: u32,
    /// The prices that are on it, by SKU and meter.
    known: HashMap<SkuAndMeter, Vec<(Arc<Terms>, PriceRows)>>,
}

impl PricesSheet {
    pub(crate) fn new(book: &mut Book) -> Self {
        let sheet = book.sheet("Prices", &HEADER.map(|(_, width)| width));
        let mut prices = Self { sheet, row: 0, known: HashMap::new() };
        book.text(prices.at(VENDOR), "Prices", CellLook::of(CellKind::Title, CellNumbers::General));
        prices.row = 1;
        for (column, (text, _)) in (0..).zip(HEADER) {
            book.text(prices.at(column), text, CellLook::of(CellKind::Heading, CellNumbers::General));
        }
        prices.row = 2;
        book.sheets[usize::from(sheet)].frozen = (2, 3);
        prices
    }

    fn at(&self, column: u16) -> Place {
        Place { sheet: self.sheet, row: self.row, column }
    }

    /// The rows of a price, which are written the first time.
    pub(crate) fn rows(&mut self, book: &mut Book, sku: &Sku, line: &ChargeLine, terms: &Arc<Terms>) -> PriceRows {
        let key = (sku.id.clone(), line.charge.meter.clone());
        let same = |known: &&(Arc<Terms>, PriceRows)| Arc::ptr_eq(&known.0, terms) || known.0 == *terms;
        // An agreed price is that of one line item.
        let is_shared = line.agreed.is_none();
        let known = self.known.get(&key).filter(|_| is_shared).and_then(|all| all.iter().find(same));
        if let Some((_, rows)) = known {
            return *rows;
        }
        let first = self.row;
        let tiers = terms.pricing.tiers();
        for place in 0..tiers.len().max(1) {
            self.described(book, sku, line, terms);
            if place == 0 {
                self.terms(book, line, terms);
            }
            self.tier(book, tiers, place, terms.pricing.model());
            self.row += 1;
        }
        let rows = PriceRows { sheet: self.sheet, rows: (first, self.row - 1) };
        if is_shared {
            self.known.entry(key).or_default().push((Arc::clone(terms), rows));
        }
        rows
    }

    fn input(&self, book: &mut Book, column: u16, number: Option<Decimal>, numbers: CellNumbers) {
        if let Some(number) = number {
            book.number(self.at(column), number, CellLook::of(CellKind::Input, numbers));
        }
    }

    /// What the price is of, and where it was read.
    fn described(&self, book: &mut Book, sku: &Sku, line: &ChargeLine, terms: &Terms) {
        let charge = &line.charge;
        let is_agreed = line.agreed.as_deref().is_some_and(|agreed| agreed == terms);
        let kind = match (is_agreed, terms.pricing.is_quote()) {
            (true, _) => "agreed",
            (false, true) => "on request",
            (false, false) => "list price",
        };
        let citation = terms.citation.as_deref();
        let unit = charge.unit.as_ref().map_or("", |unit| &unit.label);
        let currency = terms.currency.to_string();
        let read_on = citation.map(|citation| citation.retrieved_on.to_string()).unwrap_or_default();
        let range = terms.range().map(|price| format!("; from {} to {}", price.low, price.high)).unwrap_or_default();
        let source = format!("{}{range}", citation.map_or("", |citation| &citation.source));
        let name = terms.pricing.name();
        let texts = [(VENDOR, sku.vendor()), (SKU, sku.name_in_sheet()), (METER, &charge.meter), (MODEL, name)];
        let more = [(UNIT, unit), (CURRENCY, &currency), (KIND, kind), (READ_ON, &read_on)];
        let trust = citation.map_or("", |citation| citation.trust.as_str());
        for (column, text) in texts.into_iter().chain(more).chain([(TRUST, trust), (SOURCE, &*source)]) {
            book.text(self.at(column), text, PLAIN);
        }
    }

    /// What a price has once, however many tiers it has.
    fn terms(&self, book: &mut Book, line: &ChargeLine, terms: &Terms) {
        let factor = line.charge.unit.as_ref().map_or(Decimal::ONE, |unit| unit.factor);
        self.input(book, PER, terms.pricing.per(), CellNumbers::Amount);
        self.input(book, MONTHS, terms.pricing.period().map(|period| period.months.into()), CellNumbers::General);
        let included = terms.included.as_ref().and_then(|included| included.literal());
        if let Some(included) = included.filter(|_| line.charge.pool.is_none()) {
            let look = CellLook::of(CellKind::Input, CellNumbers::Amount);
            book.calc(self.at(INCLUDED), &Calc::from(included).over(factor.into()), look);
        }
        self.input(book, MINIMUM, terms.minimum, CellNumbers::Price);
        self.input(book, CAP, terms.cap, CellNumbers::Price);
        self.input(book, COMMITTED, terms.commitment.map(|of| of.usage), CellNumbers::Amount);
        self.input(book, OVERAGE, terms.commitment.map(|of| of.overage_factor), CellNumbers::General);
        self.input(book, TAX, terms.includes_tax, CellNumbers::Percent);
        self.input(book, PRICE, terms.pricing.price().map(|price| price.expected), CellNumbers::Price);
    }

    fn tier(&self, book: &mut Book, tiers: &[Tier], place: usize, model: Option<PriceModel>) {
        let Some(tier) = tiers.get(place) else { return };
        let before = place.checked_sub(1).and_then(|before| tiers[before].up_to);
        book.number(self.at(OVER), before.unwrap_or_default(), CellLook::of(CellKind::Input, CellNumbers::Amount));
        match tier.up_to {
            Some(up_to) => book.number(self.at(UP_TO), up_to, CellLook::of(CellKind::Input, CellNumbers::Amount)),
            None => book.literal(self.at(UP_TO), NO_END, CellLook::of(CellKind::Plain, CellNumbers::Bound)),
        }
        let numbers = if model == Some(PriceModel::Percentage) { CellNumbers::Percent } else { CellNumbers::Price };
        self.input(book, PRICE, Some(tier.price), numbers);
        self.input(book, FEE, Some(tier.flat), CellNumbers::Price);
    }

    /// Whether a price has an allowance in a cell.
    pub(crate) fn has_included(terms: &Terms) -> bool {
        terms.included.as_ref().is_some_and(|included| included.literal().is_some())
    }
}
