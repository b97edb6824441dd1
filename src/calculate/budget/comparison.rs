//! The comparisons of a check.

use crate::calculate::cost::finding::FindingCode;
use crate::model::{Amount, LimitKind, Requirement, WatchedCost};
use crate::source::Span;

/// What is compared with a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum BudgetSubject {
    /// A cost: that of the stage, or of a part of the plan with its own limits, by its name.
    Limit(LimitKind, Option<Box<str>>),
    /// The cost of the months of a forecast in a quarter or a year, in words: `2027-01 to 2027-03`.
    Forecast(LimitKind, Box<str>),
    /// The age of the oldest list price in days.
    PriceAge,
    /// An alert, by the name of the watched cost.
    Alert(Box<str>),
    /// A budget or goal of the stage's own manifest: the code of the finding.
    OfStage(FindingCode),
    /// A capacity of the stage's own manifest, by the name of its driver.
    Capacity(Box<str>),
    /// All limits at every number of customers of the stage's range.
    Range,
}

impl BudgetSubject {
    /// Whether the subject is a growth since the snapshot.
    pub fn is_growth(&self) -> bool {
        matches!(self, Self::Limit(LimitKind::GrowthAmount | LimitKind::GrowthShare, _))
    }

    /// Whether it is of a kind that a check can require.
    pub fn is_of(&self, requirement: Requirement) -> bool {
        let kind = match self {
            Self::Limit(kind, _) | Self::Forecast(kind, _) => match kind {
                LimitKind::Monthly | LimitKind::MonthlyAtHighPrices => Requirement::MonthlyBudget,
                LimitKind::Quarterly => Requirement::QuarterlyBudget,
                LimitKind::Yearly => Requirement::YearlyBudget,
                LimitKind::Daily => Requirement::DailyBudget,
                LimitKind::CostPerCustomer => Requirement::CostPerCustomer,
                LimitKind::ShareOfMrr => Requirement::ShareOfMrr,
                LimitKind::GrowthAmount | LimitKind::GrowthShare => Requirement::Growth,
            },
            Self::PriceAge => Requirement::PriceAge,
            Self::Alert(_) => Requirement::Alert,
            Self::OfStage(FindingCode::MonthlyBudget) => Requirement::MonthlyBudget,
            Self::OfStage(FindingCode::CostPerCustomer) => Requirement::CostPerCustomer,
            Self::OfStage(FindingCode::ShareOfMrr) => Requirement::ShareOfMrr,
            Self::OfStage(_) => Requirement::All,
            Self::Capacity(_) => Requirement::Capacity,
            Self::Range => Requirement::CustomerRange,
        };
        requirement == Requirement::All || requirement == kind
    }
}

/// One value compared with its limit.
#[derive(Clone, Debug)]
pub struct BudgetCheck {
    /// What is compared.
    pub subject: BudgetSubject,
    /// Its value; `None` if it is unknown.
    pub value: Option<Amount>,
    /// The limit.
    pub limit: Option<Amount>,
    /// How much is left; negative if the limit is exceeded.
    pub margin: Option<Amount>,
    /// The verdict.
    pub verdict: BudgetVerdict,
    /// A remark on the comparison.
    pub remark: Option<Remark>,
    /// The place of the line item that causes it: the one that costs most, that grew most, or whose cost is unknown.
    pub cause: Option<usize>,
    /// What causes it on a bill and is no line item: what is not in the plan, or a bill for several line items.
    pub billed_cause: Option<Box<str>>,
    /// What to do if the limit is exceeded.
    pub actions: Vec<Box<str>>,
    /// The cost that an alert watches.
    pub watched: Option<WatchedCost>,
    /// The techniques that may help.
    pub techniques: Vec<Box<str>>,
    /// Whether the check fails if it is not made.
    pub is_required: bool,
    /// Where the limit is written.
    pub span: Option<Span>,
}

impl BudgetCheck {
    /// Whether the check fails.
    pub fn fails(&self) -> bool {
        self.verdict.fails() || self.is_required && self.verdict == BudgetVerdict::NotChecked
    }
}

/// A remark on a comparison: why it is undecided, or why it came out as it did.
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

    /// Part of the cost is unknown, so the actual cost may be higher than the compared one.
    pub fn unknown_cost() -> Self {
        Self::new("unknown-cost", "part of the cost is unknown")
    }
}

/// The verdict on a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum BudgetVerdict {
    /// It is within its limit.
    Pass,
    /// There is nothing to compare, such as a cost per customer without customers.
    NotApplicable,
    /// It could not be compared, because something is not given or not computed. The check fails only if it is required.
    NotChecked,
    /// It exceeds its limit, but the limit only warns.
    Warn,
    /// It cannot be decided, so the check fails.
    Unknown,
    /// It exceeds its limit.
    Fail,
}

impl BudgetVerdict {
    /// The name in all formats: `not_applicable`, `pass`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::NotApplicable => "not_applicable",
            Self::NotChecked => "not_checked",
            Self::Warn => "warn",
            Self::Unknown => "unknown",
            Self::Fail => "fail",
        }
    }

    /// Whether the check fails, whatever it requires.
    pub fn fails(self) -> bool {
        matches!(self, Self::Unknown | Self::Fail)
    }

    /// Whether a value was compared with its limit, or could have been if it were known.
    pub fn is_compared(self) -> bool {
        match self {
            Self::Pass | Self::Warn | Self::Unknown | Self::Fail => true,
            Self::NotApplicable | Self::NotChecked => false,
        }
    }
}
