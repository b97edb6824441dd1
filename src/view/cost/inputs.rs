//! What can be set on a stage, as JSON: schema `costplan.inputs.v1`.

use std::sync::Arc;

use serde::{Serialize, Serializer};

use crate::calculate::{Costing, driver_values};
use crate::model::{Amount, Driver, LineItem, ScenarioName, Stage, TechniqueOffer};
use crate::source::Sources;
use crate::view::cost::stage_json::StageReference;
use crate::view::page::number::Number;
use crate::view::page::section::{AmountJson, amount_json};

/// The drivers of a stage, the quantities of its line items, its techniques and the scenarios of the project.
#[derive(Clone, Copy, Debug)]
pub struct InputsView<'a> {
    /// The stage.
    pub stage: &'a Stage,
    /// Its costing, which has the values.
    pub costing: &'a Costing,
    /// The techniques.
    pub offers: &'a [TechniqueOffer],
    /// The scenarios.
    pub scenarios: &'a [Arc<ScenarioName>],
    /// The texts of the formulas.
    pub sources: &'a Sources,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct InputsJson<'a> {
    schema: &'static str,
    stage: StageReference<'a>,
    currency: &'a str,
    customers: RangeJson,
    drivers: Vec<DriverJson<'a>>,
    quantities: Vec<QuantityJson<'a>>,
    techniques: Vec<TechniqueJson<'a>>,
    scenarios: Vec<ScenarioJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RangeJson {
    low: u64,
    high: Option<u64>,
    sized_for: Option<u64>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct DriverJson<'a> {
    name: &'a str,
    formula: &'a str,
    value: Option<AmountJson>,
    source: Option<&'a str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct QuantityJson<'a> {
    line_item: &'a str,
    formula: Option<&'a str>,
    quantity: Option<Number>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TechniqueJson<'a> {
    id: &'a str,
    name: &'a str,
    in_use: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ScenarioJson<'a> {
    id: &'a str,
    name: &'a str,
    summary: Option<&'a str>,
}

impl<'a> InputsView<'a> {
    fn drivers(&self) -> Vec<DriverJson<'a>> {
        let driver = |(driver, value): (&'a Driver, Option<Amount>)| DriverJson {
            name: self.stage.scope.name(driver.slot),
            formula: driver.formula.written(self.sources),
            value: value.as_ref().map(amount_json),
            source: driver.source.as_deref(),
        };
        driver_values(self.stage, self.costing).into_iter().map(driver).collect()
    }

    /// The quantities that can be set: auto-scaling gives the others.
    fn quantities(&self) -> Vec<QuantityJson<'a>> {
        let costs = self.stage.line_items.iter().zip(&self.costing.line_items);
        let is_set = |item: &LineItem| item.autoscaling().is_none();
        let quantity = costs.filter(|(item, _)| is_set(item)).map(|(item, cost)| QuantityJson {
            line_item: &item.name,
            formula: item.quantity.as_ref().map(|formula| formula.written(self.sources)),
            quantity: cost.quantity.map(Number),
        });
        quantity.collect()
    }

    fn scenarios(&self) -> Vec<ScenarioJson<'a>> {
        let scenario =
            |of: &'a Arc<ScenarioName>| ScenarioJson { id: &of.id, name: &of.name, summary: of.summary.as_deref() };
        self.scenarios.iter().map(scenario).collect()
    }

    /// The techniques that can be used on the stage as its plan is: of which nothing is unknown.
    fn techniques(&self) -> Vec<TechniqueJson<'a>> {
        let technique = |offer: &'a TechniqueOffer| {
            let id = &*offer.technique.id;
            let in_use = self.stage.techniques.iter().any(|used| **used == *id);
            TechniqueJson { id, name: &offer.technique.name, in_use }
        };
        self.offers.iter().filter(|offer| offer.usable().next().is_some()).map(technique).collect()
    }
}

impl Serialize for InputsView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let range = self.stage.customers.value;
        InputsJson {
            schema: "costplan.inputs.v1",
            stage: StageReference { id: self.stage.id, name: &self.stage.name },
            currency: self.stage.currency.as_str(),
            customers: RangeJson { low: range.low, high: range.high, sized_for: self.stage.sized_for },
            drivers: self.drivers(),
            quantities: self.quantities(),
            techniques: self.techniques(),
            scenarios: self.scenarios(),
        }
        .serialize(serializer)
    }
}
