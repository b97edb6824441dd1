//! The JSON of a difference: schema `costplan.diff.v1`.

use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::calculate::{Cause, Contribution};
use crate::model::Fraction;
use crate::view::cost::stage_json::StageReference;
use crate::view::history::diff::DiffView;
use crate::view::history::diff_effect::{Effect, effects};
use crate::view::history::diff_stage::ComparedStage;
use crate::view::page::number::{Number, quotient};
use crate::view::page::scenario::ScenarioJson;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct DiffJson<'a> {
    schema: &'static str,
    base: &'a str,
    head: &'a str,
    stages: Vec<StageJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct BothJson<T> {
    base: Option<T>,
    head: Option<T>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct StageJson<'a> {
    scenario: Option<ScenarioJson<'a>>,
    stage: StageReference<'a>,
    customers: BothJson<u64>,
    currency: String,
    as_of: BothJson<String>,
    complete: bool,
    total: BothJson<Number>,
    difference: Option<Number>,
    change: Option<Number>,
    causes: Vec<CauseJson>,
    merged: Vec<MergedJson>,
    line_items: Vec<LineJson<'a>>,
    effects: Vec<EffectJson>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CauseJson {
    cause: &'static str,
    amount: Number,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MergedJson {
    cause: &'static str,
    into: &'static str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LineJson<'a> {
    name: &'a str,
    cost: BothJson<Number>,
    difference: Option<Number>,
    complete: bool,
    causes: Vec<CauseJson>,
    unknown_because: Option<&'static str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct EffectJson {
    what: &'static str,
    base: Option<Number>,
    head: Option<Number>,
    difference: Option<Number>,
}

fn causes(of: &[Contribution]) -> Vec<CauseJson> {
    of.iter().map(|part| CauseJson { cause: part.cause.as_str(), amount: Number(part.amount) }).collect()
}

impl DiffView<'_> {
    fn stage_json<'a>(&'a self, stage: &'a ComparedStage<'a>) -> Option<StageJson<'a>> {
        let side = stage.subject()?;
        let number = |value: &Fraction| value.exact().map(Number).or_else(|| quotient(value));
        let [base_total, head_total] = stage.known_totals().map(|total| total.map(Number));
        let difference = stage.difference();
        let before = stage.totals()[0];
        let change = difference.filter(|_| stage.base.is_some() && stage.head.is_some() && stage.is_complete());
        let change = change.and_then(|difference| Fraction::new(difference, before).ok()).as_ref().and_then(quotient);
        let attribution = stage.attribution.as_ref();
        let line = |line: &'a crate::calculate::LineChange| {
            let [base, head] = stage.costs_of(line).map(|cost: Option<Decimal>| cost.map(Number));
            LineJson {
                name: &line.name,
                cost: BothJson { base, head },
                difference: stage.difference_of(line).map(Number),
                complete: stage.is_line_complete(line),
                causes: causes(&line.contributions),
                unknown_because: line.unknown.map(Cause::as_str),
            }
        };
        let merged = attribution.into_iter().flat_map(|attribution| &attribution.merged);
        let effect = |effect: Effect| EffectJson {
            what: effect.code,
            base: effect.values[0].as_ref().and_then(number),
            head: effect.values[1].as_ref().and_then(number),
            difference: effect.difference().as_ref().and_then(number),
        };
        Some(StageJson {
            scenario: ScenarioJson::of(&side.stage),
            stage: StageReference { id: side.stage.id, name: &side.stage.name },
            customers: BothJson {
                base: stage.base.map(|side| side.costing.inputs.customers),
                head: stage.head.map(|side| side.costing.inputs.customers),
            },
            currency: side.stage.currency.to_string(),
            as_of: BothJson {
                base: stage.base.map(|side| side.stage.as_of.to_string()),
                head: stage.head.map(|side| side.stage.as_of.to_string()),
            },
            complete: stage.is_complete(),
            total: BothJson { base: base_total, head: head_total },
            difference: difference.map(Number),
            change,
            causes: attribution.map(|attribution| causes(&attribution.contributions)).unwrap_or_default(),
            merged: merged
                .map(|merged| MergedJson { cause: merged.cause.as_str(), into: merged.into.as_str() })
                .collect(),
            line_items: self.lines(stage).0.into_iter().map(line).collect(),
            effects: effects(stage).into_iter().map(effect).collect(),
        })
    }
}

impl Serialize for DiffView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let shown = self.stages.iter().filter(|stage| !self.is_hidden(stage));
        DiffJson {
            schema: "costplan.diff.v1",
            base: self.names[0],
            head: self.names[1],
            stages: shown.filter_map(|stage| self.stage_json(stage)).collect(),
        }
        .serialize(serializer)
    }
}
