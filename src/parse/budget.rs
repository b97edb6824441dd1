//! Budgets and alerts: `[budget]` and `[check]` of `costplan.toml`, or `budget.yaml` next to it.

use rust_decimal::Decimal;

use crate::diagnostic::Problems;
use crate::model::{AlertSeverity, MaxAge, Requirement};
use crate::parse::other_kind;
use crate::parse::prices::condition::ConditionRaw;
use crate::parse::syntax::amount::AmountRaw;
use crate::parse::syntax::node::{Mapping, table};
use crate::source::{FileId, Span, Spanned};

table! {
    /// The limits on the cost of the plan.
    pub struct BudgetRaw is "`[budget]`" {
        /// The most that a stage may cost per month, including the buffer: `"3000 USD"`.
        pub monthly: Option<AmountRaw>,
        /// The most that the plan may cost in a quarter of the calendar: the months of the forecast, or three times the
        /// month where there is none.
        pub quarterly: Option<AmountRaw>,
        /// The most that the plan may cost in a calendar year: the months of the forecast, or twelve times the month where
        /// there is none.
        pub yearly: Option<AmountRaw>,
        /// The most that a stage may cost per day. The cost of a day is the monthly total times 24 over the hours of
        /// the month.
        pub daily: Option<AmountRaw>,
        /// The share of MRR that the total must stay below: `20%`.
        pub share_of_mrr: Option<Spanned<Decimal>>,
        /// The most that a customer may cost per month, including the buffer.
        pub cost_per_customer: Option<AmountRaw>,
        /// The maximum age of a list price: `180d`.
        pub price_age: Option<Spanned<MaxAge>>,
        /// The most that a total may grow over the project's snapshot: `"50 USD"`.
        pub growth_amount: Option<AmountRaw>,
        /// The share by which a total may grow over the project's snapshot: `"10%"`.
        pub growth_share: Option<Spanned<Decimal>>,
        /// Limits for one stage, one scenario, or some line items.
        pub limits: Vec<LimitedPartRaw>,
        /// Alerts before a budget is used up.
        pub alerts: Vec<AlertRaw>,
        /// Whether every alert also suggests the techniques of `optimization_rules`.
        pub auto_optimize: Option<bool>,
        /// Names of rules, each with its techniques: `use_spot_instances`.
        pub optimization_rules: Vec<Spanned<String>>,
        /// The techniques of an action or a rule; they override the built-in ones.
        pub rules: Option<Mapping<Vec<Spanned<String>>>>,
    }
}

table! {
    /// Limits for one stage, one scenario, or some line items.
    pub struct LimitedPartRaw is "a limit" {
        /// The number of the stage; all stages unless given.
        pub stage: Option<Spanned<u64>>,
        /// The scenario, by its file stem or name; all checked scenarios unless given.
        pub scenario: Option<Spanned<String>>,
        /// The line items, as for `--where`: `env=prod`, `category=database`; all line items unless given.
        pub r#where: Option<ConditionRaw>,
        /// The most that they may cost per month: the total, or the cost before the buffer for some line items.
        pub monthly: Option<AmountRaw>,
        /// The most that they may cost in a quarter: three times the month.
        pub quarterly: Option<AmountRaw>,
        /// The most that they may cost in a year: twelve times the month.
        pub yearly: Option<AmountRaw>,
        /// The most that they may cost per day.
        pub daily: Option<AmountRaw>,
        /// The share of MRR that they must stay below.
        pub share_of_mrr: Option<Spanned<Decimal>>,
        /// The most that they may cost per customer and month.
        pub cost_per_customer: Option<AmountRaw>,
        /// The most that the total may grow over the snapshot; not for some line items.
        pub growth_amount: Option<AmountRaw>,
        /// The share by which the total may grow over the snapshot; not for some line items.
        pub growth_share: Option<Spanned<Decimal>>,
        /// `warn` or `fail`; `fail` unless given.
        pub severity: Option<Spanned<AlertSeverity>>,
    }
}

/// The limits that a budget can set for all stages or for a part of the plan.
#[derive(Clone, Copy, Debug)]
pub struct LimitsRaw<'r> {
    /// The most per month.
    pub monthly: Option<&'r AmountRaw>,
    /// The most per quarter.
    pub quarterly: Option<&'r AmountRaw>,
    /// The most per year.
    pub yearly: Option<&'r AmountRaw>,
    /// The most per day.
    pub daily: Option<&'r AmountRaw>,
    /// The share of MRR, as a ratio.
    pub share_of_mrr: Option<Spanned<Decimal>>,
    /// The most per customer and month.
    pub cost_per_customer: Option<&'r AmountRaw>,
    /// The most growth since the snapshot, as an amount.
    pub growth_amount: Option<&'r AmountRaw>,
    /// The most growth since the snapshot, as a ratio.
    pub growth_share: Option<Spanned<Decimal>>,
}

impl LimitsRaw<'_> {
    /// The place of the limit on growth since the snapshot, if there is one.
    pub fn growth(&self) -> Option<Span> {
        self.growth_amount.map(|amount| amount.span).or(self.growth_share.map(|share| share.span))
    }

    /// Whether there is no limit.
    pub fn is_empty(&self) -> bool {
        let amounts = [self.monthly, self.quarterly, self.yearly, self.daily, self.cost_per_customer];
        let has_amount = amounts.iter().any(Option::is_some);
        !has_amount && self.share_of_mrr.is_none() && self.growth().is_none()
    }
}

/// Collects the limits of a table that has keys for them.
macro_rules! limits_of {
    ($raw:expr) => {
        LimitsRaw {
            monthly: $raw.monthly.as_ref(),
            quarterly: $raw.quarterly.as_ref(),
            yearly: $raw.yearly.as_ref(),
            daily: $raw.daily.as_ref(),
            share_of_mrr: $raw.share_of_mrr,
            cost_per_customer: $raw.cost_per_customer.as_ref(),
            growth_amount: $raw.growth_amount.as_ref(),
            growth_share: $raw.growth_share,
        }
    };
}

impl BudgetRaw {
    /// The limits for every stage.
    pub fn for_stages(&self) -> LimitsRaw<'_> {
        limits_of!(self)
    }
}

impl LimitedPartRaw {
    /// The limits for this part of the plan.
    pub fn limits(&self) -> LimitsRaw<'_> {
        limits_of!(self)
    }
}

table! {
    /// An alert before a budget is used up.
    pub struct AlertRaw is "an alert" {
        /// The cost to watch: `total_cost`, or the cost of a category or a vendor, `database_cost`. With `where` or
        /// `line_item` it is only the name that is shown.
        pub metric: Spanned<String>,
        /// The line items to watch, as for `--where`: `env=prod`.
        pub r#where: Option<ConditionRaw>,
        /// The name of the line item to watch.
        pub line_item: Option<Spanned<String>>,
        /// The share of the monthly budget from which on it alerts: `40%`.
        pub threshold: Spanned<Decimal>,
        /// Actions to take, passed on unchanged.
        pub actions: Vec<Spanned<String>>,
        /// `warn` or `fail`; `warn` unless given.
        pub severity: Option<Spanned<AlertSeverity>>,
    }
}

table! {
    /// The budget of a project in its own file.
    pub struct BudgetFileRaw is "budget.yaml" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// The limits on the cost of the plan.
        pub budget: Option<BudgetRaw>,
        /// The scenarios and stages that `costplan check` covers.
        pub check: Option<CheckPlanRaw>,
    }
}

table! {
    /// The scenarios and stages that `costplan check` covers.
    pub struct CheckPlanRaw is "`[check]`" {
        /// The scenarios; without them, only the project's defaults.
        pub scenarios: Vec<Spanned<String>>,
        /// The numbers of the stages; all stages unless given.
        pub stages: Vec<Spanned<u64>>,
        /// The comparisons that must be made: `share-of-mrr`, `capacity`, or `all`. The check fails if one of them is not.
        pub require: Vec<Spanned<Requirement>>,
        /// The checklists that must be complete: `before-launch`. One that is due again and again must have no overdue check.
        pub checklists: Vec<Spanned<String>>,
    }
}

/// Reads the file of a budget.
pub fn budget_file(file: FileId, text: &str, problems: &mut Problems) -> Option<BudgetFileRaw> {
    other_kind::of_yaml(file, text, "a budget", problems)
}
