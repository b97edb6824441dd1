//! The cost of stored data month by month, while it moves from tier to tier.
//!
//! ```text
//! arrived until the end of the month, less what arrived until `kept` periods before   is stored
//! arrived until `from` periods before, less what arrived until `to` periods before    is stored in a tier
//! ```
//!
//! Data arrives evenly, and a month is billed for the data stored at its end: with 12 months of retention, 12 months of
//! data. Without growth, arriving data is exact. With growth it is rounded to the byte each month, since exact powers
//! of a rate need too many digits.

use rust_decimal::Decimal;

use crate::calculate::charge::formula::evaluate;
use crate::calculate::fault::Fault;
use crate::calculate::savings::arrivals::{Arrivals, holds_data};
use crate::calculate::savings::retention_result::{
    BeforeAfter, ClassMonth, PlannedClass, PlannedTier, RetentionMonth, RetentionPlan, RetentionResult, TierMonth,
};
use crate::diagnostic::{Code, Diagnostic};
use crate::model::{ArithmeticError, Formula, Fraction, Retention, RetentionClass, RetentionPeriod};
use crate::source::Span;

/// The lowest and the highest number of days in a month.
const DAYS: [u32; 2] = [28, 31];

/// What happens to the data of a technique up to the month in which it reaches its maximum age. `values` are those of
/// the inputs.
///
/// # Errors
/// All faulty numbers: `overflow`, `lost-digits`, `division-by-zero`, `negative-amount`, and `invalid-range` for shares
/// and times out of bounds.
pub(crate) fn retention(
    retention: &Retention,
    values: &[Option<Fraction>],
) -> Result<RetentionResult, Vec<Diagnostic>> {
    let plan = plan(retention, values)?;
    let steady = steady_month(&plan).map_err(|fault| vec![fault.at("the age of the data", None)])?;
    let counted = plan.counted.unwrap_or(steady);
    let mut months = months(&plan, steady.max(counted))?;
    let month = |number: u32| months.get(number.saturating_sub(1) as usize).cloned().ok_or_else(Vec::new);
    let (counted, steady) = (month(counted)?, month(steady)?);
    months.truncate(steady.number as usize);
    let steps = crate::calculate::savings::retention_steps::steps(&plan, &counted).map_err(|problem| vec![problem])?;
    Ok(RetentionResult { plan, steady, counted, months, steps })
}

/// The values of [`Retention::NAMES`] in the month that counts, by default that in which data reaches its maximum age. `values`
/// are those of the inputs.
///
/// # Errors
/// A fault for the first thing that [`retention`] reports.
pub(crate) fn named(kept: &Retention, values: &[Option<Fraction>]) -> Result<[Fraction; 4], Fault> {
    let first = |wrong: Vec<Diagnostic>| wrong.first().map_or(Fault::OutOfBounds, |wrong| Fault::of(wrong.code));
    let plan = plan(kept, values).map_err(first)?;
    let number = plan.counted.map_or_else(|| steady_month(&plan), Ok)?;
    let arrivals = plan.classes.iter().map(|class| Arrivals::new(&plan, class, number)).collect::<Result<Vec<_>, _>>();
    let month = arrivals.and_then(|arrivals| month(&plan, &arrivals, number, BeforeAfter::ZERO));
    let RetentionMonth { stored, cost, .. } = month.map_err(|wrong| first(vec![wrong]))?;
    Ok([stored.before, stored.after, cost.before, cost.after])
}

/// The first months of a plan.
///
/// # Errors
/// `overflow` and `lost-digits`, with the first month in which they occur.
pub fn months(plan: &RetentionPlan, count: u32) -> Result<Vec<RetentionMonth>, Vec<Diagnostic>> {
    let arrivals = plan.classes.iter().map(|class| Arrivals::new(plan, class, count)).collect::<Result<Vec<_>, _>>();
    let arrivals = arrivals.map_err(|problem| vec![problem])?;
    let mut months = Vec::new();
    let mut cumulative = BeforeAfter::ZERO;
    for number in 1..=count {
        let month = month(plan, &arrivals, number, cumulative).map_err(|problem| vec![problem])?;
        cumulative = month.cumulative.clone();
        months.push(month);
    }
    Ok(months)
}

/// The number of the first month in which data has reached its maximum age and is billed for its longest time.
fn steady_month(plan: &RetentionPlan) -> Result<u32, Fault> {
    let mut last = Decimal::ONE;
    for class in &plan.classes {
        // The oldest data is in one of the tiers.
        for tier in class.tiers.iter().filter(|tier| holds_data(tier)) {
            last = last.max(tier.billed_to.divide(&plan.month)?.ceil()?.to_decimal()?);
        }
    }
    u32::try_from(last).map_err(|_| ArithmeticError::Overflow.into())
}

pub(crate) fn month(
    plan: &RetentionPlan,
    arrivals: &[Arrivals],
    number: u32,
    so_far: BeforeAfter,
) -> Result<RetentionMonth, Diagnostic> {
    let (mut stored, mut cost, mut cumulative) = (BeforeAfter::ZERO, BeforeAfter::ZERO, so_far);
    let mut classes = Vec::with_capacity(plan.classes.len());
    for (class, arrivals) in plan.classes.iter().zip(arrivals) {
        let mut add = || -> Result<(), Fault> {
            let month = class_month(class, arrivals, number)?;
            stored = sum(&stored, &month.stored)?;
            cost = sum(&cost, &month.cost)?;
            cumulative = sum(&cumulative, &month.cost)?;
            classes.push(month);
            Ok(())
        };
        add().map_err(|fault| {
            let what = format!("the cost of `{}` in month {number}", class.name);
            fault
                .at(&what, Some(class.span))
                .help("write amounts and prices with fewer digits, or request fewer months")
        })?;
    }
    Ok(RetentionMonth { number, stored, cost, cumulative, classes })
}

pub(crate) fn sum(a: &BeforeAfter, b: &BeforeAfter) -> Result<BeforeAfter, Fault> {
    Ok(BeforeAfter { before: a.before.add(&b.before)?, after: a.after.add(&b.after)? })
}

fn class_month(class: &PlannedClass, arrivals: &Arrivals, number: u32) -> Result<ClassMonth, Fault> {
    let kept = arrivals.between(number, &Fraction::ZERO, &class.kept)?;
    let mut stored = BeforeAfter { before: kept.clone(), after: Fraction::ZERO };
    let mut cost = BeforeAfter { before: kept.multiply(&class.price)?, after: Fraction::ZERO };
    let mut tiers = Vec::with_capacity(class.tiers.len());
    for tier in &class.tiers {
        let (mut data, mut billed) = (Fraction::ZERO, Fraction::ZERO);
        if holds_data(tier) {
            data = arrivals.between(number, &tier.from, &tier.to)?;
            billed = arrivals.between(number, &tier.from, &tier.billed_to)?.multiply(&class.left)?;
        }
        let here = data.multiply(&class.left)?;
        let month = TierMonth {
            stored: here.clone(),
            billed: billed.clone(),
            storage: billed.multiply(&tier.price)?,
            reading: here.multiply(&tier.read)?.multiply(&tier.read_price)?,
        };
        stored.after = stored.after.add(&month.stored)?;
        cost.after = cost.after.add(&month.storage)?.add(&month.reading)?;
        // Without the technique, the same data is read.
        cost.before = cost.before.add(&data.multiply(&tier.read)?.multiply(&class.read_price)?)?;
        tiers.push(month);
    }
    Ok(ClassMonth { stored, cost, tiers })
}

/// Evaluates the formulas of a technique's retention.
pub(crate) fn plan(retention: &Retention, values: &[Option<Fraction>]) -> Result<RetentionPlan, Vec<Diagnostic>> {
    let mut planning = Planning { retention, values, wrong: Vec::new() };
    let month = match (retention.period, &retention.days_per_month) {
        (RetentionPeriod::Month, _) => Some(Fraction::from(Decimal::ONE)),
        // With a year of 365 days.
        (RetentionPeriod::Day, None) => Fraction::new(Decimal::from(365), Decimal::from(12)).ok(),
        (RetentionPeriod::Day, Some(days)) => planning.days(days),
    };
    let growth = match &retention.growth {
        Some(growth) => planning.growth(growth),
        None => Some(Fraction::ZERO),
    };
    let counted = match &retention.month {
        Some(month) => planning.month(month),
        None => Some(0),
    };
    let classes: Vec<PlannedClass> = retention.classes.iter().filter_map(|class| planning.class(class)).collect();
    match (month, growth, counted) {
        (Some(month), Some(growth), Some(counted)) if planning.wrong.is_empty() => Ok(RetentionPlan {
            period: retention.period,
            month,
            growth,
            counted: Some(counted).filter(|month| *month > 0),
            currency: retention.currency,
            classes,
        }),
        _ => Err(planning.wrong),
    }
}

struct Planning<'r> {
    retention: &'r Retention,
    values: &'r [Option<Fraction>],
    wrong: Vec<Diagnostic>,
}

impl Planning<'_> {
    fn keep<T>(&mut self, result: Result<T, Fault>, what: &str, span: Span) -> Option<T> {
        result.map_err(|fault| self.wrong.push(fault.at(what, Some(span)))).ok()
    }

    fn value(&self, formula: &Formula) -> Result<Fraction, Fault> {
        // Every name of a technique has a value.
        Ok(evaluate(&formula.expression, self.values)?.unwrap_or(Fraction::ZERO))
    }

    /// A number that is not below zero.
    fn amount(&mut self, what: &str, formula: &Formula) -> Option<Fraction> {
        let value = self.value(formula);
        let value = value.and_then(|value| if value.is_negative() { Err(Fault::Negative) } else { Ok(value) });
        self.keep(value, what, formula.span)
    }

    /// As [`Self::amount`], with zero for a missing formula.
    fn optional(&mut self, what: &str, formula: Option<&Formula>) -> Option<Fraction> {
        formula.map_or(Some(Fraction::ZERO), |formula| self.amount(what, formula))
    }

    /// A number within bounds.
    fn within(&mut self, value: Fraction, [low, high]: [Decimal; 2], message: &str, span: Span) -> Option<Fraction> {
        let is_within =
            || -> Result<bool, Fault> { Ok(value.cmp(&low.into()).is_ge() && value.cmp(&high.into()).is_le()) };
        if self.keep(is_within(), message, span)? {
            return Some(value);
        }
        let found = value.round(6).map_or_else(|_| String::new(), |value| format!("this is {}", value.normalize()));
        self.wrong.push(Diagnostic::at(Code::InvalidRange, span, message, found));
        None
    }

    fn days(&mut self, formula: &Formula) -> Option<Fraction> {
        let days = self.amount("`days_per_month`", formula)?;
        let message = format!("a month has {} to {} days", DAYS[0], DAYS[1]);
        self.within(days, DAYS.map(Decimal::from), &message, formula.span)
    }

    fn growth(&mut self, formula: &Formula) -> Option<Fraction> {
        let growth = self.value(formula);
        let growth = self.keep(growth, "`growth`", formula.span)?;
        let most = Decimal::ONE_HUNDRED;
        let message = "what arrives grows by -100% to 10000% a month";
        self.within(growth, [-Decimal::ONE, most], message, formula.span)
    }

    /// The number of a month; zero is none.
    fn month(&mut self, formula: &Formula) -> Option<u32> {
        let month = self.amount("`month`", formula)?;
        let most = Decimal::from(RetentionPeriod::Month.most());
        let message = format!("`month` is a whole number of at most {most}");
        let month = self.within(month, [Decimal::ZERO, most], &message, formula.span)?;
        let whole = month.exact().and_then(|month| {
            let whole = u32::try_from(month).ok()?;
            (Decimal::from(whole) == month).then_some(whole)
        });
        if whole.is_none() {
            self.wrong.push(Diagnostic::at(Code::InvalidRange, formula.span, message, "not a whole number"));
        }
        whole
    }

    /// A number of periods.
    fn periods(&mut self, what: &str, formula: &Formula) -> Option<Fraction> {
        let periods = self.amount(what, formula)?;
        let (most, period) = (self.retention.period.most(), self.retention.period.as_str());
        let message = format!("{what} is at most {most} {period}s");
        self.within(periods, [Decimal::ZERO, most.into()], &message, formula.span)
    }

    /// The share of the size that remains after compression.
    fn left(&mut self, class: &RetentionClass) -> Option<Fraction> {
        let what = format!("`compressed_by` of `{}`", class.name);
        let Some(formula) = &class.compressed_by else { return Some(Decimal::ONE.into()) };
        let saved = self.amount(&what, formula)?;
        let message = format!("{what} is a share of the size and cannot exceed 1");
        let saved = self.within(saved, [Decimal::ZERO, Decimal::ONE], &message, formula.span)?;
        let left = Fraction::from(Decimal::ONE).subtract(&saved).map_err(Fault::from);
        self.keep(left, &what, formula.span)
    }

    fn class(&mut self, class: &RetentionClass) -> Option<PlannedClass> {
        let of = |what: &str| format!("`{what}` of `{}`", class.name);
        let arrives = self.amount(&of("arrives"), &class.arrives);
        let kept = self.periods(&of("kept"), &class.kept);
        let left = self.left(class);
        // Without a technique, all data would be in the tier for new data.
        let baseline = class.baseline.as_ref().or_else(|| class.tiers.first().map(|tier| &tier.price));
        let baseline = baseline.map(|baseline| {
            let price = self.amount(&of("price"), &baseline.price);
            (price, self.optional(&of("read_price"), baseline.read_price.as_ref()))
        });
        let mut from = Some(Fraction::ZERO);
        let mut tiers = Vec::with_capacity(class.tiers.len());
        for tier in &class.tiers {
            let what = |what: &str| format!("`{what}` of `{}` in `{}`", class.name, tier.name);
            // A price of the first tier may already have been reported above.
            let is_told = class.baseline.is_none() && tiers.is_empty();
            let before = self.wrong.len();
            let price = self.amount(&what("price"), &tier.price.price);
            let read_price = self.optional(&what("read_price"), tier.price.read_price.as_ref());
            if is_told {
                self.wrong.truncate(before);
            }
            let read = self.optional(&what("read"), tier.read.as_ref());
            let stays = tier.stays.as_ref().map(|stays| self.periods(&what("for"), stays));
            let minimum = tier.minimum.as_ref().map(|minimum| self.periods(&what("minimum"), minimum));
            let times = match (from, kept.clone()) {
                (Some(from), Some(kept)) => {
                    let times = Times::new(from, kept, stays.flatten(), minimum.flatten());
                    self.keep(times, &what("for"), tier.price.price.span)
                }
                _ => None,
            };
            from = times.as_ref().map(|times| times.to.clone());
            tiers.push((|| {
                let Times { from, to, billed_to } = times?;
                let name = tier.name.clone();
                let (price, read, read_price) = (price?, read?, read_price?);
                Some(PlannedTier { name, from, to, billed_to, price, read, read_price, span: tier.price.price.span })
            })());
        }
        let (price, read_price) = baseline?;
        Some(PlannedClass {
            name: class.name.clone(),
            arrives: arrives?,
            kept: kept?,
            left: left?,
            price: price?,
            read_price: read_price?,
            tiers: tiers.into_iter().collect::<Option<Vec<_>>>()?,
            span: class.arrives.span,
        })
    }
}

/// The ages at which data enters a tier, leaves it, and is no longer billed.
struct Times {
    from: Fraction,
    to: Fraction,
    billed_to: Fraction,
}

impl Times {
    fn new(from: Fraction, kept: Fraction, stays: Option<Fraction>, minimum: Option<Fraction>) -> Result<Self, Fault> {
        let to = match stays {
            Some(stays) => from.add(&stays)?.min(kept),
            None => kept,
        };
        let least = from.add(&minimum.unwrap_or(Fraction::ZERO))?;
        let billed_to = if least.cmp(&to).is_gt() { least } else { to.clone() };
        Ok(Self { from, to, billed_to })
    }
}
