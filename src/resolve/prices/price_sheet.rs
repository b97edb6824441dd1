//! Price sheets: their SKUs, pools and credits.

use std::collections::BTreeSet;
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    Base, Charge, Citation, Currency, Dimension, MonthLength, Pool, PriceSheet, PricingUnit, Sale, Scope, Sku,
    SkuCredit, SkuInput, StarterItem, is_match,
};
use crate::parse::{InputRaw, Mapping, PoolRaw, PriceSheetRaw, SkuCreditRaw, SkuRaw, StarterRaw};
use crate::resolve::checks::{check_days, month_length};
use crate::resolve::prices::charge::{ChargeContext, unit};
use crate::resolve::prices::citation::{check_source, cite};
use crate::resolve::prices::specification::specification;
use crate::resolve::prices::units::sheet_amount;
use crate::resolve::{check_id, check_identifier, check_version, formula};
use crate::source::{Span, Spanned};

/// The most charges and inputs of a SKU.
const MAX_METERS: usize = 1000;

/// Checks a price sheet. `stem` is the stem of its file, which must equal the vendor's id. `base` is the sheet that it
/// extends: what that one says holds too, except for SKUs of the same name.
pub fn price_sheet(raw: PriceSheetRaw, stem: &str, base: Option<PriceSheet>, problems: &mut Problems) -> PriceSheet {
    check_version(raw.version, problems);
    check_id(&raw.vendor, "a vendor", problems);
    if raw.vendor.value != stem {
        let message = format!("the price sheet of `{}` is in a file named `{stem}`", raw.vendor.value);
        let diagnostic = Diagnostic::at(Code::InvalidName, raw.vendor.span, message, "differs from the file name");
        problems.push(
            diagnostic
                .help(format!("rename the file to `{}.toml`: costplan finds a sheet by its vendor", raw.vendor.value)),
        );
    }
    month_length(raw.hours_per_month, problems);
    check_source(&raw.source, problems);
    let citation = Arc::new(Citation {
        source: raw.source.value.into(),
        retrieved_on: raw.retrieved_on.value,
        trust: raw.trust.value,
        note: raw.note.map(|note| note.value.into()),
    });
    let sheet = Sheet {
        vendor: &raw.vendor.value,
        currency: raw.currency.value,
        hours_per_month: raw.hours_per_month,
        includes_tax: raw.includes_tax,
        closed_on: raw.closed_on,
        pools: pools_with(base.as_ref(), pools(&raw.vendor.value, raw.pools, problems), problems),
    };
    let extends_bundled = base.is_some();
    let base = base.unwrap_or_default();
    let skus = raw.skus.map(|skus| skus.entries).unwrap_or_default();
    let own = skus.into_iter().map(|(name, raw)| {
        let mut sku = sheet.sku(&name, raw, &citation, problems);
        sku.replaces = base.skus.iter().find(|known| known.id == sku.id).map(|known| known.span);
        Arc::new(sku)
    });
    let own: Vec<Arc<Sku>> = own.collect();
    let is_kept = |known: &Arc<Sku>| own.iter().all(|sku| sku.id != known.id);
    let mut starter = base.starter;
    starter.extend(raw.starter.into_iter().map(starter_item));
    PriceSheet {
        vendor: sheet.vendor.into(),
        name: raw.name.map(|name| name.value.into()).or(base.name),
        currency: Some(raw.currency.value),
        extends_bundled,
        closed_on: raw.closed_on.map(|day| day.value).or(base.closed_on),
        pools: sheet.pools,
        skus: base.skus.into_iter().filter(is_kept).chain(own.iter().map(Arc::clone)).collect(),
        starter,
    }
}

/// The pools of a sheet and of the one that it extends; reports a name that is in both.
fn pools_with(base: Option<&PriceSheet>, own: Vec<Arc<Pool>>, problems: &mut Problems) -> Vec<Arc<Pool>> {
    let mut all = base.map(|base| base.pools.clone()).unwrap_or_default();
    for pool in own {
        match all.iter().find(|known| known.id == pool.id) {
            Some(known) => {
                let message = format!("the bundled sheet has a pool `{}` too", pool.name());
                let diagnostic = Diagnostic::at(Code::DuplicateName, pool.span, message, "again here");
                let help = "give the pool another name, or leave `extends` out and write the whole sheet";
                problems.push(diagnostic.and_at(known.span, "first here").help(help));
            }
            None => all.push(pool),
        }
    }
    all
}

fn starter_item(raw: StarterRaw) -> StarterItem {
    let pairs = |mapping: Option<Mapping<Spanned<String>>>| {
        let entries = mapping.map(|mapping| mapping.entries).unwrap_or_default();
        entries.into_iter().map(|(name, value)| (name.value.into(), value.value.into())).collect()
    };
    StarterItem {
        name: raw.name.value.into(),
        sku: raw.sku_in_sheet.map(Into::into),
        currency: raw.currency.map(|currency| currency.value),
        quantity: raw.quantity.map(|quantity| quantity.value.into()),
        options: pairs(raw.options),
        usage: pairs(raw.usage),
        is_within_allowance: raw.within_allowance.unwrap_or(false),
        guess: raw.guess.map(|guess| guess.value.into()),
    }
}

/// Reports successors, add-ons and line items of new plans that name a SKU which a whole sheet does not have.
pub fn check_names(sheet: &PriceSheet, problems: &mut Problems) {
    let names: BTreeSet<&str> = sheet.skus.iter().map(|sku| sku.name_in_sheet()).collect();
    for item in sheet.starter.iter().filter(|item| !names.contains(&*item.sku.value)) {
        let message = format!("`starter` names the SKU `{}`, and the sheet has none of that name", item.sku.value);
        let diagnostic = Diagnostic::at(Code::UnknownSku, item.sku.span, message, "");
        problems.push(diagnostic.suggest(&item.sku.value, names.iter().copied()));
    }
    for sku in &sheet.skus {
        let successor = sku.sale.successor.as_deref().map(|id| &id[sku.vendor().len() + 1..]);
        for name in successor.into_iter().chain(sku.addon_to.iter().map(|name| &**name)) {
            // A pattern is a start of names, and the first name after it has it if any does.
            let next = names.range(name.trim_end_matches('*')..).next();
            if !names.contains(name) && !next.is_some_and(|known| is_match(name, known)) {
                let message = format!("`{}` names the SKU `{name}`, and the sheet has none of that name", sku.id);
                let diagnostic = Diagnostic::at(Code::UnknownSku, sku.span, message, "");
                let all = sheet.skus.iter().map(|sku| sku.name_in_sheet());
                problems.push(if problems.are_many() { diagnostic } else { diagnostic.suggest(name, all) });
            }
        }
    }
}

/// Values that all SKUs of a sheet share.
struct Sheet<'r> {
    vendor: &'r str,
    currency: Currency,
    hours_per_month: Option<Spanned<MonthLength>>,
    includes_tax: Option<Spanned<Decimal>>,
    closed_on: Option<Spanned<Date>>,
    pools: Vec<Arc<Pool>>,
}

impl Sheet<'_> {
    fn sku(&self, name: &Spanned<String>, mut raw: SkuRaw, sheet: &Arc<Citation>, problems: &mut Problems) -> Sku {
        check_id(name, "a SKU", problems);
        let sale = self.sale(name, raw.sold_until, raw.successor, problems);
        let citation = cite(sheet, raw.source, raw.retrieved_on, raw.trust, raw.note, problems);
        if raw.charges.is_empty() {
            let message = format!("`{}` has no charges", name.value);
            problems.push(Diagnostic::at(Code::MissingKey, name.span, message, "its cost is unknown"));
        }
        let mut inputs = raw.inputs.take().map(|inputs| inputs.entries).unwrap_or_default();
        if inputs.len() + raw.charges.len() > MAX_METERS {
            let message = format!("`{}` can have at most {MAX_METERS} charges and inputs", name.value);
            problems.push(Diagnostic::at(Code::TooManyNames, name.span, message, "has more"));
            raw.charges.clear();
            inputs.clear();
        }
        let mut names = Names { sku: &name.value, scope: Scope::default(), spans: Vec::new() };
        names.scope.add("quantity", Dimension::PLAIN);
        names.scope.add("hours_per_month", Dimension::TIME);
        let inputs = names.inputs(inputs, problems);
        // An allowance may use any meter of the SKU; a default usage only the inputs and earlier meters.
        let mut units = Vec::with_capacity(raw.charges.len());
        for charge in &raw.charges {
            let unit = unit(charge.unit.as_ref(), problems);
            names.add(&charge.meter, "a meter", unit.as_ref(), problems);
            units.push(unit);
        }
        let scope = names.scope;
        let mut charges: Vec<Arc<Charge>> = Vec::with_capacity(raw.charges.len());
        for (index, (charge, unit)) in raw.charges.into_iter().zip(units).enumerate() {
            let earlier = charge.usage.is_some().then(|| scope.first(Sku::FIRST_INPUT + inputs.len() + index));
            let context = ChargeContext {
                currency: self.currency,
                citation: &citation,
                scope: &scope,
                pools: &self.pools,
                includes_tax: raw.includes_tax.or(self.includes_tax),
                before: &charges,
            };
            let charge = context.charge(charge, unit, earlier.as_ref(), problems);
            charges.push(Arc::new(charge));
        }
        Sku {
            id: format!("{}/{}", self.vendor, name.value).into(),
            vendor_len: self.vendor.len(),
            name: raw.name.map(|name| name.value.into()),
            category: raw.category.map(|category| category.value.into()),
            description: raw.description.map(|description| description.value.into()),
            keywords: raw.keywords.into_iter().map(|word| word.value.into()).collect(),
            specification: specification(raw.specification, problems),
            sale,
            addon_to: raw.addon_to.into_iter().map(|sku| sku.value.into()).collect(),
            hours_per_month: self.hours_per_month,
            scope,
            credits: raw.credits.into_iter().filter_map(|credit| self.credit(credit, problems)).collect(),
            inputs,
            charges,
            span: name.span,
            replaces: None,
        }
    }
}

impl Sheet<'_> {
    /// Resolves how long a SKU is sold and what comes after it.
    fn sale(
        &self,
        name: &Spanned<String>,
        sold_until: Option<Spanned<Date>>,
        successor: Option<Spanned<String>>,
        problems: &mut Problems,
    ) -> Sale {
        if let Some(successor) = &successor {
            if successor.value == name.value {
                let message = format!("`{}` cannot come after itself", name.value);
                problems.push(Diagnostic::at(Code::ConflictingKeys, successor.span, message, "this SKU"));
            }
            if sold_until.is_none() {
                let message = format!("`{}` has a `successor`, and not the day until which it was sold", name.value);
                let diagnostic = Diagnostic::at(Code::MissingKey, successor.span, message, "after what day?");
                problems.push(diagnostic.help("add `sold_until`"));
            }
        }
        Sale {
            sold_until: sold_until.into_iter().chain(self.closed_on).map(|day| day.value).min(),
            successor: successor.map(|successor| format!("{}/{}", self.vendor, successor.value).into()),
        }
    }

    /// Resolves a credit that comes with a SKU.
    fn credit(&self, raw: SkuCreditRaw, problems: &mut Problems) -> Option<SkuCredit> {
        check_days("a credit", raw.from, raw.until, problems);
        if raw.skus.is_empty() {
            let message = "the credit names no SKU";
            problems.push(Diagnostic::at(Code::MissingKey, raw.span, message, "list them in `skus`"));
        }
        let ids = raw.skus.iter().map(|sku| format!("{}/{}", self.vendor, sku.value).into());
        Some(SkuCredit {
            reason: raw.reason.value.into(),
            amount: sheet_amount(&raw.amount, self.currency, Some("month"), problems)?.value,
            currency: self.currency,
            skus: ids.collect(),
            from: raw.from.map(|day| day.value),
            until: raw.until.map(|day| day.value),
            span: raw.span,
        })
    }
}

/// Resolves the pools of a sheet.
fn pools(vendor: &str, raw: Option<Mapping<PoolRaw>>, problems: &mut Problems) -> Vec<Arc<Pool>> {
    let mut pools = Vec::new();
    for (name, raw) in raw.map(|raw| raw.entries).unwrap_or_default() {
        check_id(&name, "a pool", problems);
        let Some(unit) = unit(Some(&raw.unit), problems) else { continue };
        let mut scope = Scope::default();
        scope.add("hours_per_month", Dimension::TIME);
        let included = raw.included.as_ref().and_then(|raw| formula::compile_allowance(raw, &scope, &unit, problems));
        pools.push(Arc::new(Pool { id: format!("{vendor}/{}", name.value).into(), unit, included, span: name.span }));
    }
    pools
}

/// The names that formulas of a SKU may use, with the places of those that the sheet defines.
struct Names<'r> {
    sku: &'r str,
    scope: Scope,
    spans: Vec<Span>,
}

impl Names<'_> {
    /// Adds the name of a meter or an input; reports a name that is taken.
    fn add(&mut self, name: &Spanned<String>, what: &str, unit: Option<&PricingUnit>, problems: &mut Problems) {
        let taken = self.scope.find(&name.value).map(|slot| slot.index().checked_sub(Sku::FIRST_INPUT));
        let is_word = Base::WORDS.iter().any(|(word, base)| base.is_reserved() && *word == name.value);
        match taken {
            Some(Some(first)) => {
                let message = format!("`{}` has two meters or inputs called `{}`", self.sku, name.value);
                let diagnostic = Diagnostic::at(Code::DuplicateName, name.span, message, "again here");
                problems.push(diagnostic.and_at(self.spans[first], "first here"));
            }
            None if !is_word => {}
            Some(None) | None => {
                let message = format!("`{}` is built in and cannot be the name of {what}", name.value);
                problems.push(Diagnostic::at(Code::DuplicateName, name.span, message, "built in"));
            }
        }
        check_identifier(name, what, problems);
        self.scope.add(&name.value, unit.map_or(Dimension::PLAIN, |unit| unit.dimension));
        self.spans.push(name.span);
    }

    /// Resolves the inputs of a SKU; a default may use earlier inputs.
    fn inputs(&mut self, entries: Vec<(Spanned<String>, InputRaw)>, problems: &mut Problems) -> Vec<SkuInput> {
        let mut inputs = Vec::with_capacity(entries.len());
        for (name, raw) in entries {
            let unit = unit(Some(&raw.unit), problems);
            let default_usage = raw.usage.as_ref().zip(unit.as_ref());
            let default_usage = default_usage
                .and_then(|(usage, unit)| formula::compile_usage(usage, &self.scope, unit, problems))
                .map(Arc::new);
            self.add(&name, "an input", unit.as_ref(), problems);
            inputs.extend(unit.map(|unit| SkuInput {
                name: name.value.into(),
                description: raw.description.map(|text| text.value.into()),
                unit,
                default_usage,
            }));
        }
        inputs
    }
}
