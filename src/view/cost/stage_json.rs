//! The JSON of one stage: schema `costplan.stage.v1`.
//!
//! A stage that is shown at the two ends of its range has the figures that both share, null for those that they do not,
//! and the figures of each end under `ends`.

use std::borrow::Cow;
#[cfg(test)]
use std::collections::BTreeMap;
use std::slice;

use rust_decimal::Decimal;
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use crate::calculate::{Completeness, Costing, LineCost, TaxAtRate, Totals, UnitEconomics, assumptions};
use crate::model::{
    Adjustment, CategoryId, Currency, Deduction, ExchangeRate, Fraction, LinePricing, Money, ReverseCharge, Tax,
};
use crate::view::cost::alternatives::AlternativeJson;
use crate::view::cost::assumption::AssumptionJson;
use crate::view::cost::stage::{StageView, ends_of};
#[cfg(test)]
use crate::view::cost::tags::TagJson;
use crate::view::cost::tags::{LineTagsJson, ShareJson, TagsJson, conditions};
use crate::view::page::finding::{FindingView, unknown_name};
use crate::view::page::number::{Number, quotient};
use crate::view::page::scenario::{ScenarioJson, asked_techniques};
use crate::view::page::specification::SpecificationJson;
use crate::view::page::words::rating;

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct StageJson<'a> {
    schema: &'static str,
    stage: StageReference<'a>,
    sized_for: Option<u64>,
    currency: &'a str,
    as_of: String,
    list_prices: bool,
    oldest_price: Option<OldestJson<'a>>,
    exchange_rates: Vec<RateJson<'a>>,
    assumptions: Vec<AssumptionJson<'a>>,
    alternatives: Vec<AlternativeJson<'a>>,
    scenario: Option<ScenarioJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    techniques: Option<&'a [Box<str>]>,
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    conditions: Option<&'a [Box<str>]>,
    #[serde(flatten)]
    figures: FiguresJson<'a>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    ends: Vec<FiguresJson<'a>>,
}

impl Serialize for StageView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self { stage, costings, .. } = *self;
        let oldest = stage.oldest_price();
        let assumed = assumptions(stage, costings);
        let ends = if costings.len() > 1 { costings } else { &[] };
        let end = |costing| Figures(Self { costings: slice::from_ref(costing), ..*self }).json();
        StageJson {
            schema: "costplan.stage.v1",
            stage: StageReference { id: stage.id, name: &stage.name },
            sized_for: stage.sized_for,
            currency: stage.currency.as_str(),
            as_of: stage.as_of.to_string(),
            list_prices: stage.list_prices,
            oldest_price: oldest.map(|(day, sku)| OldestJson { retrieved_on: day.to_string(), sku }),
            exchange_rates: stage.rates.iter().map(|rate| RateJson::new(rate, stage.currency)).collect(),
            assumptions: assumed.iter().map(AssumptionJson::new).collect(),
            alternatives: self.alternatives.iter().map(|cost| AlternativeJson::new(stage, cost)).collect(),
            scenario: ScenarioJson::of(stage),
            techniques: asked_techniques(Some(stage)),
            conditions: conditions(Some(stage)),
            figures: Figures(*self).json(),
            ends: ends.iter().map(end).collect(),
        }
        .serialize(serializer)
    }
}

/// An exchange rate, as it is written.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct RateJson<'a> {
    from: String,
    to: String,
    rate: Number,
    effective_from: String,
    retrieved_on: String,
    source: &'a str,
}

impl<'a> RateJson<'a> {
    pub(crate) fn new(rate: &'a ExchangeRate, into: Currency) -> Self {
        let (from, to) = rate.written(into);
        Self {
            from: from.to_string(),
            to: to.to_string(),
            rate: Number(rate.rate),
            effective_from: rate.effective_from.to_string(),
            retrieved_on: rate.read_on.to_string(),
            source: &rate.source,
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct OldestJson<'a> {
    retrieved_on: String,
    sku: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct StageReference<'a> {
    pub(crate) id: u32,
    pub(crate) name: &'a str,
}

/// The costings whose figures are shown: a figure that they do not share is null.
struct Figures<'a>(StageView<'a>);

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct FiguresJson<'a> {
    inputs: InputsJson,
    #[cfg_attr(test, schemars(with = "Vec<LineItemJson<'a>>"))]
    line_items: LineItemsJson<'a>,
    #[cfg_attr(test, schemars(with = "BTreeMap<String, Option<Number>>"))]
    categories: CategoriesJson<'a>,
    #[cfg_attr(test, schemars(with = "BTreeMap<String, TagJson<'a>>"))]
    tags: TagsJson<'a>,
    subtotal: Option<Number>,
    subtotal_exact: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    share_of_stage: Option<ShareJson>,
    buffer: BufferJson,
    rounding: Option<Number>,
    total: Option<Number>,
    total_exact: Option<Number>,
    adjustments: Vec<AdjustmentJson<'a>>,
    range: Option<RangeJson>,
    tax: Option<TaxJson<'a>>,
    complete: bool,
    unit_economics: EconomicsJson,
    findings: Vec<FindingView>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct InputsJson {
    customers: Option<u64>,
    mrr: Option<Number>,
    arpu: Option<Number>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct BufferJson {
    rate: Number,
    amount: Option<Number>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct EconomicsJson {
    cost_per_customer: Option<Number>,
    cost_per_customer_before_buffer: Option<Number>,
    marginal_cost: Option<Number>,
    share_of_mrr: Option<Number>,
    share_of_mrr_target: Option<Number>,
    share_of_mrr_met: Option<bool>,
    rating: Option<&'static str>,
    gross_profit: Option<Number>,
    gross_margin: Option<Number>,
    revenue: Option<&'static str>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct MoneyJson {
    amount: Number,
    currency: String,
}

impl From<Money> for MoneyJson {
    fn from(money: Money) -> Self {
        Self { amount: Number(money.amount), currency: money.currency.to_string() }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct LineItemJson<'a> {
    name: &'a str,
    category: &'a str,
    vendor: Option<&'a str>,
    sku: Option<&'a str>,
    quantity: Option<Number>,
    monthly_cost: Option<Number>,
    monthly_cost_exact: Option<Number>,
    native: Option<MoneyJson>,
    list: Option<MoneyJson>,
    agreed_because: Option<&'a str>,
    share: Option<Number>,
    /// What discounts and credits take off.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken_off: Option<Number>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<RangeJson>,
    depends_on: Vec<Cow<'a, str>>,
    #[cfg_attr(test, schemars(with = "BTreeMap<String, String>"))]
    tags: LineTagsJson<'a>,
    /// What one unit must offer, as the manifest says.
    #[cfg_attr(test, schemars(with = "Option<BTreeMap<String, String>>"))]
    specification: Option<SpecificationJson<'a>>,
    features: Vec<&'a str>,
    note: Option<&'a str>,
}

impl<'a> Figures<'a> {
    fn json(&self) -> FiguresJson<'a> {
        let view = self.0;
        let total = |value: fn(&Totals) -> Decimal| self.number(|costing| Some(value(&costing.totals)));
        let share = || view.shared(|costing| costing.share_of_stage.as_ref().and_then(quotient)).flatten();
        FiguresJson {
            inputs: InputsJson {
                customers: view.shared(|costing| costing.inputs.customers),
                mrr: view.shared(|costing| costing.economics.mrr).flatten().map(Number),
                arpu: view.first().inputs.revenue.arpu().map(Number),
            },
            line_items: LineItemsJson(view),
            categories: CategoriesJson(view),
            tags: TagsJson::all(view.stage, view.costings),
            subtotal: total(|totals| totals.subtotal),
            subtotal_exact: total(|totals| totals.subtotal_exact),
            share_of_stage: view.stage.part.as_ref().map(|_| ShareJson(share())),
            buffer: BufferJson { rate: Number(view.stage.buffer.value), amount: total(|totals| totals.buffer) },
            rounding: total(|totals| totals.rounding),
            total: total(|totals| totals.total),
            total_exact: total(|totals| totals.total_exact),
            adjustments: self.adjustments(),
            range: self.range(),
            tax: self.tax(),
            complete: view.costings.iter().all(Costing::is_complete),
            unit_economics: self.economics(),
            findings: view.findings(),
        }
    }

    fn economics(&self) -> EconomicsJson {
        let view = self.0;
        let of =
            |value: fn(&UnitEconomics) -> Option<Number>| view.shared(|costing| value(&costing.economics)).flatten();
        EconomicsJson {
            cost_per_customer: of(|economics| economics.cost_per_customer.as_ref().and_then(quotient)),
            cost_per_customer_before_buffer: of(|economics| {
                economics.cost_per_customer_before_buffer.as_ref().and_then(quotient)
            }),
            marginal_cost: of(|economics| economics.marginal_cost.map(Number)),
            share_of_mrr: of(|economics| economics.share_of_mrr.as_ref().and_then(quotient)),
            share_of_mrr_target: of(|economics| economics.target.map(|target| Number(target.bound))),
            share_of_mrr_met: view.shared(|costing| costing.economics.target?.is_met).flatten(),
            rating: view.shared(|costing| costing.economics.rating).flatten().map(|found| rating(found).0),
            gross_profit: of(|economics| economics.gross_profit.map(Number)),
            gross_margin: of(|economics| economics.gross_margin.as_ref().and_then(quotient)),
            revenue: view.shared(|costing| match costing.economics.mrr {
                None => "unknown",
                Some(mrr) if mrr.is_zero() => "none_yet",
                Some(_) => "known",
            }),
        }
    }
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct AdjustmentJson<'a> {
    kind: &'static str,
    reason: &'a str,
    rate: Option<Number>,
    amount: Option<Number>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct RangeJson {
    low: Option<Number>,
    high: Option<Number>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(untagged)]
enum ReverseChargeJson<'a> {
    All(&'static str),
    Vendors(&'a [Box<str>]),
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TaxJson<'a> {
    rate: Number,
    reverse_charge: ReverseChargeJson<'a>,
    taxable: Option<Number>,
    amount: Option<Number>,
    total_with_tax: Option<Number>,
    rates: Vec<TaxRateJson>,
    recovered_after: Option<u32>,
    credits: Vec<CreditAfterTaxJson<'a>>,
    to_pay: Option<Number>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct TaxRateJson {
    rate: Number,
    taxable: Number,
    amount: Number,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
struct CreditAfterTaxJson<'a> {
    reason: &'a str,
    amount: Option<Number>,
}

impl<'a> Figures<'a> {
    fn number(&self, value: impl Fn(&Costing) -> Option<Decimal>) -> Option<Number> {
        let known = |costing: &Costing| costing.known_totals().and_then(|_| value(costing));
        self.0.shared(known).flatten().map(Number)
    }

    /// What each discount and credit deducts.
    fn adjustments(&self) -> Vec<AdjustmentJson<'a>> {
        let adjustments = self.0.stage.adjustments.iter().enumerate();
        let json = adjustments.map(|(index, adjustment)| AdjustmentJson {
            kind: adjustment.kind(),
            reason: &adjustment.reason,
            rate: match adjustment.off {
                Deduction::Rate(rate) => Some(Number(rate)),
                Deduction::Amount { .. } | Deduction::AmountEach { .. } => None,
            },
            amount: self.number(|costing| costing.adjustments.get(index).copied()),
        });
        json.collect()
    }

    /// The total at the ends of prices that are ranges; null if there are none.
    fn range(&self) -> Option<RangeJson> {
        self.0.stage.has_price_ranges().then(|| RangeJson {
            low: self.number(|costing| Some(costing.range.as_ref()?.low.total)),
            high: self.number(|costing| Some(costing.range.as_ref()?.high.total)),
        })
    }

    /// The tax; null if none is requested.
    fn tax(&self) -> Option<TaxJson<'a>> {
        let tax = self.0.stage.tax.as_ref()?;
        Some(TaxJson {
            rate: Number(tax.rate.value),
            reverse_charge: match &tax.reverse_charge {
                ReverseCharge::All => ReverseChargeJson::All("all"),
                ReverseCharge::Vendors(vendors) => ReverseChargeJson::Vendors(vendors),
            },
            taxable: self.number(|costing| Some(costing.taxed.as_ref()?.taxable)),
            amount: self.number(|costing| Some(costing.taxed.as_ref()?.tax)),
            total_with_tax: self.number(|costing| Some(costing.taxed.as_ref()?.total)),
            rates: self.tax_rates(),
            recovered_after: tax.recovered_after,
            credits: self.credits_after_tax(tax),
            to_pay: self.number(|costing| Some(costing.taxed.as_ref()?.to_pay)),
        })
    }

    /// The tax at each rate; without amounts where they differ by the number of customers.
    fn tax_rates(&self) -> Vec<TaxRateJson> {
        let taxed = self.0.shared(|costing| costing.known_totals().and(costing.taxed.as_ref())).flatten();
        let rate =
            |of: &TaxAtRate| TaxRateJson { rate: Number(of.rate), taxable: Number(of.taxable), amount: Number(of.tax) };
        taxed.into_iter().flat_map(|taxed| &taxed.rates).map(rate).collect()
    }

    /// The credits after tax, with what each deducts.
    fn credits_after_tax<'t>(&self, tax: &'t Tax) -> Vec<CreditAfterTaxJson<'t>> {
        let credit = |(place, credit): (usize, &'t Adjustment)| CreditAfterTaxJson {
            reason: &credit.reason,
            amount: self.number(|costing| costing.taxed.as_ref()?.credits.get(place).copied()),
        };
        tax.credits.iter().enumerate().map(credit).collect()
    }
}

struct LineItemsJson<'a>(StageView<'a>);

impl Serialize for LineItemsJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let view = &self.0;
        let has_ranges = view.stage.has_price_ranges();
        let mut seq = serializer.serialize_seq(Some(view.stage.selected().count()))?;
        for (index, item) in view.stage.selected() {
            let shared = |value: fn(&LineCost) -> Option<Money>| {
                view.shared(|costing| value(&costing.line_items[index])).flatten().map(MoneyJson::from)
            };
            let number = |value: fn(&LineCost) -> Option<Decimal>| {
                view.shared(|costing| value(&costing.line_items[index])).flatten().map(Number)
            };
            let share = view.shared(|costing| {
                let line = &costing.line_items[index];
                let share = Fraction::new(line.monthly, costing.totals.subtotal);
                share.ok().filter(|_| line.is_known).as_ref().and_then(quotient)
            });
            let reason = match &item.pricing {
                LinePricing::Sku(line) => line.reason.as_deref(),
                LinePricing::Cost(_) => None,
            };
            let unknown = view.unknown(index);
            let details = item.details.as_deref();
            seq.serialize_element(&LineItemJson {
                name: &item.name,
                category: view.stage.category(item.category),
                vendor: item.vendor(),
                sku: item.sku(),
                quantity: number(|line| line.quantity),
                monthly_cost: number(|line| line.is_known.then_some(line.monthly)),
                monthly_cost_exact: number(|line| line.is_known.then_some(line.exact)),
                native: shared(|line| line.native),
                list: shared(|line| line.list),
                agreed_because: reason,
                share: share.flatten(),
                taken_off: number(|line| (!line.off.is_zero()).then_some(line.off)),
                range: has_ranges.then(|| {
                    let end = |end: fn((Decimal, Decimal)) -> Decimal| {
                        view.shared(|costing| ends_of(costing, index).map(end)).flatten().map(Number)
                    };
                    RangeJson { low: end(|(low, _)| low), high: end(|(_, high)| high) }
                }),
                depends_on: unknown.iter().map(|unknown| unknown_name(item, *unknown)).collect(),
                tags: LineTagsJson(view.stage, item),
                specification: item.needs().filter(|needs| needs.properties().next().is_some()).map(SpecificationJson),
                features: details.into_iter().flat_map(|details| &details.features).map(|feature| &**feature).collect(),
                note: details.and_then(|details| details.note.as_deref()),
            })?;
        }
        seq.end()
    }
}

struct CategoriesJson<'a>(StageView<'a>);

impl Serialize for CategoriesJson<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let view = &self.0;
        let mut map = serializer.serialize_map(None)?;
        for ((index, name), id) in view.stage.categories.iter().enumerate().zip((0..).map(CategoryId)) {
            if !view.stage.has_selected(id) {
                continue;
            }
            let sum = view.shared(|costing| {
                let cost = costing.categories[index];
                (cost.completeness != Completeness::Nothing).then_some(cost.monthly)
            });
            map.serialize_entry(&**name, &sum.flatten().map(Number))?;
        }
        map.end()
    }
}
