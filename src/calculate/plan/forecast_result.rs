//! The months of a forecast.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Completeness, UnitEconomics};
use crate::model::{Month, StageName};

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
    /// A credit that is counted for the whole month can only be used in a part of it.
    CreditOfPartOfMonth {
        /// The reason for the credit.
        reason: Box<str>,
        /// Its first day, if that is in the month.
        from: Option<Date>,
        /// Its last day, if that is in the month.
        until: Option<Date>,
    },
    /// A move to a stage has a one-off cost.
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
    /// A one-off cost of this month.
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
