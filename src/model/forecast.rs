//! The assumptions of a forecast.

use std::fmt;

use jiff::civil::Date;
use rust_decimal::Decimal;

/// A calendar month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month {
    /// The first day of the month.
    first: Date,
}

impl Month {
    /// The names of the calendar months, in order; their first three letters name them too.
    pub const NAMES: [&'static str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];

    /// The month of a day.
    pub fn of(day: Date) -> Self {
        Self { first: day.first_of_month() }
    }

    /// Reads `2026-12`.
    pub fn parse(text: &str) -> Option<Self> {
        let is_shaped = text.len() == 7 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
        let first = if is_shaped { format!("{text}-01").parse().ok() } else { None };
        first.map(|first| Self { first })
    }

    /// The first day of the month.
    pub fn first_day(self) -> Date {
        self.first
    }

    /// The last day of the month.
    pub fn last_day(self) -> Date {
        self.first.last_of_month()
    }

    /// The number of months from `earlier` to this one; negative if this one is before it.
    pub fn since(self, earlier: Self) -> i64 {
        let count = |month: Self| i64::from(month.first.year()) * 12 + i64::from(month.first.month());
        count(self) - count(earlier)
    }

    /// The month `months` earlier; `None` beyond the calendar.
    pub fn earlier(self, months: u32) -> Option<Self> {
        let span = jiff::Span::new().try_months(months).ok()?;
        self.first.checked_sub(span).ok().map(|first| Self { first })
    }

    /// The month `months` later; `None` beyond the calendar.
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

/// The growth of customers per month.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Growth {
    /// A ratio of the current customers.
    Rate(Decimal),
    /// A number of customers.
    Count(Decimal),
}

/// How the number of customers changes from month to month.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CustomerPath {
    /// A list, month by month.
    Listed(Vec<u64>),
    /// A rule of growth.
    Growing {
        /// The customers of the first month.
        from: u64,
        /// The growth before churn.
        growth: Growth,
        /// The most customers that the market has: a growth rate falls in proportion to the share of the market that is
        /// left.
        market: Option<u64>,
        /// The share of customers that leaves each month, as a ratio.
        churn: Decimal,
    },
}

/// How the stage of a month is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StageChoice {
    /// The cheapest stage that serves the customers.
    Fit,
    /// The stage that the plan names for the month.
    Calendar,
    /// The largest stage that the revenue carries.
    Revenue,
    /// The same stage in every month.
    Fixed,
}

impl StageChoice {
    /// The choice with a name in files; any other name is that of a stage, in every month.
    pub fn named(name: &str) -> Self {
        match name {
            "fit" => Self::Fit,
            "calendar" => Self::Calendar,
            "revenue" => Self::Revenue,
            _ => Self::Fixed,
        }
    }
}

/// Assumptions about the months ahead. Amounts are in the reporting currency.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForecastPlan {
    /// The day whose exchange rates are used for the amounts of the plan.
    pub as_of: Date,
    /// The first month.
    pub start: Month,
    /// The number of months, 1 to 600.
    pub months: u32,
    /// The number of the first month in the months of the plan, from 1.
    pub first_number: u32,
    /// The customers of each month.
    pub customers: CustomerPath,
    /// Whether the customers at the start are those of the month before the first.
    pub is_under_way: bool,
    /// How the stage of a month is chosen.
    pub choice: StageChoice,
    /// The cash at the start of the first month.
    pub cash: Option<Decimal>,
    /// Monthly costs other than the infrastructure.
    pub other_costs: Decimal,
    /// Credit balances that are used before cash, in order.
    pub credits: Vec<CreditBalance>,
    /// One-time costs.
    pub once: Vec<OnceCost>,
    /// The costs of moving to a stage.
    pub migrations: Vec<Migration>,
    /// Plain costs that are prepaid.
    pub prepaid: Vec<PrepaidCost>,
    /// The usage of each calendar month.
    pub season: Season,
    /// What new customers pay less for their first months.
    pub introductory: Option<Introductory>,
}

/// How much customers use in each calendar month, as a multiple of what the manifests say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Season(pub [Decimal; 12]);

impl Default for Season {
    /// Every month is like the others.
    fn default() -> Self {
        Self([Decimal::ONE; 12])
    }
}

impl Season {
    /// The factor of a month; `None` if it is like any other.
    pub fn of(&self, month: Month) -> Option<Decimal> {
        let place = usize::try_from(month.first_day().month() - 1).ok()?;
        self.0.get(place).copied().filter(|factor| *factor != Decimal::ONE)
    }
}

/// What new customers pay less for their first months.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Introductory {
    /// The number of months, counted from that in which they come; at least 1.
    pub months: u32,
    /// The discount, as a ratio.
    pub discount: Decimal,
}

impl ForecastPlan {
    /// The assumptions for figures of a part of the stages: without cash, other costs, credits, migrations and one-time
    /// costs, which belong to the whole.
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

/// A credit balance from a vendor or a programme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreditBalance {
    /// The reason, for display.
    pub reason: Box<str>,
    /// The balance, in the reporting currency.
    pub amount: Decimal,
    /// The vendor whose costs it pays; `None` means all vendors.
    pub vendor: Option<Box<str>>,
    /// The first day on which it can be used; `None` means no start.
    pub from: Option<Date>,
    /// The last day on which it can be used; `None` means no end.
    pub until: Option<Date>,
    /// Whether it pays tax too.
    pub is_after_tax: bool,
}

/// A one-time cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OnceCost {
    /// The month in which it is paid.
    pub month: Month,
    /// The amount, in the reporting currency.
    pub amount: Decimal,
    /// The reason, for display.
    pub reason: Box<str>,
}

/// A plain cost that is paid several months in advance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrepaidCost {
    /// The name of the line item.
    pub line_item: Box<str>,
    /// The number of months that a payment covers.
    pub months: u32,
    /// A month in which it is billed; it is billed every `months` months before and after it. `None` means that it is
    /// billed when it is first needed.
    pub month: Option<Month>,
}

/// The costs of moving to a stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Migration {
    /// The number of the stage to move to; `None` means any stage.
    pub to: Option<u32>,
    /// The one-time cost, in the reporting currency.
    pub cost: Decimal,
    /// The weeks for which the old stage runs in parallel with the new one; at most 4.
    pub overlap_weeks: Decimal,
    /// The reason, for display.
    pub reason: Box<str>,
}

/// A stage by number and name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageName {
    /// The number of the stage.
    pub id: u32,
    /// The name for display.
    pub name: Box<str>,
}
