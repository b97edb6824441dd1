//! One stage computed for one number after another, and what changes from each to the next.

use std::borrow::Cow;

use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Completeness, Rating, Totals, UnitEconomics};
use crate::calculate::cost::economics::{Known, economics};
use crate::calculate::cost::findings::{
    budget_verdict, capacity_verdict, cost_per_customer_verdict, is_share_met, overloads,
};
use crate::calculate::cost::lines::memory::Memory;
use crate::calculate::cost::sums::{Sums, sums};
use crate::calculate::cost::trace::Unobserved;
use crate::calculate::fault::Fault;
use crate::calculate::plan::alternatives::Alternatives;
use crate::calculate::plan::points::{Change, Fit};
use crate::calculate::plan::regimes::Regimes;
use crate::diagnostic::Diagnostic;
use crate::model::{Dimension, Expression, Fraction, Inputs, Revenue, Slot, Stage, Verdict, multiply};

/// How many numbers before the first are computed, to find how amounts grow there.
const HISTORY: u64 = 6;
/// How many numbers after it are computed instead, where there are too few before.
const AHEAD: u64 = 3;

/// Whether a stage serves a number of customers with given values of its drivers.
pub(crate) fn fit(stage: &Stage, customers: u64, drivers: &[Option<Fraction>]) -> Result<Fit, Fault> {
    let driver = |slot: Slot| drivers[slot.index()].clone();
    let mut fit = Fit {
        range: stage.customers.value.verdict(customers),
        exceeded: Vec::new(),
        unchecked: Vec::new(),
        overloaded: overloads(stage, drivers)?.iter().map(|overload| overload.line_item).collect(),
    };
    for (place, capacity) in stage.capacity.iter().enumerate() {
        match capacity_verdict(stage, capacity, driver)? {
            Some((_, Verdict::Above)) => fit.exceeded.push(place),
            Some(_) => {}
            None => fit.unchecked.push(place),
        }
    }
    Ok(fit)
}

/// The number that is swept.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Moving {
    /// The customers.
    Customers,
    /// A driver, by its place among those of the stage.
    Driver(usize),
    /// A driver that the stage does not have.
    Nothing,
}

impl Moving {
    /// The driver with a name, or the customers.
    pub(crate) fn of(stage: &Stage, driver: Option<&str>) -> Self {
        let Some(name) = driver else { return Self::Customers };
        let slot = stage.scope.find(name);
        let place = slot.and_then(|slot| stage.drivers.iter().position(|driver| driver.slot == slot));
        place.map_or(Self::Nothing, Self::Driver)
    }
}

/// A stage while one number is swept.
pub(crate) struct Curve<'s> {
    stage: Cow<'s, Stage>,
    moving: Moving,
    customers: u64,
    revenue: Revenue,
    regimes: Regimes,
    alternatives: Option<Alternatives>,
    memory: Memory,
    last: Option<Last>,
}

/// State of the last point.
#[derive(Clone, Debug)]
struct Last {
    total: Option<Decimal>,
    verdicts: Verdicts,
}

/// The values by which a point is judged.
#[derive(Clone, Debug, PartialEq)]
struct Verdicts {
    completeness: Completeness,
    fit: Fit,
    budget: Option<Verdict>,
    cost_per_customer: Option<Verdict>,
    is_share_met: Option<bool>,
    rating: Option<Rating>,
}

#[derive(Debug)]
pub(crate) struct CurvePoint {
    pub(crate) customers: u64,
    pub(crate) totals: Totals,
    pub(crate) completeness: Completeness,
    pub(crate) economics: UnitEconomics,
    pub(crate) fit: Fit,
    pub(crate) share_of_stage: Option<Fraction>,
    /// The total of the point before.
    pub(crate) total_before: Option<Decimal>,
    pub(crate) changes: Vec<Change>,
}

impl CurvePoint {
    /// The total of the known costs.
    pub(crate) fn total(&self) -> Option<Decimal> {
        (self.completeness != Completeness::Nothing).then_some(self.totals.total)
    }
}

impl<'s> Curve<'s> {
    /// The curve of a stage over a swept number.
    pub(crate) fn new(stage: &'s Stage, moving: Moving, customers: u64, revenue: Revenue) -> Self {
        let regimes = Regimes::new(stage);
        let is_apart = match moving {
            Moving::Customers => stage.rows_apart_from(Some(Stage::CUSTOMERS)),
            Moving::Driver(place) => stage.rows_apart_from(Some(stage.drivers[place].slot)),
            Moving::Nothing => stage.rows_apart_from(None),
        };
        let memory = Memory::new(is_apart);
        // A swept driver is changed in a copy of the stage.
        let is_copied = matches!(moving, Moving::Driver(_));
        let stage = if is_copied { Cow::Owned(stage.clone()) } else { Cow::Borrowed(stage) };
        Self { stage, moving, customers, revenue, regimes, alternatives: None, memory, last: None }
    }

    /// Also watches where another way to buy what a line item provides is the cheapest.
    pub(crate) fn with_alternatives(self) -> Self {
        Self { alternatives: Alternatives::new(&self.stage), ..self }
    }

    /// Computes the numbers before a point, as far as possible. Where they are too few to show how amounts grow, the
    /// numbers after the point are used.
    pub(crate) fn approach(&mut self, at: u64) {
        let start = at.saturating_sub(HISTORY);
        let mut first = start;
        for before in start..at {
            if self.point(before).is_err() {
                self.forget();
                first = before + 1;
            }
        }
        if at - first < HISTORY {
            self.look_ahead(first, at);
        }
        if let Some(alternatives) = &mut self.alternatives {
            alternatives.begin();
        }
    }

    /// Finds how amounts grow at the first number from the numbers after it, and continues with `at`.
    fn look_ahead(&mut self, first: u64, at: u64) {
        self.forget();
        if (first + 1..=first + AHEAD).all(|ahead| self.point(ahead).is_ok()) {
            self.regimes.restart();
            self.last = None;
        } else {
            self.forget();
        }
        for before in first..at {
            if self.point(before).is_err() {
                self.forget();
            }
        }
    }

    fn forget(&mut self) {
        self.regimes.reset();
        self.last = None;
    }

    /// Computes the next point.
    ///
    /// # Errors
    /// As [`stage`](crate::calculate::cost::stage::stage()).
    pub(crate) fn point(&mut self, at: u64) -> Result<CurvePoint, Vec<Diagnostic>> {
        match self.moving {
            Moving::Customers => self.customers = at,
            Moving::Driver(place) => {
                let formula = &mut self.stage.to_mut().drivers[place].formula;
                let value = swept(at, formula.dimension)?;
                formula.expression = Expression::Number(value.into());
                if let Some(alternatives) = &mut self.alternatives {
                    alternatives.set_driver(place, value);
                }
            }
            Moving::Nothing => {}
        }
        let (stage, customers) = (&*self.stage, self.customers);
        let inputs = Inputs { customers, revenue: self.revenue };
        let Sums { drivers, lines, completeness, totals, whole, .. } =
            sums(stage, inputs, Some(&self.memory), &mut self.regimes)?;
        self.memory.keep(&lines);
        let mut changes = self.regimes.changes(&lines);
        let fault = |fault: Fault| vec![fault.at(&format!("stage {} at {customers} customers", stage.id), None)];
        let known = Known { totals, completeness, next_total: None };
        let economics = economics(stage, inputs, known, &mut Unobserved).map_err(fault)?;
        let fit = fit(stage, customers, &drivers).map_err(fault)?;
        let verdicts = verdicts(stage, &totals, completeness, &economics, fit.clone()).map_err(fault)?;
        let last = self.last.take();
        if let Some(last) = &last {
            differences(&last.verdicts, &verdicts, &mut changes);
        }
        if let Some(alternatives) = &mut self.alternatives {
            changes.extend(alternatives.changes(inputs)?);
        }
        let total_before = last.and_then(|last| last.total);
        let share_of_stage = whole.and_then(|whole| whole.share(&totals));
        let point =
            CurvePoint { customers, totals, completeness, economics, fit, share_of_stage, total_before, changes };
        self.last = Some(Last { total: point.total(), verdicts });
        Ok(point)
    }
}

/// The value of a swept driver in canonical units. A time is counted in hours, as in its capacity, and data in GB.
fn swept(at: u64, dimension: Dimension) -> Result<Decimal, Vec<Diagnostic>> {
    let at = Decimal::from(at);
    if dimension != Dimension::TIME {
        return Ok(at);
    }
    multiply(at, Decimal::from(3600)).map_err(|error| vec![Fault::from(error).at("the driver that is swept", None)])
}

fn verdicts(
    stage: &Stage,
    totals: &Totals,
    completeness: Completeness,
    economics: &UnitEconomics,
    fit: Fit,
) -> Result<Verdicts, Fault> {
    let total = (completeness != Completeness::Nothing).then_some(totals.total);
    Ok(Verdicts {
        completeness,
        fit,
        budget: budget_verdict(stage, total, completeness)?,
        cost_per_customer: cost_per_customer_verdict(
            stage,
            economics.cost_per_customer_before_buffer.clone(),
            completeness,
        )?,
        is_share_met: match total {
            Some(total) => is_share_met(stage, total, economics.mrr, completeness)?,
            None => None,
        },
        rating: economics.shown_rating(),
    })
}

/// The new value, if there is one and it differs.
fn new<T: PartialEq + Copy>(before: Option<T>, now: Option<T>) -> Option<T> {
    now.filter(|_| before != now)
}

/// The judgements that differ from the point before.
fn differences(before: &Verdicts, now: &Verdicts, changes: &mut Vec<Change>) {
    if before == now {
        return;
    }
    changes.extend((before.completeness != now.completeness).then_some(Change::Completeness(now.completeness)));
    changes.extend((before.fit.range != now.fit.range).then_some(Change::Range(now.fit.range)));
    let capacity = |place: usize, is_exceeded: bool| Change::Capacity { place, is_exceeded };
    let only_in = |all: &[usize], others: &[usize]| -> Vec<usize> {
        all.iter().copied().filter(|place| !others.contains(place)).collect()
    };
    changes.extend(only_in(&now.fit.exceeded, &before.fit.exceeded).into_iter().map(|place| capacity(place, true)));
    changes.extend(only_in(&before.fit.exceeded, &now.fit.exceeded).into_iter().map(|place| capacity(place, false)));
    changes.extend(new(before.budget, now.budget).map(Change::Budget));
    changes.extend(new(before.cost_per_customer, now.cost_per_customer).map(Change::CostPerCustomer));
    let share = new(before.is_share_met, now.is_share_met);
    changes.extend(share.map(|is_met| Change::ShareOfMrr { is_met }));
    changes.extend(new(before.rating, now.rating).map(Change::Rating));
}
