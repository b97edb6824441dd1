//! A forecast: what is assumed of the months ahead, and what each of them comes to.

use std::fmt;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::costing::{Knowledge, UnitEconomics};

/// A month of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// Its first day.
    first: Date,
}

impl Month {
    /// The month in which a day lies.
    pub fn of(day: Date) -> Self {
        Self { first: day.first_of_month() }
    }

    /// Reads `2026-12`.
    pub fn parse(text: &str) -> Option<Self> {
        let is_shaped = text.len() == 7 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let first = if is_shaped { format!("{text}-01").parse().ok() } else { None };
        first.map(|first| Self { first })
    }

    /// The first day.
    pub fn first_day(self) -> Date {
        self.first
    }

    /// The month so many months later; `None` beyond the calendar.
    pub fn later(self, months: u32) -> Option<Self> {
        let span = jiff::Span::new().try_months(months).ok()?;
        self.first.checked_add(span).ok().map(|first| Self { first })
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.first.year(), self.first.month())
    }
}

/// By how much customers grow in a month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// By a part of those that there are, as a ratio.
    Rate(Decimal),
    /// By so many.
    Count(Decimal),
}

/// How the number of customers moves from month to month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomerPath {
    /// Month by month, as somebody has written it down.
    Listed(Vec<u64>),
    /// By a rule.
    Growing {
        /// The customers of the first month.
        from: u64,
        /// The growth before churn.
        growth: Growth,
        /// How many customers there can be at most: a rate of growth falls in proportion to what is left of it.
        market: Option<u64>,
        /// The part of the customers that leaves in a month, as a ratio.
        churn: Decimal,
    },
}

/// How the stage of a month is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageChoice {
    /// The cheapest that serves.
    Fit,
    /// The one that the plan has for the month.
    Calendar,
    /// Always the same.
    Fixed,
}

/// What is assumed of the months ahead. Amounts are in the reporting currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForecastPlan {
    /// The day whose rates hold for the amounts of the plan.
    pub as_of: Date,
    /// The first month.
    pub start: Month,
    /// How many months.
    pub months: u32,
    /// The number of the first month in the plan's own count, from 1.
    pub first_number: u32,
    /// The customers.
    pub customers: CustomerPath,
    /// How the stage of a month is chosen.
    pub choice: StageChoice,
    /// The cash at the start of the first month.
    pub cash: Option<Decimal>,
    /// What a month costs beside the infrastructure.
    pub other_costs: Decimal,
    /// Balances that are used up before cash is, in order.
    pub credits: Vec<CreditBalance>,
    /// Costs of one month.
    pub once: Vec<OnceCost>,
    /// What moving to a stage takes.
    pub migrations: Vec<Migration>,
    /// Plain costs that are paid for several months ahead, by the name of the line item.
    pub prepaid: Vec<(Box<str>, u32)>,
}

impl ForecastPlan {
    /// What is assumed where figures are of a part of the stages: cash, revenue, credits, migrations and costs of one month
    /// are those of the whole.
    #[must_use]
    pub fn of_part(self) -> Self {
        Self {
            cash: None,
            other_costs: Decimal::ZERO,
            credits: Vec::new(),
            once: Vec::new(),
            migrations: Vec::new(),
            ..self
        }
    }
}

/// An amount that a vendor or a programme gives, to be used up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditBalance {
    /// What it is.
    pub reason: Box<str>,
    /// How much.
    pub amount: Decimal,
    /// The vendor whose costs it pays; `None` pays for all.
    pub vendor: Option<Box<str>>,
    /// The first day on which it can be used; `None` is from ever.
    pub from: Option<Date>,
    /// The last day; `None` is for ever.
    pub until: Option<Date>,
}

/// A cost of one month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnceCost {
    /// The month.
    pub month: Month,
    /// The amount.
    pub amount: Decimal,
    /// What it is for.
    pub reason: Box<str>,
}

/// What moving to a stage takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// The stage that is moved to; `None` is any.
    pub to: Option<u32>,
    /// What it costs once.
    pub cost: Decimal,
    /// For how many weeks the stage before runs beside the new one.
    pub overlap_weeks: Decimal,
    /// What it is.
    pub reason: Box<str>,
}

/// A stage by number and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageName {
    /// The number.
    pub id: u32,
    /// The name.
    pub name: Box<str>,
}

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
