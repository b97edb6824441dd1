//! Price sheets: charges, prices by date, and the book of all sheets.

use std::collections::BTreeMap;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use super::exchange_rates::ExchangeRates;
use super::price::{Fallback, PriceContext, positive};
use super::{check_id, check_identifier, check_version, formula};
use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    Charge, Citation, Currency, Dimension, Period, PriceSheet, PricingUnit, Scope, Sku, Terms, Trust, Unit,
};
use crate::parse::{ChargeRaw, DatedPriceRaw, ModelRaw, PriceSheetRaw, SkuRaw};
use crate::source::{Span, Spanned};

/// The price sheets and exchange rates that a stage is resolved against.
#[derive(Debug, Default)]
pub struct PriceBook {
    skus: BTreeMap<Box<str>, Arc<Sku>>,
    /// The ids of all vendors that have a sheet, read or not.
    pub vendors: Vec<String>,
    /// The ids of vendors whose sheet could not be read; what is wrong with it has been reported.
    pub unreadable: Vec<String>,
    /// The dated rates.
    pub rates: ExchangeRates,
}

impl PriceBook {
    /// A book without SKUs and rates; `vendors` are the ids of all vendors that have a sheet.
    pub fn new(vendors: Vec<String>) -> Self {
        Self { vendors, ..Self::default() }
    }

    /// Adds the SKUs of a sheet.
    pub fn add(&mut self, sheet: PriceSheet) {
        self.skus.extend(sheet.skus.into_iter().map(|sku| (sku.id.clone(), sku)));
    }

    /// The SKU with an id.
    pub fn sku(&self, id: &str) -> Option<&Arc<Sku>> {
        self.skus.get(id)
    }

    /// Every SKU, sorted by id.
    pub fn skus(&self) -> impl Iterator<Item = &Arc<Sku>> {
        self.skus.values()
    }

    /// The ids of the SKUs of a vendor.
    pub fn skus_of<'b>(&'b self, vendor: &'b str) -> impl Iterator<Item = &'b str> {
        self.skus.values().filter(move |sku| sku.vendor() == vendor).map(|sku| &*sku.id)
    }
}

/// Checks a price sheet. `stem` is the file's stem, which the vendor's id must equal.
pub fn price_sheet(raw: PriceSheetRaw, stem: &str, problems: &mut Problems) -> PriceSheet {
    check_version(raw.version, problems);
    check_id(&raw.vendor, "a vendor", problems);
    if raw.vendor.value != stem {
        let message = format!("the sheet of `{}` is in a file called `{stem}`", raw.vendor.value);
        let diagnostic = Diagnostic::at(Code::InvalidName, raw.vendor.span, message, "differs from the file's name");
        problems.push(
            diagnostic.help(format!("a sheet is found by its vendor: call the file `{}.toml`", raw.vendor.value)),
        );
    }
    positive(raw.hours_per_month, "the hours of a month are", problems);
    let citation = Arc::new(Citation {
        source: raw.source.value.into(),
        retrieved_on: raw.retrieved_on.value,
        trust: raw.trust.value,
        note: raw.note.map(|note| note.value.into()),
    });
    let sheet = Sheet { vendor: &raw.vendor.value, currency: raw.currency.value, hours_per_month: raw.hours_per_month };
    let skus = raw.skus.map(|skus| skus.entries).unwrap_or_default();
    let skus = skus.into_iter().map(|(name, sku)| Arc::new(sheet.sku(&name, sku, &citation, problems))).collect();
    PriceSheet { vendor: sheet.vendor.into(), skus }
}

/// What all SKUs of a sheet share.
struct Sheet<'r> {
    vendor: &'r str,
    currency: Currency,
    hours_per_month: Option<Spanned<Decimal>>,
}

impl Sheet<'_> {
    fn sku(&self, name: &Spanned<String>, raw: SkuRaw, sheet: &Arc<Citation>, problems: &mut Problems) -> Sku {
        check_id(name, "a SKU", problems);
        let citation = cite(sheet, raw.source, raw.retrieved_on, raw.trust, raw.note);
        if raw.charges.is_empty() {
            let message = format!("`{}` has no charge", name.value);
            problems.push(Diagnostic::at(Code::MissingKey, name.span, message, "costs nothing that anyone knows"));
        }
        // An allowance may look at any meter of the SKU, a default usage only at the meters before its own.
        let units: Vec<Option<PricingUnit>> = raw.charges.iter().map(|charge| unit(charge, problems)).collect();
        let mut all_meters = Scope::default();
        all_meters.add("quantity", Dimension::PLAIN);
        all_meters.add("hours_per_month", Dimension::TIME);
        for (charge, unit) in raw.charges.iter().zip(&units) {
            if let Some(slot) = all_meters.find(&charge.meter.value) {
                let first = slot.index().checked_sub(Sku::FIRST_METER).map(|index| raw.charges[index].meter.span);
                problems.push(match first {
                    Some(first) => {
                        let message = format!("`{}` has two meters called `{}`", name.value, charge.meter.value);
                        Diagnostic::at(Code::DuplicateName, charge.meter.span, message, "again here")
                            .and_at(first, "first here")
                    }
                    None => {
                        let message = format!("`{}` is built in and cannot be the name of a meter", charge.meter.value);
                        Diagnostic::at(Code::DuplicateName, charge.meter.span, message, "built in")
                    }
                });
            }
            check_identifier(&charge.meter, "a meter", problems);
            all_meters.add(&charge.meter.value, unit.as_ref().map_or(Dimension::PLAIN, |unit| unit.dimension));
        }
        let mut charges = Vec::with_capacity(raw.charges.len());
        for (index, (charge, unit)) in raw.charges.into_iter().zip(units).enumerate() {
            let earlier = charge.usage.is_some().then(|| all_meters.first(Sku::FIRST_METER + index));
            charges.push(self.charge(charge, unit, earlier.as_ref(), &all_meters, &citation, problems));
        }
        Sku {
            id: format!("{}/{}", self.vendor, name.value).into(),
            vendor_len: self.vendor.len(),
            name: raw.name.map(|name| name.value.into()),
            category: raw.category.map(|category| category.value.into()),
            description: raw.description.map(|description| description.value.into()),
            hours_per_month: self.hours_per_month,
            scope: all_meters,
            charges,
            span: name.span,
        }
    }

    fn charge(
        &self,
        raw: ChargeRaw,
        unit: Option<PricingUnit>,
        earlier_meters: Option<&Scope>,
        all_meters: &Scope,
        citation: &Arc<Citation>,
        problems: &mut Problems,
    ) -> Charge {
        positive(raw.round_usage_up_to, "a billing increment is", problems);
        check_keys(&raw, problems);
        let usage = raw.usage.as_ref().zip(unit.as_ref()).zip(earlier_meters);
        let default_usage =
            usage.and_then(|((usage, unit), scope)| formula::compile_usage(usage, scope, unit, problems)).map(Arc::new);
        let period = raw.period.map_or(Period::Month, |period| period.value);
        let included = raw.included.as_ref().zip(unit.as_ref());
        let included = included
            .and_then(|(included, unit)| formula::compile_allowance(included, all_meters, unit, problems))
            .map(Arc::new);
        let context = PriceContext {
            currency: self.currency,
            model: raw.model.value,
            period,
            unit: unit.as_ref(),
            scope: all_meters,
            charge: raw.span,
        };
        let fallback = Fallback { included, per: raw.per, minimum: raw.minimum, cap: raw.cap };
        let prices = if raw.prices.is_empty() {
            vec![DatedPriceRaw {
                span: raw.span,
                included: None,
                price: raw.price,
                per: None,
                tiers: raw.tiers,
                minimum: None,
                cap: None,
                effective_from: raw.effective_from,
                effective_to: raw.effective_to,
                source: None,
                retrieved_on: None,
                trust: None,
                note: None,
            }]
        } else {
            raw.prices
        };
        let prices: Vec<Arc<Terms>> =
            prices.into_iter().filter_map(|price| context.dated_terms(price, &fallback, citation, problems)).collect();
        check_overlaps(&prices, problems);
        Charge {
            meter: raw.meter.value.into(),
            unit,
            each: raw.each.unwrap_or(false),
            default_usage,
            round_usage_up_to: raw.round_usage_up_to.map(|step| step.value),
            period,
            included: fallback.included,
            prices,
            span: raw.span,
        }
    }
}

fn unit(raw: &ChargeRaw, problems: &mut Problems) -> Option<PricingUnit> {
    let label = raw.unit.as_ref()?;
    let unit = PricingUnit::parse(&label.value);
    if unit.is_none() {
        let message = format!("the unit `{}` is not known", label.value);
        let known = Unit::measured_symbols().chain(Unit::counted_words());
        problems.push(Diagnostic::at(Code::UnknownUnit, label.span, message, "").suggest(&label.value, known));
    }
    unit
}

/// Keys that do not go with the model of a charge.
fn check_keys(raw: &ChargeRaw, problems: &mut Problems) {
    let flat = raw.model.value == ModelRaw::Flat;
    if !flat && raw.unit.is_none() {
        let message = "a charge that counts usage needs a `unit`";
        problems.push(Diagnostic::at(Code::MissingKey, raw.span, message, "missing here"));
    }
    let on_flat = [
        ("unit", raw.unit.as_ref().map(|unit| unit.span)),
        ("usage", raw.usage.as_ref().map(|usage| usage.span)),
        ("included", raw.included.as_ref().map(|included| included.span)),
        ("round_usage_up_to", raw.round_usage_up_to.map(|step| step.span)),
        ("per", raw.per.map(|per| per.span)),
    ];
    let on_dated = [
        ("price", raw.price.map(|price| price.span)),
        ("tiers", raw.tiers.first().map(|tier| tier.span)),
        ("effective_from", raw.effective_from.map(|day| day.span)),
        ("effective_to", raw.effective_to.map(|day| day.span)),
    ];
    let period = [("period", raw.period.map(|period| period.span))];
    let mut conflict = |keys: &[(&str, Option<Span>)], with: &str| {
        for (key, span) in keys {
            if let Some(span) = *span {
                let message = format!("`{key}` cannot stand with {with}");
                problems.push(Diagnostic::at(Code::ConflictingKeys, span, message, "remove this"));
            }
        }
    };
    if flat {
        conflict(&on_flat, "`model = \"flat\"`");
    } else {
        conflict(&period, "a price that counts usage");
    }
    if !raw.prices.is_empty() {
        conflict(&on_dated, "`prices`");
    }
}

/// Reports prices that hold on the same day.
fn check_overlaps(prices: &[Arc<Terms>], problems: &mut Problems) {
    let mut sorted: Vec<&Arc<Terms>> = prices.iter().collect();
    sorted.sort_by_key(|price| price.effective_from);
    for pair in sorted.windows(2) {
        let (first, second) = (pair[0], pair[1]);
        let overlaps = first.effective_to.is_none_or(|to| second.effective_from.is_none_or(|from| from <= to));
        if overlaps {
            let day = second.effective_from.map_or_else(|| "from ever".to_owned(), |from| format!("on {from}"));
            let message = format!("two prices of one charge hold {day}");
            let diagnostic = Diagnostic::at(Code::OverlappingPrices, second.span, message, "this one");
            problems.push(diagnostic.and_at(first.span, "and this one").help("end the older one with `effective_to`"));
        }
    }
}

/// The citation of a part: that of the whole, with what the part says over it.
pub(super) fn cite(
    whole: &Arc<Citation>,
    source: Option<Spanned<String>>,
    retrieved_on: Option<Spanned<Date>>,
    trust: Option<Spanned<Trust>>,
    note: Option<Spanned<String>>,
) -> Arc<Citation> {
    if source.is_none() && retrieved_on.is_none() && trust.is_none() && note.is_none() {
        return Arc::clone(whole);
    }
    Arc::new(Citation {
        source: source.map_or_else(|| whole.source.clone(), |source| source.value.into()),
        retrieved_on: retrieved_on.map_or(whole.retrieved_on, |day| day.value),
        trust: trust.map_or(whole.trust, |trust| trust.value),
        note: note.map(|note| note.value.into()).or_else(|| whole.note.clone()),
    })
}
