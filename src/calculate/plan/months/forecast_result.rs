//! The months of a forecast.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Completeness, UnitEconomics};
use crate::model::{ArithmeticError, Band, Month, StageName, Verdict, add};

/// The months of a year of the plan.
const MONTHS_OF_YEAR: u32 = 12;

/// The months of a forecast.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// The months, in order.
    pub months: Vec<ForecastMonth>,
}

/// One month. Amounts are in the reporting currency.
#[derive(Clone, Debug)]
pub struct ForecastMonth {
    /// The month.
    pub month: Month,
    /// Its number in the plan, counted as the plan does.
    pub number: u32,
    /// The customers.
    pub customers: u64,
    /// The customers before rounding to a whole number, to 6 decimals.
    pub unrounded: Decimal,
    /// The stage that runs: one that serves, otherwise one that could carry the customers; `None` if there is neither.
    pub stage: Option<StageName>,
    /// Whether it serves.
    pub serves: bool,
    /// The stage that the customers need, where the revenue carries a smaller or a larger one that runs instead.
    pub needed: Option<NeededStage>,
    /// The known part of the stage's cost; `None` if none is known.
    pub total: Option<Decimal>,
    /// How much of the cost is known.
    pub completeness: Completeness,
    /// The unit economics of the stage.
    pub economics: UnitEconomics,
    /// The cost of the previous stage while it runs in parallel with the new one.
    pub overlap: Decimal,
    /// One-off costs of this month: migrations and announced costs.
    pub once: Decimal,
    /// The tax on the bills of this month, where the stage has one; it is not in any cost, but has to be paid.
    pub tax: Decimal,
    /// The tax of this or an earlier month that is paid back in this one.
    pub tax_recovered: Decimal,
    /// The costs of the month other than its stage: `overlap + once`.
    pub extra: Decimal,
    /// The monthly budget of the stage; `None` for a part of a stage.
    pub budget: Option<Band>,
    /// How all costs of the month compare with it; `None` without a budget, or if an unknown cost could change it.
    pub budget_verdict: Option<Verdict>,
    /// The known part of all costs since the start; `None` if none is known.
    pub cumulative: Option<Decimal>,
    /// Whether all costs since the start are known.
    pub is_cumulative_complete: bool,
    /// The amount to pay in this month: costs, with prepayments in the month of payment.
    pub to_pay: Decimal,
    /// What credits pay of that.
    pub credits: Decimal,
    /// What customers pay in this month: MRR, but a year at a time from yearly payers; `None` if no revenue is given.
    pub received: Option<Decimal>,
    /// The cash at the end of the month; `None` if no cash is given, or a cost since the start is unknown.
    pub balance: Option<Decimal>,
    /// The events of the month, in order.
    pub events: Vec<ForecastEvent>,
}

/// The months of a forecast that are in one year of the plan: its months 1 to 12, 13 to 24 and so on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForecastYear {
    /// The number of the year, from 1.
    pub number: u32,
    /// The first of its months in the forecast.
    pub first: Month,
    /// The last of its months in the forecast.
    pub last: Month,
    /// How many of its months are in the forecast.
    pub months: u32,
    /// The known part of all costs; `None` if none is known.
    pub costs: Option<Decimal>,
    /// Whether all costs are known.
    pub is_complete: bool,
    /// The sum of the monthly budgets; an end that a month does not have is open.
    pub budget: Option<Band>,
    /// How the costs compare with it; `None` without a budget, or if an unknown cost could change it.
    pub verdict: Option<Verdict>,
}

impl Forecast {
    /// The years of the plan in the forecast, in order.
    ///
    /// # Errors
    /// Sums that are too large or need too many digits.
    pub fn years(&self) -> Result<Vec<ForecastYear>, ArithmeticError> {
        let year = |month: &ForecastMonth| month.number.saturating_sub(1) / MONTHS_OF_YEAR;
        let years = self.months.chunk_by(|one, next| year(one) == year(next));
        years.map(|months| ForecastYear::of(year(&months[0]) + 1, months)).collect()
    }
}

impl ForecastYear {
    fn of(number: u32, months: &[ForecastMonth]) -> Result<Self, ArithmeticError> {
        let is_complete = months.iter().all(|month| month.completeness == Completeness::Full);
        let mut costs = None;
        for month in months.iter().filter(|month| month.total.is_some() || !month.extra.is_zero()) {
            let of_month = add(month.total.unwrap_or_default(), month.extra)?;
            costs = Some(add(costs.unwrap_or_default(), of_month)?);
        }
        let end = |of: fn(Band) -> Option<Decimal>| {
            let ends: Option<Vec<Decimal>> = months.iter().map(|month| month.budget.and_then(of)).collect();
            ends.map(|ends| ends.into_iter().try_fold(Decimal::ZERO, add)).transpose()
        };
        let budget = Band { low: end(|band| band.low)?, high: end(|band| band.high)? };
        let budget = Some(budget).filter(|budget| budget.low.is_some() || budget.high.is_some());
        let verdict = budget.zip(costs).map(|(budget, costs)| budget.verdict(&costs.into())).transpose()?;
        let verdict = verdict.filter(|verdict| is_complete || *verdict == Verdict::Above);
        let (first, last) = (months[0].month, months[months.len() - 1].month);
        let count = u32::try_from(months.len()).unwrap_or(u32::MAX);
        Ok(Self { number, first, last, months: count, costs, is_complete, budget, verdict })
    }
}

/// A stage that the customers need, where another one runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NeededStage {
    /// The stage.
    pub stage: StageName,
    /// Whether it is larger than the one that runs.
    pub is_larger: bool,
}

/// An event in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForecastEvent {
    /// A different stage runs than in the month before.
    StageChange {
        /// The previous stage, if one ran.
        from: Option<StageName>,
        /// The new stage.
        to: StageName,
    },
    /// No stage serves from this month on, and none could carry the customers, so the cost is unknown.
    NoStage,
    /// No stage serves from this month on: the stage that could carry the customers is counted.
    CouldCarry,
    /// The plan has no stage for the months from this one on: the one that fits the customers is counted.
    NotInCalendar,
    /// From this month on, the revenue carries another stage than the customers need.
    Disagreement(NeededStage),
    /// From this month on, the revenue carries no stage: the cheapest one is counted.
    NothingCarried,
    /// From this month on, the running stage does not serve the number of customers or their usage.
    DoesNotServe,
    /// The cost of the stage differs from the month before at the same number of customers, because of prices, exchange
    /// rates, discounts or credits.
    CostChange {
        /// The total at the prices of the month before.
        before: Decimal,
        /// The total.
        after: Decimal,
    },
    /// The cost of the stage changes within the month, which is computed at the prices of one day.
    CostChangeWithin {
        /// The first day with the new cost.
        on: Date,
        /// The known total of a month at the prices of the day before.
        before: Option<Decimal>,
        /// The known total of a month at the prices of that day.
        after: Option<Decimal>,
    },
    /// A discount or a credit of the running stage that applied in the month before does so no longer, or the other way
    /// round.
    DeductionChange {
        /// Whether it is a credit.
        is_credit: bool,
        /// The reason for it.
        reason: Box<str>,
        /// Whether it begins to apply.
        begins: bool,
    },
    /// A credit that is counted for the whole month can only be used in a part of it.
    CreditOfPartOfMonth {
        /// The reason for the credit.
        reason: Box<str>,
        /// Its first day, if that is in the month.
        from: Option<Date>,
        /// Its last day, if that is in the month.
        until: Option<Date>,
    },
    /// A move to a stage has a one-time cost.
    Migration {
        /// What it is.
        reason: Box<str>,
        /// The amount.
        amount: Decimal,
    },
    /// The previous stage runs in parallel with the new one.
    Overlap {
        /// The previous stage.
        stage: StageName,
        /// The number of weeks.
        weeks: Decimal,
        /// The amount.
        amount: Decimal,
    },
    /// A one-time cost of this month.
    Once {
        /// The reason for it.
        reason: Box<str>,
        /// The amount.
        amount: Decimal,
    },
    /// A payment for several months in advance.
    Prepayment {
        /// The line item, with the meter of a charge.
        name: Box<str>,
        /// The number of months.
        months: u32,
        /// The amount.
        amount: Decimal,
    },
    /// A credit has been used up.
    CreditUsedUp {
        /// The reason for the credit.
        reason: Box<str>,
    },
    /// A credit has expired before it was used up.
    CreditExpired {
        /// The reason for the credit.
        reason: Box<str>,
        /// The amount that is left and lost.
        left: Decimal,
    },
    /// The first month in which the share of MRR is too high: at or over the user's own target, or 20 % without one.
    FirstUrgent,
    /// The first month that ends with negative cash.
    OutOfCash,
}
