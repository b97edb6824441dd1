//! The months that were, before those of a forecast, and their JSON.

use rust_decimal::Decimal;
use serde::Serialize;

use crate::model::{Fraction, Money, Month};
use crate::view::page::number::{Number, quotient};

/// The last month that was.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActualStart {
    /// The month.
    pub month: Month,
    /// Its customers.
    pub customers: u64,
    /// Whether the forecast begins after it.
    pub is_used: bool,
}

/// A month before a forecast.
#[derive(Clone, Debug)]
pub struct PastMonth {
    /// The month.
    pub month: Month,
    /// Its customers, if they are recorded.
    pub customers: Option<u64>,
    /// What was billed without taxes, if it can be compared.
    pub billed: Option<Decimal>,
    /// The same for each customer.
    pub each: Option<Fraction>,
    /// The revenue, if it is recorded.
    pub mrr: Option<Money>,
    /// What was billed as a share of it.
    pub share: Option<Fraction>,
}

/// What was before a forecast, as JSON.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct BeforeJson {
    #[serde(skip_serializing_if = "Option::is_none")]
    starts_after: Option<ActualStartJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    actual_months: Vec<PastMonthJson>,
}

impl BeforeJson {
    pub(super) fn new(after: Option<ActualStart>, note: Option<String>, past: &[PastMonth]) -> Self {
        let starts_after = after.filter(|after| after.is_used).map(ActualStartJson::from);
        Self { starts_after, note, actual_months: past.iter().map(PastMonthJson::from).collect() }
    }
}

/// The last month that was, as JSON.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ActualStartJson {
    month: String,
    customers: u64,
}

impl From<ActualStart> for ActualStartJson {
    fn from(after: ActualStart) -> Self {
        Self { month: after.month.to_string(), customers: after.customers }
    }
}

/// A month before a forecast, as JSON.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PastMonthJson {
    month: String,
    customers: Option<u64>,
    billed_before_tax: Option<Number>,
    cost_per_customer: Option<Number>,
    mrr: Option<Number>,
    mrr_currency: Option<String>,
    share_of_mrr: Option<Number>,
}

impl From<&PastMonth> for PastMonthJson {
    fn from(past: &PastMonth) -> Self {
        Self {
            month: past.month.to_string(),
            customers: past.customers,
            billed_before_tax: past.billed.map(Number),
            cost_per_customer: past.each.as_ref().and_then(quotient),
            mrr: past.mrr.map(|mrr| Number(mrr.amount)),
            mrr_currency: past.mrr.map(|mrr| mrr.currency.to_string()),
            share_of_mrr: past.share.as_ref().and_then(quotient),
        }
    }
}
