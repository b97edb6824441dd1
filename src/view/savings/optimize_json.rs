//! What techniques save on a stage, in JSON.

use serde::Serialize;

use crate::calculate::{Alone, Costing, Planned};
use crate::model::{PlanOrder, TechniqueOffer};
use crate::view::cost::stage_json::StageReference;
use crate::view::cost::tags::conditions;
use crate::view::page::finding::FindingView;
use crate::view::page::number::{Number, quotient};
use crate::view::page::scenario::{ScenarioJson, asked_techniques};
use crate::view::page::words::rating;
use crate::view::savings::opportunity::OpportunityJson;
use crate::view::savings::optimize::{OptimizeView, load, lowers, standing};

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct OptimizeJson<'a> {
    schema: &'static str,
    stage: StageReference<'a>,
    currency: String,
    as_of: String,
    scenario: Option<ScenarioJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    techniques_in_use: Option<&'a [Box<str>]>,
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    conditions: Option<&'a [Box<str>]>,
    inputs: InputsJson,
    order: &'static str,
    before: SideJson,
    after: SideJson,
    saved: Option<Number>,
    saved_share: Option<Number>,
    best: bool,
    plan: Vec<PlannedJson<'a>>,
    techniques: Vec<OfferJson<'a>>,
    opportunities: Vec<OpportunityJson<'a>>,
    stages_not_compared_because: Option<&'a str>,
    findings: Vec<FindingView>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct InputsJson {
    customers: u64,
    mrr: Option<Number>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct SideJson {
    subtotal: Option<Number>,
    total: Option<Number>,
    total_exact: Option<Number>,
    cost_per_customer: Option<Number>,
    share_of_mrr: Option<Number>,
    rating: Option<&'static str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct PlannedJson<'a> {
    technique: &'a str,
    name: &'a str,
    line_items: Vec<&'a str>,
    saved: Number,
    total_exact: Number,
    effort: &'static str,
    risk: &'static str,
    requires: &'a [Box<str>],
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct OfferJson<'a> {
    technique: &'a str,
    name: &'a str,
    effort: &'static str,
    risk: &'static str,
    requires: &'a [Box<str>],
    conflicts: &'a [Box<str>],
    /// Deducted from the exact total, where it may be used.
    saved: Option<Number>,
    line_items: Vec<FitJson<'a>>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct FitJson<'a> {
    line_item: &'a str,
    standing: &'static str,
    conflicts_with: Option<&'a str>,
    needs_inputs: &'a [Box<str>],
    lowers: Option<String>,
    share: Option<Number>,
    saved: Option<Number>,
    saved_at_most: Option<Number>,
    because: Option<&'a str>,
    #[serde(flatten)]
    moved: Option<MovedJson<'a>>,
}

/// From which SKU to which, and the largest load at which that costs no more.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MovedJson<'a> {
    from_sku: Option<&'a str>,
    to_sku: &'a str,
    load_meter: Option<&'a str>,
    breakeven_load: Option<u64>,
}

impl From<&Costing> for SideJson {
    fn from(costing: &Costing) -> Self {
        let totals = costing.known_totals();
        Self {
            subtotal: totals.map(|totals| Number(totals.subtotal)),
            total: totals.map(|totals| Number(totals.total)),
            total_exact: totals.map(|totals| Number(totals.total_exact)),
            cost_per_customer: costing.economics.cost_per_customer.as_ref().and_then(quotient),
            share_of_mrr: costing.economics.share_of_mrr.as_ref().and_then(quotient),
            rating: costing.economics.rating.map(|found| rating(found).0),
        }
    }
}

impl OptimizeView<'_> {
    fn offer_json<'v>(&'v self, offer: &'v TechniqueOffer, alone: &Alone) -> OfferJson<'v> {
        let technique = &offer.technique;
        let fits = offer.fits.iter().zip(alone.of_line_items.iter().zip(&alone.at_most)).zip(&alone.breakevens);
        let fits = fits.map(|((fit, (saved, at_most)), most)| FitJson {
            line_item: self.name(fit.line_item),
            standing: standing(&fit.standing),
            conflicts_with: fit.standing.conflict(),
            needs_inputs: fit.standing.needed_inputs(),
            lowers: lowers(self.stage, fit),
            share: fit.standing.usable().map(|used| Number(used.share)),
            saved: saved.map(Number),
            saved_at_most: at_most.map(Number),
            because: fit.because.as_deref(),
            moved: fit.standing.usable().and_then(|used| used.moved.as_deref()).map(|moved| MovedJson {
                from_sku: moved.from.as_deref(),
                to_sku: &moved.to,
                load_meter: load(moved).map(|(meter, _)| meter),
                breakeven_load: *most,
            }),
        });
        OfferJson {
            technique: &technique.id,
            name: &technique.name,
            effort: technique.effort.as_str(),
            risk: technique.risk.as_str(),
            requires: &technique.requires,
            conflicts: &technique.conflicts,
            saved: alone.saved.map(Number),
            line_items: fits.collect(),
        }
    }
}

impl Serialize for OptimizeView<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let (stage, optimization) = (self.stage, self.optimization);
        let planned = |planned: &Planned| {
            let offer = &self.offers[planned.offer];
            PlannedJson {
                technique: &offer.technique.id,
                name: &offer.technique.name,
                line_items: self.lowered(offer),
                saved: Number(planned.saved),
                total_exact: Number(planned.total),
                effort: offer.technique.effort.as_str(),
                risk: offer.technique.risk.as_str(),
                requires: &offer.technique.requires,
            }
        };
        let fitting = self.offers.iter().zip(&optimization.alone).filter(|(offer, _)| !offer.fits.is_empty());
        OptimizeJson {
            schema: "costplan.optimize.v1",
            stage: StageReference { id: stage.id, name: &stage.name },
            currency: stage.currency.to_string(),
            as_of: stage.as_of.to_string(),
            scenario: ScenarioJson::of(stage),
            techniques_in_use: asked_techniques(Some(stage)),
            conditions: conditions(Some(stage)),
            inputs: InputsJson {
                customers: optimization.before.inputs.customers,
                mrr: optimization.before.economics.mrr.map(Number),
            },
            order: match self.order {
                PlanOrder::Saving => "saving",
                PlanOrder::Effort => "effort",
            },
            before: SideJson::from(&optimization.before),
            after: SideJson::from(&optimization.after),
            saved: self.saved().map(Number),
            saved_share: self.saved_share().as_ref().and_then(quotient),
            best: optimization.is_best,
            plan: optimization.plan.iter().map(planned).collect(),
            techniques: fitting.map(|(offer, alone)| self.offer_json(offer, alone)).collect(),
            opportunities: self.opportunities.iter().map(|one| OpportunityJson::new(stage, one)).collect(),
            stages_not_compared_because: self.not_compared,
            findings: self.findings(),
        }
        .serialize(serializer)
    }
}
