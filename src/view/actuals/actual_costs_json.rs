//! A month as it was planned and as it was billed, as JSON.

use serde::{Serialize, Serializer};

use crate::calculate::{ComparedRow, DifferenceCause};
use crate::view::actuals::actual_costs::{ActualCostsView, kind_word, ratio};
use crate::view::page::number::Number;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct ActualsJson<'a> {
    schema: &'static str,
    month: String,
    stage: StageJson<'a>,
    currency: String,
    customers: Option<u64>,
    mrr: Option<MoneyJson>,
    planned_for_customers: u64,
    through: Option<String>,
    planned: Number,
    is_plan_known: bool,
    planned_total: Number,
    planned_with_bill: Option<Number>,
    billed: Option<Number>,
    projected: Number,
    billed_before_tax: Number,
    projected_before_tax: Number,
    difference: Option<Number>,
    causes: Vec<CauseJson>,
    unit_economics: EconomicsJson,
    rows: Vec<RowJson<'a>>,
    sources: Vec<SourceJson<'a>>,
    notes: &'a [String],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct StageJson<'a> {
    id: u32,
    name: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MoneyJson {
    amount: Number,
    currency: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CauseJson {
    cause: &'static str,
    amount: Number,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct EconomicsJson {
    cost_per_customer: Option<Number>,
    planned_cost_per_customer: Option<Number>,
    share_of_mrr: Option<Number>,
    planned_share_of_mrr: Option<Number>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RowJson<'a> {
    name: &'a str,
    kind: &'static str,
    vendor: Option<&'a str>,
    category: Option<&'a str>,
    planned: Number,
    is_plan_known: bool,
    billed: Option<Number>,
    projected: Number,
    difference: Option<Number>,
    causes: Vec<CauseJson>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SourceJson<'a> {
    name: &'a str,
    format: &'a str,
    rows: u64,
    through: Option<String>,
    totals: Vec<MoneyJson>,
}

fn causes(of: &[(DifferenceCause, rust_decimal::Decimal)]) -> Vec<CauseJson> {
    of.iter().map(|(cause, amount)| CauseJson { cause: cause.as_str(), amount: Number(*amount) }).collect()
}

fn row(row: &ComparedRow) -> RowJson<'_> {
    RowJson {
        name: &row.name,
        kind: kind_word(&row.subject),
        vendor: row.vendor.as_deref(),
        category: row.category.as_deref(),
        planned: Number(row.planned),
        is_plan_known: row.is_known,
        billed: row.billed.map(Number),
        projected: Number(row.projected),
        difference: row.difference().ok().map(Number),
        causes: causes(&row.causes),
    }
}

impl Serialize for ActualCostsView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (comparison, month) = (self.comparison, self.month);
        let total = &comparison.total;
        let economics = &self.plan.economics;
        let sources = month.sources.iter().map(|source| SourceJson {
            name: &source.name,
            format: &source.format,
            rows: source.rows,
            through: source.through.map(|day| day.to_string()),
            totals: source
                .totals
                .iter()
                .map(|total| MoneyJson { amount: Number(total.billed), currency: total.currency.to_string() })
                .collect(),
        });
        ActualsJson {
            schema: "costplan.actuals.v1",
            month: month.month.to_string(),
            stage: StageJson { id: self.stage.id, name: &self.stage.name },
            currency: self.stage.currency.to_string(),
            customers: month.customers,
            mrr: month.mrr.map(|mrr| MoneyJson { amount: Number(mrr.amount), currency: mrr.currency.to_string() }),
            planned_for_customers: self.plan.inputs.customers,
            through: self.through().map(|day| day.to_string()),
            planned: Number(total.planned),
            is_plan_known: total.is_known,
            planned_total: Number(self.plan.totals.total),
            planned_with_bill: comparison.planned_with_bill().ok().map(Number),
            billed: total.billed.map(Number),
            projected: Number(total.projected),
            billed_before_tax: Number(comparison.billed_before_tax),
            projected_before_tax: Number(comparison.projected_before_tax),
            difference: total.difference().ok().map(Number),
            causes: causes(&total.causes),
            unit_economics: EconomicsJson {
                cost_per_customer: ratio(comparison.cost_per_customer.as_ref()),
                planned_cost_per_customer: ratio(economics.cost_per_customer.as_ref()),
                share_of_mrr: ratio(comparison.share_of_mrr.as_ref()),
                planned_share_of_mrr: ratio(economics.share_of_mrr.as_ref()),
            },
            rows: self.rows.iter().map(row).collect(),
            sources: sources.collect(),
            notes: self.notes,
        }
        .serialize(serializer)
    }
}
