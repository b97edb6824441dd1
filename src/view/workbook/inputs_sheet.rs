//! The sheet of inputs: what may be changed, stage by stage.

use rust_decimal::Decimal;

use super::book::{Book, PLAIN};
use super::calc::Calc;
use super::expression::calc_of;
use super::places::Place;
use super::sheet::{CellKind, CellLook, CellNumbers};
use crate::calculate::Costing;
use crate::model::{Currency, Dimension, Driver, ExchangeRate, Fraction, Revenue, Stage};

const NAME: u16 = 0;
const VALUE: u16 = 1;
const UNIT: u16 = 2;
const SOURCE: u16 = 3;
const SECONDS: Decimal = Decimal::from_parts(3600, 0, 0, false, 0);

/// The inputs of a stage, as formulas read them.
#[derive(Debug)]
pub(crate) struct StageInputs {
    pub(crate) customers: Place,
    /// The revenue of a month, in the reporting currency.
    pub(crate) mrr: Place,
    pub(crate) buffer: Place,
    /// The values of the stage's scope, in canonical units.
    pub(crate) drivers: Vec<Calc>,
    rates: Vec<(Currency, bool, Place)>,
    /// The rates of tax: first that where no other one applies.
    pub(crate) taxes: Vec<(Decimal, Place)>,
}

impl StageInputs {
    /// An amount in the reporting currency.
    pub(crate) fn converted(&self, amount: Calc, from: Currency) -> Calc {
        match self.rate(from) {
            Some((true, rate)) => amount.over(rate),
            Some((false, rate)) => amount.times(rate),
            None => amount,
        }
    }

    /// An amount of the reporting currency in another one.
    pub(crate) fn converted_back(&self, amount: Calc, into: Currency) -> Calc {
        match self.rate(into) {
            Some((true, rate)) => amount.times(rate),
            Some((false, rate)) => amount.over(rate),
            None => amount,
        }
    }

    fn rate(&self, of: Currency) -> Option<(bool, Calc)> {
        let found = self.rates.iter().find(|(currency, ..)| *currency == of);
        found.map(|(_, inverse, place)| (*inverse, Calc::Cell(*place)))
    }
}

/// The sheet while it is made.
#[derive(Debug)]
pub(crate) struct InputsSheet {
    sheet: u16,
    row: u32,
}

impl InputsSheet {
    pub(crate) fn new(book: &mut Book) -> Self {
        let sheet = book.sheet("Inputs", &[34, 16, 18, 80]);
        let mut inputs = Self { sheet, row: 0 };
        book.text(inputs.at(NAME), "Inputs", CellLook::of(CellKind::Title, CellNumbers::General));
        inputs.row += 1;
        let remark =
            "Change the blue numbers, and the costs on all sheets follow. A grey number with a note keeps its value.";
        book.text(inputs.at(NAME), remark, CellLook::of(CellKind::Remark, CellNumbers::General));
        inputs.row += 2;
        inputs
    }

    fn at(&self, column: u16) -> Place {
        Place { sheet: self.sheet, row: self.row, column }
    }

    /// Writes the inputs of a stage.
    pub(crate) fn stage(&mut self, book: &mut Book, stage: &Stage, costing: &Costing) -> StageInputs {
        let heading = CellLook::of(CellKind::Heading, CellNumbers::General);
        for (column, text) in [
            (NAME, &*format!("Stage {} {}", stage.id, stage.name)),
            (VALUE, "Value"),
            (UNIT, "Unit"),
            (SOURCE, "Where it comes from"),
        ] {
            book.text(self.at(column), text, heading);
        }
        self.row += 1;
        let mut of_stage = OfStage { inputs: self, book, stage };
        let inputs = of_stage.all(costing);
        self.row += 1;
        inputs
    }
}

/// The inputs of one stage while they are written.
struct OfStage<'a> {
    inputs: &'a mut InputsSheet,
    book: &'a mut Book,
    stage: &'a Stage,
}

impl OfStage<'_> {
    fn all(&mut self, costing: &Costing) -> StageInputs {
        let stage = self.stage;
        let customers = self.line(
            "Customers",
            "customers",
            &Calc::from(Decimal::from(costing.inputs.customers)),
            CellNumbers::General,
            ("customers", ""),
        );
        let [mrr, arpu, paying] = self.revenue(costing, customers);
        let hours = Calc::from(stage.hours_per_month.value);
        let hours = self.line("Hours a month", "hours_per_month", &hours, CellNumbers::General, ("hour", ""));
        let mut rates = Vec::new();
        for rate in &stage.rates {
            rates.push((rate.from, rate.inverse, self.rate(rate)));
        }
        let mut inputs =
            StageInputs { customers, mrr, buffer: customers, drivers: Vec::new(), rates, taxes: Vec::new() };
        let mut drivers = vec![Calc::Unknown; stage.scope.len()];
        let month = Calc::from(Decimal::from(stage.as_of.month()));
        let of_manifest = |place: Place| inputs.converted_back(Calc::Cell(place), stage.manifest_currency);
        let built_in = [
            (Stage::CUSTOMERS, Calc::Cell(customers)),
            (Stage::HOURS_PER_MONTH, Calc::Cell(hours).times(SECONDS.into())),
            (Stage::MRR, of_manifest(mrr)),
            (Stage::ARPU, of_manifest(arpu)),
            (Stage::PAYING_CUSTOMERS, Calc::Cell(customers).times(Calc::Cell(paying))),
            (Stage::MONTH, month),
        ];
        for (slot, calc) in built_in {
            if let Some(driver) = drivers.get_mut(slot.index()) {
                *driver = calc;
            }
        }
        for driver in &stage.drivers {
            let calc = self.driver(driver, &drivers);
            if let Some(place) = drivers.get_mut(driver.slot.index()) {
                *place = calc;
            }
        }
        inputs.drivers = drivers;
        inputs.buffer =
            self.line("Buffer on the subtotal", "buffer", &stage.buffer.value.into(), CellNumbers::Percent, ("", ""));
        inputs.taxes = self.taxes();
        inputs
    }

    /// Writes a value and gives its cell a name.
    fn line(
        &mut self,
        label: &str,
        name: &str,
        value: &Calc,
        numbers: CellNumbers,
        (unit, source): (&str, &str),
    ) -> Place {
        let kind = if matches!(value, Calc::Number(_) | Calc::Unknown) { CellKind::Input } else { CellKind::Plain };
        let at = self.inputs.at(VALUE);
        self.book.calc(at, value, CellLook::of(kind, numbers));
        self.described(label, name, (unit, source));
        at
    }

    /// Writes what is said of the value in a row, and goes to the next one.
    fn described(&mut self, label: &str, name: &str, (unit, source): (&str, &str)) {
        let at = self.inputs.at(VALUE);
        self.book.text(self.inputs.at(NAME), label, PLAIN);
        self.book.text(self.inputs.at(UNIT), unit, PLAIN);
        self.book.text(self.inputs.at(SOURCE), source, PLAIN);
        self.book.name(at, &format!("S{}_{name}", self.stage.id));
        self.inputs.row += 1;
    }

    /// The cells of the revenue of a month, of that of a customer, and of the share of the customers who pay.
    fn revenue(&mut self, costing: &Costing, customers: Place) -> [Place; 3] {
        let stage = self.stage;
        let currency = stage.currency.to_string();
        let money = CellNumbers::Money(decimals(stage.currency));
        let paying = self.line(
            "Share of the customers who pay",
            "paying",
            &stage.payers.paying.value.into(),
            CellNumbers::Percent,
            ("", ""),
        );
        let mut of_one = Calc::Cell(customers).times(Calc::Cell(paying));
        if stage.payers.yearly.is_some() {
            let left = stage.payers.left_of_price().map_or(Calc::Unknown, Calc::Number);
            let left = self.line(
                "Left of the price, as some pay for a year",
                "left_of_price",
                &left,
                CellNumbers::Percent,
                ("", ""),
            );
            of_one = of_one.times(Calc::Cell(left));
        }
        match costing.inputs.revenue {
            Revenue::Mrr(given) => {
                let mrr = self.line("Revenue a month (MRR)", "mrr", &given.value.into(), money, (&currency, ""));
                let each = of_one.clone().if_above_zero(Calc::Cell(mrr).over(of_one), Calc::Unknown);
                let arpu = self.line("Revenue of a paying customer (ARPU)", "arpu", &each, money, (&currency, ""));
                [mrr, arpu, paying]
            }
            Revenue::Arpu(given) => {
                let arpu = self.line(
                    "Revenue of a paying customer (ARPU)",
                    "arpu",
                    &given.value.into(),
                    money,
                    (&currency, ""),
                );
                let all = of_one.times(Calc::Cell(arpu));
                let mrr = self.line("Revenue a month (MRR)", "mrr", &all, money, (&currency, ""));
                [mrr, arpu, paying]
            }
            Revenue::Unknown => {
                let source = "not given: write a number to see shares of it";
                let arpu = self.line(
                    "Revenue of a paying customer (ARPU)",
                    "arpu",
                    &Calc::Unknown,
                    money,
                    (&currency, source),
                );
                let all = of_one.times(Calc::Cell(arpu));
                let mrr = self.line("Revenue a month (MRR)", "mrr", &all, money, (&currency, ""));
                [mrr, arpu, paying]
            }
        }
    }

    fn rate(&mut self, rate: &ExchangeRate) -> Place {
        let (one, buys) = rate.written(self.stage.currency);
        let label = format!("{buys} for one {one}");
        let source = format!("from {} on: {}", rate.effective_from, rate.source);
        self.line(&label, &format!("rate_{}", rate.from), &rate.rate.into(), CellNumbers::Price, ("", &source))
    }

    /// Writes a driver, and returns its value in canonical units.
    fn driver(&mut self, driver: &Driver, names: &[Calc]) -> Calc {
        let name = self.stage.scope.name(driver.slot);
        let (unit, factor) = shown_unit(driver.formula.dimension);
        let value = calc_of(&driver.formula.expression, names, &self.book.places).over(Calc::Number(factor.clone()));
        let source = driver.source.as_deref().unwrap_or_default();
        let place = self.line(name, &driver_cell(name), &value, CellNumbers::Amount, (&unit, source));
        Calc::Cell(place).times(Calc::Number(factor))
    }

    /// The rates of tax that line items have: first that where no other one applies.
    fn taxes(&mut self) -> Vec<(Decimal, Place)> {
        let Some(tax) = &self.stage.tax else { return Vec::new() };
        let mut rates = vec![tax.rate.value];
        for rate in self.stage.line_items.iter().filter_map(|item| tax.rate_on(item)) {
            if !rates.contains(&rate.value) {
                rates.push(rate.value);
            }
        }
        let mut taxes = Vec::new();
        for (place, rate) in rates.into_iter().enumerate() {
            let (label, name) = (format!("Tax, rate {}", place + 1), format!("tax_{}", place + 1));
            taxes.push((rate, self.line(&label, &name, &rate.into(), CellNumbers::Percent, ("", ""))));
        }
        taxes
    }
}

/// The name of the cell of a driver, which is not that of another cell of the stage.
fn driver_cell(driver: &str) -> String {
    let is_other = ["arpu", "buffer", "paying", "subtotal", "total"].contains(&driver)
        || ["driver_", "rate_", "tax_"].iter().any(|beginning| driver.starts_with(beginning));
    if is_other { format!("driver_{driver}") } else { driver.to_owned() }
}

/// The decimals of a currency.
pub(crate) fn decimals(currency: Currency) -> u8 {
    u8::try_from(currency.decimals()).unwrap_or(2)
}

/// The unit in which people read a value of a dimension, and how many canonical units it has.
fn shown_unit(dimension: Dimension) -> (String, Fraction) {
    let one = || Fraction::from(Decimal::ONE);
    if let Some((currency, 1)) = dimension.money {
        if dimension == Dimension::money_per_time(currency) {
            let factor = Fraction::new(Decimal::ONE, SECONDS).unwrap_or_else(|_| one());
            return (format!("{currency}/hour"), factor);
        }
        if dimension == Dimension::money(currency) {
            return (currency.to_string(), one());
        }
    }
    match dimension {
        Dimension::PLAIN => (String::new(), one()),
        Dimension::TIME => ("hour".to_owned(), SECONDS.into()),
        Dimension::DATA => ("GB".to_owned(), one()),
        other => (other.to_string(), one()),
    }
}
