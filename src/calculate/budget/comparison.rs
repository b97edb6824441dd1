//! What a check found: one comparison after the other.

use crate::calculate::cost::finding::FindingCode;
use crate::model::{Amount, LimitKind};
use crate::source::Span;

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
    OfStage(FindingCode),
    /// A capacity of the stage's own manifest, by the name of its driver.
    Capacity(Box<str>),
}

impl BudgetSubject {
    /// Whether it is a growth since the snapshot.
    pub fn is_growth(&self) -> bool {
        matches!(self, Self::Limit(LimitKind::GrowthAmount | LimitKind::GrowthShare, _))
    }
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
