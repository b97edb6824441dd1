//! The numbers per customer of a stage: what `customers` is multiplied by in the formulas of its drivers and usages.

use crate::model::{Dimension, Expression, Formula, Fraction, LinePricing, Operator, Sku, Slot, Stage, Usage};

/// Where a formula of a stage is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FormulaPlace {
    /// That of a driver, by its place.
    Driver(usize),
    /// That of an input or a meter of a line item.
    Usage {
        /// The place of the line item.
        line_item: usize,
        /// The slot in the scope of its SKU.
        slot: Slot,
    },
}

/// A number per customer: `500` of `customers * 500`, or the driver `requests_per_customer` of
/// `customers * requests_per_customer`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PerCustomer {
    /// The formula that has the number.
    pub place: FormulaPlace,
    /// Which of the numbers of the formula it is, from zero.
    pub nth: usize,
    /// Its value, in canonical units.
    pub value: Fraction,
    /// Whether it says how many of the customers are meant, as 60% does.
    is_share: bool,
}

impl PerCustomer {
    /// The name of the driver, or the line item and what is counted.
    pub fn name(&self, stage: &Stage) -> String {
        match self.place {
            FormulaPlace::Driver(place) => stage.scope.name(stage.drivers[place].slot).to_owned(),
            FormulaPlace::Usage { line_item, slot } => {
                let item = &stage.line_items[line_item];
                let meter = match &item.pricing {
                    LinePricing::Sku(line) => line.sku.scope.name(slot),
                    LinePricing::Cost(_) => "",
                };
                format!("{} {meter}", item.name)
            }
        }
    }

    /// The formula that has the number.
    pub fn formula<'s>(&self, stage: &'s Stage) -> Option<&'s Formula> {
        match self.place {
            FormulaPlace::Driver(place) => Some(&stage.drivers[place].formula),
            FormulaPlace::Usage { line_item, slot } => match &stage.line_items[line_item].pricing {
                LinePricing::Sku(line) => line.usage_at(slot.index()).and_then(Usage::given),
                LinePricing::Cost(_) => None,
            },
        }
    }

    /// The stage with another value of the number.
    pub(super) fn set(&self, stage: &Stage, value: &Fraction) -> Stage {
        let mut changed = stage.clone();
        let formula = match self.place {
            FormulaPlace::Driver(place) => Some(&mut changed.drivers[place].formula),
            FormulaPlace::Usage { line_item, slot } => match &mut changed.line_items[line_item].pricing {
                LinePricing::Sku(line) => line.usage_at_mut(slot.index()).and_then(Usage::given_mut),
                LinePricing::Cost(_) => None,
            },
        };
        if let Some(formula) = formula {
            set_nth(&mut formula.expression, &mut { self.nth }, value);
        }
        changed
    }

    /// Whether it may change the usage of a line item: a number of a driver, or of its own usage.
    pub(super) fn may_change(&self, of: usize) -> bool {
        match self.place {
            FormulaPlace::Driver(_) => true,
            FormulaPlace::Usage { line_item, .. } => line_item == of,
        }
    }

    /// Whether it is only a share of the customers.
    pub(super) fn is_share(&self) -> bool {
        self.is_share
    }
}

/// Sets the nth number of a formula; whether it was there.
fn set_nth(expression: &mut Expression, left: &mut usize, value: &Fraction) -> bool {
    let mut any = |parts: &mut [Expression]| parts.iter_mut().any(|part| set_nth(part, left, value));
    match expression {
        Expression::Number(number) => {
            if *left == 0 {
                number.clone_from(value);
                return true;
            }
            *left -= 1;
            false
        }
        Expression::Name(_) | Expression::Replicas(_) => false,
        Expression::Negate(inner) => any(std::slice::from_mut(inner)),
        Expression::Binary(_, operands) => {
            set_nth(&mut operands.0, left, value) || set_nth(&mut operands.1, left, value)
        }
        Expression::Call(_, arguments) => any(arguments),
        Expression::If(_, parts) => any(&mut parts[..]),
    }
}

/// The numbers per customer of the drivers, and of the usages of some line items, each once.
pub(super) fn per_customer(stage: &Stage, line_items: &[usize]) -> Vec<PerCustomer> {
    let mut search = Search { stage, counts: vec![Stage::CUSTOMERS, Stage::PAYING_CUSTOMERS], found: Vec::new() };
    for (place, driver) in stage.drivers.iter().enumerate() {
        search.formula(&driver.formula, FormulaPlace::Driver(place));
        let is_share = |number: &PerCustomer| number.place == FormulaPlace::Driver(place) && number.is_share;
        if search.found.iter().any(is_share) {
            search.counts.push(driver.slot);
        }
    }
    for line_item in line_items {
        let LinePricing::Sku(line) = &stage.line_items[*line_item].pricing else { continue };
        for index in Sku::FIRST_INPUT..line.sku.scope.len() {
            let (Some(Usage::Given(formula)), Ok(slot)) = (line.usage_at(index), u16::try_from(index)) else {
                continue;
            };
            search.formula(formula, FormulaPlace::Usage { line_item: *line_item, slot: Slot(slot) });
        }
    }
    search.found
}

struct Search<'s> {
    stage: &'s Stage,
    /// The names that are a number of customers.
    counts: Vec<Slot>,
    found: Vec<PerCustomer>,
}

/// A factor of a product, with the number of the first number in it.
type Factor<'e> = (&'e Expression, usize);

impl Search<'_> {
    fn formula(&mut self, formula: &Formula, place: FormulaPlace) {
        let is_whole = matches!(&formula.expression, Expression::Binary(Operator::Multiply | Operator::Divide, _));
        let can_be_share =
            is_whole && formula.dimension == Dimension::PLAIN && matches!(place, FormulaPlace::Driver(_));
        self.within(&formula.expression, &mut 0, (place, can_be_share));
    }

    /// Looks for products with `customers`; `next` counts the numbers.
    fn within(&mut self, expression: &Expression, next: &mut usize, place: (FormulaPlace, bool)) {
        match expression {
            Expression::Number(_) => *next += 1,
            Expression::Name(_) | Expression::Replicas(_) => {}
            Expression::Negate(inner) => self.within(inner, next, (place.0, false)),
            Expression::Binary(Operator::Multiply | Operator::Divide, _) => {
                let mut factors = Vec::new();
                self.factors(expression, true, next, (place.0, false), &mut factors);
                self.product(&factors, place);
            }
            Expression::Binary(_, operands) => {
                self.within(&operands.0, next, (place.0, false));
                self.within(&operands.1, next, (place.0, false));
            }
            Expression::Call(_, parts) => parts.iter().for_each(|part| self.within(part, next, (place.0, false))),
            Expression::If(_, parts) => parts.iter().for_each(|part| self.within(part, next, (place.0, false))),
        }
    }

    /// Collects what is multiplied in a product; what divides is only looked into.
    fn factors<'e>(
        &mut self,
        expression: &'e Expression,
        multiplies: bool,
        next: &mut usize,
        place: (FormulaPlace, bool),
        factors: &mut Vec<Factor<'e>>,
    ) {
        if let Expression::Binary(operator @ (Operator::Multiply | Operator::Divide), operands) = expression {
            self.factors(&operands.0, multiplies, next, place, factors);
            let second = if *operator == Operator::Multiply { multiplies } else { !multiplies };
            self.factors(&operands.1, second, next, place, factors);
            return;
        }
        if multiplies {
            factors.push((expression, *next));
        }
        self.within(expression, next, place);
    }

    /// Notes the number per customer of a product: the first driver that is a plain number, otherwise the first number.
    fn product(&mut self, factors: &[Factor<'_>], (place, can_be_share): (FormulaPlace, bool)) {
        let is_count =
            |(factor, _): &&Factor<'_>| matches!(factor, Expression::Name(slot) if self.counts.contains(slot));
        if factors.iter().filter(is_count).count() != 1 {
            return;
        }
        let of_driver = factors.iter().find_map(|(factor, _)| {
            let Expression::Name(slot) = factor else { return None };
            let driver = self.stage.drivers.iter().position(|driver| driver.slot == *slot)?;
            let Expression::Number(value) = &self.stage.drivers[driver].formula.expression else { return None };
            Some((FormulaPlace::Driver(driver), 0, value))
        });
        let of_product = factors.iter().find_map(|(factor, nth)| match factor {
            Expression::Number(value) => Some((place, *nth, value)),
            _ => None,
        });
        let Some((place, nth, value)) = of_driver.or(of_product) else { return };
        let one = Fraction::from(rust_decimal::Decimal::ONE);
        let is_share = can_be_share && of_driver.is_none() && *value <= one;
        let number = PerCustomer { place, nth, value: value.clone(), is_share };
        if !self.found.iter().any(|known| known.place == place && known.nth == nth) {
            self.found.push(number);
        }
    }
}
