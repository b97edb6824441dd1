//! Budgets and alerts, and what comes of comparing a stage with them.

use rust_decimal::Decimal;

use super::age::MaxAge;
use super::trace::Amount;
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

/// How bad it is if a limit is exceeded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlertSeverity {
    /// Look at it.
    Warn,
    /// The check fails.
    Fail,
}

impl AlertSeverity {
    /// Every severity with its name in files.
    pub const NAMES: [(&'static str, Self); 2] = [("warn", Self::Warn), ("fail", Self::Fail)];
}

/// What is compared with a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BudgetSubject {
    /// A cost against a limit: that of the stage, or of a part of the plan that has limits of its own, in words.
    Limit(LimitKind, Option<Box<str>>),
    /// The age of the oldest list price in days.
    PriceAge,
    /// An alert, by the name of what is watched.
    Alert(Box<str>),
    /// A budget or goal of the stage's own manifest: the code of the finding.
    OfStage(&'static str),
    /// A capacity of the stage's own manifest, by the name of its driver.
    Capacity(Box<str>),
}

impl BudgetSubject {
    /// Whether it is a growth since the snapshot.
    pub fn is_growth(&self) -> bool {
        matches!(self, Self::Limit(LimitKind::GrowthAmount | LimitKind::GrowthShare, _))
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

/// One comparison.
#[derive(Clone, Debug)]
pub struct BudgetCheck {
    /// What is compared.
    pub subject: BudgetSubject,
    /// What it is; `None` where it is not known.
    pub value: Option<Amount>,
    /// What it may be.
    pub limit: Option<Amount>,
    /// How much is left; below zero if it is too much.
    pub margin: Option<Amount>,
    /// The verdict.
    pub verdict: BudgetVerdict,
    /// What to know of it.
    pub remark: Option<Remark>,
    /// The line item that it is caused by, by its place: of what is compared, the one that costs most, that grew most, or
    /// whose cost is unknown.
    pub cause: Option<usize>,
    /// What to do if it is exceeded.
    pub actions: Vec<Box<str>>,
    /// The techniques that may help.
    pub techniques: Vec<Box<str>>,
    /// Where the limit is written.
    pub span: Option<Span>,
}

/// What to know of a comparison: why it cannot be told, or is as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// The stable name of the reason: `zero-mrr`.
    pub code: &'static str,
    /// The same in words, without a full stop.
    pub text: Box<str>,
}

impl Remark {
    /// A remark in words.
    pub fn new(code: &'static str, text: impl Into<Box<str>>) -> Self {
        Self { code, text: text.into() }
    }

    /// A part of the cost is unknown, so that it may be more than what is compared.
    pub fn unknown_cost() -> Self {
        Self::new("unknown-cost", "a part of the cost is unknown")
    }
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

/// The verdict on a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BudgetVerdict {
    /// It is within its limit.
    Pass,
    /// There is nothing to compare, such as a cost per customer without customers.
    NotApplicable,
    /// It is beyond its limit, which is told and no more.
    Warn,
    /// It cannot be told, so that the check fails.
    Unknown,
    /// It is beyond its limit.
    Fail,
}

impl BudgetVerdict {
    /// The word in all formats.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::NotApplicable => "not_applicable",
            Self::Warn => "warn",
            Self::Unknown => "unknown",
            Self::Fail => "fail",
        }
    }

    /// Whether the check fails.
    pub fn fails(self) -> bool {
        matches!(self, Self::Unknown | Self::Fail)
    }
}
