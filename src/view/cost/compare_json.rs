//! The JSON of a comparison: schema `costplan.compare.v1`.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::Serialize;

use crate::calculate::Totals;
use crate::model::{Fraction, subtract};
use crate::view::cost::compare::{CompareView, ComparedRow, Side};
use crate::view::cost::stage_json::StageReference;
use crate::view::cost::tags::conditions;
use crate::view::page::finding::FindingView;
use crate::view::page::number::{Number, quotient};
use crate::view::page::scenario::{ScenarioJson, asked_techniques};

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct CompareJson<'a> {
    schema: &'static str,
    stages: Vec<StageReference<'a>>,
    sides: Vec<SideJson<'a>>,
    currency: Option<String>,
    as_of: Option<String>,
    inputs: InputsJson,
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    conditions: Option<&'a [Box<str>]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    share_of_stage: Option<AmountsJson>,
    categories: Vec<CategoryJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tags: Option<BTreeMap<&'a str, Vec<ValueJson<'a>>>>,
    complete: bool,
    subtotal: AmountsJson,
    buffer: AmountsJson,
    rounding: AmountsJson,
    total: AmountsJson,
    cost_per_customer: AmountsJson,
    findings: Vec<FindingView>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SideJson<'a> {
    stage: StageReference<'a>,
    scenario: Option<ScenarioJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    techniques: Option<&'a [Box<str>]>,
    customers: u64,
    as_of: String,
}

impl<'a> From<&Side<'a>> for SideJson<'a> {
    fn from((stage, costing): &Side<'a>) -> Self {
        Self {
            stage: StageReference { id: stage.id, name: &stage.name },
            scenario: ScenarioJson::of(stage),
            techniques: asked_techniques(Some(stage)),
            customers: costing.inputs.customers,
            as_of: stage.as_of.to_string(),
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct InputsJson {
    customers: Option<u64>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CategoryJson<'a> {
    name: &'a str,
    #[serde(flatten)]
    amounts: AmountsJson,
    line_items: Vec<ItemJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ValueJson<'a> {
    /// `None` for untagged line items.
    value: Option<&'a str>,
    #[serde(flatten)]
    amounts: AmountsJson,
    line_items: Vec<ItemJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ItemJson<'a> {
    name: &'a str,
    #[serde(flatten)]
    amounts: AmountsJson,
}

/// The amounts of two sides with their difference, or of more sides without one.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
enum AmountsJson {
    Pair { first: Option<Number>, second: Option<Number>, difference: Option<Number> },
    More { amounts: Vec<Option<Number>> },
}

impl AmountsJson {
    fn new(amounts: Vec<Option<Number>>, difference: Option<Number>) -> Self {
        match amounts[..] {
            [first, second] => Self::Pair { first, second, difference },
            _ => Self::More { amounts },
        }
    }
}

impl From<&ComparedRow<'_>> for AmountsJson {
    fn from(row: &ComparedRow<'_>) -> Self {
        let amounts = row.known().into_iter().map(|amount| amount.map(Number)).collect();
        Self::new(amounts, row.difference().map(Number))
    }
}

impl CompareView<'_> {
    /// The compared parts as shares of their stages.
    fn share_of_stage(&self) -> Option<AmountsJson> {
        let is_part = self.sides.iter().any(|(stage, _)| stage.part.is_some());
        let shares: Vec<Option<Fraction>> =
            self.sides.iter().map(|(_, costing)| costing.share_of_stage.clone()).collect();
        let difference = match &shares[..] {
            [Some(first), Some(second)] => second.subtract(first).ok().as_ref().and_then(quotient),
            _ => None,
        };
        let shares = shares.into_iter().map(|share| share.as_ref().and_then(quotient)).collect();
        is_part.then(|| AmountsJson::new(shares, difference))
    }

    fn total_json(&self, amount: fn(&Totals) -> Decimal) -> AmountsJson {
        let known = |(_, costing): &Side<'_>| costing.known_totals().map(amount);
        let amounts: Vec<Option<Decimal>> = self.sides.iter().map(known).collect();
        let difference = match amounts[..] {
            [Some(first), Some(second)] if self.is_complete() => subtract(second, first).ok(),
            _ => None,
        };
        AmountsJson::new(amounts.into_iter().map(|amount| amount.map(Number)).collect(), difference.map(Number))
    }

    fn per_customer_json(&self) -> AmountsJson {
        let costs: Vec<Option<Fraction>> =
            self.sides.iter().map(|(_, costing)| costing.economics.cost_per_customer.clone()).collect();
        let difference = match &costs[..] {
            [Some(first), Some(second)] if self.is_complete() => {
                second.subtract(first).ok().as_ref().and_then(quotient)
            }
            _ => None,
        };
        AmountsJson::new(costs.into_iter().map(|cost| cost.as_ref().and_then(quotient)).collect(), difference)
    }
}

impl<'a> Serialize for CompareView<'a> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let groups = |by: Option<&'a str>| {
            let mut groups: Vec<ValueJson<'a>> = Vec::new();
            for row in &self.rows(by) {
                match (row.line_item, groups.last_mut()) {
                    (Some(name), Some(group)) => group.line_items.push(ItemJson { name, amounts: row.into() }),
                    _ => groups.push(ValueJson { value: row.group, amounts: row.into(), line_items: Vec::new() }),
                }
            }
            groups
        };
        let categories = groups(None).into_iter().map(|ValueJson { value, amounts, line_items }| CategoryJson {
            name: value.unwrap_or_default(),
            amounts,
            line_items,
        });
        CompareJson {
            schema: "costplan.compare.v1",
            stages: self.sides.iter().map(|(stage, _)| StageReference { id: stage.id, name: &stage.name }).collect(),
            sides: self.sides.iter().map(SideJson::from).collect(),
            currency: self.shared(|(stage, _)| stage.currency.to_string()),
            as_of: self.shared(|(stage, _)| stage.as_of.to_string()),
            inputs: InputsJson { customers: self.shared(|(_, costing)| costing.inputs.customers) },
            conditions: conditions(self.sides.first().map(|(stage, _)| *stage)),
            share_of_stage: self.share_of_stage(),
            categories: categories.collect(),
            tags: self.by.map(|tag| BTreeMap::from([(tag, groups(Some(tag)))])),
            complete: self.is_complete(),
            subtotal: self.total_json(|totals| totals.subtotal),
            buffer: self.total_json(|totals| totals.buffer),
            rounding: self.total_json(|totals| totals.rounding),
            total: self.total_json(|totals| totals.total),
            cost_per_customer: self.per_customer_json(),
            findings: self.findings(),
        }
        .serialize(serializer)
    }
}
