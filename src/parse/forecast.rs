//! The assumptions of a forecast: `[forecast]` of `costplan.toml`, and `forecast` of a scenario.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::Code;
use crate::model::{Growth, Month, spelled_out};
use crate::parse::syntax::amount::AmountRaw;
use crate::parse::syntax::node::{FromNode, Mapping, Node, Reader, table};
use crate::parse::syntax::number::{Refused, number, ratio};
use crate::parse::syntax::scalar::scalar;
use crate::source::{Span, Spanned};

table! {
    /// Assumptions about the months ahead.
    pub struct ForecastRaw is "`forecast`" {
        /// The first month: `2026-12`.
        pub start: Option<Spanned<Month>>,
        /// The number of months.
        pub months: Option<Spanned<u64>>,
        /// The customers of the first month.
        pub from: Option<Spanned<u64>>,
        /// The growth before churn: `15%/month` or `+20/month`.
        pub growth: Option<Spanned<Growth>>,
        /// The most customers that the market has: a growth rate falls in proportion to the share of the market that is
        /// left.
        pub market: Option<Spanned<u64>>,
        /// The share of customers that leaves each month: `3%`.
        pub churn: Option<MonthlyRateRaw>,
        /// The customers month by month, instead of `from` and `growth`.
        pub customers: Vec<Spanned<u64>>,
        /// A CSV or YAML file with the customers month by month, relative to the project.
        pub customers_file: Option<Spanned<String>>,
        /// The stage of a month: `fit` (the cheapest that serves the customers), `calendar` (by the months of the
        /// plan), `revenue` (the largest that the revenue carries), or one stage.
        pub stages: Option<Spanned<String>>,
        /// The number of the first month in the months of the plan; 1 unless given.
        pub plan_month: Option<Spanned<u64>>,
        /// The cash at the start.
        pub cash: Option<AmountRaw>,
        /// Monthly costs other than the infrastructure: `20_000 USD/month`.
        pub other_costs: Option<AmountRaw>,
        /// Credit balances that are used before cash, in order.
        pub credits: Vec<CreditBalanceRaw>,
        /// One-time costs.
        pub once: Vec<OnceCostRaw>,
        /// The costs of moving to a stage.
        pub migrations: Vec<MigrationRaw>,
        /// Plain costs that are prepaid for several months.
        pub prepaid: Vec<PrepaidRaw>,
        /// How much customers use in a calendar month, as a multiple of the usual: `{ nov = 1.4, dec = 1.6 }`.
        pub season: Option<Mapping<Spanned<Decimal>>>,
        /// What new customers pay less for their first months: `{ months = 3, discount = "50%" }`.
        pub introductory: Option<IntroductoryRaw>,
    }
}

table! {
    /// What new customers pay less for their first months.
    pub struct IntroductoryRaw is "`introductory`" {
        /// The number of months, counted from that in which they come; at most 120.
        pub months: Spanned<u64>,
        /// The discount: `50%`.
        pub discount: Spanned<Decimal>,
    }
}

impl ForecastRaw {
    /// Creates a forecast without assumptions.
    pub fn nothing(span: Span) -> Self {
        Self {
            span,
            start: None,
            months: None,
            from: None,
            growth: None,
            market: None,
            churn: None,
            customers: Vec::new(),
            customers_file: None,
            stages: None,
            plan_month: None,
            cash: None,
            other_costs: None,
            credits: Vec::new(),
            once: Vec::new(),
            migrations: Vec::new(),
            prepaid: Vec::new(),
            season: None,
            introductory: None,
        }
    }

    /// Whether the customers are listed month by month, here or in a file.
    pub fn lists_customers(&self) -> bool {
        !self.customers.is_empty() || self.customers_file.is_some()
    }

    /// Fills in missing assumptions from `base`. A list of customers and customers that grow exclude each other.
    #[must_use]
    pub fn over(self, base: Self) -> Self {
        fn either<T>(list: Vec<T>, base: Vec<T>) -> Vec<T> {
            if list.is_empty() { base } else { list }
        }
        let is_listed = self.lists_customers();
        let is_grown = self.from.is_some() || self.growth.is_some();
        let rule = if is_listed { (None, None, None, None) } else { (base.from, base.growth, base.market, base.churn) };
        let list = if is_listed || is_grown { (Vec::new(), None) } else { (base.customers, base.customers_file) };
        Self {
            span: self.span,
            start: self.start.or(base.start),
            // The length of a list is the number of months.
            months: self.months.or(base.months.filter(|_| !is_listed)),
            from: self.from.or(rule.0),
            growth: self.growth.or(rule.1),
            market: self.market.or(rule.2),
            churn: self.churn.or(rule.3),
            customers: either(self.customers, list.0),
            customers_file: self.customers_file.or(list.1),
            stages: self.stages.or(base.stages),
            plan_month: self.plan_month.or(base.plan_month),
            cash: self.cash.or(base.cash),
            other_costs: self.other_costs.or(base.other_costs),
            credits: either(self.credits, base.credits),
            once: either(self.once, base.once),
            migrations: either(self.migrations, base.migrations),
            prepaid: either(self.prepaid, base.prepaid),
            season: self.season.or(base.season),
            introductory: self.introductory.or(base.introductory),
        }
    }
}

table! {
    /// A credit balance from a vendor or a programme.
    pub struct CreditBalanceRaw is "a credit of a forecast" {
        /// The reason, for display.
        pub reason: Spanned<String>,
        /// The balance: `5000 USD`.
        pub amount: AmountRaw,
        /// The vendor whose costs it pays; all vendors unless given.
        pub vendor: Option<Spanned<String>>,
        /// The first day on which it can be used.
        pub from: Option<Spanned<Date>>,
        /// The last day on which it can be used.
        pub until: Option<Spanned<Date>>,
        /// Whether it pays tax too, as a prepaid balance does; it does not unless given.
        pub after_tax: Option<bool>,
    }
}

table! {
    /// A one-time cost.
    pub struct OnceCostRaw is "a cost of `once`" {
        /// The month: `2027-01`.
        pub month: Spanned<Month>,
        /// The amount of money.
        pub amount: AmountRaw,
        /// The reason, for display.
        pub reason: Spanned<String>,
    }
}

table! {
    /// The costs of moving to a stage.
    pub struct MigrationRaw is "a migration" {
        /// The reason, for display.
        pub reason: Spanned<String>,
        /// The number of the stage to move to; any stage unless given.
        pub to: Option<Spanned<u64>>,
        /// The one-time cost.
        pub cost: Option<AmountRaw>,
        /// The weeks for which the old stage runs in parallel with the new one; at most 4.
        pub overlap_weeks: Option<Spanned<Decimal>>,
    }
}

table! {
    /// A plain cost that is prepaid for several months.
    pub struct PrepaidRaw is "`prepaid`" {
        /// The name of the line item.
        pub line_item: Spanned<String>,
        /// The number of months that each payment covers; at most 120.
        pub months: Spanned<u64>,
        /// A month in which it is billed: `2027-03`. It is billed every `months` months before and after it; without
        /// it, in the month in which it is first needed.
        pub month: Option<Spanned<Month>>,
    }
}

/// A month: `2026-12`.
impl FromNode for Spanned<Month> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        scalar(&node, reader, "a month such as 2026-12", Code::InvalidDate, |text| {
            Month::parse(text).ok_or_else(|| "not a calendar month".into())
        })
    }
}

/// A share of each month: `3%` or `3%/month`.
#[derive(Clone, Copy, Debug)]
pub struct MonthlyRateRaw(
    /// The share, as a ratio.
    pub Spanned<Decimal>,
);

impl FromNode for MonthlyRateRaw {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let what = "a share of a month such as `3%`";
        scalar(&node, reader, what, Code::InvalidNumber, |text| ratio(of_a_month(text)?)).map(Self)
    }
}

/// What is written for a month, with or without `/month`.
fn of_a_month(text: &str) -> Result<&str, Refused> {
    let (amount, per) = text.split_once('/').unwrap_or((text, "month"));
    if spelled_out(per.trim()) == "month" {
        Ok(amount.trim())
    } else {
        Err(Refused::write("this is for each month", format_args!("`{}/month`", amount.trim())))
    }
}

/// Growth: `15%/month` or `+20/month`.
impl FromNode for Spanned<Growth> {
    fn from_node(node: Node, reader: &mut Reader<'_>) -> Option<Self> {
        let what = "a growth such as `15%/month` or `+20/month`";
        scalar(&node, reader, what, Code::InvalidNumber, |text| {
            let amount = of_a_month(text)?;
            if amount.ends_with('%') {
                let rate = ratio(amount)?;
                return if rate < -Decimal::ONE {
                    Err("a decline can be at most 100%".into())
                } else {
                    Ok(Growth::Rate(rate))
                };
            }
            if !amount.starts_with(['+', '-']) {
                return Err("write `%` after a rate, or `+` or `-` before a number of customers".into());
            }
            number(amount).map(Growth::Count)
        })
    }
}
