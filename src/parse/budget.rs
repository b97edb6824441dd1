//! Budgets and alerts: `[budget]` and `[check]` of `costplan.toml`, or `budget.yaml` beside it.

use rust_decimal::Decimal;

use crate::diagnostic::Problems;
use crate::model::{AlertSeverity, MaxAge};
use crate::parse::condition::ConditionRaw;
use crate::parse::syntax::node::{FromNode, Mapping, Reader, table};
use crate::parse::syntax::scalar::AmountRaw;
use crate::parse::syntax::yaml;
use crate::source::{FileId, Span, Spanned};

table! {
    /// What the plan may cost.
    pub struct BudgetRaw is "`[budget]`" {
        /// What a stage may cost in a month, buffer included: `"3000 USD"`.
        pub monthly: Option<AmountRaw>,
        /// What a stage may cost in a day: the part of the monthly total that 24 hours are of a month.
        pub daily: Option<AmountRaw>,
        /// The share of MRR that the total must stay under.
        pub share_of_mrr: Option<Spanned<Decimal>>,
        /// What a customer may cost in a month, buffer included.
        pub cost_per_customer: Option<AmountRaw>,
        /// How old a list price may be: `180d`.
        pub price_age: Option<Spanned<MaxAge>>,
        /// By how much a total may be more than in the snapshot of the project: `"50 USD"`.
        pub growth_amount: Option<AmountRaw>,
        /// By which share a total may be more than in the snapshot of the project: `"10%"`.
        pub growth_share: Option<Spanned<Decimal>>,
        /// Budgets of one stage, one scenario, or some line items.
        pub limits: Vec<LimitedPartRaw>,
        /// What is told before a budget is used up.
        pub alerts: Vec<AlertRaw>,
        /// Whether the rules below are looked at for every alert.
        pub auto_optimize: Option<bool>,
        /// Rules, each of which stands for techniques: `use_spot_instances`.
        pub optimization_rules: Vec<Spanned<String>>,
        /// The techniques that an action or a rule stands for, over the bundled ones.
        pub rules: Option<Mapping<Vec<Spanned<String>>>>,
    }
}

table! {
    /// A budget of one stage, one scenario, or some line items.
    pub struct LimitedPartRaw is "a limit" {
        /// The number of the stage; all of them unless given.
        pub stage: Option<Spanned<u64>>,
        /// The scenario, by its file's stem or name; all that are checked unless given.
        pub scenario: Option<Spanned<String>>,
        /// The line items, as `--where` has it: `env=prod`, `category=database`; all of them unless given.
        pub r#where: Option<ConditionRaw>,
        /// What they may cost in a month: the total, or of some line items their cost before the buffer.
        pub monthly: Option<AmountRaw>,
        /// What they may cost in a day.
        pub daily: Option<AmountRaw>,
        /// The share of MRR that they must stay under.
        pub share_of_mrr: Option<Spanned<Decimal>>,
        /// What they may cost for each customer in a month.
        pub cost_per_customer: Option<AmountRaw>,
        /// By how much the total may be more than in the snapshot; not of some line items.
        pub growth_amount: Option<AmountRaw>,
        /// By which share the total may be more than in the snapshot; not of some line items.
        pub growth_share: Option<Spanned<Decimal>>,
        /// Whether to warn or to fail; to fail unless given.
        pub severity: Option<Spanned<AlertSeverity>>,
    }
}

/// The limits that a budget has for all stages, and that each of its parts may have.
#[derive(Clone, Copy, Debug)]
pub struct LimitsRaw<'r> {
    /// What may be spent in a month.
    pub monthly: Option<&'r AmountRaw>,
    /// What may be spent in a day.
    pub daily: Option<&'r AmountRaw>,
    /// The share of MRR.
    pub share_of_mrr: Option<Spanned<Decimal>>,
    /// What a customer may cost in a month.
    pub cost_per_customer: Option<&'r AmountRaw>,
    /// The growth since the snapshot.
    pub growth_amount: Option<&'r AmountRaw>,
    /// The same as a share.
    pub growth_share: Option<Spanned<Decimal>>,
}

impl LimitsRaw<'_> {
    /// Where the growth since the snapshot is limited, if it is.
    pub fn growth(&self) -> Option<Span> {
        self.growth_amount.map(|amount| amount.span).or(self.growth_share.map(|share| share.span))
    }

    /// Whether nothing is limited.
    pub fn is_empty(&self) -> bool {
        let amounts = [self.monthly, self.daily, self.cost_per_customer];
        let has_amount = amounts.iter().any(Option::is_some);
        !has_amount && self.share_of_mrr.is_none() && self.growth().is_none()
    }
}

/// The limits of a table that has keys for them.
macro_rules! limits_of {
    ($raw:expr) => {
        LimitsRaw {
            monthly: $raw.monthly.as_ref(),
            daily: $raw.daily.as_ref(),
            share_of_mrr: $raw.share_of_mrr,
            cost_per_customer: $raw.cost_per_customer.as_ref(),
            growth_amount: $raw.growth_amount.as_ref(),
            growth_share: $raw.growth_share,
        }
    };
}

impl BudgetRaw {
    /// The limits of each stage.
    pub fn for_stages(&self) -> LimitsRaw<'_> {
        limits_of!(self)
    }
}

impl LimitedPartRaw {
    /// The limits of the part.
    pub fn limits(&self) -> LimitsRaw<'_> {
        limits_of!(self)
    }
}

table! {
    /// Something to be told of before a budget is used up.
    pub struct AlertRaw is "an alert" {
        /// What is watched: `total_cost`, or the cost of a category or a vendor: `database_cost`. Beside `where` or
        /// `line_item` it is the name that is shown.
        pub metric: Spanned<String>,
        /// The line items that are watched, as `--where` has it: `env=prod`.
        pub r#where: Option<ConditionRaw>,
        /// The line item that is watched.
        pub line_item: Option<Spanned<String>>,
        /// From which share of the monthly budget on: `40%`.
        pub threshold: Spanned<Decimal>,
        /// What to do, handed on as it is.
        pub actions: Vec<Spanned<String>>,
        /// Whether to warn or to fail; to warn unless given.
        pub severity: Option<Spanned<AlertSeverity>>,
    }
}

table! {
    /// The budget of a project in a file of its own.
    pub struct BudgetFileRaw is "budget.yaml" {
        /// The version of the format: 1.
        pub version: Spanned<u64>,
        /// What the plan may cost.
        pub budget: Option<BudgetRaw>,
        /// What `costplan check` looks at.
        pub check: Option<CheckPlanRaw>,
    }
}

table! {
    /// What `costplan check` looks at.
    pub struct CheckPlanRaw is "`[check]`" {
        /// The scenarios; the defaults alone unless given.
        pub scenarios: Vec<Spanned<String>>,
        /// The numbers of the stages; all of them unless given.
        pub stages: Vec<Spanned<u64>>,
    }
}

/// Reads the file of a budget.
pub fn budget_file(file: FileId, text: &str, problems: &mut Problems) -> Option<BudgetFileRaw> {
    let node = yaml::parse(file, text, problems)?;
    BudgetFileRaw::from_node(node, &mut Reader { file, text, problems })
}
