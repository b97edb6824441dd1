//! The JSON of one stage: schema `costplan.stage.v1`.
//!
//! A stage that is shown at the two ends of its range has the figures that both share, null for those that they do not,
//! and the figures of each end under `ends`.

use std::borrow::Cow;

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
use crate::view::cost::tags::{LineTagsJson, TagsJson, conditions};
use crate::view::page::finding::unknown_name;
use crate::view::page::number::{Number, quotient};
use crate::view::page::scenario::{ScenarioJson, asked_techniques};
use crate::view::page::specification::SpecificationJson;
use crate::view::page::words::rating;

impl Serialize for StageView<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("schema", "costplan.stage.v1")?;
        map.serialize_entry("stage", &StageReference { id: self.stage.id, name: &self.stage.name })?;
        map.serialize_entry("sized_for", &self.stage.sized_for)?;
        map.serialize_entry("currency", self.stage.currency.as_str())?;
        map.serialize_entry("as_of", &self.stage.as_of.to_string())?;
        map.serialize_entry("list_prices", &self.stage.list_prices)?;
        let oldest = self.stage.oldest_price();
        map.serialize_entry(
            "oldest_price",
            &oldest.map(|(day, sku)| OldestJson { retrieved_on: day.to_string(), sku }),
        )?;
        let rates = self.stage.rates.iter().map(|rate| RateJson::new(rate, self.stage.currency));
        map.serialize_entry("exchange_rates", &rates.collect::<Vec<_>>())?;
        let assumed = assumptions(self.stage, self.costings);
        map.serialize_entry("assumptions", &assumed.iter().map(AssumptionJson::new).collect::<Vec<_>>())?;
        let alternatives = self.alternatives.iter().map(|cost| AlternativeJson::new(self.stage, cost));
        map.serialize_entry("alternatives", &alternatives.collect::<Vec<_>>())?;
        map.serialize_entry("scenario", &ScenarioJson::of(self.stage))?;
        if let Some(techniques) = asked_techniques(Some(self.stage)) {
            map.serialize_entry("techniques", techniques)?;
        }
        if let Some(conditions) = conditions(Some(self.stage)) {
            map.serialize_entry("where", conditions)?;
        }
        let core = Core { view: *self };
        core.serialize_into(&mut map)?;
        map.serialize_entry("findings", &self.findings())?;
        if self.costings.len() > 1 {
            let ends: Vec<End<'_>> = self
                .costings
                .iter()
                .map(|costing| End(Core { view: Self { costings: std::slice::from_ref(costing), ..*self } }))
                .collect();
            map.serialize_entry("ends", &ends)?;
        }
        map.end()
    }
}

/// An exchange rate, as it is written.
#[derive(Serialize)]
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
struct OldestJson<'a> {
    retrieved_on: String,
    sku: &'a str,
}

#[derive(Serialize)]
pub(crate) struct StageReference<'a> {
    pub(crate) id: u32,
    pub(crate) name: &'a str,
}

/// The figures of one costing, or of several: then a figure that they do not share is null.
struct Core<'a> {
    view: StageView<'a>,
}

struct End<'a>(Core<'a>);

impl Serialize for End<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.0.serialize_into(&mut map)?;
        map.serialize_entry("findings", &self.0.view.findings())?;
        map.end()
    }
}

#[derive(Serialize)]
struct InputsJson {
    customers: Option<u64>,
    mrr: Option<Number>,
    arpu: Option<Number>,
}

#[derive(Serialize)]
struct BufferJson {
    rate: Number,
    amount: Option<Number>,
}

#[derive(Serialize)]
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
    tags: LineTagsJson<'a>,
    /// What one unit must offer, as the manifest says.
    specification: Option<SpecificationJson<'a>>,
    features: Vec<&'a str>,
    note: Option<&'a str>,
}

impl Core<'_> {
    fn serialize_into<M: serde::ser::SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let view = &self.view;
        let shared = |value: fn(&Totals) -> Decimal| {
            view.shared(|costing| costing.known_totals().map(value)).flatten().map(Number)
        };
        let of =
            |value: fn(&UnitEconomics) -> Option<Number>| view.shared(|costing| value(&costing.economics)).flatten();
        let mrr = view.shared(|costing| costing.economics.mrr).flatten().map(Number);
        let arpu = view.first().inputs.revenue.arpu().map(Number);
        map.serialize_entry(
            "inputs",
            &InputsJson { customers: view.shared(|costing| costing.inputs.customers), mrr, arpu },
        )?;
        map.serialize_entry("line_items", &LineItemsJson(view))?;
        map.serialize_entry("categories", &CategoriesJson(view))?;
        map.serialize_entry("tags", &TagsJson::all(view.stage, view.costings))?;
        map.serialize_entry("subtotal", &shared(|totals| totals.subtotal))?;
        map.serialize_entry("subtotal_exact", &shared(|totals| totals.subtotal_exact))?;
        let share = view.shared(|costing| costing.share_of_stage.as_ref().and_then(quotient)).flatten();
        if view.stage.part.is_some() {
            map.serialize_entry("share_of_stage", &share)?;
        }
        let amount = shared(|totals| totals.buffer);
        map.serialize_entry("buffer", &BufferJson { rate: Number(view.stage.buffer.value), amount })?;
        map.serialize_entry("rounding", &shared(|totals| totals.rounding))?;
        map.serialize_entry("total", &shared(|totals| totals.total))?;
        map.serialize_entry("total_exact", &shared(|totals| totals.total_exact))?;
        map.serialize_entry("adjustments", &self.adjustments())?;
        map.serialize_entry("range", &self.range())?;
        map.serialize_entry("tax", &self.tax())?;
        map.serialize_entry("complete", &view.costings.iter().all(Costing::is_complete))?;
        let economics = EconomicsJson {
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
        };
        map.serialize_entry("unit_economics", &economics)
    }
}

#[derive(Serialize)]
struct AdjustmentJson<'a> {
    kind: &'static str,
    reason: &'a str,
    rate: Option<Number>,
    amount: Option<Number>,
}

#[derive(Serialize)]
struct RangeJson {
    low: Option<Number>,
    high: Option<Number>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum ReverseChargeJson<'a> {
    All(&'static str),
    Vendors(&'a [Box<str>]),
}

#[derive(Serialize)]
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
struct TaxRateJson {
    rate: Number,
    taxable: Number,
    amount: Number,
}

#[derive(Serialize)]
struct CreditAfterTaxJson<'a> {
    reason: &'a str,
    amount: Option<Number>,
}

impl Core<'_> {
    fn number(&self, value: impl Fn(&Costing) -> Option<Decimal>) -> Option<Number> {
        let known = |costing: &Costing| costing.known_totals().and_then(|_| value(costing));
        self.view.shared(known).flatten().map(Number)
    }

    /// What each discount and credit deducts.
    fn adjustments(&self) -> Vec<AdjustmentJson<'_>> {
        let adjustments = self.view.stage.adjustments.iter().enumerate();
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
        self.view.stage.has_price_ranges().then(|| RangeJson {
            low: self.number(|costing| Some(costing.range.as_ref()?.low.total)),
            high: self.number(|costing| Some(costing.range.as_ref()?.high.total)),
        })
    }

    /// The tax; null if none is requested.
    fn tax(&self) -> Option<TaxJson<'_>> {
        let tax = self.view.stage.tax.as_ref()?;
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
        let taxed = self.view.shared(|costing| costing.known_totals().and(costing.taxed.as_ref())).flatten();
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

struct LineItemsJson<'v, 'a>(&'v StageView<'a>);

impl Serialize for LineItemsJson<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let view = self.0;
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

struct CategoriesJson<'v, 'a>(&'v StageView<'a>);

impl Serialize for CategoriesJson<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let view = self.0;
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
