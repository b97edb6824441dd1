//! Budgets and alerts.

use rust_decimal::Decimal;

use crate::model::prices::age::MaxAge;
use crate::model::words::{Words, words};
use crate::source::{Span, Spanned};

/// The limits on the cost of a stage; amounts are in its reporting currency.
#[derive(Clone, Debug, Default)]
pub struct Budget {
    /// The limits that apply to every stage.
    pub limits: Limits,
    /// The maximum age of list prices.
    pub price_age: Option<Spanned<MaxAge>>,
    /// The limits of parts of the plan that apply to the stage.
    pub parts: Vec<LimitedPart>,
    /// Alerts before a budget is used up.
    pub alerts: Vec<Alert>,
}

impl Budget {
    /// The approximate number of operations of comparing a stage of so many line items with it.
    pub fn operations(&self, line_items: usize) -> u64 {
        let costs = self.parts.iter().map(|part| &part.cost).chain(self.alerts.iter().flat_map(|alert| &alert.metric));
        costs.map(|cost| 1 + cost.len(line_items) as u64).sum()
    }

    /// The place of the limit on growth since the snapshot, if there is one.
    pub fn growth(&self) -> Option<Span> {
        let parts = self.parts.iter().map(|part| &part.limits);
        [&self.limits].into_iter().chain(parts).find_map(Limits::growth)
    }
}

/// Limits on a cost; amounts are in the reporting currency of the stage.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// The cost per month.
    pub monthly: Option<Spanned<Decimal>>,
    /// The cost per quarter.
    pub quarterly: Option<Spanned<Decimal>>,
    /// The cost per year.
    pub yearly: Option<Spanned<Decimal>>,
    /// The cost per day.
    pub daily: Option<Spanned<Decimal>>,
    /// The cost per customer and month.
    pub cost_per_customer: Option<Spanned<Decimal>>,
    /// The share of MRR that the cost must stay below, as a ratio.
    pub share_of_mrr: Option<Spanned<Decimal>>,
    /// The most that the total may grow over the snapshot.
    pub growth_amount: Option<Spanned<Decimal>>,
    /// The ratio by which the total may grow over the snapshot.
    pub growth_share: Option<Spanned<Decimal>>,
}

impl Limits {
    fn growth(&self) -> Option<Span> {
        self.growth_amount.or(self.growth_share).map(|limit| limit.span)
    }
}

/// A part of the plan with its own limits: a stage, a scenario, or some line items.
#[derive(Clone, Debug)]
pub struct LimitedPart {
    /// The part in words: `env=prod, stage 2`.
    pub name: Box<str>,
    /// The cost that is limited.
    pub cost: WatchedCost,
    /// The limits; growth is limited for whole stages only.
    pub limits: Limits,
    /// Whether exceeding it warns or fails.
    pub severity: AlertSeverity,
}

/// An alert before a budget is used up.
#[derive(Clone, Debug)]
pub struct Alert {
    /// The watched metric as written: `database_cost`.
    pub name: Box<str>,
    /// The watched cost of the stage; `None` if the stage has no such cost.
    pub metric: Option<WatchedCost>,
    /// The share of the monthly budget from which on it alerts, as a ratio.
    pub threshold: Spanned<Decimal>,
    /// The actions to take, as written.
    pub actions: Vec<Box<str>>,
    /// The techniques of its actions and of the project's rules, by the stems of their files.
    pub techniques: Vec<Box<str>>,
    /// Whether exceeding it warns or fails.
    pub severity: AlertSeverity,
    /// Its place in the source.
    pub span: Span,
}

/// A cost that a limit or an alert applies to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchedCost {
    /// The total of the stage, including the buffer.
    Total,
    /// The cost of some line items before the buffer, by their places in the order of the stage; at least one.
    LineItems(Box<[usize]>),
}

impl WatchedCost {
    /// How many line items it is made of, of those of a stage.
    pub fn len(&self, of_stage: usize) -> usize {
        match self {
            Self::Total => of_stage,
            Self::LineItems(watched) => watched.len(),
        }
    }

    /// Whether the cost of a line item, by its place, is a part of it.
    pub fn has(&self, line_item: usize) -> bool {
        match self {
            Self::Total => true,
            Self::LineItems(watched) => watched.binary_search(&line_item).is_ok(),
        }
    }
}

words! {
    /// How bad it is if a limit is exceeded.
    #[derive(PartialOrd, Ord)]
    pub enum AlertSeverity is "a severity" {
        /// Look at it.
        Warn = "warn",
        /// The check fails.
        Fail = "fail",
    }
}

words! {
    /// The kinds of comparisons that a check can require.
    pub enum Requirement {
        /// All of them.
        All = "all",
        /// The cost per month.
        MonthlyBudget = "monthly-budget",
        /// The cost per quarter.
        QuarterlyBudget = "quarterly-budget",
        /// The cost per year.
        YearlyBudget = "yearly-budget",
        /// The cost per day.
        DailyBudget = "daily-budget",
        /// The cost per customer.
        CostPerCustomer = "cost-per-customer",
        /// The cost as a share of MRR.
        ShareOfMrr = "share-of-mrr",
        /// The drivers of a stage, against its capacities.
        Capacity = "capacity",
        /// The age of list prices.
        PriceAge = "price-age",
        /// The growth since the snapshot.
        Growth = "growth",
        /// The alerts.
        Alert = "alert",
        /// The limits at every number of customers of a stage's range.
        CustomerRange = "customer-range",
    }
}

impl Words for Requirement {
    const WHAT: &'static str = "a comparison that a check can require";
    /// Also with underscores, as the limits themselves are written in the same file.
    const WORDS: &'static [(&'static str, Self)] = &[
        ("all", Self::All),
        ("monthly-budget", Self::MonthlyBudget),
        ("quarterly-budget", Self::QuarterlyBudget),
        ("yearly-budget", Self::YearlyBudget),
        ("daily-budget", Self::DailyBudget),
        ("cost-per-customer", Self::CostPerCustomer),
        ("share-of-mrr", Self::ShareOfMrr),
        ("capacity", Self::Capacity),
        ("price-age", Self::PriceAge),
        ("growth", Self::Growth),
        ("alert", Self::Alert),
        ("customer-range", Self::CustomerRange),
        ("monthly_budget", Self::MonthlyBudget),
        ("quarterly_budget", Self::QuarterlyBudget),
        ("yearly_budget", Self::YearlyBudget),
        ("daily_budget", Self::DailyBudget),
        ("cost_per_customer", Self::CostPerCustomer),
        ("share_of_mrr", Self::ShareOfMrr),
        ("price_age", Self::PriceAge),
        ("customer_range", Self::CustomerRange),
    ];
}

/// The quantity that a limit applies to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    /// The cost per month.
    Monthly,
    /// The cost per month at the high ends of price ranges.
    MonthlyAtHighPrices,
    /// The cost per quarter.
    Quarterly,
    /// The cost per year.
    Yearly,
    /// The cost per day.
    Daily,
    /// The cost per customer and month.
    CostPerCustomer,
    /// The cost per month as a share of MRR.
    ShareOfMrr,
    /// The growth of the total over the snapshot, as an amount.
    GrowthAmount,
    /// The growth of the total over the snapshot, as a ratio.
    GrowthShare,
}

impl LimitKind {
    /// The months of a limit on several of them; `None` for any other.
    pub fn months(self) -> Option<u32> {
        match self {
            Self::Quarterly => Some(3),
            Self::Yearly => Some(12),
            Self::Monthly
            | Self::MonthlyAtHighPrices
            | Self::Daily
            | Self::CostPerCustomer
            | Self::ShareOfMrr
            | Self::GrowthAmount
            | Self::GrowthShare => None,
        }
    }
}

/// An entry of the budget that applies to nothing in the check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// The kind of entry.
    pub kind: UnusedKind,
    /// The name of the entry, as in comparisons.
    pub name: Box<str>,
    /// Why it applies to nothing, in words.
    pub because: Box<str>,
    /// Its place in the source.
    pub span: Span,
}

/// The kinds of entries that may be unused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnusedKind {
    /// A limit on a cost.
    Limit,
    /// An alert on a cost.
    Alert,
    /// A rule for techniques.
    Rule,
    /// An action whose name resembles one with techniques.
    Action,
    /// A required kind of comparison.
    Requirement,
    /// A checklist that is to be complete.
    Checklist,
}

impl UnusedKind {
    /// Whether the check fails because of it.
    pub fn fails(self) -> bool {
        matches!(self, Self::Requirement | Self::Checklist)
    }

    /// The word in all output formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Alert => "alert",
            Self::Rule => "rule",
            Self::Action => "action",
            Self::Requirement => "requirement",
            Self::Checklist => "checklist",
        }
    }
}
