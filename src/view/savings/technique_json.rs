//! Techniques in JSON.

use serde::{Serialize, Serializer};

use crate::calculate::{Step, TechniqueResult};
use crate::model::{Focus, SkuReplacement, Technique, TechniqueScope};
use crate::source::Sources;
use crate::view::page::number::{Number, quotient};
use crate::view::page::section::{AmountJson, amount_json, working};
use crate::view::savings::retention::RetentionJson;
use crate::view::savings::technique::{TechniqueView, TechniquesView};

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TechniqueJson<'a> {
    id: &'a str,
    name: &'a str,
    area: &'a str,
    summary: &'a str,
    effort: &'static str,
    risk: &'static str,
    claim: Option<&'a str>,
    needs: &'a [Box<str>],
    steps: &'a [Box<str>],
    snippet: Option<SnippetJson<'a>>,
    requires: &'a [Box<str>],
    conflicts: &'a [Box<str>],
    applies_to: Vec<ScopeJson<'a>>,
    focus: Option<&'static str>,
    replaces_sku: Option<ReplacementJson<'a>>,
    inputs: Vec<InputJson<'a>>,
    effects: Vec<EffectJson<'a>>,
}

/// The SKU that takes the place of a line item's.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ReplacementJson<'a> {
    with: Option<&'a str>,
    load: Option<&'a str>,
    smaller: Option<&'static str>,
    effect: Option<&'a str>,
}

impl<'a> ReplacementJson<'a> {
    fn new(technique: &'a Technique, replacement: &'a SkuReplacement) -> Self {
        match replacement {
            SkuReplacement::With { sku, load, .. } => {
                let load = load.as_ref().map(|load| &*load.value);
                Self { with: Some(&sku.value), load, smaller: None, effect: None }
            }
            SkuReplacement::Smaller { property, effect, .. } => {
                let effect = Some(&*technique.effects[*effect].name);
                Self { with: None, load: None, smaller: Some(property.as_str()), effect }
            }
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SnippetJson<'a> {
    language: &'a str,
    code: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ScopeJson<'a> {
    category: Option<&'a str>,
    vendor: Option<&'a str>,
    sku: Option<&'a str>,
    meter: Option<&'a str>,
    lowers: &'static str,
    effect: &'a str,
    counts: Option<&'a str>,
    share: Option<Number>,
    because: Option<&'a str>,
}

impl<'a> ScopeJson<'a> {
    fn new(technique: &'a Technique, scope: &'a TechniqueScope) -> Self {
        Self {
            category: scope.category.as_deref(),
            vendor: scope.vendor.as_deref(),
            sku: scope.sku.as_deref(),
            meter: scope.meter.as_deref(),
            lowers: scope.lowers.as_str(),
            effect: &technique.effects[scope.effect].name,
            counts: scope.counts.map(|place| technique.scope.name(technique.inputs[place].slot)),
            share: scope.share.map(|share| Number(share.value)),
            because: scope.because.as_deref(),
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct InputJson<'a> {
    name: &'a str,
    meaning: &'a str,
    source: Option<&'a str>,
    #[serde(flatten)]
    amount: AmountJson,
    working: String,
    place: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct EffectJson<'a> {
    name: &'a str,
    unit: Option<String>,
    before: SideJson,
    after: SideJson,
    difference: Option<Number>,
    change: Option<Number>,
    claimed: Option<ClaimJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SideJson {
    value: Option<Number>,
    working: String,
    place: String,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct ClaimJson<'a> {
    low: Option<Number>,
    high: Option<Number>,
    as_claimed: Option<bool>,
    reason: Option<&'a str>,
}

impl<'a> TechniqueJson<'a> {
    fn new(technique: &'a Technique, result: &'a TechniqueResult, sources: &Sources) -> Self {
        let place = |step: &Step| {
            let span = step.origin.as_ref().and_then(|origin| origin.span);
            span.map_or_else(String::new, |span| sources.origin(span))
        };
        let side = |step: &Step| SideJson {
            value: amount_json(&step.result).value,
            working: working(&step.operation, sources),
            place: place(step),
        };
        let inputs = technique.inputs.iter().zip(&result.inputs).map(|(input, step)| InputJson {
            name: technique.scope.name(input.slot),
            meaning: &input.meaning,
            source: input.source.as_deref(),
            amount: amount_json(&step.result),
            working: working(&step.operation, sources),
            place: place(step),
        });
        let effects = technique.effects.iter().zip(&result.effects).map(|(effect, result)| EffectJson {
            name: &effect.name,
            unit: amount_json(&result.before.result).unit,
            before: side(&result.before),
            after: side(&result.after),
            difference: amount_json(&result.difference).value,
            change: result.change.as_ref().and_then(quotient),
            claimed: effect.claimed.map(|claimed| ClaimJson {
                low: claimed.low.map(Number),
                high: claimed.high.map(Number),
                as_claimed: result.is_as_claimed,
                reason: effect.reason.as_deref(),
            }),
        });
        Self {
            id: &technique.id,
            name: &technique.name,
            area: &technique.area,
            summary: &technique.summary,
            effort: technique.effort.as_str(),
            risk: technique.risk.as_str(),
            claim: technique.claim.as_deref(),
            needs: &technique.needs,
            steps: &technique.steps,
            snippet: technique
                .snippet
                .as_ref()
                .map(|snippet| SnippetJson { language: &snippet.language, code: &snippet.code }),
            requires: &technique.requires,
            conflicts: &technique.conflicts,
            focus: technique.focus.map(Focus::as_str),
            replaces_sku: technique
                .replacement
                .as_ref()
                .map(|replacement| ReplacementJson::new(technique, replacement)),
            applies_to: technique.applies_to.iter().map(|scope| ScopeJson::new(technique, scope)).collect(),
            inputs: inputs.collect(),
            effects: effects.collect(),
        }
    }
}

impl Serialize for TechniqueView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let technique = TechniqueJson::new(self.technique, self.result, self.sources);
        let retention = self.result.retention.as_ref().map(|kept| RetentionJson::new(kept, self.sources));
        OneJson { schema: "costplan.technique.v1", technique, retention }.serialize(serializer)
    }
}

impl Serialize for TechniquesView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let techniques = self.by_area().into_iter();
        let techniques = techniques.map(|(technique, result)| TechniqueJson::new(technique, result, self.sources));
        AllJson { schema: "costplan.techniques.v1", techniques: techniques.collect() }.serialize(serializer)
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct OneJson<'a> {
    schema: &'static str,
    #[serde(flatten)]
    technique: TechniqueJson<'a>,
    /// Only for a single technique, since it has a row for each month.
    retention: Option<RetentionJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct AllJson<'a> {
    schema: &'static str,
    techniques: Vec<TechniqueJson<'a>>,
}
