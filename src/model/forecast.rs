//! A forecast: what is assumed of the months ahead, and what each of them comes to.

use std::fmt;

use jiff::civil::Date;
use rust_decimal::Decimal;

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
