//! Stages: a manifest bound to a request and a price book.

use std::collections::{BTreeMap, HashSet};
use std::hash::{BuildHasher as _, RandomState};
use std::sync::Arc;

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::diagnostic::{Code, Diagnostic, Problems};
use crate::model::{
    Band, Capacity, CategoryId, Currency, Description, Driver, Formula, LineItem, LinePricing, MonthLength, Payers,
    Revenue, Scope, Service, Setting, Slot, Stage, StageRounding, Targets,
};
use crate::parse::{
    AmountRaw, BandRaw, DiscountRaw, DriverRaw, Elements, FormulaRaw, FromNode, LineItemRaw, Mapping, MoneyBandRaw,
    Paragraph, Reader, RoundingRaw, ScalarOr, StageManifestRaw, StageRoundingRaw, TargetsRaw,
};
use crate::resolve::amount;
use crate::resolve::checks::{month_length, not_negative, share};
use crate::resolve::prices::book::PriceBook;
use crate::resolve::prices::exchange_rates::Conversions;
use crate::resolve::stage::adjustments::AdjustmentContext;
use crate::resolve::stage::drivers;
use crate::resolve::stage::line_item::LineContext;
use crate::resolve::stage::payers::payers;
use crate::resolve::stage::percentages::link;
use crate::resolve::stage::request::{Request, RevenueRaw};
use crate::resolve::stage::services::services;
use crate::resolve::stage::tags::{Tags, part};
use crate::resolve::{check_identifier, check_version, formula};
use crate::source::{FileId, Span, Spanned, Text};

/// The default hours of a month: 365 days of 24 hours, divided by 12.
const HOURS_PER_MONTH: Decimal = Decimal::from_parts(730, 0, 0, false, 0);

/// Binds a manifest to a request and a price book, and converts the revenue into the reporting currency.
///
/// `text` is the text of the manifest and of what it inherits: line items are read from it one at a time, so that a long
/// manifest is never in memory as raw structs. Reports every problem; returns `None` if there is one.
pub fn stage(
    raw: StageManifestRaw,
    text: Text<'_>,
    request: &Request,
    book: &PriceBook,
    problems: &mut Problems,
) -> Option<(Stage, Revenue)> {
    let before = problems.len();
    let mut binding = Binding::new(&raw, text, request, book);
    let id = checked_number(&raw, problems);
    let (scope, drivers, capacity) = binding.drivers(&raw, problems);
    let settings = binding.settings(&raw, problems);
    let mut lines = binding.lines(raw.line_items, Tags::new(raw.tags, problems), &scope, &settings, problems);
    let reads = binding.reads(&drivers, &lines.items, &capacity, problems);
    // If a line item could not be resolved, a name that is not found here or below may be its name and not a mistake.
    let order = if problems.len() == before { link(&mut lines.items, lines.percentages, problems) } else { None };
    let is_whole = problems.len() == before;
    let next_change = next_change(&lines.items, raw.discounts.iter().chain(&raw.credits), request.as_of);
    let mut context = binding.adjustments(&lines.items, &lines.categories);
    let (adjustments, tax) =
        if is_whole { context.with_tax(raw.discounts, raw.credits, raw.tax, problems) } else { Default::default() };
    let targets = raw.targets.map(|targets| binding.targets(targets, &lines.categories, problems)).unwrap_or_default();
    let rounding = rounding(raw.rounding, problems);
    let runs = if is_whole { services(raw.runs, &lines.items, problems) } else { Vec::new() };
    let stage = Stage {
        id: id?,
        name: raw.name.value.into(),
        description: described(raw.summary, runs, raw.architecture),
        months: raw.months.map(|months| months.value),
        customers: raw.customers,
        sized_for: raw.sized_for.map(|customers| customers.value),
        capacity,
        currency: binding.conversions.to(),
        manifest_currency: binding.currency.value,
        monthly_budget: settings.monthly_budget,
        buffer: settings.buffer,
        rounding: rounding?,
        targets,
        hours_per_month: settings.hours_per_month,
        revenue: settings.revenue,
        payers: settings.payers,
        scope,
        reads,
        drivers,
        categories: lines.categories.names,
        tags: lines.tags.into_tags(),
        line_items: lines.items,
        part: None,
        order,
        adjustments,
        tax,
        next_change: next_change.into_iter().chain(binding.conversions.next_change()).min(),
        rates: binding.conversions.into_rates(),
        as_of: request.as_of,
        list_prices: request.list_prices,
        techniques: Arc::default(),
        scenario: request.scenario.clone(),
    };
    (problems.len() == before).then(|| (Stage { part: part(&stage, &request.conditions), ..stage }, stage.revenue))
}

/// What a manifest is bound to, and the exchange rates that were needed so far.
struct Binding<'r> {
    /// The text of the manifest and of what it inherits.
    text: Text<'r>,
    request: &'r Request,
    book: &'r PriceBook,
    /// The currency of the manifest.
    currency: Spanned<Currency>,
    /// The file of the manifest, unlike those of what it inherits.
    manifest: FileId,
    conversions: Conversions<'r>,
}

/// What the request, the manifest or the project sets.
struct Settings {
    hours_per_month: Setting<Decimal>,
    buffer: Setting<Decimal>,
    monthly_budget: Option<Spanned<Band>>,
    revenue: Revenue,
    payers: Payers,
}

/// The line items of a stage, with what they name.
struct Lines {
    items: Vec<LineItem>,
    categories: Categories,
    tags: Tags,
    /// The names of the line items that percentages are taken of, with the place of the line item that names them.
    percentages: Vec<(usize, Vec<Spanned<String>>)>,
}

impl<'r> Binding<'r> {
    fn new(raw: &StageManifestRaw, text: Text<'r>, request: &'r Request, book: &'r PriceBook) -> Self {
        let currency = request.currency.map_or(raw.currency.value, |currency| currency.value);
        let conversions = Conversions::new(&book.rates, currency, request.rates_on.unwrap_or(request.as_of));
        Self { text, request, book, currency: raw.currency, manifest: raw.span.file, conversions }
    }

    /// The drivers with the names that formulas may use, and the limits on them.
    fn drivers(&self, raw: &StageManifestRaw, problems: &mut Problems) -> (Scope, Vec<Driver>, Vec<Capacity>) {
        let limits = raw.capacity.as_ref().map_or(&[][..], |capacity| &capacity.entries);
        let inputs: Vec<&str> = limits.iter().map(|(name, _)| name.value.as_str()).collect();
        let defined = raw.drivers.as_ref().map_or(&[][..], |drivers| &drivers.entries);
        check_dollars(defined, &self.request.set, self.currency.value, problems);
        let (scope, drivers) = drivers::drivers(defined, &self.request.set, &inputs, problems);
        let capacity = limits.iter().map(|(name, band)| limit(name, band, &scope, problems)).collect();
        (scope, drivers, capacity)
    }

    fn settings(&mut self, raw: &StageManifestRaw, problems: &mut Problems) -> Settings {
        let request = self.request;
        let hours_per_month = hours_per_month(raw.hours_per_month, request, problems);
        let buffer = request.buffer.or(raw.buffer).or(request.fallbacks.buffer);
        share(buffer, "a buffer", problems);
        let monthly_budget = self.band(raw.monthly_budget.as_ref(), problems);
        let reporting = self.conversions.to();
        let revenue = request.revenue.as_ref().and_then(|raw| revenue(raw, reporting, &mut self.conversions, problems));
        Settings {
            hours_per_month,
            buffer: setting(buffer, Decimal::ZERO),
            monthly_budget,
            revenue: revenue.unwrap_or(Revenue::Unknown),
            payers: payers(raw.paying, raw.yearly_payers.clone(), request, problems),
        }
    }

    /// Reads and resolves the line items, one at a time.
    fn lines(
        &mut self,
        raw: Elements,
        mut tags: Tags,
        scope: &Scope,
        settings: &Settings,
        problems: &mut Problems,
    ) -> Lines {
        let mut categories = Categories::default();
        let mut names = Names::default();
        let mut items: Vec<LineItem> = Vec::with_capacity(raw.len());
        let mut context = LineContext {
            scope,
            book: self.book,
            request: self.request,
            currency: self.currency.value,
            hours_per_month: settings.hours_per_month,
            conversions: &mut self.conversions,
            named: Vec::new(),
            place: 0,
        };
        for node in raw.into_nodes() {
            let mut reader = Reader { text: self.text, problems };
            let Some(mut item) = LineItemRaw::from_node(node, &mut reader) else { continue };
            names.check(&item.name, &items, problems);
            let category = categories.id(&item.category.value);
            context.place = items.len();
            let tags = tags.of_line_item(item.tags.take(), problems);
            let item = context.line_item(item, category, problems);
            items.extend(item.map(|item| LineItem { tags, ..item }));
        }
        Lines { items, categories, tags, percentages: context.named }
    }

    /// The built-in names that formulas and capacities use. They read a revenue in the currency of the manifest, which
    /// therefore needs an exchange rate.
    fn reads(
        &mut self,
        drivers: &[Driver],
        line_items: &[LineItem],
        capacity: &[Capacity],
        problems: &mut Problems,
    ) -> Vec<Slot> {
        let items = line_items.iter().flat_map(|item| std::iter::once(item).chain(item.alternatives()));
        let formulas = drivers.iter().map(|driver| &driver.formula).chain(items.flat_map(LineItem::formulas));
        let limited = capacity.iter().filter_map(|capacity| capacity.driver);
        let read = drivers::reads(formulas.flat_map(Formula::slots).chain(limited));
        if read.iter().any(|slot| [Stage::MRR, Stage::ARPU].contains(slot)) {
            self.conversions.need(self.currency.value, self.currency.span, problems);
        }
        read
    }

    /// What the discounts and credits are resolved against.
    fn adjustments<'s>(
        &'s mut self,
        line_items: &'s [LineItem],
        categories: &'s Categories,
    ) -> AdjustmentContext<'s, 'r> {
        AdjustmentContext {
            line_items,
            categories: &categories.names,
            currency: self.currency.value,
            manifest: self.manifest,
            request: self.request,
            conversions: &mut self.conversions,
        }
    }

    /// A band of money in the reporting currency.
    fn band(&mut self, raw: Option<&MoneyBandRaw>, problems: &mut Problems) -> Option<Spanned<Band>> {
        let raw = raw?;
        let from = amount::currency(raw.currency, self.currency.value, raw.span, problems)?;
        let mut end = |end: Option<Decimal>| match end {
            Some(amount) => {
                not_negative(Some(Spanned::new(amount, raw.span)), problems)?;
                let amount = amount::of_month(amount, raw.per.as_deref(), "this", raw.span, problems)?;
                self.conversions.convert(amount, from, raw.span, problems).map(Some)
            }
            None => Some(None),
        };
        let (low, high) = (end(raw.band.low), end(raw.band.high));
        Some(Spanned::new(Band { low: low?, high: high? }, raw.span))
    }

    fn targets(&mut self, raw: TargetsRaw, categories: &Categories, problems: &mut Problems) -> Targets {
        let cost_per_customer = self.band(raw.cost_per_customer.as_ref(), problems);
        share(raw.share_of_mrr, "a share of MRR", problems);
        let shares = raw.category_share.map(|shares: Mapping<BandRaw>| shares.entries).unwrap_or_default();
        let category_share = shares.into_iter().filter_map(|(name, band)| {
            let Some(id) = categories.ids.get(name.value.as_str()) else {
                // An inherited target is for each stage that has the category.
                if name.span.file != self.manifest {
                    return None;
                }
                let message = format!("no line item has the category `{}`", name.value);
                let diagnostic = Diagnostic::at(Code::UnknownName, name.span, message, "");
                problems.push(diagnostic.suggest(&name.value, categories.names.iter().map(|name| &**name)));
                return None;
            };
            band_not_negative(&band, problems);
            share(band.band.high.map(|high| Spanned::new(high, band.span)), "a share of the subtotal", problems);
            Some((*id, Spanned::new(band.band, band.span)))
        });
        let category_share: Vec<(CategoryId, Spanned<Band>)> = category_share.collect();
        check_least(&category_share, problems);
        let own_share_of_mrr = raw.share_of_mrr.map(|share| share.value);
        Targets { cost_per_customer, share_of_mrr: raw.share_of_mrr, own_share_of_mrr, category_share }
    }
}

/// Reports `$` in the formulas of drivers where it could be another dollar.
fn check_dollars(
    defined: &[(Spanned<String>, DriverRaw)],
    set: &[(Spanned<String>, FormulaRaw)],
    manifest: Currency,
    problems: &mut Problems,
) {
    let defined = defined.iter().map(|(_, driver)| &driver.formula);
    for formula in defined.chain(set.iter().map(|(_, formula)| formula)) {
        formula::check_dollars(&formula.root, manifest, problems);
    }
}

/// The next day after `day` on which a price or a deduction begins or has ended.
pub(crate) fn next_change<'r>(
    line_items: &[LineItem],
    deductions: impl IntoIterator<Item = &'r DiscountRaw>,
    day: Date,
) -> Option<Date> {
    let lines = || {
        line_items.iter().filter_map(|item| match &item.pricing {
            LinePricing::Sku(line) => Some(line),
            LinePricing::Cost(_) => None,
        })
    };
    let prices = lines().flat_map(|line| &line.charges).flat_map(|charge| &charge.charge.prices);
    let prices = prices.map(|terms| (terms.effective_from, terms.effective_to));
    let of_skus = lines().flat_map(|line| &line.sku.credits).map(|credit| (credit.from, credit.until));
    let deductions = deductions.into_iter().map(|raw| (raw.from.map(|day| day.value), raw.until.map(|day| day.value)));
    let changes = prices.chain(of_skus).chain(deductions);
    let days = changes.flat_map(|(from, until)| [from, until.and_then(|until| until.tomorrow().ok())]);
    days.flatten().filter(|change| *change > day).min()
}

fn described(summary: Option<Spanned<String>>, runs: Vec<Service>, architecture: Option<Paragraph>) -> Description {
    let summary = summary.map(|summary| summary.value.into());
    Description { summary, runs, architecture: architecture.map(|text| text.0.into()) }
}

/// The number of a stage. Checks the version, that there are line items, and that the stage serves the customers for which it is
/// sized.
fn checked_number(raw: &StageManifestRaw, problems: &mut Problems) -> Option<u32> {
    check_version(raw.version, problems);
    let range = raw.customers.value;
    if let Some(customers) = raw.sized_for.filter(|customers| !range.contains(customers.value)) {
        let message = format!("a stage of {range} customers cannot be sized for {}", customers.value);
        problems.push(Diagnostic::at(Code::InvalidNumber, customers.span, message, "not in `customers`"));
    }
    if raw.line_items.is_empty() {
        problems.push(Diagnostic::at(Code::MissingKey, raw.name.span, "the stage has no line items", "costs nothing"));
    }
    let number = u32::try_from(raw.stage.value).ok();
    if number.is_none() {
        let message = "a stage number can be at most 4,294,967,295";
        problems.push(Diagnostic::at(Code::InvalidNumber, raw.stage.span, message, "too large"));
    }
    number
}

/// The hours of a month: from the request, the manifest or the project, otherwise 730. Reports hours that are not above
/// zero.
pub(crate) fn hours_per_month(
    manifest: Option<Spanned<MonthLength>>,
    request: &Request,
    problems: &mut Problems,
) -> Setting<Decimal> {
    let given = request.hours_per_month.or(manifest).or(request.fallbacks.hours_per_month);
    month_length(given, problems);
    setting(given.map(|length| length.map(|length| length.hours(request.as_of))), HOURS_PER_MONTH)
}

fn setting<T>(given: Option<Spanned<T>>, default: T) -> Setting<T> {
    given.map_or_else(|| Setting::default_value(default), Setting::from)
}

/// The names of line items, to find duplicates. Keeps hashes instead of copies: a stage may have very many line items.
#[derive(Default)]
struct Names {
    hasher: RandomState,
    hashes: HashSet<u64>,
}

impl Names {
    /// Reports a name that an earlier line item has.
    fn check(&mut self, name: &Spanned<String>, before: &[LineItem], problems: &mut Problems) {
        if let Some(first) = self.repeats(&name.value, before) {
            let message = format!("two line items are called `{}`", name.value);
            let diagnostic = Diagnostic::at(Code::DuplicateName, name.span, message, "again here");
            let diagnostic = diagnostic.and_at(first, "first here");
            problems.push(diagnostic.help("names must be unique: add what differs"));
        }
    }

    /// The place of an earlier line item with this name; records the name if there is none.
    fn repeats(&mut self, name: &str, before: &[LineItem]) -> Option<Span> {
        let is_new = self.hashes.insert(self.hasher.hash_one(name));
        let first = if is_new { None } else { before.iter().find(|item| &*item.name == name) };
        first.map(|item| item.span)
    }
}

/// The categories of a stage, in order of appearance.
#[derive(Default)]
struct Categories {
    names: Vec<Box<str>>,
    ids: BTreeMap<Box<str>, CategoryId>,
}

impl Categories {
    fn id(&mut self, name: &str) -> CategoryId {
        if let Some(id) = self.ids.get(name) {
            return *id;
        }
        let id = CategoryId(u32::try_from(self.names.len()).unwrap_or(u32::MAX));
        self.names.push(name.into());
        self.ids.insert(name.into(), id);
        id
    }
}

fn limit(name: &Spanned<String>, raw: &BandRaw, scope: &Scope, problems: &mut Problems) -> Capacity {
    check_identifier(name, "a driver", problems);
    band_not_negative(raw, problems);
    Capacity { driver: scope.find(&name.value), name: name.value.as_str().into(), limit: raw.band, span: raw.span }
}

fn band_not_negative(raw: &BandRaw, problems: &mut Problems) {
    not_negative(raw.band.low.or(raw.band.high).map(|low| Spanned::new(low, raw.span)), problems);
}

/// Reports shares of the subtotal that cannot all be reached, since the least of them are together more than all of it.
fn check_least(shares: &[(CategoryId, Spanned<Band>)], problems: &mut Problems) {
    let mut together = Decimal::ZERO;
    let mut before: Option<Span> = None;
    for (_, band) in shares {
        let Some(low) = band.value.low.filter(|low| *low > Decimal::ZERO) else { continue };
        together = together.saturating_add(low);
        if together > Decimal::ONE {
            let message = "these categories would have to take more than 100% of the subtotal together";
            let diagnostic = Diagnostic::at(Code::InvalidRange, band.span, message, "with this, more than 100%");
            let diagnostic =
                before.iter().fold(diagnostic, |diagnostic, span| diagnostic.and_at(*span, "with this one"));
            problems.push(
                diagnostic.help("shares of one whole add up to at most 100%: lower the first numbers of the bands"),
            );
            return;
        }
        before = Some(band.span);
    }
}

fn rounding(raw: Option<StageRoundingRaw>, problems: &mut Problems) -> Option<StageRounding> {
    let Some(raw) = raw else { return Some(StageRounding::default()) };
    let before = problems.len();
    let mut read = |raw: Option<ScalarOr<Spanned<Decimal>, RoundingRaw>>| {
        crate::resolve::prices::rounding::rounding(&raw?, problems)
    };
    let rounding = StageRounding { line_items: read(raw.line_items), total: read(raw.total) };
    (problems.len() == before).then_some(rounding)
}

/// The revenue of a request in the reporting currency.
pub(crate) fn revenue(
    raw: &RevenueRaw,
    reporting: Currency,
    conversions: &mut Conversions<'_>,
    problems: &mut Problems,
) -> Option<Revenue> {
    let mut amount = |raw: &AmountRaw| {
        let number = amount::monthly(raw, "revenue", problems)?;
        let currency = amount::currency(raw.currency, reporting, raw.span, problems)?;
        let value = conversions.convert(number, currency, raw.span, problems)?;
        Some(Setting { value, span: Some(raw.span) })
    };
    match raw {
        RevenueRaw::Mrr(raw) => amount(raw).map(Revenue::Mrr),
        RevenueRaw::Arpu(raw) => amount(raw).map(Revenue::Arpu),
    }
}
