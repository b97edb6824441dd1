//! Budgets and alerts, and what comes of comparing a stage with them.

use rust_decimal::Decimal;

use crate::model::age::MaxAge;
use crate::model::words::words;
use crate::source::{Span, Spanned};

/// What a stage may cost; amounts are in its reporting currency.
#[derive(Clone, Debug, Default)]
pub struct Budget {
    /// The limits of each stage.
    pub limits: Limits,
    /// The age of list prices.
    pub price_age: Option<Spanned<MaxAge>>,
    /// The limits of parts of the plan that the stage has.
    pub parts: Vec<LimitedPart>,
    /// What is watched before a budget is used up.
    pub alerts: Vec<Alert>,
}

impl Budget {
    /// Where growth since the snapshot is limited, if it is.
    pub fn growth(&self) -> Option<Span> {
        let parts = self.parts.iter().map(|part| &part.limits);
        [&self.limits].into_iter().chain(parts).find_map(Limits::growth)
    }
}

/// What a cost may be; amounts are in the reporting currency of the stage.
#[derive(Clone, Debug, Default)]
pub struct Limits {
    /// The cost of a month.
    pub monthly: Option<Spanned<Decimal>>,
    /// The cost of a day.
    pub daily: Option<Spanned<Decimal>>,
    /// The cost of a month per customer.
    pub cost_per_customer: Option<Spanned<Decimal>>,
    /// The share of MRR that the cost must stay under, as a ratio.
    pub share_of_mrr: Option<Spanned<Decimal>>,
    /// By how much the total may be more than in the snapshot.
    pub growth_amount: Option<Spanned<Decimal>>,
    /// By which share of it the total may be more than in the snapshot, as a ratio.
    pub growth_share: Option<Spanned<Decimal>>,
}

impl Limits {
    fn growth(&self) -> Option<Span> {
        self.growth_amount.or(self.growth_share).map(|limit| limit.span)
    }
}

/// A part of the plan with limits of its own: a stage, a scenario, or some line items.
#[derive(Clone, Debug)]
pub struct LimitedPart {
    /// What it is, in words.
    pub name: Box<str>,
    /// What it costs.
    pub cost: WatchedCost,
    /// What that may be; growth is of whole stages only.
    pub limits: Limits,
    /// Whether to warn or to fail.
    pub severity: AlertSeverity,
}

/// Something to be told of before a budget is used up.
#[derive(Clone, Debug)]
pub struct Alert {
    /// What is watched, as it is written: `database_cost`.
    pub name: Box<str>,
    /// What that is of the stage; `None` if the stage has no such cost.
    pub metric: Option<WatchedCost>,
    /// From which share of the monthly budget on, as a ratio.
    pub threshold: Spanned<Decimal>,
    /// What to do, as it is written.
    pub actions: Vec<Box<str>>,
    /// The techniques that the actions and the rules of the project stand for, by the stems of their files.
    pub techniques: Vec<Box<str>>,
    /// Whether to warn or to fail.
    pub severity: AlertSeverity,
    /// Where it is written.
    pub span: Span,
}

/// A cost that is watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WatchedCost {
    /// The total.
    Total,
    /// That of some line items, before the buffer: whether each of the stage is one of them.
    LineItems(Box<[bool]>),
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

/// In what a cost is limited.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LimitKind {
    /// The cost of a month.
    Monthly,
    /// The cost of a month at the high ends of prices that are ranges.
    MonthlyAtHighPrices,
    /// The cost of a day.
    Daily,
    /// The cost of a month per customer.
    CostPerCustomer,
    /// The cost of a month as a share of MRR.
    ShareOfMrr,
    /// By how much the total is more than in the snapshot.
    GrowthAmount,
    /// By which share the total is more than in the snapshot.
    GrowthShare,
}

/// Something that a project watches and that nothing of what is checked meets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unused {
    /// What kind of thing it is.
    pub kind: UnusedKind,
    /// What it is called, as comparisons call it.
    pub name: Box<str>,
    /// Why nothing meets it, in words.
    pub because: Box<str>,
    /// Where it is written.
    pub span: Span,
}

/// A kind of thing that may be unused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum UnusedKind {
    /// A limit.
    Limit,
    /// An alert.
    Alert,
    /// A rule, which stands for techniques.
    Rule,
    /// An action, whose name looks like one that stands for techniques.
    Action,
}

impl UnusedKind {
    /// The word in all formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Limit => "limit",
            Self::Alert => "alert",
            Self::Rule => "rule",
            Self::Action => "action",
        }
    }
}
