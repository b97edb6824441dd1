//! The months of a forecast.

use rust_decimal::Decimal;

use crate::calculate::cost::costing::{Knowledge, UnitEconomics};
use crate::model::{Month, StageName};

/// The months ahead.
#[derive(Clone, Debug)]
pub struct Forecast {
    /// Month by month.
    pub months: Vec<ForecastMonth>,
}

/// What one month comes to. Amounts are in the reporting currency.
#[derive(Clone, Debug)]
pub struct ForecastMonth {
    /// The month.
    pub month: Month,
    /// Its number in the plan's own count.
    pub number: u32,
    /// The customers.
    pub customers: u64,
    /// The customers before they are rounded to a whole number, to 6 decimals.
    pub unrounded: Decimal,
    /// The stage that runs; `None` if none serves.
    pub stage: Option<StageName>,
    /// Whether it serves.
    pub serves: bool,
    /// What the stage costs, as far as it is known; `None` if nothing is.
    pub total: Option<Decimal>,
    /// How much of the cost is known.
    pub knowledge: Knowledge,
    /// What the total means.
    pub economics: UnitEconomics,
    /// What the stage before costs while it runs beside the new one.
    pub overlap: Decimal,
    /// Costs of this month alone: migrations and what was announced.
    pub once: Decimal,
    /// The tax on the total, where the stage has one; in no cost, but to be paid.
    pub tax: Decimal,
    /// What the month costs beside its stage: `overlap + once`.
    pub extra: Decimal,
    /// All costs since the start, of what is known; `None` if nothing is.
    pub cumulative: Option<Decimal>,
    /// Whether all costs since the start are known.
    pub is_cumulative_complete: bool,
    /// What has to be paid in this month: costs with prepayments in the month of their payment.
    pub to_pay: Decimal,
    /// What credits pay of that.
    pub credits: Decimal,
    /// The cash at the end of the month; `None` if nobody gives any, or a cost since the start is unknown.
    pub balance: Option<Decimal>,
    /// What is remarkable, in order.
    pub events: Vec<ForecastEvent>,
}

/// Something remarkable in a month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForecastEvent {
    /// Another stage runs than in the month before.
    StageChange {
        /// The stage before, if one ran.
        from: Option<StageName>,
        /// The stage now.
        to: StageName,
    },
    /// No stage serves from here on, so that the cost is unknown.
    NoStage,
    /// The stage that runs does not serve so many customers or so much usage from here on.
    DoesNotServe,
    /// The stage costs something else than it would have in the month before, at the same customers: by prices, exchange
    /// rates, or what is taken off.
    CostChange {
        /// The total as of the month before.
        before: Decimal,
        /// The total.
        after: Decimal,
    },
    /// The move to a stage costs something once.
    Migration {
        /// What it is.
        reason: Box<str>,
        /// The amount.
        amount: Decimal,
    },
    /// The stage before runs on beside the new one.
    Overlap {
        /// The stage before.
        stage: StageName,
        /// For how many weeks.
        weeks: Decimal,
        /// The amount.
        amount: Decimal,
    },
    /// A cost of this month alone.
    Once {
        /// What it is for.
        reason: Box<str>,
        /// The amount.
        amount: Decimal,
    },
    /// Something is paid for several months ahead.
    Prepayment {
        /// The line item, with the meter of a charge.
        name: Box<str>,
        /// For how many months.
        months: u32,
        /// The amount.
        amount: Decimal,
    },
    /// A credit is used up.
    CreditUsedUp {
        /// What it is.
        reason: Box<str>,
    },
    /// A credit has ended with something left of it.
    CreditExpired {
        /// What it is.
        reason: Box<str>,
        /// What is left of it, and lost.
        left: Decimal,
    },
    /// The first month in which the share of MRR is to be optimised urgently: 20 % and over.
    FirstUrgent,
    /// The first month that ends with less than no cash.
    OutOfCash,
}
